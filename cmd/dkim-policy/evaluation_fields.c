#include "evaluation_report.h"

#include "authfield.h"
#include "dkim_results.h"
#include "spf_report.h"

static void put_method(struct authfield *f, const char *method,
		       const char *result)
{
	authfield_result(f, span_str(method), span_str(result));
}

static void put_from(struct authfield *f, const struct evaluation *e)
{
	if (e->author)
		authfield_property(f, "header.from", span_str(e->author->text));
}

static void put_spf(struct authfield *f, const struct spf_verdict *v)
{
	struct name domain;

	put_method(f, "spf", spf_result_word(v->result));
	if (v->why.text[0])
		authfield_reason(f, span_str(v->why.text));
	/* RFC 8601 2.7.2: the domain alone, and only if it is one */
	if (name_parse(buf_span(&v->domain), NAME_UNDERSCORE, &domain, NULL) ==
	    ST_OK)
		authfield_property(f, v->helo ? "smtp.helo" : "smtp.mailfrom",
				   buf_span(&v->domain));
}

/* The record in a comment, since RFC 8601 has no properties for it. */
static void put_record(struct authfield *f, const struct dmarc_place *place)
{
	const struct dmarc_record *r = &place->record;
	struct buf text;

	buf_init(&text, 1024);
	buf_putf(&text, "p=%s sp=%s np=%s t=%c psd=%c at=_dmarc.%s",
		 dmarc_policy_word(r->p), dmarc_policy_word(r->sp),
		 dmarc_policy_word(r->np), r->testing ? 'y' : 'n', r->psd,
		 place->name.text);
	authfield_comment(f, buf_span(&text));
	buf_free(&text);
}

static void put_dmarc(struct authfield *f, const struct evaluation *e)
{
	const struct dmarc_verdict *v = &e->dmarc;

	put_method(f, "dmarc", result_word(v->result));
	if (v->place && v->has_policy)
		put_record(f, v->place);
	if (!e->author && e->reason)
		authfield_reason(f, span_str(e->reason));
	else if (v->why.text[0])
		authfield_reason(f, span_str(v->why.text));
	put_from(f, e);
	if (v->has_policy)
		authfield_property(f, "policy.dmarc",
				   span_str(dmarc_policy_word(v->policy)));
}

/* Historic methods are named only with a result. */
static void put_old(struct authfield *f, const struct evaluation *e)
{
	static const char *const fields[][2] = {
		{ "Resent-Sender", "header.resent-sender" },
		{ "Resent-From", "header.resent-from" },
		{ "Sender", "header.sender" },
		{ "From", "header.from" },
	};

	if (e->adsp.result != ADSP_R_NONE) {
		put_method(f, "dkim-adsp", adsp_result_word(e->adsp.result));
		put_from(f, e);
	}
	if (!e->has_sender_id || !e->sender_id.field)
		return;
	put_method(f, "sender-id", spf_result_word(e->sender_id.spf.result));
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (span_eq(span_str(fields[i][0]),
			    span_str(e->sender_id.field)))
			authfield_property(f, fields[i][1],
					   span_str(e->sender_id.domain.text));
}

/* --- the results of a trusted field --------------------------------------- */

static bool is_evaluated_here(const struct trusted_result *r, bool spf)
{
	static const char *const ours[] = { "dmarc", "dkim-adsp", "sender-id" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (trusted_is(r, ours[i]))
			return true;
	return spf && trusted_is(r, "spf");
}

static void put_trusted(struct authfield *f, const struct trusted_result *r)
{
	/* authres_parse takes only keywords as method and result (RFC 8601 2.2)
	 */
	authfield_result(f, r->in->method, r->in->result);
	if (r->in->reason.p)
		authfield_reason(f, r->in->reason);
	for (size_t i = r->in->first; i < r->in->first + r->in->n; i++) {
		const struct authres_prop *p = &r->field->props[i];
		struct buf name;

		buf_init(&name, p->ptype.n + p->property.n + 1);
		buf_put(&name, p->ptype);
		buf_put(&name, SPAN("."));
		buf_put(&name, p->property);
		authfield_property(f, (const char *)name.p, p->value);
		buf_free(&name);
	}
}

void evaluation_fields(const struct evaluation *e, struct span id,
		       struct buf *out)
{
	const struct msg_facts *facts = &e->message->facts;
	bool crlf = facts->crlf && !facts->unix_lines;
	struct authfield f;
	struct buf text;

	authfield_begin(&f, id, facts->header_8bit);
	for (size_t i = 0; e->trusted && i < e->trusted->n; i++)
		if (!is_evaluated_here(&e->trusted->v[i], e->has_spf))
			put_trusted(&f, &e->trusted->v[i]);
	if (!e->trusted)
		dkim_results(e->message, NULL, NULL, &f);
	if (e->has_spf)
		put_spf(&f, &e->spf);
	put_dmarc(&f, e);
	put_old(&f, e);
	authfield_end(&f, crlf, out);
	if (!e->has_spf)
		return;
	buf_init(&text, LIMIT_FIELD_BYTES);
	spf_received(&e->query, &e->spf, &text);
	fold_put(buf_span(&text), crlf, out);
	buf_free(&text);
}
