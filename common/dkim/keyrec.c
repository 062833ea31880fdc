#include "keyrec.h"

#include <string.h>

#include "b64.h"
#include "key_der.h"

/* The tags that RFC 6376 3.6.1 defines and a verifier reads. n= is for people
 * and may hold anything; g= is for DomainKeys (RFC 4870 3.2.3), DKIM ignores it
 * (RFC 6376 C.2). */
static const char *const known_tags[] = { "v", "k", "p", "h", "s", "t" };

static enum status not_usable(struct keyrec *r, enum status st,
			      const char *what)
{
	r->st = diag_set(&r->why, st, NULL, "%s", what);
	return r->st;
}

/* --- is it a key record at all? ------------------------------------------ */

/* RFC 6376 is silent on TXT records of other protocols at the name, such as
 * "v=spf1", which a wildcard may put there: they are not counted. A record is
 * DKIM's when it has v=, k= or p=, and v= is DKIM1. The text may be no tag
 * list.
 */
static bool is_foreign(struct span txt)
{
	struct span item = { 0 };
	bool ours = false;

	while (span_split(&txt, ';', &item)) {
		size_t at = span_find(item, '=');
		struct span name = span_trim(span_head(item, at));
		struct span value = span_trim(span_from(item, at + 1));

		if (at == item.n)
			continue;
		if (span_eq(name, SPAN("v")) && !span_eq(value, SPAN("DKIM1")))
			return true;
		ours |= span_eq(name, SPAN("v")) || span_eq(name, SPAN("k")) ||
			span_eq(name, SPAN("p"));
	}
	return !ours;
}

/* --- mistakes of copying ------------------------------------------------- */

static bool contains(struct span s, const char *what)
{
	return memmem(s.p ? s.p : (const void *)"", s.n, what, strlen(what));
}

static const struct {
	const char *sign;
	enum keyrec_slip slip;
} signs[] = {
	{ "--", KEYREC_PEM },
	{ "\\010", KEYREC_LINE_BREAK },
	{ "...", KEYREC_CUT },
	{ "\xe2\x80\xa6", KEYREC_CUT },
	{ "<", KEYREC_PLACEHOLDER },
	{ "\xe2\x80\x9c", KEYREC_TYPOGRAPHIC },
	{ "\xe2\x80\x9d", KEYREC_TYPOGRAPHIC },
	{ "\xe2\x80\x9e", KEYREC_TYPOGRAPHIC },
	{ "\xe2\x80\x98", KEYREC_TYPOGRAPHIC },
	{ "\xe2\x80\x99", KEYREC_TYPOGRAPHIC },
	{ "\xc2\xa0", KEYREC_INVISIBLE },
	{ "\xe2\x80\x8b", KEYREC_INVISIBLE },
	{ "\xe2\x80\x8c", KEYREC_INVISIBLE },
	{ "\xe2\x80\x8d", KEYREC_INVISIBLE },
	{ "\xef\xbb\xbf", KEYREC_INVISIBLE },
	{ "\"", KEYREC_QUOTES },
	{ "\\", KEYREC_BACKSLASHES },
};

static const char *const hints[] = {
	[KEYREC_NO_SLIP] = NULL,
	[KEYREC_PEM] = "p= holds PEM lines; only the base64 between them "
		       "belongs there",
	[KEYREC_LINE_BREAK] = "p= holds \"\\010\": a line break was pasted "
			      "into the record",
	[KEYREC_CUT] = "p= is cut short with an ellipsis",
	[KEYREC_PLACEHOLDER] = "p= still holds the placeholder of some "
			       "instructions",
	[KEYREC_TYPOGRAPHIC] = "typographic quotes are part of the record",
	[KEYREC_INVISIBLE] = "a zero-width or non-breaking space is part of "
			     "the record",
	[KEYREC_QUOTES] = "quotes are part of the record: its strings were "
			  "pasted as one with their quotes",
	[KEYREC_BACKSLASHES] = "backslashes are part of the record: the "
			       "escapes of a zone file were published",
};

enum keyrec_slip keyrec_slip(struct span text)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (contains(text, signs[i].sign))
			return signs[i].slip;
	return span_starts(text, SPAN("'")) ? KEYREC_QUOTES : KEYREC_NO_SLIP;
}

static const char *hint_of(struct span text)
{
	return hints[keyrec_slip(text)];
}

/* --- tags ---------------------------------------------------------------- */

/* RFC 6376 3.2: no 8-bit octets in a tag that is read. */
static bool eight_bit(const struct tags *t)
{
	for (size_t i = 0; i < sizeof(known_tags) / sizeof(*known_tags); i++) {
		const struct tag *tag = tags_find(t, span_str(known_tags[i]));

		if (tag && span_8bit(tag->value))
			return true;
	}
	return false;
}

/* The tag list, and v= (RFC 6376 3.2, 3.6.1). */
static enum status read_list(struct span txt, struct tags *t, struct keyrec *r)
{
	const struct tag *v;

	if (txt.n > LIMIT_TXT_BYTES) {
		r->st = diag_set(&r->why, ST_KEY_SYNTAX, "RFC 6376 8.8",
				 "the record has more than %d bytes",
				 LIMIT_TXT_BYTES);
		return r->st;
	}
	r->foreign = is_foreign(txt);
	if (tags_parse(t, txt, TAGS_RECORD, &r->why) != ST_OK) {
		r->st = ST_KEY_SYNTAX;
		if (!r->foreign && hint_of(txt))
			return not_usable(r, ST_KEY_SYNTAX, hint_of(txt));
		return r->st;
	}
	if (t->empty_spec)
		r->notes |= KEYREC_EMPTY_TAG;
	v = tags_find(t, SPAN("v"));
	if (v && !span_eq(v->value, SPAN("DKIM1")))
		return not_usable(r, ST_KEY_SYNTAX,
				  span_eq(v->value, SPAN("DKIM1\\"))
					  ? hints[KEYREC_BACKSLASHES]
					  : "v= is not \"DKIM1\"");
	/* LENIENT: v= after other tags, where 6.1.2 step 5 would permit to
	 * refuse; verifiers agree to accept it (tests/unit/keyrec.c) */
	if (v && v != &t->v[0])
		r->notes |= KEYREC_VERSION_NOT_FIRST;
	if (eight_bit(t))
		return not_usable(r, ST_KEY_SYNTAX, "a byte that is not ASCII");
	return ST_OK;
}

