/* check_state: what a run found, kept for the next one, so that only changes
 * are told.
 *
 * A line a key: result, digest of the record, codes of warnings, name, file;
 * all escaped. The file appears whole or not at all (newfile.h), so that a
 * crash leaves the old one; one that cannot be read tells nothing, and then all
 * that is not well or deserves a warning is new. */
#ifndef CHECK_STATE_H
#define CHECK_STATE_H

#include "check_report.h"

/* Owned; safe to free when zeroed. */
struct check_state {
	struct buf text;
	struct span *lines; /* sorted by what they say of which key */
	size_t n;
	char **notes; /* for each key of a check, or NULL */
	size_t keys;
};

/* check_state_read: PATH as it is, if it is there. ST_OK, also for a file that
 * is not there; ST_PERMISSION, ST_OS, ST_IO, ST_LIMIT. */
enum status check_state_read(const char *path, struct check_state *out,
			     struct diag *why) MUST_USE;

/* check_state_compare: S->notes for the keys of C: "was absent", "another
 * record", "warnings were testing", "new"; NULL where nothing changed. */
void check_state_compare(struct check_state *s, const struct check *c);

/* check_state_write: PATH as it is to be now. ST_OK, or as newfile.h. */
enum status check_state_write(const char *path, const struct check *c,
			      struct diag *why) MUST_USE;

void check_state_free(struct check_state *s);

#endif
