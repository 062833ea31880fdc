/* dkim_results: the results of DKIM signatures in an Authentication-Results
 * field (RFC 8601 2.7.1, RFC 6008). */
#ifndef DKIM_RESULTS_H
#define DKIM_RESULTS_H

#include "authfield.h"
#include "verify.h"

/* dkim_results: add the result of each signature to F, in message order, or
 * "none" if there is no signature; then those of DomainKeys, which authenticate
 * nothing. */
void dkim_results(const struct verification *all, struct authfield *f);

/* dkim_results_field: append a field of the authserv-id ID with these results
 * alone to OUT, with the line ends of the message. */
void dkim_results_field(const struct verification *all, struct span id,
			struct buf *out);

#endif
