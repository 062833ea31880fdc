#include "tag.h"

#include <string.h>

/* A scan of a tag list. Each rule of the grammar (RFC 6376 3.2) is one of the
 * functions below and moves `at` past what it matched. */
struct scan {
	struct span list;
	size_t at;
	enum tags_kind kind;
};

static unsigned char octet_at(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->list.n ? s->list.p[s->at + ahead] : 0;
}

/* *WSP CRLF 1*WSP or 1*WSP (RFC 6376 2.8 FWS); false where there is neither. */
static bool fws(struct scan *s)
{
	size_t i = 0;

	if (octet_at(s, 0) > ' ')
		return false;
	while (ascii_wsp(octet_at(s, i)))
		i++;
	if (octet_at(s, i) == '\r' && octet_at(s, i + 1) == '\n' &&
	    ascii_wsp(octet_at(s, i + 2))) {
		i += 3;
		while (ascii_wsp(octet_at(s, i)))
			i++;
	}
	s->at += i;
	return i > 0;
}

static void any_fws(struct scan *s)
{
	while (fws(s))
		;
}

/* ALPHA *( ALPHA / DIGIT / "_" ) */
static bool tag_name(struct scan *s, struct span *name)
{
	size_t from = s->at;

	if (!ascii_alpha(octet_at(s, 0)))
		return false;
	while (ascii_alpha(octet_at(s, 0)) || ascii_digit(octet_at(s, 0)) ||
	       octet_at(s, 0) == '_')
		s->at++;
	*name = span_of(s->list.p + from, s->at - from);
	return true;
}

/* %x21-3A / %x3C-7E, and 8-bit as tags_kind says */
static bool value_char(struct scan *s)
{
	unsigned char c = octet_at(s, 0);
	uint32_t point;
	size_t n = 1;

	if (s->at >= s->list.n || c == ';' || c <= ' ' || c == 0x7f)
		return false;
	if (c >= 0x80 && s->kind == TAGS_SIGNATURE)
		n = span_utf8(span_from(s->list, s->at), &point);
	s->at += n;
	return n > 0;
}

/* How many of the eight bytes at P from the first on are %x21-3A / %x3C-7E. */
static size_t usual_chars(const unsigned char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t tops = UINT64_C(0x80) * ones;
	uint64_t c, low;
	size_t n = 0;

	memcpy(&c, p, sizeof(c));
	/* the top bit of a byte: it is of another kind. Below 0x80 no byte
	 * borrows from or carries to its neighbour. */
	low = c & ~tops;
	c |= ~(low + (0x80 - 0x21) * ones);	  /* up to 0x20 */
	c |= low + ones;			  /* 0x7f */
	c |= ~((low ^ ';' * ones) + 0x7f * ones); /* ";" */
	if (!(c & tops))
		return sizeof(c);
	while (p[n] > ' ' && p[n] < 0x7f && p[n] != ';')
		n++;
	return n;
}

/* As many tval characters as there are. */
static void value_chars(struct scan *s)
{
	do {
		/* the usual ones, without a call for each */
		size_t n = 8;

		while (n == 8 && s->list.n - s->at >= 8) {
			n = usual_chars(s->list.p + s->at);
			s->at += n;
		}
	} while (value_char(s));
}

/* [ tval *( 1*(WSP / FWS) tval ) [FWS] ]: a value, with the FWS after it */
static void tag_value(struct scan *s, struct span *value)
{
	size_t from = s->at, end = s->at;

	for (;;) {
		size_t start = s->at;

		value_chars(s);
		if (s->at > start)
			end = s->at;
		if (end == from)
			break; /* empty: the FWS before it was all */
		size_t before = s->at;

		any_fws(s);
		if (s->at == before)
			break;
		size_t gap = s->at;

		if (value_char(s)) {
			end = s->at;
			continue;
		}
		/* nothing follows: one FWS at most may end the value */
		s->at = before;
		fws(s);
		if (s->at != gap)
			return; /* the rest is seen as an error by the caller */
		break;
	}
	*value = span_of(s->list.p + from, end - from);
}

