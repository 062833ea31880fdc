#include "keylint.h"

#include <string.h>

#include "b64.h"
#include "key_findings.h"
#include "keycorrect.h"
#include "keyknown.h"

static const struct finding_kind *const slip_findings[] = {
	[KEYREC_PEM] = &FINDING_PEM,
	[KEYREC_LINE_BREAK] = &FINDING_LINE_BREAK,
	[KEYREC_CUT] = &FINDING_CUT,
	[KEYREC_PLACEHOLDER] = &FINDING_PLACEHOLDER,
	[KEYREC_TYPOGRAPHIC] = &FINDING_TYPOGRAPHIC,
	[KEYREC_INVISIBLE] = &FINDING_INVISIBLE,
	[KEYREC_QUOTES] = &FINDING_QUOTES,
	[KEYREC_BACKSLASHES] = &FINDING_BACKSLASHES,
};

static bool is_blank(unsigned char c)
{
	return ascii_wsp(c) || c == '\r' || c == '\n';
}

static bool add_slip(struct span text, struct findings *f)
{
	enum keyrec_slip slip = keyrec_slip(text);

	if (slip != KEYREC_NO_SLIP)
		findings_mark(f, slip_findings[slip]);
	return slip != KEYREC_NO_SLIP;
}

/* A finding whose detail is WORD of the record, then AFTER. */
static void add_word(struct findings *f, const struct finding_kind *kind,
		     struct span word, const char *after)
{
	findings_add(f, kind, "%.*s%s", (int)(word.n < 60 ? word.n : 60),
		     (const char *)word.p, after);
}

/* --- the list ------------------------------------------------------------ */

/* TXT, which is not a list of tags, is not meant as a key record: a token that
 * proves something to another service, or any other text. RFC 6376 3.6.1 is
 * silent on these; verifiers pass them over. */
static bool is_token(struct span txt)
{
	struct buf key;
	struct keyrec r;
	bool token;

	keyrec_parse(txt, &r);
	buf_init(&key, LIMIT_TXT_BYTES);
	token = r.foreign && !memmem(txt.p, txt.n, "DKIM1", 5) &&
		keycorrect(txt, &key) != ST_OK;
	buf_free(&key);
	keyrec_free(&r);
	return token;
}

/* False when TXT is not a list of tags; T is the list. */
static bool lint_list(struct span txt, struct tags *t, struct findings *f)
{
	struct diag why = { 0 };

	if (span_trim(txt).n == 0)
		findings_mark(f, &FINDING_EMPTY);
	else if (txt.n > LIMIT_TXT_BYTES)
		findings_add(f, &FINDING_TOO_LONG, "more than %d bytes",
			     LIMIT_TXT_BYTES);
	else if (tags_parse(t, txt, TAGS_RECORD, &why) == ST_OK)
		return true;
	else if (t->duplicate)
		findings_add(f, &FINDING_DUPLICATE, "%s", why.text);
	else if (memchr(txt.p, '\n', txt.n) || memchr(txt.p, '\r', txt.n))
		findings_mark(f, &FINDING_LINE_BREAK);
	else if (!add_slip(txt, f) && is_token(txt))
		findings_mark(f, &FINDING_FOREIGN);
	else if (keyrec_slip(txt) == KEYREC_NO_SLIP)
		findings_add(f, &FINDING_SYNTAX, "%s", why.text);
	return false;
}

/* The record of another protocol: its own v=, and no key (v=DMARC1; p=none), or
 * none of v=, k= and p=. RFC 6376 is silent on records that are not key
 * records; they are not errors of a key, since SPF and others use TXT, too. */
static bool is_other(const struct tags *t)
{
	const struct tag *v = tags_find(t, SPAN("v"));
	const struct tag *p = tags_find(t, SPAN("p"));

	if (tags_find(t, SPAN("k")))
		return false;
	return v ? !span_ieq(span_head(v->value, 4), SPAN("DKIM")) &&
			       (!p || (p->value.n && p->value.n < 20))
		 : !p;
}

