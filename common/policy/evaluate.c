#include "evaluate.h"

#include <stdlib.h>

#include "idn.h"

/* --- who was authenticated ----------------------------------------------- */

static void add(struct evaluation *e, enum dmarc_method method,
		enum result result, const char *word, const struct name *domain)
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
			add(e, DMARC_DKIM, r, result_word(r), &v->sig.d);
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
		add(e, DMARC_SPF, of_spf(e->spf.result),
		    spf_result_word(e->spf.result), &domain);
}

/* --- what a trusted field says ------------------------------------------- */

static enum result of_word(struct span word)
{
	for (enum result r = RESULT_PASS; r < RESULT_NONE; r++)
		if (span_ieq(word, span_str(result_word(r))))
			return r;
	return RESULT_NONE;
}

static void add_told(struct evaluation *e, const struct authres *a,
		     const struct authres_result *r, bool spf)
{
	struct span domain = { 0 };
	enum dmarc_method method;
	struct name name;
	size_t at;

	if (r->version != 1)
		return;
	if (span_ieq(r->method, SPAN("dkim"))) {
		method = DMARC_DKIM;
		domain = authres_find(a, r, SPAN("header"), SPAN("d"));
	} else if (span_ieq(r->method, SPAN("spf")) && spf) {
		/* never smtp.helo: CVE-2019-20790 */
		method = DMARC_SPF;
		domain = authres_find(a, r, SPAN("smtp"), SPAN("mailfrom"));
		at = span_rfind(domain, '@');
		if (at < domain.n)
			domain = span_from(domain, at + 1);
	} else {
		return;
	}
	if (span_ends(domain, SPAN(".")))
		domain.n--;
	if (idn_parse(domain, NAME_UNDERSCORE, &name, NULL) == ST_OK)
		add(e, method, of_word(r->result),
		    result_word(of_word(r->result)), &name);
}

static void read_trusted(struct evaluation *e, struct span id, bool spf)
{
	const struct fields *f = e->message->fields;
	size_t first = 0, n = 0;

	if (f)
		n = authres_topmost(f, id, &first);
	e->not_told = f && n == 0 && authres_named(f, id);
	e->told = mem_alloc((n ? n : 1) * sizeof(*e->told));
	for (size_t i = 0; i < n; i++) {
		struct authres *a = &e->told[e->told_n++];

		/* a field that cannot be read whole says nothing */
		if (authres_parse(f->v[first + i].value, a, NULL) != ST_OK)
			continue;
		for (size_t k = 0; k < a->n; k++)
			add_told(e, a, &a->v[k], spf);
	}
}

/* --- policies ------------------------------------------------------------ */

static bool signed_by(const struct evaluation *e, const struct name *domain)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i].method == DMARC_DKIM &&
		    e->ids[i].result == RESULT_PASS &&
		    (!domain || name_eq(&e->ids[i].domain, domain)))
			return true;
	return false;
}

/* RFC 6541 5: any signer that is confirmed will do. */
static enum atps_result check_atps(const struct evaluate_conf *conf,
				   const struct evaluation *e)
{
	enum atps_result best = ATPS_NONE;

	for (size_t i = 0; i < e->message->n; i++) {
		const struct verdict *v = &e->message->v[i];
		enum atps_result r;

		if (v->st != ST_OK || !e->author || best == ATPS_PASS)
			continue;
		r = atps_check(&conf->from, &v->sig, e->author, conf->crypto);
		if (best == ATPS_NONE || r == ATPS_PASS || r == ATPS_TEMPERROR)
			best = r;
	}
	return best;
}

static void old_policies(const struct evaluate_conf *conf, struct evaluation *e)
{
	bool author_signed = e->author && signed_by(e, e->author);
	struct published found;

	e->atps = conf->trust.n ? ATPS_NONE : check_atps(conf, e);
	author_signed = author_signed || e->atps == ATPS_PASS;
	adsp_evaluate(&conf->from, e->author, author_signed, &e->adsp);
	e->ssp = ssp_evaluate(&conf->from, e->author, author_signed,
			      signed_by(e, NULL));
	if (!e->author)
		return;
	(void)published_get(&conf->from, "_domainkey.", e->author,
			    ssp_policy_is, &found);
	e->has_domainkeys = found.at == PUBLISHED_ONE;
	if (e->has_domainkeys)
		ssp_record_parse(buf_span(&found.text), &e->domainkeys);
	published_free(&found);
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
	out->store = dmarc_store_new(&conf->from);
	dmarc_evaluate(out->store, out->author, out->ids, out->n, &out->dmarc);
	old_policies(conf, out);
	if (conf->spf && message->fields && message->header == ST_OK) {
		out->has_sender_id = true;
		senderid_check(conf->spf, message->fields, &out->sender_id);
	}
}

void evaluation_free(struct evaluation *e)
{
	for (size_t i = 0; i < e->told_n; i++)
		authres_free(&e->told[i]);
	free(e->told);
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
		return status_exit(ST_DNS);
	case RESULT_NONE:
		return 2;
	default:
		return 1;
	}
}
