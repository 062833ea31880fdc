/* evaluation_fields: what policies mean for a message, as header fields:
 * Received-SPF (RFC 7208 9.1) where SPF was run, and one Authentication-Results
 * field with the results of all methods (RFC 8601; RULES, D-23). */
#ifndef EVALUATION_FIELDS_H
#define EVALUATION_FIELDS_H

#include "evaluate.h"

/* evaluation_fields: append them for the authserv-id ID, with the message's own
 * line ends. SPF is what was asked (NULL: nothing). What a trusted field said
 * goes on in the new one, but for methods that were tried here. */
void evaluation_fields(const struct evaluation *e, struct span id,
		       const struct spf_query *spf, struct buf *out);

#endif
