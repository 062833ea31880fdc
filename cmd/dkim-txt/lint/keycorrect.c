#include "keycorrect.h"

#include <string.h>

#include "b64.h"
#include "key_der.h"

/* --- the text as a list of tags ------------------------------------------ */

struct item {
	struct span name, value;
};

struct list {
	struct item v[LIMIT_TAGS];
	size_t n;
};

/* Octets of the typographic quote or invisible character that begins S, or 0.
 */
static size_t typographic(struct span s)
{
	static const char *const signs[] = {
		"\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9c", "\xe2\x80\x9d",
		"\xe2\x80\x9e", "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
		"\xef\xbb\xbf", "\xc2\xa0",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (span_starts(s, span_str(signs[i])))
			return strlen(signs[i]);
	return 0;
}

/* Octets of the PEM line that begins S ("-----BEGIN PUBLIC KEY-----", with two
 * or more hyphens at either end), or 0. */
static size_t pem_line(struct span s)
{
	size_t at = 0, end;

	while (at < s.n && s.p[at] == '-')
		at++;
	if (at < 2)
		return 0;
	end = at + span_find(span_from(s, at), '-');
	if (end == s.n || !(span_starts(span_from(s, at), SPAN("BEGIN ")) ||
			    span_starts(span_from(s, at), SPAN("END "))))
		return 0;
	while (end < s.n && s.p[end] == '-')
		end++;
	return end;
}

/* Octets of the escape that begins S, or 0: \DDD, of which OUT gets the
 * character if it is text, or a backslash, which is left out. */
static size_t take_escape(struct span s, struct buf *out)
{
	unsigned char c;

	if (s.p[0] != '\\')
		return 0;
	if (s.n < 4 || !ascii_digit(s.p[1]) || !ascii_digit(s.p[2]) ||
	    !ascii_digit(s.p[3]))
		return 1;
	c = (unsigned char)((s.p[1] - '0') * 100 + (s.p[2] - '0') * 10 +
			    s.p[3] - '0');
	if (c >= ' ' && c < 0x7f && c != '"')
		buf_put(out, span_of(&c, 1));
	return 4;
}

/* S without escapes, quotes, line breaks and PEM lines. */
static void put_clean(struct span s, struct buf *out)
{
	if (span_starts(s, SPAN("'")))
		s = span_from(s, 1);
	if (span_ends(s, SPAN("'")))
		s = span_head(s, s.n - 1);
	while (s.n) {
		size_t n = typographic(s);

		n = n ? n : pem_line(s);
		n = n ? n : take_escape(s, out);
		if (!n && s.p[0] != '"' && s.p[0] != '\r' && s.p[0] != '\n')
			buf_put(out, span_head(s, 1));
		s = span_from(s, n ? n : 1);
	}
}

static struct item *find_item(struct list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i].name, span_str(name)))
			return &l->v[i];
	return NULL;
}

/* Add one item to the list; false when it cannot be known what was meant. */
static bool add_item(struct list *l, struct span text)
{
	size_t at = span_find(text, '=');
	struct item it = { span_trim(span_head(text, at)),
			   span_trim(span_from(text, at + 1)) };
	const struct item *before;

	if (at == text.n)
		return span_trim(text).n == 0;
	/* seen in the wild: p=DKIM1 for v=DKIM1 */
	if (span_eq(it.name, SPAN("p")) && span_eq(it.value, SPAN("DKIM1")))
		it.name = SPAN("v");
	for (size_t i = 0; i < l->n; i++) {
		before = &l->v[i];
		if (span_eq(before->name, it.name))
			return span_eq(before->value, it.value);
	}
	if (l->n == LIMIT_TAGS)
		return false;
	l->v[l->n++] = it;
	return true;
}

/* Make P= p= where there is no p=, and so on. */
static void lower_names(struct list *l)
{
	static const char *const names[] = { "v", "k", "p", "h", "s", "t" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t j = 0; j < l->n && !find_item(l, names[i]); j++)
			if (span_ieq(l->v[j].name, span_str(names[i])))
				l->v[j].name = span_str(names[i]);
}

static bool split_items(struct span text, struct list *l)
{
	struct span item = { 0 };

	while (span_split(&text, ';', &item))
		if (!add_item(l, item))
			return false;
	lower_names(l);
	return l->n > 0;
}

/* --- the values ---------------------------------------------------------- */

/* The key that TEXT is as base64, of whichever type, or NULL. */
static struct key *read_key(struct span text)
{
	struct key *k = NULL;
	struct buf octets;
	struct span der;

