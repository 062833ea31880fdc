/* suffix: names under which strangers register theirs, such as co.uk.
 *
 * A signature for such a name speaks for nobody (RFC 6376 6.1.1). A single
 * label never gets this far (name.h); of the two-label suffixes the large
 * country registries are known here. Not a public suffix list: RFC 9989 does
 * without one, and what is not known is only not warned of. */
#ifndef SUFFIX_H
#define SUFFIX_H

#include "name.h"

bool suffix_is(const struct name *n);

#endif
