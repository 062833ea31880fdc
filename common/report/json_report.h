/* json_report: verdicts for programs, one JSON object a message (RFC 8259, keys
 * of CONTRACT 7). ASCII only, so that a line is safe on a terminal; octets that
 * are no UTF-8 become \xHH in the string's text. */
#ifndef JSON_REPORT_H
#define JSON_REPORT_H

#include "tally.h"

/* json_report: append the line for the message called INPUT; NUMBER counts in
 * an mbox from 1, 0: it is not in one. */
void json_report(const char *input, uint64_t number,
		 const struct verification *all, struct buf *out);

/* json_error: append the line for an input that has no verdict. */
void json_error(const char *input, uint64_t number, enum status st,
		const struct diag *why, struct buf *out);

/* json_tally: append the line of --summary, {"summary": [{"d", "s", "result",
 * "count"}], "others": rows beyond the ceiling, "errors": inputs without a
 * verdict}. */
void json_tally(const struct tally *tally, struct buf *out);

/* json_warnings: a list of the codes of SET. */
struct json_t *json_warnings(unsigned set);

/* json_signatures: the list of `signatures`, for objects that hold more. */
struct json_t *json_signatures(const struct verification *all);

#endif
