#include "evaluate.h"

#include <stdlib.h>

#include "exit_status.h"
#include "idn.h"

/* --- who was authenticated ----------------------------------------------- */

static void add_identifier(struct evaluation *e, enum dmarc_method method,
			   enum result result, const char *word,
			   const struct name *domain)
{
	e->ids = mem_array(e->ids, e->n + 1, sizeof(*e->ids));
	e->ids[e->n++] = (struct dmarc_identifier){ .method = method,
						    .result = result,
						    .word = word,
						    .domain = *domain };
}

static void add_signatures(struct evaluation *e)
{
	for (size_t i = 0; i < e->message->n; i++) {
		const struct verdict *v = &e->message->v[i];
		enum result r = status_result(v->st);

		if (v->sig.d.text[0])
			add_identifier(e, DMARC_DKIM, r, result_word(r),
				       &v->sig.d);
	}
}

/* SPF's words are more than RFC 8601's results; what neither passes nor was a
 * temporary error is all the same to DMARC. */
static enum result of_spf(enum spf_result r)
{
	return r == SPF_PASS	    ? RESULT_PASS
	       : r == SPF_TEMPERROR ? RESULT_TEMPERROR
	       : r == SPF_NONE	    ? RESULT_NONE
				    : RESULT_FAIL;
}

/* RULES D-18: the domain of MAIL FROM, or of HELO where that is empty; not of
 * HELO alone (RFC 9989 4.4.2, CVE-2019-20790). */
static void add_spf(struct evaluation *e, const struct spf_query *query)
{
	struct name domain;

	if (!query->mail_from.p)
		return;
	if (name_parse(buf_span(&e->spf.domain), NAME_UNDERSCORE, &domain,
		       NULL) == ST_OK)
		add_identifier(e, DMARC_SPF, of_spf(e->spf.result),
			       spf_result_word(e->spf.result), &domain);
}

/* --- what a trusted field says ------------------------------------------- */

static enum result trusted_word_result(const struct trusted_result *r)
{
	for (enum result one = RESULT_PASS; one <= RESULT_NONE; one++)
		if (span_eq(span_str(r->word), span_str(result_word(one))))
			return one;
	return RESULT_FAIL; /* softfail, as of_spf has it */
}

static void add_trusted(struct evaluation *e, const struct trusted_result *r,
			bool spf)
{
	struct span domain = { 0 };
	enum dmarc_method method;
	struct name name;

	if (trusted_is(r, "dkim")) {
		method = DMARC_DKIM;
		domain = trusted_find(r, "header", "d");
	} else if (trusted_is(r, "spf") && spf) {
		/* never smtp.helo: CVE-2019-20790 */
		method = DMARC_SPF;
		domain = trusted_sender(r);
	} else {
		return;
	}
	if (span_ends(domain, SPAN(".")))
		domain.n--;
	if (idn_parse(domain, NAME_UNDERSCORE, &name, NULL) == ST_OK)
		add_identifier(e, method, trusted_word_result(r), r->word,
			       &name);
}

static void read_trusted(struct evaluation *e, struct span id, bool spf)
{
	const struct fields none = { 0 };
	const struct fields *f = e->message->fields;

	e->trusted = trusted_read(f ? f : &none, id);
	e->trust_ignored = f && e->trusted->fields_n == 0 &&
			   authres_named(f, id);
	for (size_t i = 0; i < e->trusted->n; i++)
		add_trusted(e, &e->trusted->v[i], spf);
}

/* --- DNSSEC -------------------------------------------------------------- */

static void begin_answers(const struct evaluate_conf *conf)
{
	if (conf->from.clock)
		conf->from.clock->answered = false;
}

/* Since begin_answers DNS has said what --require-dnssec does not believe. */
static bool is_insecure(const struct evaluate_conf *conf)
{
	return conf->require_dnssec && !dns_clock_secure(conf->from.clock);
}

static void check_dmarc(const struct evaluate_conf *conf, struct evaluation *e)
{
	begin_answers(conf);
	e->store = dmarc_store_new(&conf->from);
	dmarc_evaluate(e->store, e->author, e->ids, e->n, &e->dmarc);
	e->dnssec = dns_clock_word(conf->from.clock);
	if (e->dmarc.result == RESULT_TEMPERROR)
		e->reason = status_reason(ST_DNS);
	if (e->dmarc.result != RESULT_PASS || !is_insecure(conf))
		return;
	e->dmarc.result = RESULT_PERMERROR;
	e->reason = status_reason(ST_INSECURE_DNS);
	status_ignore(diag_set(&e->dmarc.why, ST_INSECURE_DNS, "RFC 9989 11.3",
			       "DNSSEC does not vouch for the policy"));
}

