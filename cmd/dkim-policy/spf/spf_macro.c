#include "spf_macro.h"

#include <stdlib.h>
#include <string.h>

/* One of "%%", "%_", "%-" or "%{...}" (RFC 7208 7.1). */
struct macro {
	unsigned char letter; /* lower case; or '%', '_', '-' */
	bool escape;	      /* the letter was upper case */
	bool reverse;
	unsigned keep; /* right-most parts; 0: all of them */
	struct span delimiters;
};

static bool is_delimiter(unsigned char c)
{
	return span_find(SPAN(".-+,/_="), c) < 7;
}

/* Digits above what any text can have in parts mean all parts. */
static bool parse_keep(struct span *s, unsigned *keep)
{
	bool digits = false;

	*keep = 0;
	for (; s->n && ascii_digit(s->p[0]); *s = span_from(*s, 1)) {
		digits = true;
		if (*keep < 100000)
			*keep = *keep * 10 + (s->p[0] - (unsigned)'0');
	}
	return !digits || *keep > 0;
}

/* The text between the braces. */
static bool parse_braces(struct span s, struct macro *out)
{
	if (s.n == 0)
		return false;
	*out = (struct macro){ .letter = ascii_lower(s.p[0]) };
	out->escape = out->letter != s.p[0];
	if (span_find(SPAN("slodiphvcrt"), out->letter) == 11)
		return false;
	s = span_from(s, 1);
	if (!parse_keep(&s, &out->keep))
		return false;
	if (s.n && ascii_lower(s.p[0]) == 'r') {
		out->reverse = true;
		s = span_from(s, 1);
	}
	for (size_t i = 0; i < s.n; i++)
		if (!is_delimiter(s.p[i]))
			return false;
	out->delimiters = s.n ? s : SPAN(".");
	return true;
}

/* Cut the macro off the beginning of *S; false if it is not valid. */
static bool next_macro(struct span *s, struct macro *out)
{
	size_t close;

	if (s->n < 2)
		return false;
	if (s->p[1] != '{') {
		*out = (struct macro){ .letter = s->p[1] };
		*s = span_from(*s, 2);
		return span_find(SPAN("%_-"), out->letter) < 3;
	}
	close = span_find(*s, '}');
	if (close == s->n ||
	    !parse_braces(span_from(span_head(*s, close), 2), out))
		return false;
	*s = span_from(*s, close + 1);
	return true;
}

bool spf_macro_check(struct span text, enum spf_macro_where where)
{
	struct macro m;

	while (text.n) {
		unsigned char c = text.p[0];

		if (c != '%') {
			if (c < ' ' || c > '~' ||
			    (c == ' ' && where == SPF_IN_DOMAIN))
				return false;
			text = span_from(text, 1);
			continue;
		}
		if (!next_macro(&text, &m))
			return false;
		if (where == SPF_IN_DOMAIN &&
		    span_find(SPAN("crt"), m.letter) < 3)
			return false;
	}
	return true;
}

/* RFC 7208 7.1 toplabel: letters, digits and inner hyphens, not only digits. */
static bool is_top_label(struct span s)
{
	bool digits_only = true;

	if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) &&
		    s.p[i] != '-')
			return false;
		digits_only = digits_only && ascii_digit(s.p[i]);
	}
	return !digits_only;
}

/* TEXT ends in a macro. Only a scan from the beginning shows it: "%%}". */
static bool ends_in_macro(struct span text)
{
	struct macro m;

	while (text.n) {
		if (text.p[0] != '%')
			text = span_from(text, 1);
		else if (!next_macro(&text, &m))
			return false;
		else if (text.n == 0)
			return true;
	}
	return false;
}

bool spf_macro_check_domain(struct span text)
{
	size_t dot;

	if (!spf_macro_check(text, SPF_IN_DOMAIN))
		return false;
	if (ends_in_macro(text))
		return true;
	if (span_ends(text, SPAN(".")))
		text.n--;
	dot = span_rfind(text, '.');
	return dot < text.n && is_top_label(span_from(text, dot + 1));
}

bool spf_macro_uses(struct span text, unsigned char letter)
{
	struct macro m;

	while (text.n) {
		if (text.p[0] != '%')
			text = span_from(text, 1);
		else if (!next_macro(&text, &m))
			return false;
		else if (m.letter == letter)
			return true;
	}
	return false;
}

/* --- expansion ----------------------------------------------------------- */

/* Only the last 253 bytes of a domain count (7.3), so that macros cannot make
 * it large. */
enum { DOMAIN_MAX = 253, DOMAIN_ROOM = 8 * 1024 };

static void cut_left(struct buf *b)
{
	size_t at = b->n - DOMAIN_MAX;

	/* 7.3: whole labels are removed, with their dots */
	while (at < b->n && b->p[at - 1] != '.')
		at++;
	memmove(b->p, b->p + at, b->n - at);
	b->n -= at;
}

static enum status add_text(struct buf *out, enum spf_macro_where where,
			    struct span s)
{
	if (where == SPF_IN_DOMAIN && out->n + s.n > out->max &&
	    out->n > 2 * DOMAIN_MAX) {
		/* bytes that may be needed for a whole label */
		size_t drop = out->n - 2 * DOMAIN_MAX;

		memmove(out->p, out->p + drop, out->n - drop);
		out->n -= drop;
	}
	return buf_add(out, s);
}

