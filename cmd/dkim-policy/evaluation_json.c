#include "evaluation_json.h"

#include "signature_json.h"
#include "json_text.h"
#include "policy_json.h"
#include "trusted_authres_json.h"

static json_t *word(const char *text)
{
	return json_text(span_str(text));
}

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
	const struct trusted_result *told = trusted_spf(e->trusted);

	return e->has_spf ? policy_json_spf_object(&e->spf)
	       : told	  ? trusted_json_spf(told)
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
	json_object_set_new(
		o, "dkim",
		e->trusted ? trusted_json_signatures(e->trusted, e->message)
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
