#include "explain_input.h"

#include <stdlib.h>
#include <string.h>

#include "b64.h"
#include "bodyhash.h"
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

/* -- tag by tag -------------------------------------------------------------
 */

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

static void propose_cases(struct repair *r, struct span text)
{
	for (int how = CASED_SMALL; how <= CASED_WORDS; how++) {
		struct buf other;

		propose_value(r, guess_cased(text, (enum cased)how, &other));
		buf_free(&other);
	}
}

static void propose_bh(struct repair *r)
{
	const struct sig *s = r->in->sig;

	for (int i = 0; i < 4; i++) {
		struct bodyhash *b = bodyhash_new(r->in->conf->crypto);
		struct sig other = *s;

		other.body = i & 1 ? CANON_RELAXED : CANON_SIMPLE;
		other.hash = HASH_SHA256;
		other.has_l = s->has_l && i < 2;
		size_t n = bodyhash_add(b, &other);
		struct buf text;

		buf_init(&text, 64);
		bodyhash_push(b, r->in->body);
		bodyhash_end(b);
		if (b64_encode(digest_span(bodyhash_get(b, n, NULL)), &text) ==
		    ST_OK)
			propose_value(r, buf_span(&text));
		buf_free(&text);
		bodyhash_free(b);
	}
}

/* The domains of From and of i=, in several cases, and part of either. */
static void propose_domains(struct repair *r)
{
	const struct field *from = fields_find(r->in->fields, SPAN("From"), 0);
	struct span text[2] = { from ? from->value : SPAN(""),
				r->in->sig->text_i };

	for (size_t i = 0; i < 2; i++) {
		struct span d =
			span_from(text[i], span_rfind(text[i], '@') + 1);

		d = span_head(d, span_find(d, '>'));
		for (int k = 0; k < 3 && span_find(d, '.') < d.n; k++) {
			propose_value(r, d);
			propose_cases(r, d);
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
	const char *octets; /* of which one may have been changed, or NULL */
	bool missing;	    /* try it where it is not there, too */
	bool of_body;	    /* bh= depends on it */
	bool cases;	    /* the value in another case */
} fixes[] = {
	{ "bh", NULL, propose_bh, NULL, true, true, false },
	{ "c",
	  "relaxed/relaxed|relaxed/simple|simple/relaxed|simple/simple|relaxed|"
	  "simple|Relaxed/Relaxed|Relaxed/Simple|Simple/Simple",
	  NULL, NULL, true, true, false },
	{ "l", NULL, NULL, "0123456789", false, true, false },
	{ "t", NULL, NULL, "0123456789", false, false, false },
	{ "x", NULL, NULL, "0123456789", false, false, false },
	{ "a", "rsa-sha256|ed25519-sha256|RSA-SHA256|rsa-SHA256", NULL, NULL,
	  true, false, false },
	{ "v", "1", NULL, NULL, true, false, false },
	{ "q", "dns/txt|dns|DNS/TXT", NULL, NULL, true, false, false },
	{ "d", NULL, propose_domains, NULL, true, false, true },
	{ "s", NULL, NULL, NULL, false, false, true },
	{ "i", NULL, NULL, "@.-abcdefghijklmnopqrstuvwxyz0123456789_", true,
	  false, true },
	{ "h", NULL, propose_names, ":-etaoinrsdchmlugfpbvwyxkjqzEFSTDMCR",
	  false, false, true },
};
enum { FIXES = sizeof(fixes) / sizeof(*fixes) };

/* Search R->s; what is proven is said of the tag. */
static bool solve_tags(struct repair *r, struct causes *out)
{
	struct text_machine t = { .verifies = try_value,
				  .ctx = (void *)(uintptr_t)r->in };
	struct machine m = text_machine(&t, r->in->trials);
	bool found = script_solve(&r->s, &m, TRY_ONE);
	const struct edit *e = NULL;

	if (found && script_count(&r->s, NULL, &e)) {
		struct cause *cause = causes_add(out, CAUSE_SIGNATURE, true);

		cause_add_text(cause, "tag", r->name);
		cause_add_text(cause, "original", e->put);
		if (r->value.p)
			cause_add_text(cause, "found", r->value);
	}
	text_machine_free(&t);
	script_end(&r->s);
	return found;
}

/* Row I of the fixes: whole values, or (OCTETS) one octet of the value. */
static bool fix_tag(const struct explain_input *in, size_t i, bool octets,
		    struct causes *out)
{
	struct span name = span_str(fixes[i].tag), word;
	struct span rest = span_str(fixes[i].words);
	const struct tag *tag = in->sig->tags ? tags_find(in->sig->tags, name)
					      : NULL;
	struct repair r = { .in = in, .name = name };

	if (!tag && (octets || !fixes[i].missing))
		return false;
	script_begin(&r.s, in->field->value);
	if (tag)
		r.value = tag->value;
	if (octets) {
		size_t at = (size_t)(r.value.p - r.s.text.p);

		if (fixes[i].octets && r.value.n < 300)
			script_octets(&r.s, at, at + r.value.n,
				      fixes[i].octets);
		return solve_tags(&r, out);
	}
	while (fixes[i].words && span_split(&rest, '|', &word))
		propose_value(&r, word);
	if (tag && fixes[i].cases)
		propose_cases(&r, r.value);
	if (fixes[i].propose)
		fixes[i].propose(&r);
	return solve_tags(&r, out);
}

enum fix { FIX_VALUES, FIX_DIGITS, FIX_LETTERS };

/* Those of a sort; OF_BODY: only those that say what hash the body has. */
static bool fix_tags(const struct explain_input *in, enum fix sort,
		     bool of_body, struct causes *out)
{
	bool found = false;

	for (size_t i = 0; i < FIXES && !found; i++) {
		const char *octets = fixes[i].octets;
		bool meant = sort == FIX_VALUES ||
			     (octets && ascii_digit((unsigned char)*octets) ==
						(sort == FIX_DIGITS));

		if (meant && (!of_body || fixes[i].of_body))
			found = fix_tag(in, i, sort != FIX_VALUES, out);
	}
	return found;
}

bool explain_tags(const struct explain_input *in, bool deep, struct causes *out)
{
	return deep ? fix_tags(in, FIX_LETTERS, false, out)
		    : fix_tags(in, FIX_VALUES, false, out) ||
			       fix_tags(in, FIX_DIGITS, false, out);
}

bool explain_body_tags(const struct explain_input *in, struct causes *out)
{
	return fix_tags(in, FIX_VALUES, true, out) ||
	       fix_tags(in, FIX_DIGITS, true, out);
}

/* -- b= ---------------------------------------------------------------------
 */

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
	struct text_machine t = { .verifies = try_b, .ctx = &r };
	struct machine m = text_machine(&t, in->trials);
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
	script_octets(&s, 0, plain.n,
		      "+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789=");
	bool good = script_solve(&s, &m, TRY_ONE);

	if (good)
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, true), "tag",
			       SPAN("b"));
	script_end(&s);
	text_machine_free(&t);
	buf_free(&plain);
	buf_free(&r.octets);
	return good;
}

