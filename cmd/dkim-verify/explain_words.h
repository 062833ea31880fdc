/* explain_words: each cause in words: the verdict, the cause, what to do. */
#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include "explain.h"

/* explain_verdict: append what happened, for the first line. E is the
 * explanation of V, which does not pass. */
void explain_verdict(const struct verdict *v, const struct explanation *e,
		     struct buf *out);

/* explain_what: the same of one cause, C. */
void explain_what(const struct verdict *v, const struct explanation *e,
		  const struct cause *c, struct buf *out);

/* explain_cause: append cause C in a sentence, with its details, escaped.
 * explain_act: append what the signer or the receiver can do about it. */
void explain_cause(const struct verdict *v, const struct explanation *e,
		   const struct cause *c, struct buf *out);
void explain_act(const struct verdict *v, const struct explanation *e,
		 const struct cause *c, struct buf *out);

/* explain_reason: append the first cause for the reason= of a field of results
 * (RFC 8601 2.2): no byte of it is from the message, and it has neither quotes
 * nor parentheses, which some readers of such fields take for their own.
 * Nothing without a cause. */
void explain_reason(const struct verdict *v, const struct explanation *e,
		    struct buf *out);

/* explain_known: append how far the body's size is from Content-Length and
 * Lines, and which fields of lists and gateways the message has; nothing if it
 * has none of them. No byte is from the message. */
void explain_known(const struct explained *e, struct buf *out);

#endif