static enum status bad_list(const struct scan *s, struct diag *why,
			    const char *what)
{
	if (s->at >= s->list.n)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.2",
				"%s at the end of the tag list", what);
	return diag_set(why, ST_SYNTAX, "RFC 6376 3.2",
			"%s at byte %zu of the tag list (0x%02x)", what, s->at,
			octet_at(s, 0));
}

static enum status tag_spec(struct scan *s, struct tag *tag, struct diag *why)
{
	*tag = (struct tag){ 0 };
	fws(s);
	if (!tag_name(s, &tag->name))
		return bad_list(s, why, "no tag name");
	fws(s);
	if (octet_at(s, 0) != '=')
		return bad_list(s, why, "no \"=\" after the tag name");
	size_t from = ++s->at;

	fws(s);
	tag->value = span_of(s->list.p + s->at, 0);
	tag_value(s, &tag->value);
	tag->whole = span_of(s->list.p + from, s->at - from);
	if (s->at < s->list.n && octet_at(s, 0) != ';')
		return bad_list(s, why, "octet not allowed in a tag value");
	return ST_OK;
}

/* LENIENT: an empty tag-spec (";;") is skipped in a DNS record, since
 * publishers write it, but not in a signature (RFC 6376 6.1.1;
 * tests/unit/tag.c). */
static bool empty_spec(struct scan *s)
{
	size_t before = s->at;

	any_fws(s);
	if (s->kind == TAGS_RECORD && octet_at(s, 0) == ';')
		return true;
	s->at = before;
	return false;
}

static bool list_ends(struct scan *s)
{
	size_t before = s->at;

	any_fws(s);
	if (s->at == s->list.n)
		return true;
	s->at = before;
	return false;
}

enum status tags_parse(struct tags *t, struct span list, enum tags_kind kind,
		       struct diag *why)
{
	struct scan s = { list, 0, kind };
	struct tag tag;

	t->n = 0;
	t->empty_spec = t->duplicate = false;
	for (;;) {
		if (empty_spec(&s)) {
			t->empty_spec = true;
			s.at++;
		} else {
			enum status st = tag_spec(&s, &tag, why);

			if (st != ST_OK)
				return st;
			t->duplicate = tags_find(t, tag.name);
			if (t->duplicate)
				return diag_set(why, ST_SYNTAX, "RFC 6376 3.2",
						"tag %.*s= occurs twice",
						(int)tag.name.n,
						(const char *)tag.name.p);
			if (t->n == LIMIT_TAGS)
				return diag_set(why, ST_SYNTAX, "RFC 6376 8.9",
						"more than %d tags",
						LIMIT_TAGS);
			t->v[t->n++] = tag;
			if (s.at < list.n)
				s.at++; /* the ";" */
			else
				return ST_OK;
		}
		if (list_ends(&s))
			break;
	}
	if (t->n == 0)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.2",
				"the tag list is empty");
	return ST_OK;
}

const struct tag *tags_find(const struct tags *t, struct span name)
{
	for (size_t i = 0; i < t->n; i++)
		if (span_eq(t->v[i].name, name))
			return &t->v[i];
	return NULL;
}

struct span tags_value(const struct tags *t, const char *name)
{
	const struct tag *tag = tags_find(t, span_str(name));

	return tag ? tag->value : (struct span){ 0 };
}

bool tag_words(struct span *rest, struct span *word)
{
	if (!span_split(rest, ':', word))
		return false;
	*word = span_trim(*word);
	return true;
}

bool tag_unquote_any(struct span text, struct buf *out)
{
	buf_init(out, text.n);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];

		if (ascii_wsp(c) || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			int high = i + 2 < text.n ? ascii_hex(text.p[i + 1])
						  : -1;
			int low = i + 2 < text.n ? ascii_hex(text.p[i + 2])
						 : -1;

			if (high < 0 || low < 0)
				return false;
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		buf_put(out, span_of(&c, 1));
	}
	return true;
}

bool tag_unquote(struct span text, struct buf *out)
{
	if (!tag_unquote_any(text, out))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] < ' ' || out->p[i] == 0x7f)
			return false;
	return span_is_utf8(buf_span(out)); /* RFC 8616 5 */
}
