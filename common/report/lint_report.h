/* lint_report: findings about published records, for people and for programs.
 */
#ifndef LINT_REPORT_H
#define LINT_REPORT_H

#include "buf.h"
#include "finding.h"

/* One record and what was found. Spans borrow; p NULL or NULL where there is
 * none. */
struct lint_entry {
	const char *input;     /* a file, "-" for stdin */
	size_t line;	       /* where it begins, 0: the input as a whole */
	struct span owner;     /* as DNS has it or as it stands there */
	struct span record;    /* its strings joined */
	struct span corrected; /* what it should be, likewise */
	struct span corrected_owner; /* where it should be */
	struct span paste; /* the same as a line to be pasted, escaped */
	const struct findings *findings;
};

/* lint_paste: append CORRECTED as a line for the file where OWNER stood, with a
 * final dot if it is ABSOLUTE; alone where OWNER is empty. */
void lint_paste(struct span owner, bool absolute, struct span corrected,
		struct buf *out);

/* lint_text: append a line a finding, each with where it is, its severity and
 * its code; then the record to paste in its place. "valid" where there is
 * nothing to say. */
void lint_text(const struct lint_entry *e, struct buf *out);

/* lint_json: append one line with the keys of CONTRACT 7. */
void lint_json(const struct lint_entry *e, struct buf *out);

#endif
