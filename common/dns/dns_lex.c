#include "dns_lex.h"

#include <string.h>

static const char unclosed[] = "a string without its closing quote";

/* Where a reader of master files stands, RFC 1035 5.1. */
struct lexer {
	size_t at, opened; /* opened: the quote or the outer parenthesis */
	size_t string;	   /* octets of the quoted string so far */
	size_t depth;
	bool quoted, comment;
};

static const char *step_quoted(struct lexer *l, struct span s)
{
	if (s.p[l->at] == '\n')
		return unclosed;
	if (s.p[l->at] != '"') {
		l->string++;
		return NULL;
	}
	l->quoted = false;
	return l->string > 255 ? "a string of more than 255 octets; split it "
				 "into several"
			       : NULL;
}

static const char *step_plain(struct lexer *l, struct span s)
{
	switch (s.p[l->at]) {
	case '"':
		l->quoted = true;
		l->string = 0;
		l->opened = l->at;
		break;
	case ';':
		l->comment = true;
		break;
	case '(':
		if (l->depth++ == 0)
			l->opened = l->at;
		break;
	case ')':
		if (l->depth == 0)
			return "\")\" without \"(\"";
		l->depth--;
		break;
	default:
		break;
	}
	return NULL;
}

/* An escape is one octet: \DDD, or \ and anything but a control. */
static void skip_escape(struct lexer *l, struct span s)
{
	struct span rest = span_from(s, l->at + 1);

	if (rest.n >= 3 && ascii_digit(rest.p[0]) && ascii_digit(rest.p[1]) &&
	    ascii_digit(rest.p[2]))
		l->at += 3;
	else if (rest.n && rest.p[0] >= ' ')
		l->at += 1;
	l->string++;
}

static const char *lex_octet(struct lexer *l, struct span s)
{
	unsigned char c = s.p[l->at];

	if (c == 0 || c == '\f' || c == '\v')
		return "a NUL, form feed or vertical tab";
	if (c == '\r' && (l->at + 1 == s.n || s.p[l->at + 1] != '\n'))
		return "a CR that ends no line";
	if (l->comment) {
		l->comment = c != '\n';
		return NULL;
	}
	if (c == '\\') {
		skip_escape(l, s);
		return NULL;
	}
	return l->quoted ? step_quoted(l, s) : step_plain(l, s);
}

static size_t skip_wsp(struct span s, size_t at)
{
	while (at < s.n && ascii_wsp(s.p[at]))
		at++;
	return at;
}

size_t dns_lex_word(struct span s, size_t at)
{
	while (at < s.n && s.p[at] > ' ' && s.p[at] != ';')
		at++;
	return at;
}

/* RFC 1035 5.1 has the class and the TTL in either order, ldns only knows the
 * TTL first. Swap "IN 300" in the entry that begins at AT of TEXT. */
static void put_ttl_first(struct buf *text, size_t at)
{
	struct span s = buf_span(text);
	size_t class = skip_wsp(s, dns_lex_word(s, at));
	size_t class_end = dns_lex_word(s, class);
	size_t ttl = skip_wsp(s, class_end);
	size_t ttl_end = dns_lex_word(s, ttl);
	size_t gap = ttl - class_end, digits = ttl_end - ttl;
	unsigned char swapped[64];

	if (!span_ieq(span_head(span_from(s, class), class_end - class),
		      SPAN("IN")) ||
	    ttl == ttl_end || !ascii_digit(s.p[ttl]) ||
	    ttl_end - class > sizeof(swapped))
		return;
	memcpy(swapped, s.p + ttl, digits);
	memcpy(swapped + digits, s.p + class_end, gap);
	memcpy(swapped + digits + gap, s.p + class, class_end - class);
	memcpy(text->p + class, swapped, ttl_end - class);
}

const char *dns_lex(struct buf *text, size_t *at)
{
	struct span s = buf_span(text);
	struct lexer l = { 0 };
	const char *wrong = NULL;

	for (; l.at < s.n && !wrong; l.at++) {
		if (l.depth == 0 && !l.quoted && !l.comment &&
		    (l.at == 0 || s.p[l.at - 1] == '\n'))
			put_ttl_first(text, l.at);
		*at = l.at;
		wrong = lex_octet(&l, s);
	}
	if (wrong || (!l.quoted && !l.depth))
		return wrong;
	*at = l.opened;
	return l.quoted ? unclosed : "\"(\" without \")\"";
}