/* --- policies ------------------------------------------------------------ */

/* A signature of DOMAIN, or NULL of anybody, has this result. */
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

/* As for DMARC (RFC 9989 5.3.6): without an answer the author's signature may
 * still be good, so that there is no fail yet. */
static void soften_adsp(struct evaluation *e)
{
	bool refused = e->adsp.result == ADSP_R_FAIL ||
		       e->adsp.result == ADSP_R_DISCARD;

	if (!refused || !signed_by(e, e->author, RESULT_TEMPERROR))
		return;
	e->adsp.result = ADSP_R_TEMPERROR;
	status_ignore(diag_set(&e->adsp.why, ST_DNS, "RFC 5617 4.3",
			       "the author's signature could not be judged"));
}

static void old_policies(const struct evaluate_conf *conf, struct evaluation *e)
{
	bool author_signed = e->author && signed_by(e, e->author, RESULT_PASS);
	struct published found;

	adsp_evaluate(&conf->from, e->author, author_signed, &e->adsp);
	soften_adsp(e);
	e->ssp = ssp_evaluate(&conf->from, e->author, author_signed,
			      signed_by(e, NULL, RESULT_PASS));
	if (!e->author)
		return;
	(void)published_get(&conf->from, "_domainkey.", e->author,
			    ssp_policy_is, &found);
	e->has_domainkeys = found.at == PUBLISHED_ONE;
	if (e->has_domainkeys)
		ssp_record_parse(buf_span(&found.text), &e->domainkeys);
	published_free(&found);
}

/* CONTRACT 1: nobody wrote it, and why. What has no octet has no author to
 * answer for; a message with one who cannot be told does (RULES D-8). */
static void explain_nobody(struct evaluation *e)
{
	const struct verification *m = e->message;

	if (m->header != ST_OK) {
		e->reason = status_reason(m->header);
		e->dmarc.why = e->adsp.why = m->header_why;
	} else if (m->warnings & 1U << WARN_EMPTY_INPUT) {
		e->dmarc.result = RESULT_NONE;
		e->adsp.result = ADSP_R_NONE;
		status_ignore(diag_set(&e->dmarc.why, ST_MALFORMED, NULL, "%s",
				       warning_text(WARN_EMPTY_INPUT)));
		e->adsp.why = e->dmarc.why;
	} else {
		e->reason = "from-unusable";
	}
}

void evaluate(const struct evaluate_conf *conf,
	      const struct verification *message, struct evaluation *out)
{
	*out = (struct evaluation){ .message = message };
	/* ATTACKS A05, A06: nobody knows who wrote a malformed header */
	if (message->has_author && message->header == ST_OK)
		out->author = &message->author;
	if (conf->spf) {
		out->has_spf = true;
		spf_check(conf->spf, &out->spf);
	}
	/* what stands in a malformed header is nobody's word, and that it is
	 * malformed needs none */
	if (conf->trust.n && message->header == ST_OK)
		read_trusted(out, conf->trust, !conf->spf);
	else
		add_signatures(out);
	if (out->has_spf)
		add_spf(out, conf->spf);
	check_dmarc(conf, out);
	old_policies(conf, out);
	if (!out->author)
		explain_nobody(out);
	if (conf->spf && message->fields && message->header == ST_OK) {
		out->has_sender_id = true;
		senderid_check(conf->spf, message->fields, &out->sender_id);
	}
}

void evaluation_free(struct evaluation *e)
{
	trusted_free(e->trusted);
	free(e->ids);
	dmarc_store_free(e->store);
	spf_verdict_free(&e->spf);
	senderid_free(&e->sender_id);
}

int evaluation_exit(const struct evaluation *e)
{
	switch (e->dmarc.result) {
	case RESULT_PASS:
		return 0;
	case RESULT_TEMPERROR:
		return EXIT_TEMPORARY;
	case RESULT_NONE:
		return 2;
	default:
		return 1;
	}
}
