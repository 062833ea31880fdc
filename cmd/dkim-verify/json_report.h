/* json_report: verdicts for programs, one JSON object a message (RFC 8259). */
#ifndef JSON_REPORT_H
#define JSON_REPORT_H

#include "explain.h"

/* json_report: append the line for the message called INPUT; NUMBER counts in
 * an mbox from 1, 0: it is not in one. EXPLAINED may be NULL. */
void json_report(const char *input, uint64_t number,
		 const struct verification *all,
		 const struct explained *explained, struct buf *out);

#endif