const char *keyrec_draft(struct span k)
{
	return span_ieq(span_head(k, 5), SPAN("mldsa"))
		       ? "DKIM2 (draft-ietf-dkim-dkim2-spec)"
		       : NULL;
}

/* RFC 6376 3.6.1 k=: a type that is not known is not of DKIM, or misspelled. */
static enum status other_type(struct keyrec *r, struct span k)
{
	enum { SHOWN = 40 };
	const char *draft = keyrec_draft(k);

	r->st = diag_set(&r->why, ST_KEY_UNSUITABLE, "RFC 6376 3.6.1",
			 "k=%.*s is a key type %s%s%s",
			 (int)(k.n < SHOWN ? k.n : SHOWN), (const char *)k.p,
			 draft ? "of the draft of " : "that is not known",
			 draft ? draft : "", draft ? ", not of DKIM" : "");
	return r->st;
}

bool keyrec_cut(struct span txt, struct span p)
{
	enum { STRING_MOST = 255 };

	return txt.n == STRING_MOST || p.n == STRING_MOST;
}

/* RFC 6376 3.6.1 k=, p=. */
static enum status read_p(const struct tags *t, struct keyrec *r)
{
	const struct tag *p = tags_find(t, SPAN("p"));
	const struct tag *k = tags_find(t, SPAN("k"));
	struct buf octets;

	if (!p)
		return not_usable(r, ST_KEY_SYNTAX, "no p= tag");
	if (p->value.n == 0)
		return r->st = ST_KEY_REVOKED;
	if (k && !key_type_find(k->value, &r->type))
		return other_type(r, k->value);
	if (p->value.n > LIMIT_P_CHARS) {
		r->st = diag_set(
			&r->why,
			r->type == KEY_RSA ? ST_KEY_LARGE : ST_KEY_SYNTAX,
			"RFC 6376 8.8", "p= has more than %d characters",
			LIMIT_P_CHARS);
		return r->st;
	}
	buf_init(&octets, LIMIT_P_CHARS);
	if (b64_decode(p->value, &octets) != ST_OK)
		not_usable(r, ST_KEY_SYNTAX,
			   hint_of(p->value) ? hint_of(p->value)
					     : "p= is not base64");
	else
		r->st = key_from_p(r->type, buf_span(&octets), &r->key,
				   &r->why);
	buf_free(&octets);
	return r->st;
}

static const struct keyrec nothing = { .type = KEY_RSA, .email = true };

static void read_tags(const struct tags *t, struct keyrec *out)
{
	struct span h = tags_value(t, "h"), s = tags_value(t, "s");
	struct span flags = tags_value(t, "t"), g = tags_value(t, "g"), word;
	enum hash hash;

	/* RFC 6376 3.6.1: names that are not known are ignored in each list; an
	 * empty h= allows nothing */
	out->has_hashes = h.p != NULL;
	while (tag_words(&h, &word))
		if (hash_find(word, &hash))
			out->hashes |= 1U << hash;
	out->email = !s.p;
	while (tag_words(&s, &word))
		out->email |= span_eq(word, SPAN("*")) ||
			      span_ieq(word, SPAN("email"));
	while (tag_words(&flags, &word)) {
		out->testing |= span_ieq(word, SPAN("y"));
		out->strict |= span_ieq(word, SPAN("s"));
	}
	if (g.n) {
		buf_init(&out->granularity, g.n);
		buf_put(&out->granularity, g);
	}
	/* its status says what is wrong */
	status_ignore(read_p(t, out));
}

void keyrec_parse(struct span txt, struct keyrec *out)
{
	struct tags t;

	*out = nothing;
	if (read_list(txt, &t, out) != ST_OK)
		return;
	read_tags(&t, out);
	if (out->st == ST_KEY_SYNTAX && keyrec_cut(txt, tags_value(&t, "p")))
		not_usable(out, ST_KEY_SYNTAX,
			   "the key is cut off: it ends after exactly 255 "
			   "characters, the most of one string; a longer "
			   "record needs several");
}

void keyrec_read(const struct tags *t, struct keyrec *out)
{
	*out = nothing;
	read_tags(t, out);
}

void keyrec_free(struct keyrec *r)
{
	key_free(r->key);
	r->key = NULL;
	buf_free(&r->granularity);
	buf_free(&r->text);
}

enum status keyrec_allows(const struct keyrec *r, enum key_type type,
			  enum hash hash, struct diag *why)
{
	if (r->st != ST_OK) {
		if (why)
			*why = r->why;
		return r->st;
	}
	if (!r->email)
		return diag_set(why, ST_KEY_SERVICE, NULL, "%s", "");
	if (r->has_hashes && !(r->hashes & 1U << hash))
		return diag_set(why, ST_KEY_HASH, NULL,
				"h= of the key record does not allow %s",
				hash_word(hash));
	if (r->type != type)
		return diag_set(why, ST_KEY_UNSUITABLE, NULL,
				"the key is %s, a= says %s",
				key_type_word(r->type), key_type_word(type));
	return ST_OK;
}