/* sig_parse was content but for b=: with another one in its place the key can
 * be had. */
bool explain_b_syntax(const struct explain_input *in, struct causes *out)
{
	const struct tag *b =
		in->sig->tags ? tags_find(in->sig->tags, SPAN("b")) : NULL;
	const struct field now = *in->field;
	struct explain_input other = *in;
	struct buf value, raw;
	struct sig s;
	bool good = false;

	if (!b || b->value.n == 0)
		return false;
	size_t at = (size_t)(b->value.p - now.value.p);

	buf_init(&value, now.value.n + 4);
	buf_put(&value, span_head(now.value, at));
	buf_put(&value, SPAN("AAAA"));
	buf_put(&value, span_from(now.value, at + b->value.n));
	set_value(in, buf_span(&value), &raw);
	other.sig = &s;
	if (sig_parse(in->field, &s, NULL) == ST_OK) {
		struct name name;
		const struct keyset *keys = NULL;

		s.text_b = b->value;
		if (name_key(&s.s, &s.d, &name, NULL) == ST_OK)
			keys = key_record_cache_get(in->conf->keys, &name,
						    in->clock);
		for (size_t i = 0;
		     keys && keys->st == ST_OK && i < keys->n && !good; i++)
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

void tags_likely(const struct explain_input *in, struct causes *out)
{
	struct span text = span_str(in->why ? in->why->text : "");
	size_t n = span_find(text, '=');
	size_t blank = span_rfind(span_head(text, n), ' ');
	struct span tag = span_head(text, n);

	/* "bh= is not ...", "required tag d= missing" */
	if (blank < n)
		tag = span_from(tag, blank + 1);
	if (n < text.n && tag.n && tag.n < 12)
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, false), "tag",
			       tag);
}
