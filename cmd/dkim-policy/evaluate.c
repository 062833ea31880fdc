#include "evaluate.h"

#include <stdlib.h>

#include "array.h"
#include "exit_status.h"
#include "idn.h"

/* --- who was authenticated ----------------------------------------------- */

static struct dmarc_identifier *
add_identifier(struct evaluation *e, enum dmarc_method method,
	       enum result result, const char *word, const struct name *domain)
{
	struct dmarc_identifier *id;

	e->ids = array_grow(e->ids, e->n, sizeof(*e->ids));
	id = &e->ids[e->n++];
	*id = (struct dmarc_identifier){ .method = method,
					 .result = result,
					 .word = word,
					 .domain = *domain };
	return id;
}

static void add_signatures(struct evaluation *e)
{
	for (size_t i = 0; i < e->message->n; i++) {
		const struct verdict *v = &e->message->v[i];
		enum result r = status_result(v->st);

		if (v->sig.d.text[0])
			(void)add_identifier(e, DMARC_DKIM, r, result_word(r),
					     &v->sig.d);
	}
}

/* SPF has more results than RFC 8601 has words for DKIM; all that neither
 * passed nor was a temporary error is the same to DMARC. */
static enum result result_of_spf(enum spf_result r)
{
	return r == SPF_PASS	    ? RESULT_PASS
	       : r == SPF_TEMPERROR ? RESULT_TEMPERROR
	       : r == SPF_NONE	    ? RESULT_NONE
				    : RESULT_FAIL;
}

/* RFC 9989 4.4.2: the domain of MAIL FROM, or of HELO for the null sender;
 * never of HELO alone (CVE-2019-20790). */
static void add_spf(struct evaluation *e)
{
	struct name domain;

	if (e->query.mail_from.p &&
	    name_parse(buf_span(&e->spf.domain), NAME_UNDERSCORE, &domain,
		       NULL) == ST_OK)
		(void)add_identifier(e, DMARC_SPF, result_of_spf(e->spf.result),
				     spf_result_word(e->spf.result), &domain);
}

/* --- what a trusted field says ------------------------------------------- */

/* A pass that names no domain aligns with none. Results of HELO alone and of
 * the null sender have none that counts here. */
static void warn_no_domain(struct evaluation *e, const struct trusted_result *r,
			   struct span domain)
{
	bool spf = trusted_is(r, "spf");

	if (r->result != RESULT_PASS ||
	    (spf && (domain.p ? domain.n == 0
			      : trusted_find(r, "smtp", "helo").p != NULL)))
		return;
	trusted_unused(e->trusted, r,
		       spf ? "no domain in smtp.mailfrom"
			   : "no domain in header.d or header.i");
}

static void add_trusted(struct evaluation *e, const struct trusted_result *r)
{
	struct dmarc_identifier *id;
	struct span domain;
	bool agent = false;
	struct name name;

	if (trusted_is(r, "dkim")) {
		domain = trusted_find(r, "header", "d");
		/* RFC 6376 3.5: the domain of i= is d= or below it */
		agent = !domain.p;
		if (agent)
			domain = trusted_domain(r, "header", "i");
	} else if (trusted_is(r, "spf") && !e->has_spf) {
		/* never smtp.helo, as in add_spf */
		domain = trusted_domain(r, "smtp", "mailfrom");
	} else {
		return;
	}
	if (span_ends(domain, SPAN(".")))
		domain.n--;
	if (idn_parse(domain, NAME_UNDERSCORE, &name, NULL) != ST_OK) {
		warn_no_domain(e, r, domain);
		return;
	}
	id = add_identifier(e, trusted_is(r, "spf") ? DMARC_SPF : DMARC_DKIM,
			    r->result, r->word, &name);
	id->agent = agent;
}

/* --- policies ------------------------------------------------------------ */

/* A signature of DOMAIN, or NULL: of any domain, has this result. */
static bool signed_by(const struct evaluation *e, const struct name *domain,
		      enum result result)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i].method == DMARC_DKIM &&
		    e->ids[i].result == result &&
		    (!domain || name_eq(&e->ids[i].domain, domain)))
			return true;
	return false;
}

static void evaluate_dmarc(const struct policy_run *run, struct evaluation *e)
{
	e->clock.answered = false;
	e->store = dmarc_store_new(&e->from);
	dmarc_evaluate(e->store, e->author, e->ids, e->n, &e->dmarc);
	e->dnssec = dns_clock_word(&e->clock);
	if (e->dmarc.result == RESULT_TEMPERROR)
		e->reason = status_reason(ST_DNS);
	if (e->dmarc.result != RESULT_PASS || !run->require_dnssec ||
	    dns_clock_secure(&e->clock))
		return;
	e->dmarc.result = RESULT_PERMERROR;
	e->reason = status_reason(ST_INSECURE_DNS);
	diag_set(&e->dmarc.why, ST_INSECURE_DNS, "RFC 9989 11.3",
		 "the policy is not protected by DNSSEC");
}

