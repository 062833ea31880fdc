/* tally_report: the table of --summary, for people and for programs. */
#ifndef TALLY_REPORT_H
#define TALLY_REPORT_H

#include "tally.h"

/* tally_text: append the table: d=, s=, result and how many, with names to
 * their columns; "-" where there is none. */
void tally_text(const struct tally *tally, struct buf *out);

/* tally_json: append the line {"summary": [{"d", "s", "result", "count"}],
 * "others": rows beyond the ceiling, "errors": inputs without a verdict}. */
void tally_json(const struct tally *tally, struct buf *out);

#endif
