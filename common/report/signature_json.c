#include "signature_json.h"

#include "b64.h"
#include "words.h"

/* Numbers above this lose digits in many readers (RFC 8259 6). */
#define JSON_INTEGER_MAX ((UINT64_C(1) << 53) - 1)

/* What PUT writes of V, as a string. */
static json_t *json_words(void (*put)(const struct verdict *, struct buf *),
			  const struct verdict *v)
{
	struct buf out;

	buf_init(&out, 8192);
	put(v, &out);
	json_t *string = json_text(out.n ? buf_span(&out) : SPAN(""));

	buf_free(&out);
	return string;
}

/* RFC 6008: eight characters of b= tell signatures apart. */
static void put_b_start(const struct verdict *v, struct buf *out)
{
	words_b(v, 8, out);
}

static void put_signed_hash(const struct verdict *v, struct buf *out)
{
	status_ignore(b64_encode(digest_span(&v->sig.bh), out)); /* it fits */
}

static void put_body_hash(const struct verdict *v, struct buf *out)
{
	status_ignore(b64_encode(digest_span(&v->body), out)); /* it fits */
}

static json_t *json_number(bool has, uint64_t value, const struct verdict *v,
			   const char *tag)
{
	if (!has)
		return json_null();
	if (value <= JSON_INTEGER_MAX)
		return json_integer((json_int_t)value);
	return json_text(tags_find(v->sig.tags, span_str(tag))->value);
}

static json_t *json_names(const struct sig *s)
{
	json_t *list = s->h ? json_array() : json_null();

	for (size_t i = 0; i < s->h_n; i++)
		json_array_append_new(list, json_text(s->h[i]));
	return list;
}

static json_t *json_aligned(const struct verdict *v)
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

json_t *json_warnings(unsigned set)
{
	json_t *codes = json_array();

	for (enum warning w = 0; w < WARN_COUNT; w++)
		if (set & 1U << w)
			json_array_append_new(codes,
					      json_string(warning_code(w)));
	return codes;
}

static json_t *json_signature(const struct verification *all,
			      const struct verdict *v)
{
	const struct sig *sig = &v->sig;
	unsigned bits = words_bits(v);
	json_t *o = json_object(), *hash = json_object();

	json_set(hash, "expected",
		 v->hashed ? json_words(put_signed_hash, v) : json_null());
	json_set(hash, "found",
		 v->hashed ? json_words(put_body_hash, v) : json_null());
	json_set_text(o, "field",
		      v->domainkeys ? "DomainKey-Signature" : "DKIM-Signature");
	json_set_text(o, "result", result_word(status_result(v->st)));
	json_set_text(o, "reason", status_reason(v->st));
	json_set(o, "text", json_words(words_reason, v));
	json_set_span(o, "d", sig->text_d);
	json_set_span(o, "s", sig->text_s);
	json_set(o, "i",
		 sig->identity.n ? json_text(buf_span(&sig->identity))
				 : json_text(sig->text_i));
	json_set_span(o, "a", sig->text_a);
	json_set(o, "c",
		 v->domainkeys	 ? json_text(sig->text_c)
		 : sig->text_d.p ? json_words(words_canon, v)
				 : json_null());
	json_set(o, "h", json_names(sig));
	json_set(o, "b",
		 sig->text_b.p ? json_words(put_b_start, v) : json_null());
	json_set(o, "t", json_number(sig->has_t, sig->t, v, "t"));
	json_set(o, "x", json_number(sig->has_x, sig->x, v, "x"));
	json_set(o, "l", json_number(sig->has_l, sig->l, v, "l"));
	json_set_number(o, "bits", bits, bits);
	json_set(o, "testing",
		 v->rec ? json_boolean(verdict_testing(v)) : json_null());
	json_set_text(o, "dnssec",
		      v->keys ? dns_secure_word(v->keys->secure) : NULL);
	json_set(o, "aligned", json_aligned(v));
	json_set_number(o, "unsigned_octets",
			v->hashed && !(sig->has_l && sig->l > v->body_octets),
			v->unsigned_octets);
	json_set(o, "body_hash", hash);
	json_set(o, "warnings", json_warnings(all->warnings | v->warnings));
	return o;
}

json_t *json_signatures(const struct verification *all,
			signature_json_more *more, const void *ctx)
{
	json_t *list = json_array();
	struct words_at at = { 0 };
	const struct verdict *v;

	while ((v = words_next(all, &at))) {
		json_t *object = json_signature(all, v);

		if (more)
			more(ctx, v, object);
		json_array_append_new(list, object);
	}
	return list;
}
