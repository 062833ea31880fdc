/* record_format: the formats of dkim-txt, by name (CONTRACT 3). */
#ifndef RECORD_FORMAT_H
#define RECORD_FORMAT_H

#include "record.h"

struct record_format;

/* record_format_find: NULL if there is none of this name. */
const struct record_format *record_format_find(const char *name);

/* record_format_put: append R. ST_OK; ST_USAGE when it needs a domain, or
 * cannot have a wildcard, or lines of this length; ST_LIMIT, ST_OS. */
enum status record_format_put(const struct record_format *f,
			      const struct record *r, struct buf *out,
			      struct diag *why) MUST_USE;

#endif
