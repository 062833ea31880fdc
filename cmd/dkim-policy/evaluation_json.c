#include "evaluation_report.h"

#include <string.h>

#include "idn.h"
#include "json_text.h"
#include "signature_json.h"
#include "spf_report.h"

/* --- the results of a trusted field --------------------------------------- */

/* OBJECT gets the N keys, all of them null. */
static json_t *all_null(const char *const *keys, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_set(o, keys[i], json_null());
	return o;
}

/* How d= aligns, with the words of json_signatures; i= cannot be strict. */
static json_t *aligned(const struct verification *all,
		       const struct trusted_result *r)
{
	struct span d = trusted_find(r, "header", "d");
	struct name name;

	if (!all->has_author ||
	    idn_parse(d.p ? d : trusted_domain(r, "header", "i"),
		      NAME_UNDERSCORE, &name, NULL) != ST_OK)
		return json_null();
	return d.p && name_eq(&all->author, &name) ? json_string("strict")
	       : name_related(&all->author, &name) ? json_string("relaxed")
						   : json_null();
}

/* "ok" for a pass; for the result policy the field has the code (RFC 8601 2.4),
 * as dkim-verify writes it. */
static json_t *reason(const struct trusted_result *r)
{
	return strcmp(r->word, "pass") == 0
		       ? json_string("ok")
		       : json_text(trusted_find(r, "policy", "dkim-rules"));
}

static json_t *trusted_signature(const struct trusted_result *r,
				 const struct verification *all)
{
	static const char *const keys[] = {
		"field",
		"result",
		"reason",
		"text",
		"d",
		"s",
		"i",
		"a",
		"c",
		"h",
		"b",
		"t",
		"x",
		"l",
		"bits",
		"testing",
		"dnssec",
		"aligned",
		"unsigned_octets",
	};
	static const char *const hashes[] = { "expected", "found" };
	static const char *const properties[] = { "d", "s", "i", "a" };
	struct span b = trusted_find(r, "header", "b");
	json_t *o = all_null(keys, sizeof(keys) / sizeof(*keys));

	json_set_text(o, "field",
		      trusted_is(r, "dkim") ? "DKIM-Signature"
					    : "DomainKey-Signature");
	json_set_text(o, "result", r->word);
	json_set(o, "reason", reason(r));
	json_set_span(o, "text", r->in->reason);
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++)
		json_set_span(o, properties[i],
			      trusted_find(r, "header", properties[i]));
	json_set_span(o, "b", span_head(b, 8));
	json_set(o, "aligned", aligned(all, r));
	json_set(o, "body_hash",
		 all_null(hashes, sizeof(hashes) / sizeof(*hashes)));
	json_set(o, "warnings", json_warnings(all->warnings));
	return o;
}

static json_t *trusted_signatures(const struct trusted_authres *t,
				  const struct verification *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct trusted_result *r = &t->v[i];

		/* "none" is not the result of a signature */
		if ((trusted_is(r, "dkim") || trusted_is(r, "domainkeys")) &&
		    strcmp(r->word, "none") != 0)
			json_array_append_new(list, trusted_signature(r, all));
	}
	return list;
}

static json_t *trusted_spf_json(const struct trusted_result *r)
{
	static const char *const keys[] = {
		"result",  "domain", "identity", "mechanism", "explanation",
		"lookups", "voids",  "text",	 "dnssec",
	};
	struct span domain = trusted_domain(r, "smtp", "mailfrom"),
		    helo = { 0 };
	json_t *o = all_null(keys, sizeof(keys) / sizeof(*keys));

	if (!domain.p)
		helo = trusted_find(r, "smtp", "helo");
	json_set_text(o, "result", r->word);
	json_set_span(o, "domain", domain.p ? domain : helo);
	json_set_text(o, "identity",
		      domain.p ? "mailfrom"
		      : helo.p ? "helo"
			       : NULL);
	json_set_span(o, "text", r->in->reason);
	return o;
}

