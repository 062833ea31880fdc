/* evaluate: what the policies of the domains involved mean for one message.
 *
 * Takes a message whose signatures were verified (verify.h), or the word of an
 * Authentication-Results field that is trusted, and asks for the rest. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "adsp.h"
#include "dmarc.h"
#include "spf.h"
#include "senderid.h"
#include "ssp.h"
#include "trusted_authres.h"
#include "verify.h"

struct evaluate_conf {
	struct published_from from;
	const struct spf_query *spf; /* NULL: SPF is not run */
	/* Of fields with this authserv-id DKIM results are taken instead of the
	 * signatures, and SPF's if it is not run; empty: of none (RULES X-10).
	 */
	struct span trust;
	/* a pass is a permerror unless DNSSEC vouches for its records; `from`
	 * and `spf` (spf.h) have clocks then */
	bool require_dnssec;
};

struct evaluation {
	const struct verification *message;
	/* NULL: From names none or several, or what it stands in is malformed
	 */
	const struct name *author;

	bool has_spf;
	struct spf_verdict spf;

	struct trusted_authres
		*trusted; /* what trusted fields say; owned; NULL: not asked */
	bool trust_ignored; /* there are such fields, but none that may be */

	/* What may align: signatures in their order, then SPF. */
	struct dmarc_identifier *ids; /* owned */
	size_t n;
	struct dmarc_store *store; /* owned */
	struct dmarc_verdict dmarc;
	const char *dnssec; /* of its answers: dns_clock_word */
	/* why it has no pass, no fail: "from-unusable" (RULES D-8), or
	 * status_reason of the header's status, of ST_INSECURE_DNS or ST_DNS;
	 * or NULL */
	const char *reason;

	struct adsp_verdict adsp;
	enum ssp_result ssp;
	struct ssp_record domainkeys; /* policy of the author domain */
	bool has_domainkeys;

	bool has_sender_id; /* with SPF only; never an input to DMARC */
	struct senderid sender_id;
};

/* evaluate: fill OUT; release with evaluation_free. MESSAGE outlives it. */
void evaluate(const struct evaluate_conf *conf,
	      const struct verification *message, struct evaluation *out);
void evaluation_free(struct evaluation *e);

/* evaluation_exit: DMARC's (CONTRACT 6): pass 0, fail and permerror 1, none 2,
 * temperror 75. */
int evaluation_exit(const struct evaluation *e);

#endif
