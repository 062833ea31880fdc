/* identity: the i= of a signature to be made (RFC 6376 3.5). */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "name.h"

/* identity_check: can TEXT stand in i=, as far as that can be told before d= is
 * known? Refused, never cleaned (RULES G-6). ST_OK or ST_USAGE. */
enum status identity_check(const char *text, struct diag *why) MUST_USE;

/* identity_fits: the domain of TEXT, which identity_check accepts, is D or
 * below it. */
bool identity_fits(const char *text, const struct name *d);

#endif
