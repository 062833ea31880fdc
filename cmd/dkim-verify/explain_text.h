/* explain_text: why a signature does not verify, for people. */
#ifndef EXPLAIN_TEXT_H
#define EXPLAIN_TEXT_H

#include "explain.h"

struct explain_text {
	const char *name;
	bool verbose, colored;
};

/* explain_text: append the report of one message: for each signature that does
 * not pass the verdict, its cause and what to do in the first three lines, at
 * most eight lines of what was changed, and a line on header, body and key; for
 * one that passes the usual line and that one. VERBOSE: also the fields, hashes
 * and the key record, and a command that repeats the check. COLORED: for a
 * terminal. NAME (may be NULL) goes before the first line of each. */
void explain_text(const struct explain_text *how,
		  const struct verification *all,
		  const struct explained *explained, struct buf *out);

#endif
