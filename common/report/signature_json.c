#include "signature_json.h"

#include <stdlib.h>
#include <string.h>

#include "b64.h"
#include "json_text.h"
#include "words.h"

/* Numbers above this lose digits in many readers (RFC 8259 6). */
#define JSON_INTEGER_MAX ((UINT64_C(1) << 53) - 1)

static json_t *text(struct span s)
{
	return json_text(s);
}

static json_t *words(void (*put)(const struct verdict *, struct buf *),
		     const struct verdict *v)
{
	struct buf out;

	buf_init(&out, 8192);
	put(v, &out);
	json_t *string = text(buf_span(&out));

	buf_free(&out);
	return string;
}

static json_t *number(bool has, uint64_t value, const struct verdict *v,
		      const char *tag)
{
	if (!has)
		return json_null();
	if (value <= JSON_INTEGER_MAX)
		return json_integer((json_int_t)value);
	return text(tags_find(v->sig.tags, span_str(tag))->value);
}

static json_t *names(const struct verdict *v)
{
	json_t *list;

	if (!v->sig.h)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < v->sig.h_n; i++)
		json_array_append_new(list, text(v->sig.h[i]));
	return list;
}

/* RFC 6008: eight characters of b= tell signatures apart. */
static json_t *b_prefix(const struct verdict *v)
{
	struct buf start;

	if (!v->sig.text_b.p)
		return json_null();
	buf_init(&start, 8);
	words_b(v, start.max, &start);
	json_t *string = text(start.n ? buf_span(&start) : SPAN(""));

	buf_free(&start);
	return string;
}

static json_t *digest(bool has, const struct digest *d)
{
	struct buf out;
	json_t *string;

	if (!has)
		return json_null();
	buf_init(&out, 64);
	string = b64_encode(digest_span(d), &out) == ST_OK
			 ? text(buf_span(&out))
			 : json_null();
	buf_free(&out);
	return string;
}

static json_t *aligned(const struct verdict *v)
{
	switch (v->related) {
	case RELATION_SAME:
		return json_string("strict");
	case RELATION_WITHIN:
		return json_string("relaxed");
	case RELATION_NONE:
		break;
	}
	return json_null();
}

static void append_code(void *list, enum warning w)
{
	json_array_append_new(list, json_string(warning_code(w)));
}

json_t *json_warnings(unsigned set)
{
	json_t *codes = json_array();

	words_each_warning(set, append_code, codes);
	return codes;
}

struct list {
	const struct verification *all;
	signature_json_more *more;
	const void *ctx;
	json_t *items;
};

static void append_signature(void *ctx, const struct verdict *v)
{
	const struct list *list = ctx;
	const struct sig *sig = &v->sig;
	unsigned bits = words_bits(v);
	json_t *o = json_object(), *hash = json_object();
	bool judged = v->hashed;

	json_object_set_new(hash, "expected", digest(judged, &sig->bh));
	json_object_set_new(hash, "found", digest(judged, &v->body));
	json_object_set_new(o, "field",
			    json_string(v->domainkeys ? "DomainKey-Signature"
						      : "DKIM-Signature"));
	json_object_set_new(o, "result",
			    json_string(result_word(status_result(v->st))));
	json_object_set_new(o, "reason", json_string(status_reason(v->st)));
	json_object_set_new(o, "text", words(words_reason, v));
	json_object_set_new(o, "d", text(sig->text_d));
	json_object_set_new(o, "s", text(sig->text_s));
	json_object_set_new(o, "i",
			    sig->identity.n ? text(buf_span(&sig->identity))
					    : text(sig->text_i));
	json_object_set_new(o, "a", text(sig->text_a));
	json_object_set_new(o, "c",
			    v->domainkeys   ? text(sig->text_c)
			    : sig->text_d.p ? words(words_canon, v)
					    : json_null());
	json_object_set_new(o, "h", names(v));
	json_object_set_new(o, "b", b_prefix(v));
	json_object_set_new(o, "t", number(sig->has_t, sig->t, v, "t"));
	json_object_set_new(o, "x", number(sig->has_x, sig->x, v, "x"));
	json_object_set_new(o, "l", number(sig->has_l, sig->l, v, "l"));
	json_object_set_new(o, "bits", bits ? json_integer(bits) : json_null());
	json_object_set_new(o, "testing",
			    v->rec ? json_boolean(verdict_testing(v))
				   : json_null());
	json_object_set_new(
		o, "dnssec",
		v->keys ? json_string(dns_secure_word(v->keys->secure))
			: json_null());
	json_object_set_new(o, "aligned", aligned(v));
	json_object_set_new(
		o, "unsigned_octets",
		judged && !(sig->has_l && sig->l > v->body_octets)
			? json_integer((json_int_t)v->unsigned_octets)
			: json_null());
	json_object_set_new(o, "body_hash", hash);
	json_object_set_new(o, "warnings",
			    json_warnings(list->all->warnings | v->warnings));
	if (list->more)
		list->more(list->ctx, v, o);
	json_array_append_new(list->items, o);
}

json_t *json_signatures(const struct verification *all,
			signature_json_more *more, const void *ctx)
{
	struct list list = { all, more, ctx, json_array() };

	words_each_signature(all, append_signature, &list);
	return list.items;
}
