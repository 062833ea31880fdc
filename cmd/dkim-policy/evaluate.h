/* evaluate: what the policies of the domains involved mean for one message.
 *
 * Takes a message whose signatures were verified (verify.h), or the results in
 * an Authentication-Results field that is trusted, and asks DNS for the rest.
 */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "adsp.h"
#include "ask_ahead.h"
#include "dmarc.h"
#include "policy_run.h"
#include "senderid.h"
#include "ssp.h"
#include "trusted_authres.h"

/* Not to be moved: it points into itself. */
struct evaluation {
	const struct verification *message;
	/* The Author Domain; NULL: From has no domain or several, or the header
	 * is malformed. */
	const struct name *author;

	/* Its time for DNS begins with the message. SPF, which asks the servers
	 * that the sender names, has a time of its own, so that these take none
	 * from the author's policy. */
	struct dns_clock clock, spf_clock;
	struct ask_ahead *ahead;    /* owned; NULL: DNS does not wait */
	struct published_from from; /* with `clock` */

	bool has_spf;
	struct spf_query query;
	struct spf_verdict spf;

	struct trusted_authres *trusted; /* of fields of run->trust; owned; NULL
					  * without --trust-ar */

	/* What may align: signatures in their order, then SPF. */
	struct dmarc_identifier *ids; /* owned */
	size_t n;
	struct dmarc_store *store; /* owned */
	struct dmarc_verdict dmarc;
	const char *dnssec; /* of its answers: dns_clock_word */
	/* Why DMARC has neither pass nor fail: "from-unusable" without an
	 * author, or status_reason of the header, of ST_INSECURE_DNS or of
	 * ST_DNS; or NULL. */
	const char *reason;

	struct adsp_verdict adsp;
	enum ssp_result ssp;
	struct ssp_record domainkeys; /* policy of the Author Domain */
	bool has_domainkeys;

	bool has_sender_id; /* with SPF only; never an input to DMARC */
	struct senderid sender_id;
};

/* evaluate: fill OUT for MESSAGE, which outlives it: SPF if run->has_ip, DMARC
 * and the older policies. Release with evaluation_free. */
void evaluate(const struct policy_run *run, const struct verification *message,
	      struct evaluation *out);
void evaluation_free(struct evaluation *e);

/* evaluation_exit: the exit status of DMARC's result: pass 0, fail and
 * permerror 1, none 2, temperror 75. */
int evaluation_exit(const struct evaluation *e);

#endif