/* --- what was evaluated --------------------------------------------------- */

static json_t *dmarc(const struct evaluation *e)
{
	const struct dmarc_verdict *v = &e->dmarc;
	json_t *o = json_object();

	json_set_text(o, "result", result_word(v->result));
	json_set_text(o, "policy",
		      v->has_policy ? dmarc_policy_word(v->policy) : NULL);
	json_set(o, "record",
		 v->place ? json_text(buf_span(&v->place->text)) : json_null());
	json_set_text(o, "record_domain",
		      v->place ? v->place->name.text : NULL);
	json_set_text(o, "org_domain", v->has_org ? v->org.text : NULL);
	json_set(o, "queries", json_integer(v->queries));
	json_set_text(o, "text", v->why.text[0] ? v->why.text : NULL);
	json_set_text(o, "reason", e->reason);
	json_set_text(o, "dnssec", e->dnssec);
	return o;
}

static json_t *adsp(const struct adsp_verdict *v)
{
	json_t *o = json_object();

	json_set_text(o, "result", adsp_result_word(v->result));
	json_set_text(o, "practice",
		      v->has_practice ? adsp_practice_word(v->practice) : NULL);
	return o;
}

static json_t *domainkeys(const struct evaluation *e)
{
	char o[2] = { e->domainkeys.o, 0 };
	json_t *object;

	if (!e->has_domainkeys)
		return json_null();
	object = json_object();
	json_set_text(object, "o", o);
	json_set(object, "testing", json_boolean(e->domainkeys.testing));
	return object;
}

static json_t *sender_id(const struct evaluation *e)
{
	const struct senderid *s = &e->sender_id;
	json_t *o;

	if (!e->has_sender_id)
		return json_null();
	o = json_object();
	json_set_text(o, "result", spf_result_word(s->spf.result));
	json_set_text(o, "field", s->field);
	json_set_text(o, "domain", s->field ? s->domain.text : NULL);
	return o;
}

/* "relaxed" is null where DNS gave no answer, or was not asked. */
static json_t *alignment(const struct evaluation *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n; i++) {
		const struct dmarc_identifier *id = &e->ids[i];
		bool strict = id->aligned == DMARC_STRICT;
		json_t *o = json_object();

		json_set_text(o, "identifier",
			      id->method == DMARC_DKIM ? "dkim" : "spf");
		json_set_text(o, "domain", id->domain.text);
		json_set_text(o, "result", id->word);
		json_set(o, "strict", json_boolean(strict));
		json_set(o, "relaxed",
			 id->aligned == DMARC_UNSURE
				 ? json_null()
				 : json_boolean(strict ||
						id->aligned == DMARC_RELAXED));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *spf(const struct evaluation *e)
{
	if (e->has_spf)
		return spf_json(&e->spf);
	for (size_t i = 0; e->trusted && i < e->trusted->n; i++)
		if (trusted_is(&e->trusted->v[i], "spf"))
			return trusted_spf_json(&e->trusted->v[i]);
	return json_null();
}

void evaluation_json(const char *input, uint64_t number,
		     const struct evaluation *e,
		     const struct sender_judgement *senders, struct buf *out)
{
	json_t *o = json_input(input, number);

	json_set_text(o, "from", e->author ? e->author->text : NULL);
	json_set(o, "dkim",
		 e->trusted ? trusted_signatures(e->trusted, e->message)
			    : json_signatures(e->message, NULL, NULL));
	json_set(o, "spf", spf(e));
	json_set(o, "dmarc", dmarc(e));
	json_set(o, "adsp", adsp(&e->adsp));
	json_set_text(o, "ssp", ssp_result_word(e->ssp));
	json_set(o, "domainkeys", domainkeys(e));
	json_set(o, "sender_id", sender_id(e));
	json_set(o, "alignment", alignment(e));
	if (senders)
		sender_report_json(senders, o);
	json_line(o, out);
}