static void put_nibbles(const struct ip *ip, struct buf *out)
{
	for (size_t i = 0; i < 16; i++)
		buf_putf(out, "%s%X.%X", i ? "." : "", ip->b[i] >> 4,
			 ip->b[i] & 15U);
}

static void put_address(const struct ip *ip, struct buf *out)
{
	if (ip->v6)
		put_nibbles(ip, out);
	else
		ip_format(ip, out);
}

/* Append the text of LETTER, before it is split. */
static enum status letter_text(unsigned char letter, const struct spf_macros *m,
			       struct buf *out)
{
	enum status st;

	switch (letter) {
	case 's':
		st = buf_add(out, m->local);
		if (st == ST_OK)
			st = buf_addc(out, '@');
		return st == ST_OK ? buf_add(out, m->sender_domain) : st;
	case 'l':
		return buf_add(out, m->local);
	case 'o':
		return buf_add(out, m->sender_domain);
	case 'd':
		return buf_add(out, m->domain);
	case 'h':
		return buf_add(out, m->helo);
	case 'p':
		return buf_add(out, m->validated);
	case 'r':
		return buf_add(out, m->receiver);
	case 'i':
		put_address(&m->ip, out);
		return ST_OK;
	case 'c':
		ip_format(&m->ip, out);
		return ST_OK;
	case 'v':
		return buf_add(out, m->ip.v6 ? SPAN("ip6") : SPAN("in-addr"));
	case 't':
		return buf_addf(out, "%lld", (long long)m->now);
	default: /* the parser knows no others */
		return ST_BUG;
	}
}

static struct span *split_parts(struct span text, struct span delimiters,
				size_t *n)
{
	struct span *parts;
	size_t start = 0;

	*n = 1;
	for (size_t i = 0; i < text.n; i++)
		*n += span_find(delimiters, text.p[i]) < delimiters.n;
	parts = mem_array(NULL, *n, sizeof(*parts));
	*n = 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n &&
		    span_find(delimiters, text.p[i]) == delimiters.n)
			continue;
		parts[(*n)++] = span_from(span_head(text, i), start);
		start = i + 1;
	}
	return parts;
}

/* 7.3: what RFC 3986 2.3 calls unreserved stays. */
static enum status add_escaped(struct span s, struct buf *out)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < s.n && st == ST_OK; i++) {
		unsigned char c = s.p[i];

		st = ascii_alpha(c) || ascii_digit(c) ||
				     span_find(SPAN("-._~"), c) < 4
			     ? buf_addc(out, c)
			     : buf_addf(out, "%%%02X", c);
	}
	return st;
}

static enum status transform(struct span text, const struct macro *m,
			     struct buf *out)
{
	size_t n, first;
	struct span *parts = split_parts(text, m->delimiters, &n);
	enum status st = ST_OK;

	first = m->keep && m->keep < n ? n - m->keep : 0;
	/* parts are counted after the reversal */
	for (size_t i = first; i < n && st == ST_OK; i++) {
		struct span part = parts[m->reverse ? n - 1 - i : i];

		if (i > first)
			st = buf_addc(out, '.');
		if (st == ST_OK)
			st = m->escape ? add_escaped(part, out)
				       : buf_add(out, part);
	}
	free(parts);
	return st;
}

static enum status expand_one(const struct macro *m, enum spf_macro_where where,
			      const struct spf_macros *values, struct buf *out)
{
	static const char *const literal[] = { "%", " ", "%20" };
	size_t which = span_find(SPAN("%_-"), m->letter);
	struct buf text, parts;
	enum status st;

	if (which < 3)
		return add_text(out, where, span_str(literal[which]));
	buf_init(&text, DOMAIN_ROOM);
	buf_init(&parts, (size_t)3 * DOMAIN_ROOM);
	st = letter_text(m->letter, values, &text);
	if (st == ST_OK)
		st = transform(buf_span(&text), m, &parts);
	if (st == ST_OK)
		st = add_text(out, where, buf_span(&parts));
	buf_free(&text);
	buf_free(&parts);
	return st;
}

static enum status expand_text(struct span text, enum spf_macro_where where,
			       const struct spf_macros *m, struct buf *out)
{
	enum status st = ST_OK;
	struct macro macro;

	while (text.n && st == ST_OK) {
		size_t n = span_find(text, '%');

		if (n) {
			st = add_text(out, where, span_head(text, n));
			text = span_from(text, n);
		} else if (next_macro(&text, &macro)) {
			st = expand_one(&macro, where, m, out);
		} else {
			return ST_SYNTAX;
		}
	}
	return st;
}

enum status spf_macro_expand(struct span text, enum spf_macro_where where,
			     const struct spf_macros *m, struct buf *out)
{
	struct buf domain;
	enum status st;

	if (where == SPF_IN_EXPLANATION)
		return expand_text(text, where, m, out);
	/* room for the text, a macro's value and what is kept before it */
	buf_init(&domain, text.n + (size_t)4 * DOMAIN_ROOM);
	st = expand_text(text, where, m, &domain);
	if (st == ST_OK && span_ends(buf_span(&domain), SPAN(".")))
		domain.n--;
	if (st == ST_OK && domain.n > DOMAIN_MAX)
		cut_left(&domain);
	if (st == ST_OK)
		st = buf_add(out, buf_span(&domain));
	buf_free(&domain);
	return st;
}
