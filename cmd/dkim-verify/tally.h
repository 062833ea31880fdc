/* tally: how many signatures had which result, by d= and s= (--summary).
 *
 * A message is noted where it was verified, in any thread, and the notes are
 * counted one after another. There are LIMIT_TALLY_ROWS rows at most; what
 * would need further ones is counted as others. */
#ifndef TALLY_H
#define TALLY_H

#include "verify.h"

struct tally_row {
	char *d, *s; /* "": not known, or no signature */
	enum result result;
	uint64_t n;
};

/* Zeroed: empty. */
struct tally {
	struct tally_row *v; /* by d, s and result */
	size_t n;
	uint64_t others;
	uint64_t unread; /* inputs that could not be verified */
	bool failed;	 /* a message ended with exit status 1 */
};

/* tally_note: append to NOTES what is to be counted of a message: its DKIM
 * signatures, or that there is none. */
void tally_note(const struct verification *all, struct buf *notes);

/* tally_add: count NOTES. */
void tally_add(struct tally *t, struct span notes);
/* tally_free: releases the rows; T is empty then. */
void tally_free(struct tally *t);

/* tally_text: append the table: d=, s=, result and count, names aligned in
 * columns; "-" where there is none. */
void tally_text(const struct tally *tally, struct buf *out);

/* tally_json: append the line {"summary": [{"d", "s", "result", "count"}],
 * "others": count beyond the last row, "errors": inputs not verified}. */
void tally_json(const struct tally *tally, struct buf *out);

#endif
