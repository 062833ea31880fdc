#include "explain_input.h"

#include <stdlib.h>
#include <string.h>

#include "b64.h"
#include "explain_body.h"
#include "explain_fields.h"
#include "explain_search.h"

/* The key that S names verifies S. */
static bool sig_verifies(const struct explain_input *in, const struct sig *s)
{
	struct digest found;
	struct name name;

	if (name_key(&s->s, &s->d, &name, NULL) != ST_OK)
		return false;
	sig_digest(s, in->fields, in->conf->crypto, &found);
	/* b= gives back only what its own key signed */
	if (in->want && strcmp(name.text, in->name->text) == 0)
		return span_eq(digest_span(in->want), digest_span(&found));
	const struct keyset *keys =
		key_record_cache_get(in->conf->keys, &name, in->clock);
	bool good = false;

	for (size_t i = 0; keys->st == ST_OK && i < keys->n && !good; i++)
		good = keyrec_usable(&keys->v[i], s->type) &&
		       key_verify(keys->v[i].key, &found, buf_span(&s->b)) ==
			       ST_OK;
	key_record_cache_put(in->conf->keys, keys);
	return good;
}

/* Put VALUE into the field, whose text is then in RAW. */
static void set_value(const struct explain_input *in, struct span value,
		      struct buf *raw)
{
	struct field *f = in->field;
	size_t head = (size_t)(f->value.p - f->raw.p), name = f->name.n;

	buf_init(raw, head + value.n + 2);
	buf_put(raw, span_head(f->raw, head));
	buf_put(raw, value);
	buf_put(raw, SPAN("\r\n"));
	*f = (struct field){ buf_span(raw), span_head(buf_span(raw), name),
			     span_of(raw->p + head, value.n) };
}

/* With VALUE as that of the field. */
static bool try_value(void *ctx, struct span value)
{
	const struct explain_input *in = ctx;
	const struct field now = *in->field;
	struct buf raw;
	struct sig s;

	if (*in->trials == 0)
		return false;
	--*in->trials;
	++*in->tried;
	set_value(in, value, &raw);
	bool good = sig_parse(in->field, &s, NULL) == ST_OK &&
		    sig_verifies(in, &s);

	sig_free(&s);
	*in->field = now;
	buf_free(&raw);
	return good;
}

/* -- tag by tag ------------------------------------------------------------ */

struct repair {
	const struct explain_input *in;
	struct span name, value; /* of the tag; .p of the value NULL: missing */
	struct script s;	 /* of the field's value */
};

/* TEXT as the tag's value, or, where it is missing, before each other tag. */
static void propose_value(struct repair *r, struct span text)
{
	struct span list = r->s.text;

	if (r->value.p) {
		script_edit(&r->s, (size_t)(r->value.p - list.p), r->value.n,
			    script_keep(&r->s, text));
		return;
	}
	struct span tag =
		JOIN(&r->s, SPAN(" "), r->name, SPAN("="), text, SPAN(";"));

	for (size_t i = 0; i <= list.n; i++)
		if (i == 0 || list.p[i - 1] == ';')
			script_edit(&r->s, i, 0, tag);
}

static void propose_text(struct repair *r, struct span text)
{
	for (int how = CASED_AS_IS; how <= CASED_WORDS; how++) {
		struct buf other;

		propose_value(r, guess_cased(text, (enum cased)how, &other));
		buf_free(&other);
	}
}

static void propose_cases(struct repair *r)
{
	if (r->value.p)
		propose_text(r, r->value);
}

static void propose_bh(struct repair *r)
{
	for (int i = 0; i < 4; i++) {
		struct sig other = *r->in->sig;
		struct digest found;
		struct buf text;

		other.body = i & 1 ? CANON_RELAXED : CANON_SIMPLE;
		other.hash = HASH_SHA256;
		other.has_l = other.has_l && i < 2;
		buf_init(&text, 64);
		body_hash(r->in, &other, r->in->body, &found, NULL);
		if (b64_encode(digest_span(&found), &text) == ST_OK)
			propose_value(r, buf_span(&text));
		buf_free(&text);
	}
}

