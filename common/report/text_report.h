/* text_report: verdicts for people, one line a signature (CONTRACT 5). */
#ifndef TEXT_REPORT_H
#define TEXT_REPORT_H

#include "tally.h"

/* text_report: append the lines for one message; NAME (may be NULL) goes
 * before each. MORE: also what detail_text says. */
void text_report(const char *name, const struct verification *all, bool more,
		 struct buf *out);

/* text_warnings: append a line for each warning, as cli_put writes it. */
void text_warnings(const char *name, const struct verification *all,
		   struct buf *out);

/* text_tally: append the table of --summary: d=, s=, result and how many, with
 * names to their columns; "-" where there is none. */
void text_tally(const struct tally *tally, struct buf *out);

#endif
