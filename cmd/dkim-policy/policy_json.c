#include "policy_json.h"

#include "json_text.h"
#include "lint_report.h"

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
	json_object_set_new(o, "dnssec", word(v->dnssec));
	return o;
}

void policy_json_spf(const struct spf_verdict *v, struct buf *out)
{
	json_t *o = json_object();

	json_object_set_new(o, "spf", policy_json_spf_object(v));
	json_line(o, out);
}

static void add_tag(void *ctx, struct span whole, struct span name,
		    struct span value, const char *words)
{
	json_t *o = json_object();

	(void)whole;
	json_object_set_new(o, "tag", json_text(name));
	json_object_set_new(o, "value", json_text(value));
	json_object_set_new(o, "text", *words ? word(words) : json_null());
	json_array_append_new(ctx, o);
}

static json_t *tags(const struct lookup *l)
{
	json_t *list = json_array();

	if (l->text.n == 0) {
		json_decref(list);
		return json_null();
	}
	policylint_each_tag(l->type, buf_span(&l->text), add_tag, list);
	return list;
}

static json_t *tree(const struct spf_tree *t)
{
	json_t *o, *list;

	if (!t || t->v[0].found != SPF_PASS)
		return json_null();
	o = json_object();
	list = json_array();
	for (size_t i = 0; i < t->n; i++) {
		json_t *node = json_object();

		json_object_set_new(node, "depth", json_integer(t->v[i].depth));
		json_object_set_new(node, "term",
				    json_text(buf_span(&t->v[i].label)));
		json_object_set_new(node, "lookups",
				    json_integer(t->v[i].lookups));
		json_object_set_new(node, "result",
				    word(spf_result_word(t->v[i].found)));
		json_array_append_new(list, node);
	}
	json_object_set_new(o, "lookups", json_integer(t->lookups));
	json_object_set_new(o, "voids", json_integer(t->voids));
	json_object_set_new(o, "cut", json_boolean(t->cut));
	json_object_set_new(o, "records", list);
	return o;
}

void policy_json_lookup(const struct lookup *l, struct buf *out)
{
	json_t *o = json_object();

	json_object_set_new(o, "domain", word(l->domain.text));
	json_object_set_new(o, "type", word(policytype_word(l->type)));
	json_object_set_new(o, "result", word(lookup_word(l->result)));
	json_object_set_new(o, "at",
			    lookup_is_there(l) ? json_text(buf_span(&l->at))
					       : json_null());
	json_object_set_new(o, "record", text_or_null(&l->text));
	json_object_set_new(o, "valid",
			    l->result == LOOKUP_FOUND	  ? json_true()
			    : l->result == LOOKUP_INVALID ? json_false()
							  : json_null());
	json_object_set_new(o, "tags", tags(l));
	json_object_set_new(o, "findings", findings_json(&l->findings));
	json_object_set_new(o, "tree", tree(l->tree));
	json_object_set_new(o, "text", why_or_null(&l->why));
	json_object_set_new(o, "dnssec", word(l->dnssec));
	json_line(o, out);
}