/* The domains of From and of i=, in several cases, and part of either. */
static void propose_domains(struct repair *r)
{
	const struct field *from = fields_find(r->in->fields, SPAN("From"), 0);
	struct span text[2] = { from ? from->value : SPAN(""),
				r->in->sig->text_i };

	propose_cases(r);
	for (size_t i = 0; i < 2; i++) {
		struct span d =
			span_from(text[i], span_rfind(text[i], '@') + 1);

		d = span_head(d, span_find(d, '>'));
		for (int k = 0; k < 3 && span_find(d, '.') < d.n; k++) {
			propose_text(r, d);
			d = span_from(d, span_find(d, '.') + 1);
		}
	}
}

/* Each name of h= as its field has it. */
static void propose_names_as_fields(struct repair *r)
{
	struct span rest = r->value, word;
	struct buf text;

	buf_init(&text, r->value.n);
	while (span_split(&rest, ':', &word)) {
		const struct field *f =
			fields_find(r->in->fields, span_trim(word), 0);

		buf_put(&text, f && f->name.n == word.n ? f->name : word);
		if (rest.p && text.n < r->value.n)
			buf_put(&text, SPAN(":"));
	}
	propose_value(r, buf_span(&text));
	buf_free(&text);
}

/* A name more, a name less, or another one. */
static void propose_names(struct repair *r)
{
	struct span v = r->value, rest = v, name;
	const struct fields *f = r->in->fields;

	propose_names_as_fields(r);
	propose_cases(r);
	while (span_split(&rest, ':', &name)) {
		size_t at = (size_t)(name.p - r->s.text.p);

		script_edit(&r->s, name.p == v.p ? at : at - 1, name.n + 1,
			    SPAN(""));
		for (size_t i = 0; i < 2 * f->n && i < 400; i++) {
			struct buf other;

			(void)guess_cased(f->v[i / 2].name, (enum cased)(i % 2),
					  &other); /* is in OTHER */
			script_edit(&r->s, at, name.n,
				    script_keep(&r->s, buf_span(&other)));
			script_edit(&r->s, at, 0,
				    JOIN(&r->s, buf_span(&other), SPAN(":")));
			buf_free(&other);
		}
	}
}

static const struct {
	const char *tag;
	const char *words; /* values to try, a "|" between them, or NULL */
	void (*propose)(struct repair *r);
	bool digits;  /* one of them may have been changed */
	bool missing; /* try it where it is not there, too */
	bool of_body; /* bh= depends on it */
} fixes[] = {
	{ "bh", NULL, propose_bh, false, true, true },
	{ "c",
	  "relaxed/relaxed|relaxed/simple|simple/relaxed|simple/simple|relaxed|"
	  "simple",
	  NULL, false, true, true },
	{ "l", NULL, NULL, true, false, true },
	{ "t", NULL, NULL, true, false, false },
	{ "x", NULL, NULL, true, false, false },
	{ "a", "rsa-sha256|ed25519-sha256", NULL, false, true, false },
	{ "v", "1", NULL, false, true, false },
	{ "q", "dns/txt", NULL, false, true, false },
	{ "d", NULL, propose_domains, false, true, false },
	{ "s", NULL, propose_cases, false, false, false },
	{ "i", NULL, propose_cases, false, false, false },
	{ "h", NULL, propose_names, false, false, false },
};
enum { FIXES = sizeof(fixes) / sizeof(*fixes) };

/* Search R->s; what is proven is said of the tag. */
static bool solve_tags(struct repair *r, struct causes *out)
{
	bool found = script_solve_text(&r->s, try_value,
				       (void *)(uintptr_t)r->in, r->in->trials,
				       TRY_ONE);
	const struct edit *e = NULL;

	if (found && script_count(&r->s, NULL, &e)) {
		struct cause *cause = causes_add(out, CAUSE_SIGNATURE, true);

		cause_add_text(cause, "tag", r->name);
		cause_add_text(cause, "original", e->put);
		if (r->value.p)
			cause_add_text(cause, "found", r->value);
	}
	script_end(&r->s);
	return found;
}

