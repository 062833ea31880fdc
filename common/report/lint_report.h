/* lint_report: findings about published records, for people and for programs.
 * All append to OUT, whose ceiling the caller knows to be enough. */
#ifndef LINT_REPORT_H
#define LINT_REPORT_H

#include <jansson.h>

#include "buf.h"
#include "finding.h"

/* lint_read: append the bytes of PATH ("-": standard input) to TEXT. ST_OK;
 * ST_IO, ST_LIMIT; as io_open_input, where WHY says what a name that is no file
 * was probably meant to be. HINT, which is empty or says it of a file: it has
 * no records. */
enum status lint_read(const char *path, struct buf *text, struct diag *hint,
		      struct diag *why) MUST_USE;

/* finding_words: F as one escaped line without its end: its text, its detail,
 * and the RFC section in brackets. */
void finding_words(const struct finding *f, struct buf *out);

/* findings_json: a new list of objects with code, severity and text. */
json_t *findings_json(const struct findings *f) MUST_USE;

/* One record and what was found. Spans borrow; p is NULL where there is
 * nothing. */
struct lint_entry {
	const char *input;     /* a file, "-" for stdin */
	size_t line;	       /* where it begins, 0: the input as a whole */
	struct span owner;     /* as DNS has it, or as the input has it */
	struct span record;    /* its strings joined */
	struct span corrected; /* what the record should be */
	struct span corrected_owner; /* what the owner should be */
	struct span paste;	     /* both as a line to be pasted, escaped */
	const struct findings *findings;
};

/* lint_paste: CORRECTED as a line for the file that has OWNER, with a final dot
 * if that is ABSOLUTE; CORRECTED alone where OWNER is empty. */
void lint_paste(struct span owner, bool absolute, struct span corrected,
		struct buf *out);

/* lint_text: a line for each finding, with its place, severity and code; then
 * the record to paste instead. "valid" where nothing was found. */
void lint_text(const struct lint_entry *e, struct buf *out);

/* lint_json: one line: input, line, owner, record, valid, findings, corrected,
 * corrected_owner. */
void lint_json(const struct lint_entry *e, struct buf *out);

#endif
