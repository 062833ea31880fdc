#include "evaluation_report.h"

#include <string.h>

#include "idn.h"
#include "json_text.h"
#include "signature_json.h"
#include "spf_report.h"

static json_t *word(const char *text)
{
	return json_text(span_str(text));
}

/* --- what a trusted field has -------------------------------------------- */

/* OBJECT gets the N keys, all of them null. */
static json_t *all_null(const char *const *keys, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, keys[i], json_null());
	return o;
}

/* As verdict.h has it. */
static json_t *aligned(const struct verification *all, struct span d)
{
	struct name name;

	if (!all->has_author ||
	    idn_parse(d, NAME_UNDERSCORE, &name, NULL) != ST_OK)
		return json_null();
	return name_eq(&all->author, &name)	   ? json_string("strict")
	       : name_related(&all->author, &name) ? json_string("relaxed")
						   : json_null();
}

/* For a pass nothing else can be the reason; for RESULT_POLICY the field has
 * the code (RFC 8601 2.4), as dkim-verify writes it. */
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
	static const char *const said[] = { "d", "s", "i", "a" };
	struct span b = trusted_find(r, "header", "b");
	json_t *o = all_null(keys, sizeof(keys) / sizeof(*keys));

	json_object_set_new(o, "field",
			    json_string(trusted_is(r, "dkim")
						? "DKIM-Signature"
						: "DomainKey-Signature"));
	json_object_set_new(o, "result", json_string(r->word));
	json_object_set_new(o, "reason", reason(r));
	json_object_set_new(o, "text", json_text(r->in->reason));
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		json_object_set_new(
			o, said[i],
			json_text(trusted_find(r, "header", said[i])));
	json_object_set_new(o, "b", json_text(span_head(b, 8)));
	json_object_set_new(o, "aligned",
			    aligned(all, trusted_find(r, "header", "d")));
	json_object_set_new(o, "body_hash",
			    all_null(hashes, sizeof(hashes) / sizeof(*hashes)));
	json_object_set_new(o, "warnings", json_warnings(all->warnings));
	return o;
}

static json_t *trusted_signatures(const struct trusted_authres *t,
				  const struct verification *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct trusted_result *r = &t->v[i];

		/* "none" speaks of no signature */
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
	struct span domain = trusted_sender(r), helo = { 0 };
	json_t *o = all_null(keys, sizeof(keys) / sizeof(*keys));

	if (!domain.p)
		helo = trusted_find(r, "smtp", "helo");
	json_object_set_new(o, "result", json_string(r->word));
	json_object_set_new(o, "domain", json_text(domain.p ? domain : helo));
	json_object_set_new(o, "identity",
			    domain.p ? json_string("mailfrom")
			    : helo.p ? json_string("helo")
				     : json_null());
	json_object_set_new(o, "text", json_text(r->in->reason));
	return o;
}

/* --- what was evaluated here ---------------------------------------------- */

static json_t *dmarc(const struct evaluation *e)
{
	const struct dmarc_verdict *v = &e->dmarc;
	json_t *o = json_object();

	json_object_set_new(o, "result", word(result_word(v->result)));
	json_object_set_new(
		o, "policy",
		word(v->has_policy ? dmarc_policy_word(v->policy) : NULL));
	json_object_set_new(o, "record",
			    v->place ? json_text(buf_span(&v->place->text))
				     : json_null());
	json_object_set_new(o, "record_domain",
			    word(v->place ? v->place->name.text : NULL));
	json_object_set_new(o, "org_domain",
			    word(v->has_org ? v->org.text : NULL));
	json_object_set_new(o, "queries", json_integer(v->queries));
	json_object_set_new(o, "text",
			    word(v->why.text[0] ? v->why.text : NULL));
	json_object_set_new(o, "reason", word(e->reason));
	json_object_set_new(o, "dnssec", word(e->dnssec));
	return o;
}

static json_t *adsp(const struct adsp_verdict *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "result", word(adsp_result_word(v->result)));
	json_object_set_new(
		o, "practice",
		word(v->has_practice ? adsp_practice_word(v->practice) : NULL));
	return o;
}

static json_t *domainkeys(const struct evaluation *e)
{
	char o[2] = { e->domainkeys.o, 0 };
	json_t *object;

	if (!e->has_domainkeys)
		return json_null();
	object = json_object();
	json_object_set_new(object, "o", word(o));
	json_object_set_new(object, "testing",
			    json_boolean(e->domainkeys.testing));
	return object;
}

static json_t *sender_id(const struct evaluation *e)
{
	const struct senderid *s = &e->sender_id;
	json_t *o;

	if (!e->has_sender_id)
		return json_null();
	o = json_object();
	json_object_set_new(o, "result", word(spf_result_word(s->spf.result)));
	json_object_set_new(o, "field", word(s->field));
	json_object_set_new(o, "domain",
			    word(s->field ? s->domain.text : NULL));
	return o;
}

/* What cannot be told is null. */
static json_t *alignment(const struct evaluation *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n; i++) {
		const struct dmarc_identifier *id = &e->ids[i];
		bool strict = id->aligned == DMARC_STRICT;
		json_t *o = json_object();

		json_object_set_new(
			o, "identifier",
			word(id->method == DMARC_DKIM ? "dkim" : "spf"));
		json_object_set_new(o, "domain", word(id->domain.text));
		json_object_set_new(o, "result", word(id->word));
		json_object_set_new(o, "strict", json_boolean(strict));
		json_object_set_new(
			o, "relaxed",
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
	const struct trusted_result *trusted = trusted_spf(e->trusted);

	return e->has_spf ? spf_json(&e->spf)
	       : trusted  ? trusted_spf_json(trusted)
			  : json_null();
}

void evaluation_json(const char *input, uint64_t number,
		     const struct evaluation *e, struct buf *out)
{
	json_t *o = json_object();

	json_object_set_new(o, "input", word(input));
	if (number)
		json_object_set_new(o, "number",
				    json_integer((json_int_t)number));
	json_object_set_new(o, "from",
			    word(e->author ? e->author->text : NULL));
	json_object_set_new(o, "dkim",
			    e->trusted
				    ? trusted_signatures(e->trusted, e->message)
				    : json_signatures(e->message, NULL, NULL));
	json_object_set_new(o, "spf", spf(e));
	json_object_set_new(o, "dmarc", dmarc(e));
	json_object_set_new(o, "adsp", adsp(&e->adsp));
	json_object_set_new(o, "ssp", word(ssp_result_word(e->ssp)));
	json_object_set_new(o, "domainkeys", domainkeys(e));
	json_object_set_new(o, "sender_id", sender_id(e));
	json_object_set_new(o, "alignment", alignment(e));
	json_line(o, out);
}
