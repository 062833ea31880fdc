/* dkim_results: the results of DKIM signatures in an Authentication-Results
 * field (RFC 8601 2.7.1, RFC 6008). */
#ifndef DKIM_RESULTS_H
#define DKIM_RESULTS_H

#include "authfield.h"
#include "verify.h"

/* Called for each signature that does not pass, to append the text of reason=
 * to OUT; without one it is that of its status. */
typedef void dkim_results_reason(const void *ctx, const struct verdict *v,
				 struct buf *out);

/* dkim_results: add the result of each signature to F, in message order, or
 * "none" if there is no signature; then those of DomainKeys, which authenticate
 * nothing. REASON may be NULL. */
void dkim_results(const struct verification *all, dkim_results_reason *reason,
		  const void *ctx, struct authfield *f);

/* dkim_results_field: append a field of the authserv-id ID with these results
 * alone to OUT, with the line ends of the message. */
void dkim_results_field(const struct verification *all, struct span id,
			dkim_results_reason *reason, const void *ctx,
			struct buf *out);

#endif