static void evaluate_older(struct evaluation *e)
{
	bool author_signed = e->author && signed_by(e, e->author, RESULT_PASS);
	struct published found;

	adsp_evaluate(&e->from, e->author, author_signed, &e->adsp);
	/* as for DMARC (RFC 9989 5.3.6): with an answer from DNS the author's
	 * signature may be valid, so that there is no fail yet */
	if ((e->adsp.result == ADSP_R_FAIL ||
	     e->adsp.result == ADSP_R_DISCARD) &&
	    signed_by(e, e->author, RESULT_TEMPERROR)) {
		e->adsp.result = ADSP_R_TEMPERROR;
		diag_set(&e->adsp.why, ST_DNS, "RFC 5617 4.3",
			 "the author's signature could not be "
			 "checked");
	}
	e->ssp = ssp_evaluate(&e->from, e->author, author_signed,
			      signed_by(e, NULL, RESULT_PASS));
	if (!e->author)
		return;
	(void)published_get(&e->from, "_domainkey.", e->author, ssp_policy_is,
			    &found);
	e->has_domainkeys = found.at == PUBLISHED_ONE;
	if (e->has_domainkeys)
		ssp_record_parse(buf_span(&found.text), &e->domainkeys);
	published_free(&found);
}

/* Why there is no author. An empty input has none whose policy could apply; a
 * message without a usable From does not pass (RFC 9989 5.3.1). */
static void explain_no_author(struct evaluation *e)
{
	const struct verification *m = e->message;

	if (m->header != ST_OK) {
		e->reason = status_reason(m->header);
		e->dmarc.why = e->adsp.why = m->header_why;
	} else if (m->warnings & 1U << WARN_EMPTY_INPUT) {
		e->dmarc.result = RESULT_NONE;
		e->adsp.result = ADSP_R_NONE;
		diag_set(&e->dmarc.why, ST_MALFORMED, NULL, "%s",
			 warning_text(WARN_EMPTY_INPUT));
		e->adsp.why = e->dmarc.why;
	} else {
		e->reason = "from-unusable";
	}
}

/* The domain whose SPF record is asked for first. False: none. */
static bool spf_domain(const struct spf_query *query, struct name *out)
{
	struct span sender = query->mail_from;
	size_t at = span_rfind(sender, '@');
	struct span domain = sender.n ? span_from(sender, at + 1) : query->helo;

	return name_parse(domain, NAME_UNDERSCORE, out, NULL) == ST_OK;
}

/* All that is asked for whatever the answers are. A walk up the tree goes to
 * its end unless a record has psd= (RFC 9989 4.10). */
static void ask_for_all(struct evaluation *e)
{
	struct name steps[DMARC_STEPS], domain;
	size_t n = e->author ? dmarc_walk_steps(e->author, steps) : 0;

	for (size_t i = 0; i < n; i++)
		ask_ahead_begin(e->ahead, "_dmarc.", &steps[i]);
	if (e->author) {
		ask_ahead_begin(e->ahead, "", e->author);
		ask_ahead_begin(e->ahead, "_adsp._domainkey.", e->author);
		ask_ahead_begin(e->ahead, "_domainkey.", e->author);
	}
	if (e->has_spf && spf_domain(&e->query, &domain))
		ask_ahead_begin(e->ahead, "", &domain);
}

void evaluate(const struct policy_run *run, const struct verification *message,
	      struct evaluation *out)
{
	/* a malformed header has neither an author nor trusted fields: programs
	 * may read it in different ways */
	bool readable = message->header == ST_OK;

	*out = (struct evaluation){ .message = message, .query = run->spf };
	out->from = (struct published_from){ run->dns, &out->clock };
	out->query.client.clock = &out->spf_clock;
	out->query.now = message->at;
	if (message->has_author && readable)
		out->author = &message->author;
	out->has_spf = run->has_ip;
	if (run->dns->waits) {
		out->ahead = ask_ahead_new(run->dns);
		out->from.dns = ask_ahead_dns(out->ahead);
		out->query.client.dns = out->from.dns;
		ask_for_all(out);
	}
	if (out->has_spf)
		spf_check(&out->query, &out->spf);
	if (run->trust.n && readable)
		out->trusted = trusted_read(message->fields, run->trust);
	else
		add_signatures(out);
	for (size_t i = 0; out->trusted && i < out->trusted->n; i++)
		add_trusted(out, &out->trusted->v[i]);
	if (out->has_spf)
		add_spf(out);
	evaluate_dmarc(run, out);
	evaluate_older(out);
	if (!out->author)
		explain_no_author(out);
	out->has_sender_id = out->has_spf && message->fields && readable;
	if (out->has_sender_id)
		senderid_check(&out->query, message->fields, &out->sender_id);
}

void evaluation_free(struct evaluation *e)
{
	trusted_free(e->trusted);
	free(e->ids);
	dmarc_store_free(e->store);
	spf_verdict_free(&e->spf);
	senderid_free(&e->sender_id);
	ask_ahead_free(e->ahead);
}

int evaluation_exit(const struct evaluation *e)
{
	switch (e->dmarc.result) {
	case RESULT_PASS:
		return 0;
	case RESULT_TEMPERROR:
		return EXIT_TEMPORARY;
	case RESULT_NONE:
		return EXIT_NOTHING;
	default:
		return EXIT_FAILED;
	}
}