/* RFC 6376 3.6.1: v= is the first tag and exactly DKIM1. False when further
 * findings would mean nothing. */
static bool lint_version(const struct tags *t, struct findings *f)
{
	const struct tag *v = tags_find(t, SPAN("v"));
	bool exact = v && span_eq(v->value, SPAN("DKIM1"));

	if (v && !exact && add_slip(v->value, f))
		return false;
	if (is_other(t)) {
		findings_mark(f, &FINDING_FOREIGN);
		return false;
	}
	if (!v)
		findings_mark(f, &FINDING_NO_VERSION);
	else if (!exact)
		add_word(f, &FINDING_VERSION, v->value, "");
	else if (v != &t->v[0])
		findings_mark(f, &FINDING_VERSION_LATE);
	return true;
}

/* --- tags ---------------------------------------------------------------- */

/* Tags that verifiers evaluate, and others that RFC 6376 3.6.1 and RFC
 * 4870 3.2.3 define. */
static const char known_tags[] = "vkphst";
static const char other_tags[] = "ng";

static bool is_one_of(struct span name, const char *letters)
{
	return name.n == 1 && name.p[0] && strchr(letters, name.p[0]);
}

static void lint_tag_name(const struct tag *tag, struct findings *f)
{
	unsigned char low = tag->name.n == 1 ? ascii_lower(tag->name.p[0]) : 0;

	if (span_eq(tag->name, SPAN("g")))
		findings_mark(f, &FINDING_GRANULARITY);
	if (is_one_of(tag->name, known_tags)) {
		if (span_8bit(tag->value) && !add_slip(tag->value, f))
			add_word(f, &FINDING_EIGHT_BIT, tag->name, "=");
		return;
	}
	if (is_one_of(tag->name, other_tags))
		return;
	if (span_eq(tag->name, SPAN("y")))
		findings_mark(f, &FINDING_FLAG_TAG);
	else
		add_word(f,
			 is_one_of(span_of(&low, 1), known_tags)
				 ? &FINDING_TAG_CASE
				 : &FINDING_UNKNOWN_TAG,
			 tag->name, "=");
}

/* A finding for each word of TAG that is neither A nor B (case does not count).
 */
static void lint_words(const struct tag *tag, struct span a, struct span b,
		       const struct finding_kind *kind, struct findings *f)
{
	struct span rest = tag->value, word = { 0 };

	while (tag->value.n && tag_words(&rest, &word))
		if (!span_ieq(word, a) && !span_ieq(word, b))
			add_word(f, kind, word, "");
}

/* RFC 6376 3.6.1, RFC 8301 3.1. */
static void lint_hashes(const struct tag *h, const struct keyrec *r,
			struct findings *f)
{
	struct span rest = h->value, word = { 0 };
	enum hash hash;

	while (tag_words(&rest, &word))
		if (!hash_find(word, &hash))
			add_word(f, &FINDING_HASH_UNKNOWN, word, "");
	if (!(r->hashes & 1U << HASH_SHA256))
		findings_mark(f, &FINDING_HASH);
	else if (r->hashes & 1U << HASH_SHA1)
		findings_mark(f, &FINDING_HASH_SHA1);
}

static void lint_services(const struct tag *s, const struct keyrec *r,
			  struct findings *f)
{
	if (!r->email)
		add_word(f, &FINDING_SERVICE, s->value, " alone");
	else
		lint_words(s, SPAN("email"), SPAN("*"),
			   &FINDING_SERVICE_UNKNOWN, f);
}

static void lint_flags(const struct tag *t, const struct keyrec *r,
		       struct findings *f)
{
	if (r->testing)
		findings_mark(f, &FINDING_TESTING);
	if (r->strict)
		findings_mark(f, &FINDING_STRICT);
	lint_words(t, SPAN("y"), SPAN("s"), &FINDING_FLAG_UNKNOWN, f);
}

/* --- legal forms that not every verifier reads ---------------------------- */

