/* received: the time at which a message arrived, by its topmost Received field
 * (RFC 5321 4.4), which the last server has written.
 *
 * For archives: an old signature is checked as of that time (RFC 6376 3.5 x=).
 * The obsolete forms of RFC 5322 4.3 are read, too. */
#ifndef RECEIVED_H
#define RECEIVED_H

#include "fields.h"

/* received_time: the date of the topmost Received field of F, in seconds since
 * 1970. ST_OK; ST_SYNTAX when there is no such field or it has no date-time
 * (RFC 5322 3.3) of 1970 or later. */
enum status received_time(const struct fields *f, int64_t *out,
			  struct diag *why) MUST_USE;

/* received_date: S, such as the value of a Date field, as a date-time (RFC 5322
 * 3.3) of 1970 or later. False if it is none. */
bool received_date(struct span s, int64_t *out);

#endif
