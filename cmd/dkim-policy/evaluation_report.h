/* evaluation_report: what policies mean for a message, for people, for programs
 * and for the programs that get the message next. */
#ifndef EVALUATION_REPORT_H
#define EVALUATION_REPORT_H

#include "evaluate.h"
#include "sender_report.h"

/* evaluation_text: append a line for each method, then which domains align with
 * the author's. NAME (may be NULL) goes before each line. */
void evaluation_text(const char *name, const struct evaluation *e,
		     struct buf *out);

/* evaluation_json: append one JSON object on a line for the message called
 * INPUT; NUMBER is its place in an mbox, or 0; SENDERS may be NULL. */
void evaluation_json(const char *input, uint64_t number,
		     const struct evaluation *e,
		     const struct sender_judgement *senders, struct buf *out);

/* evaluation_fields: append an Authentication-Results field of ID with the
 * results of all methods (RFC 8601), and with SPF a Received-SPF field (RFC
 * 7208 9.1), with the line ends of the message. The results of trusted fields
 * are copied, except of methods that were evaluated here. */
void evaluation_fields(const struct evaluation *e, struct span id,
		       struct buf *out);

#endif
