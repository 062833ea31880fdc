/* seal: are the octets of a second reading those of the first?
 *
 * Each reading gets a sum that depends on a key, GMAC (NIST SP 800-38D), under
 * one that is made for the two and that nobody else knows: whatever is changed
 * in between, the sums agree by chance only, once in 2^100 times. That is as
 * good here as a hash, which may be looked at, and costs a fifth of it. */
#ifndef SEAL_H
#define SEAL_H

#include "status.h"

struct seal;

enum seal_reading { SEAL_FIRST, SEAL_SECOND };

/* seal_new: what fails in it makes seal_put fail. */
struct seal *seal_new(void);

/* seal_put: the next octets of a reading. ST_OK, or ST_OS. */
enum status seal_put(struct seal *s, enum seal_reading which,
		     struct span octets) MUST_USE;

/* seal_compare: after both. ST_OK, ST_IO if they differ, or ST_OS. */
enum status seal_compare(struct seal *s, struct diag *why) MUST_USE;

void seal_free(struct seal *s); /* NULL is fine */

#endif
