#include "explain_json.h"

#include "b64.h"
#include "explain_words.h"
#include "json_text.h"

static json_t *detail(const struct detail *d)
{
	switch (d->kind) {
	case DETAIL_NUMBER:
		return json_integer((json_int_t)d->number);
	case DETAIL_TEXT:
		return d->text.p ? json_text(buf_span(&d->text))
				 : json_string("");
	case DETAIL_NULL:
		break;
	}
	return json_null();
}

static json_t *cause(const struct verdict *v, const struct explanation *e,
		     const struct cause *c)
{
	struct buf act;

	json_t *o = json_object(), *details = json_object();

	for (size_t i = 0; i < c->n; i++)
		json_object_set_new(details, c->detail[i].name,
				    detail(&c->detail[i]));
	json_object_set_new(o, "code", json_string(cause_word(c->code)));
	json_object_set_new(o, "confidence",
			    json_string(c->proven ? "proven" : "likely"));
	json_object_set_new(o, "detail", details);
	buf_init(&act, 4096);
	explain_act(v, e, c, &act);
	json_object_set_new(o, "do", json_text(buf_span(&act)));
	buf_free(&act);
	return o;
}

static json_t *check_json(enum part_check j)
{
	return j == CHECK_NOT_DONE ? json_null()
				   : json_boolean(j == CHECK_VERIFIES);
}

static json_t *digest(const struct digest *d)
{
	struct buf text;
	json_t *string;

	if (d->n == 0)
		return json_null();
	buf_init(&text, 64);
	string = b64_encode(digest_span(d), &text) == ST_OK
			 ? json_text(buf_span(&text))
			 : json_null();
	buf_free(&text);
	return string;
}

json_t *explain_json(const struct verification *all,
		     const struct explained *explained, const struct verdict *v)
{
	const struct explanation *e = &explained->v[v - all->v];
	json_t *o = json_object(), *causes = json_array();
	struct buf known;

	for (size_t i = 0; i < e->causes.n; i++)
		json_array_append_new(causes, cause(v, e, &e->causes.v[i]));
	json_object_set_new(o, "part", json_string(part_word(e->part)));
	json_object_set_new(o, "causes", causes);
	json_object_set_new(o, "tried", json_integer((json_int_t)e->tried));
	buf_init(&known, 4096);
	if (e->causes.n == 0)
		explain_known(explained, &known);
	json_object_set_new(o, "known", json_text(buf_span(&known)));
	buf_free(&known);
	json_object_set_new(o, "header_holds", check_json(e->header));
	json_object_set_new(o, "body_holds", check_json(e->body));
	json_object_set_new(o, "header_digest", digest(&e->digest));
	json_object_set_new(o, "signed_digest", digest(&e->recovered));
	json_object_set_new(o, "key_name",
			    e->owner.text[0] ? json_string(e->owner.text)
					     : json_null());
	json_object_set_new(o, "key_record", json_text(buf_span(&e->record)));
	return o;
}
