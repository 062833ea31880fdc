/* dkim_results: what DKIM signatures are worth, in an Authentication-Results
 * field (RFC 8601 2.7.1, RFC 6008; RULES ). */
#ifndef DKIM_RESULTS_H
#define DKIM_RESULTS_H

#include "authfield.h"
#include "verify.h"

/* dkim_results: add one result a signature to F, in message order, or that
 * there is none; then those of DomainKeys, which authenticate nobody. */
void dkim_results(const struct verification *all, struct authfield *f);

/* dkim_results_field: append a field of ID with these results alone to OUT, as
 * it fits into the message. */
void dkim_results_field(const struct verification *all, struct span id,
			struct buf *out);

#endif
