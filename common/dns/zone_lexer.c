#include "zone_lexer.h"

#include <stdlib.h>
#include <string.h>

/* The position in the text. */
struct scan {
	struct span text;
	size_t at, line, depth;
};

static unsigned char peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->text.n ? s->text.p[s->at + ahead] : 0;
}

static bool at_end(const struct scan *s)
{
	return s->at >= s->text.n;
}

static bool is_blank(unsigned char c)
{
	return ascii_wsp(c) || c == '\r';
}

/* U+00A0, as web pages have it between words */
static bool is_no_break(const struct scan *s)
{
	return peek(s, 0) == 0xc2 && peek(s, 1) == 0xa0;
}

/* Append one octet of a word, or the one that an escape means. */
static void put_octet(struct scan *s, struct zone_lexer *w)
{
	unsigned char c = peek(s, 0);
	size_t n = 1;

	if (c == '\\' && s->at + 1 < s->text.n && peek(s, 1) != '\n') {
		c = peek(s, 1);
		n = 2;
		if (ascii_digit(c) && ascii_digit(peek(s, 2)) &&
		    ascii_digit(peek(s, 3))) {
			c = (unsigned char)((c - '0') * 100 +
					    (peek(s, 2) - '0') * 10 +
					    (peek(s, 3) - '0'));
			n = 4;
		}
	}
	buf_put(&w->octets, span_of(&c, 1));
	s->at += n;
}

static void add_word(struct scan *s, struct zone_lexer *w)
{
	struct zoneword *word;

	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 16;
		w->v = mem_array(w->v, w->cap, sizeof(*w->v));
	}
	word = &w->v[w->n++];
	*word = (struct zoneword){ .from = w->octets.n, .raw = s->at };
	word->quoted = peek(s, 0) == '"';
	if (word->quoted) {
		s->at++;
		while (!at_end(s) && peek(s, 0) != '"' && peek(s, 0) != '\n')
			put_octet(s, w);
		if (peek(s, 0) == '"')
			s->at++;
		else
			w->unclosed = true;
	} else {
		while (!at_end(s) && !is_blank(peek(s, 0)) && !is_no_break(s) &&
		       !strchr("\n;()\"", peek(s, 0) ? peek(s, 0) : ' '))
			put_octet(s, w);
		w->cut |= peek(s, 0) == ';';
		word->generic = span_eq(span_head(span_from(s->text, word->raw),
						  s->at - word->raw),
					SPAN("\\#"));
	}
	word->n = w->octets.n - word->from;
}

/* Inside parentheses: whether the line at S begins another entry. */
static bool begins_entry(const struct scan *s)
{
	struct span line = span_from(s->text, s->at), word = { 0 };

	line = span_head(line, span_find(line, '\n'));
	if (line.n == 0 || is_blank(line.p[0]) ||
	    strchr("\"();", line.p[0] ? line.p[0] : '"'))
		return false;
	while (line.n) {
		size_t n = 0;

		while (n < line.n && !is_blank(line.p[n]))
			n++;
		word = span_head(line, n);
		if (span_ieq(word, SPAN("IN")) || span_ieq(word, SPAN("TXT")))
			return true;
		line = span_from(line, n + 1);
	}
	return false;
}

/* False at the end of the entry. */
static bool end_of_line(struct scan *s, struct zone_lexer *w)
{
	s->at++;
	s->line++;
	if (s->depth == 0)
		return false;
	w->open = begins_entry(s);
	return !w->open;
}

/* False at the end of the entry. */
static bool read_piece(struct scan *s, struct zone_lexer *w)
{
	switch (peek(s, 0)) {
	case '\n':
		return end_of_line(s, w);
	case ' ':
	case '\t':
	case '\r':
		s->at++;
		return true;
	case ';':
		w->comment = true;
		s->at += span_find(span_from(s->text, s->at), '\n');
		return true;
	case '(':
		s->depth++;
		s->at++;
		return true;
	case ')':
		s->depth -= s->depth > 0;
		s->at++;
		return true;
	case '\\':
		if (is_blank(peek(s, 1)) || peek(s, 1) == '\n') {
			w->joined = true;
			s->at++;
			/* as in a shell: the line goes on */
			if (peek(s, 0) == '\n') {
				s->at++;
				s->line++;
			}
			return true;
		}
		break;
	default:
		break;
	}
	if (is_no_break(s)) {
		w->invisible = true;
		s->at += 2;
	} else {
		add_word(s, w);
	}
	return true;
}

bool zone_lexer_next(struct zone_lexer *w, struct span text, size_t *at,
		     size_t *line)
{
	struct scan s = { text, *at, *line, 0 };

	if (at_end(&s))
		return false;
	w->n = 0;
	if (!w->octets.max)
		buf_init(&w->octets, LIMIT_LINT_BYTES);
	buf_reset(&w->octets);
	w->line = *line;
	w->blank = is_blank(peek(&s, 0));
	w->comment = w->cut = w->unclosed = w->open = false;
	w->joined = w->invisible = false;
	for (bool more = true; more;) {
		w->end = s.at;
		more = !at_end(&s) && read_piece(&s, w);
	}
	w->open |= at_end(&s) && s.depth > 0;
	*at = s.at;
	*line = s.line;
	return true;
}

struct span zone_lexer_get(const struct zone_lexer *w, size_t i)
{
	/* an entry of empty strings has no octets */
	if (i >= w->n || !w->octets.n)
		return (struct span){ 0 };
	return span_of(w->octets.p + w->v[i].from, w->v[i].n);
}

bool zone_lexer_is(const struct zone_lexer *w, size_t i, const char *text)
{
	return i < w->n && !w->v[i].quoted &&
	       span_ieq(zone_lexer_get(w, i), span_str(text));
}

void zone_lexer_free(struct zone_lexer *w)
{
	free(w->v);
	buf_free(&w->octets);
	*w = (struct zone_lexer){ 0 };
}
