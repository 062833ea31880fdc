/* recordlint: the findings about all key records of a text, each on its own and
 * together.
 *
 * In addition to keylint's findings about a record: its name, the way it is
 * written (record_scan), several records with one name, and keys that several
 * selectors share. */
#ifndef RECORDLINT_H
#define RECORDLINT_H

#include "digest.h"
#include "record_scan.h"

/* One record and its findings. Borrowed, for the time of the call. */
struct recordlint {
	const struct scan_record *record;
	const struct findings *findings;
	struct span corrected; /* the text that it should have, or empty */
	struct span
		corrected_owner; /* the name that it should have, or empty */
};

/* recordlint_read: call CALL for each record of TEXT, in order. ORIGIN as in
 * record_scan_read. *VALID: no record has an error. ST_OK, what
 * record_scan_read says, or the first error of CALL. */
enum status
recordlint_read(struct span text, const char *origin, const struct crypto *c,
		enum status (*call)(void *ctx, const struct recordlint *one),
		void *ctx, bool *valid, struct diag *why) MUST_USE;

/* recordlint_owner: add findings about OWNER, the name of a key record, to F;
 * ABSOLUTE: nothing will be added to the name. Appends the right name to
 * CORRECTED if it can be known and is another. */
void recordlint_owner(struct span owner, bool absolute, struct findings *f,
		      struct buf *corrected);

#endif