	buf_init(&octets, LIMIT_TXT_BYTES);
	if (b64_decode(text, &octets) == ST_OK) {
		der = buf_span(&octets);
		/* an Ed25519 key in a SubjectPublicKeyInfo is its last 32 */
		if (key_from_p(KEY_RSA, der, &k, NULL) != ST_OK &&
		    (der.n == 32 || der.n == 44))
			status_ignore(key_from_p(KEY_ED25519,
						 span_from(der, der.n - 32), &k,
						 NULL));
	}
	buf_free(&octets);
	return k;
}

/* The flags of t= and services of s= that have an effect; of h= sha256 alone.
 * An s= without any of them stays, as the key is then not for mail. */
static void put_words(const struct item *it, struct buf *out)
{
	static const char *const flags[] = { "y", "s" };
	static const char *const services[] = { "email", "*" };
	bool service = span_eq(it->name, SPAN("s"));
	const char *const *known = service ? services : flags;
	struct span rest = it->value, word = { 0 };
	size_t before = out->n;

	if (span_eq(it->name, SPAN("h"))) {
		buf_put(out, SPAN("h=sha256; "));
		return;
	}
	while (rest.n && tag_words(&rest, &word))
		for (size_t i = 0; i < 2; i++)
			if (span_ieq(word, span_str(known[i])))
				buf_putf(out, "%s%s",
					 out->n > before ? ":"
					 : service	 ? "s="
							 : "t=",
					 known[i]);
	if (service && out->n == before) {
		buf_put(out, SPAN("s="));
		buf_put(out, it->value);
	}
	if (out->n > before)
		buf_put(out, SPAN("; "));
}

static void put_item(const struct item *it, struct buf *out)
{
	static const char *const left_out[] = { "v", "k", "p", "g", "y" };

	for (size_t i = 0; i < sizeof(left_out) / sizeof(*left_out); i++)
		if (span_eq(it->name, span_str(left_out[i])))
			return;
	if (span_eq(it->name, SPAN("t")) || span_eq(it->name, SPAN("s")) ||
	    span_eq(it->name, SPAN("h"))) {
		put_words(it, out);
		return;
	}
	buf_put(out, it->name);
	buf_put(out, SPAN("="));
	buf_put(out, it->value);
	buf_put(out, SPAN("; "));
}

/* The record with the tags of L; false when its key cannot be known. */
static bool put_list(struct list *l, struct buf *out)
{
	const struct item *v = find_item(l, "v"), *k = find_item(l, "k");
	const struct item *p = find_item(l, "p");
	struct key *key = p ? read_key(p->value) : NULL;
	bool known = p && (key || p->value.n == 0);

	if (v && !span_ieq(span_head(v->value, 5), SPAN("DKIM1")))
		known = false;
	if (known) {
		buf_put(out, SPAN("v=DKIM1; "));
		for (size_t i = 0; i < l->n; i++)
			put_item(&l->v[i], out);
		if (key && (k || key_type(key) != KEY_RSA))
			buf_putf(out, "k=%s; ", key_type_word(key_type(key)));
		buf_put(out, SPAN("p="));
		if (key && key_to_p(key, out) != ST_OK)
			known = false;
	}
	key_free(key);
	return known;
}

bool keycorrect_good(struct span txt)
{
	struct keyrec r;
	bool good;

	keyrec_parse(txt, &r);
	good = (r.st == ST_OK || r.st == ST_KEY_REVOKED) && r.email &&
	       !r.foreign &&
	       (!r.key || key_check(r.key, LIMIT_RSA_BITS_MIN, NULL) == ST_OK);
	keyrec_free(&r);
	return good;
}

enum status keycorrect(struct span txt, struct buf *out)
{
	struct list l = { 0 };
	struct buf clean, text;
	struct keyrec r;
	struct key *alone;
	bool good = false;

	if (txt.n > LIMIT_TXT_BYTES)
		return ST_KEY_SYNTAX;
	buf_init(&clean, LIMIT_TXT_BYTES);
	/* what is added is short: v=, k=, 24 octets around a key */
	buf_init(&text, 2 * (size_t)LIMIT_TXT_BYTES + 256);
	keyrec_parse(txt, &r);
	/* n= of a good record may have quotes and backslashes */
	if (r.st != ST_KEY_SYNTAX)
		good = split_items(txt, &l);
	keyrec_free(&r);
	alone = read_key(txt);
	if (alone) {
		/* the value of p= alone was published */
		l = (struct list){ .v = { { SPAN("p"), txt } }, .n = 1 };
		good = true;
		key_free(alone);
	}
	if (!good) {
		put_clean(txt, &clean);
		l.n = 0;
		good = split_items(buf_span(&clean), &l);
	}
	if (good && put_list(&l, &text) && !span_eq(buf_span(&text), txt)) {
		good = keycorrect_good(buf_span(&text)) &&
		       buf_add(out, buf_span(&text)) == ST_OK;
	} else {
		good = false;
	}
	buf_free(&text);
	buf_free(&clean);
	return good ? ST_OK : ST_KEY_SYNTAX;
}