/* Row I of the fixes. */
static bool fix_tag(const struct explain_input *in, size_t i,
		    struct causes *out)
{
	struct span rest = span_str(fixes[i].words), word;
	struct repair r = { .in = in, .name = span_str(fixes[i].tag) };

	if (in->sig->tags)
		r.value = tags_value(in->sig->tags, fixes[i].tag);
	if (!r.value.p && !fixes[i].missing)
		return false;
	script_begin(&r.s, in->field->value);
	if (fixes[i].digits && r.value.n < 300) {
		size_t at = (size_t)(r.value.p - r.s.text.p);

		script_octets(&r.s, at, at + r.value.n, "0123456789");
	}
	while (rest.n && span_split(&rest, '|', &word))
		propose_value(&r, word);
	if (fixes[i].propose)
		fixes[i].propose(&r);
	return solve_tags(&r, out);
}

bool explain_tags(const struct explain_input *in, bool of_body,
		  struct causes *out)
{
	for (size_t i = 0; i < FIXES; i++)
		if ((!of_body || fixes[i].of_body) && fix_tag(in, i, out))
			return true;
	return false;
}

/* -- b= -------------------------------------------------------------------- */

struct b_repair {
	const struct key *key;
	struct digest digest;
	struct buf octets;
	uint64_t *left;
};

static bool try_b(void *ctx, struct span text)
{
	struct b_repair *r = ctx;

	buf_reset(&r->octets);
	if (*r->left == 0 || b64_decode(text, &r->octets) != ST_OK ||
	    r->octets.n != key_signature_size(r->key))
		return false;
	--*r->left;
	return key_verify(r->key, &r->digest, buf_span(&r->octets)) == ST_OK;
}

bool explain_b(const struct explain_input *in, const struct key *key,
	       struct causes *out)
{
	struct b_repair r = { .key = key, .left = in->trials };
	struct span text = in->sig->text_b;
	struct buf plain;
	struct script s;

	if (text.n > 4096)
		return false;
	sig_digest(in->sig, in->fields, in->conf->crypto, &r.digest);
	buf_init(&plain, text.n);
	buf_init(&r.octets, text.n + 8);
	for (size_t i = 0; i < text.n; i++)
		if (!span_has(SPAN(" \t\r\n"), text.p[i]))
			buf_put(&plain, span_of(text.p + i, 1));
	script_begin(&s, buf_span(&plain));
	script_octets(&s, 0, plain.n, SCRIPT_BASE64);
	bool good = script_solve_text(&s, try_b, &r, in->trials, TRY_ONE);

	if (good)
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, true), "tag",
			       SPAN("b"));
	script_end(&s);
	buf_free(&plain);
	buf_free(&r.octets);
	return good;
}

/* sig_parse was content but for b=: with another one in its place the key can
 * be had. */
bool explain_b_syntax(const struct explain_input *in, struct causes *out)
{
	struct span b = in->sig->tags ? tags_value(in->sig->tags, "b")
				      : SPAN("");
	const struct field now = *in->field;
	struct explain_input other = *in;
	struct buf value, raw;
	struct name name;
	struct sig s;
	bool good = false;

	if (b.n == 0)
		return false;
	size_t at = (size_t)(b.p - now.value.p);

	buf_init(&value, now.value.n + 4);
	buf_put(&value, span_head(now.value, at));
	buf_put(&value, SPAN("AAAA"));
	buf_put(&value, span_from(now.value, at + b.n));
	set_value(in, buf_span(&value), &raw);
	other.sig = &s;
	if (sig_parse(in->field, &s, NULL) == ST_OK &&
	    name_key(&s.s, &s.d, &name, NULL) == ST_OK) {
		const struct keyset *keys =
			key_record_cache_get(in->conf->keys, &name, in->clock);

		s.text_b = b;
		for (size_t i = 0; keys->st == ST_OK && i < keys->n && !good;
		     i++)
			good = keyrec_usable(&keys->v[i], s.type) &&
			       explain_b(&other, keys->v[i].key, out);
		key_record_cache_put(in->conf->keys, keys);
	}
	sig_free(&s);
	*in->field = now;
	buf_free(&raw);
	buf_free(&value);
	return good;
}