/* The verifiers that reject a key with such a tag, where that is known. */
static const struct strict {
	char name;
	const char *word_case, *blank_equals, *blank_list;
} stricts[] = {
	{ 'v', NULL, "Exim", NULL },
	{ 'k', "dkimpy, Mail::DKIM, Haraka, go-msgauth", NULL, NULL },
	{ 'h', "Mail::DKIM, Haraka, go-msgauth, Exim", NULL, "Mail::DKIM" },
	{ 's', "", NULL, "" },
	{ 't', "", NULL, "" },
	{ 'p', NULL, "Haraka", NULL },
};

static void add_strict(struct findings *f, const struct finding_kind *kind,
		       const struct strict *s, const char *who)
{
	findings_add(f, kind, "%c=%s%s", s->name, *who ? ", by " : "", who);
}

/* WORD, of the list of tag NAME, is known and not in lower case. */
static bool is_upper(char name, struct span word)
{
	enum key_type type;
	enum hash hash;
	bool known = name == 'k'   ? key_type_find(word, &type)
		     : name == 'h' ? hash_find(word, &hash)
		     : name == 's' ? span_ieq(word, SPAN("email"))
				   : span_ieq(word, SPAN("y")) ||
					     span_ieq(word, SPAN("s"));

	for (size_t i = 0; known && i < word.n; i++)
		if (word.p[i] != ascii_lower(word.p[i]))
			return true;
	return false;
}

static bool has_blank(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_blank(s.p[i]))
			return true;
	return false;
}

static void lint_strict(const struct tags *t, struct findings *f)
{
	for (size_t i = 0; i < sizeof(stricts) / sizeof(*stricts); i++) {
		const struct strict *s = &stricts[i];
		const struct tag *tag = tags_find(
			t, span_of((const unsigned char *)&s->name, 1));
		struct span rest, word = { 0 };
		bool upper = false;

		if (!tag)
			continue;
		rest = tag->value;
		while (s->word_case && tag_words(&rest, &word))
			upper |= is_upper(s->name, word);
		if (upper)
			add_strict(f, &FINDING_WORD_CASE, s, s->word_case);
		/* "=" follows the name at once */
		if (s->blank_equals && tag->name.p + 2 != tag->whole.p)
			add_strict(f, &FINDING_BLANK_EQUALS, s,
				   s->blank_equals);
		if (s->blank_list && has_blank(tag->value))
			add_strict(f, &FINDING_BLANK_LIST, s, s->blank_list);
	}
}

/* A key type of a draft is no mistake of writing. */
static void lint_type(struct span k, struct findings *f)
{
	const char *draft = keyrec_draft(k);

	if (draft)
		findings_add(f, &FINDING_KEY_TYPE,
			     "%.*s is a key type of the draft of %s",
			     (int)(k.n < 40 ? k.n : 40), (const char *)k.p,
			     draft);
	else
		add_word(f, &FINDING_KEY_TYPE, k, "");
}

static void lint_tags(const struct tags *t, const struct keyrec *r,
		      struct findings *f)
{
	const struct tag *tag;
	enum key_type type;

	for (size_t i = 0; i < t->n; i++)
		lint_tag_name(&t->v[i], f);
	if (t->empty_spec)
		findings_mark(f, &FINDING_EMPTY_TAG);
	tag = tags_find(t, SPAN("k"));
	if (tag && !key_type_find(tag->value, &type))
		lint_type(tag->value, f);
	tag = tags_find(t, SPAN("h"));
	if (tag)
		lint_hashes(tag, r, f);
	tag = tags_find(t, SPAN("s"));
	if (tag)
		lint_services(tag, r, f);
	tag = tags_find(t, SPAN("t"));
	if (tag)
		lint_flags(tag, r, f);
	lint_strict(t, f);
}

/* --- the key ------------------------------------------------------------- */

static void put_without_blanks(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_blank(s.p[i]))
			buf_put(out, span_head(span_from(s, i), 1));
}

