#include "policy_json.h"

#include "json_text.h"

static json_t *word(const char *text)
{
	return json_text(span_str(text));
}

/* null rather than "". */
static json_t *text_or_null(const struct buf *b)
{
	return b->n ? json_text(buf_span(b)) : json_null();
}

static json_t *why_or_null(const struct diag *why)
{
	return why->text[0] ? word(why->text) : json_null();
}

struct json_t *policy_json_spf_object(const struct spf_verdict *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "result", word(spf_result_word(v->result)));
	json_object_set_new(o, "domain", text_or_null(&v->domain));
	json_object_set_new(o, "identity", word(v->helo ? "helo" : "mailfrom"));
	json_object_set_new(o, "mechanism", text_or_null(&v->mechanism));
	json_object_set_new(o, "explanation", text_or_null(&v->explanation));
	json_object_set_new(o, "lookups", json_integer(v->lookups));
	json_object_set_new(o, "voids", json_integer(v->voids));
	json_object_set_new(o, "text", why_or_null(&v->why));
	return o;
}

void policy_json_spf(const struct spf_verdict *v, struct buf *out)
{
	json_t *o = json_object();

	json_object_set_new(o, "spf", policy_json_spf_object(v));
	json_line(o, out);
}
