/* recordlint: all key records of a text, judged one by one and together.
 *
 * Beside what keylint says of each record: where it stands (keyowner), how it
 * is written (pasted), records that share a name, and keys that share
 * selectors.
 */
#ifndef RECORDLINT_H
#define RECORDLINT_H

#include "digest.h"
#include "record_scan.h"

/* One record with all that was found. Borrowed, for the time of the call. */
struct recordlint {
	const struct scan_record *record;
	const struct findings *findings;
	struct span corrected;	     /* its text, or empty */
	struct span corrected_owner; /* its name, or empty */
};

/* recordlint_read: judge the records of TEXT, in order; CALL for each. ORIGIN
 * as in record_scan_read. *VALID: none has an error. ST_OK, what
 * record_scan_read says, or the first error of CALL. */
enum status
recordlint_read(struct span text, const char *origin, const struct crypto *c,
		enum status (*call)(void *ctx, const struct recordlint *one),
		void *ctx, bool *valid, struct diag *why) MUST_USE;

/* recordlint_owner: what is wrong with OWNER, the name of a key record;
 * ABSOLUTE says that nothing will be added to it. Appends the right name to
 * CORRECTED if it can be known and is another. */
void recordlint_owner(struct span owner, bool absolute, struct findings *f,
		      struct buf *corrected);

#endif