/* Whether p=, whose TEXT decodes to OCTETS, is written in the usual form. */
static void lint_form(struct span text, struct span octets, const struct key *k,
		      struct findings *f)
{
	struct buf usual, usual_octets;

	buf_init(&usual, LIMIT_TXT_BYTES);
	buf_init(&usual_octets, LIMIT_TXT_BYTES);
	if (key_to_p(k, &usual) == ST_OK && !span_eq(text, buf_span(&usual)) &&
	    b64_decode(buf_span(&usual), &usual_octets) == ST_OK)
		findings_mark(f, span_eq(octets, buf_span(&usual_octets))
					 ? &FINDING_PADDING
					 : &FINDING_PKCS1);
	buf_free(&usual_octets);
	buf_free(&usual);
}

static void lint_key(const struct key *k, const struct crypto *c,
		     struct findings *f)
{
	struct diag why = { 0 };
	enum status st = key_check(k, LIMIT_RSA_BITS_MIN, &why);
	const char *known = keyknown_find(k, c);

	if (st == ST_KEY_LARGE)
		findings_add(f, &FINDING_LARGE, "%s", why.text);
	else if (st != ST_OK)
		findings_add(f, &FINDING_WEAK, "%s", why.text);
	else if (key_type(k) == KEY_RSA && key_bits(k) < 2048)
		findings_add(f, &FINDING_SHORT, "%u", key_bits(k));
	if (known)
		findings_add(f, &FINDING_KNOWN, "%s", known);
}

/* Report that p= is not base64 or not a key, or that TXT or p= itself was cut
 * to the size of one string (RFC 1035 3.3), as forms of web pages do. */
static void add_no_key(struct span txt, struct span p,
		       const struct finding_kind *kind, const char *why,
		       struct findings *f)
{
	if (keyrec_cut(txt, p))
		findings_add(f, &FINDING_CUT, "%s",
			     "it ends after exactly 255 characters, the most "
			     "of one string; a longer record needs several");
	else
		findings_add(f, kind, "%s", why);
}

static void lint_p(struct span txt, const struct tags *t,
		   const struct keyrec *r, const struct crypto *c,
		   struct findings *f)
{
	const struct tag *p = tags_find(t, SPAN("p"));
	struct buf text, octets;

	if (!p || p->value.n == 0) {
		findings_mark(f, p ? &FINDING_REVOKED : &FINDING_NO_P);
		return;
	}
	buf_init(&text, LIMIT_TXT_BYTES);
	buf_init(&octets, LIMIT_TXT_BYTES);
	put_without_blanks(p->value, &text);
	if (b64_decode(buf_span(&text), &octets) != ST_OK) {
		if (!span_8bit(p->value) && !add_slip(p->value, f))
			add_no_key(txt, p->value, &FINDING_BASE64, "", f);
	} else {
		if (text.n < p->value.n)
			findings_mark(f, &FINDING_BLANKS);
		if (r->key) {
			lint_form(buf_span(&text), buf_span(&octets), r->key,
				  f);
			/* RFC 8017 3.1 */
			if (key_type(r->key) == KEY_RSA &&
			    !span_eq(key_exponent(r->key), SPAN("\x01\0\x01")))
				findings_mark(f, &FINDING_EXPONENT);
			lint_key(r->key, c, f);
		} else if (r->st == ST_KEY_LARGE) {
			findings_add(f, &FINDING_LARGE, "%s", r->why.text);
		} else if (r->st == ST_KEY_SYNTAX) {
			add_no_key(txt, p->value, &FINDING_NOT_KEY, r->why.text,
				   f);
		}
	}
	buf_free(&octets);
	buf_free(&text);
}

void keylint_record(struct span txt, const struct crypto *c, struct findings *f)
{
	struct tags t = { 0 };
	struct keyrec r;

	if (!lint_list(txt, &t, f) || !lint_version(&t, f))
		return;
	keyrec_read(&t, &r);
	lint_tags(&t, &r, f);
	lint_p(txt, &t, &r, c, f);
	keyrec_free(&r);
}
