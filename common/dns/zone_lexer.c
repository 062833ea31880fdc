#include "zone_lexer.h"

#include <stdlib.h>
#include <string.h>

/* RDATA has 65535 octets, and a string one for its length: what has more words
 * is no record, and would only take memory. */
enum { WORDS_MOST = 70000 };

static void mark(struct zone_lexer *w, size_t at, const char *what)
{
	if (w->wrong)
		return;
	w->wrong = what;
	w->wrong_at = at;
}

/* The position in the text. */
struct scan {
	struct span text;
	size_t at, line, depth;
	size_t opened; /* the outermost parenthesis */
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
		struct span digits =
			span_head(span_from(s->text, s->at + 1), 3);
		uint64_t value = 0;

		c = peek(s, 1);
		n = 2;
		if (digits.n == 3 && span_u64(digits, &value)) {
			c = (unsigned char)value;
			n = 4;
		}
		if (value > 255)
			mark(w, s->at, "an escape above \\255");
	} else if (c == '\\') {
		mark(w, s->at, "a backslash with nothing after it");
	}
	buf_put(&w->octets, span_of(&c, 1));
	s->at += n;
}

/* Octets that may mean something else than themselves: in any word, or only in
 * one without quotes. 0xc2 begins a no-break space. */
enum { IN_ANY = 1, UNQUOTED = 2 };
static const unsigned char special[256] = {
	['\n'] = IN_ANY,   ['"'] = IN_ANY,    ['\\'] = IN_ANY,
	[' '] = UNQUOTED,  ['\t'] = UNQUOTED, ['\r'] = UNQUOTED,
	[';'] = UNQUOTED,  ['('] = UNQUOTED,  [')'] = UNQUOTED,
	[0xc2] = UNQUOTED,
};

/* Append the octets up to the next special one: most of a file is keys. */
static void put_run(struct scan *s, struct zone_lexer *w, bool quoted)
{
	unsigned char stop = quoted ? IN_ANY : IN_ANY | UNQUOTED;
	size_t from = s->at, at = from;

	while (at < s->text.n && !(special[s->text.p[at]] & stop))
		at++;
	s->at = at;
	buf_put(&w->octets, span_of(s->text.p + from, at - from));
}

static void add_word(struct scan *s, struct zone_lexer *w)
{
	struct zoneword *word;

	if (w->n == WORDS_MOST)
		mark(w, s->at, "more words than a record can have");
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 16;
		w->v = mem_array(w->v, w->cap, sizeof(*w->v));
	}
	word = &w->v[w->n++];
	*word = (struct zoneword){ .from = w->octets.n, .raw = s->at };
	word->quoted = peek(s, 0) == '"';
	if (word->quoted) {
		s->at++;
		put_run(s, w, true);
		while (!at_end(s) && peek(s, 0) != '"' && peek(s, 0) != '\n') {
			put_octet(s, w);
			put_run(s, w, true);
		}
		if (peek(s, 0) == '"') {
			s->at++;
		} else {
			w->unclosed = true;
			mark(w, word->raw,
			     "a string without its closing quote");
		}
	} else {
		put_run(s, w, false);
		while (!at_end(s) && !is_blank(peek(s, 0)) &&
		       (w->strict || !is_no_break(s)) &&
		       !strchr("\n;()\"", peek(s, 0) ? peek(s, 0) : ' ')) {
			put_octet(s, w);
			put_run(s, w, false);
		}
		w->cut |= peek(s, 0) == ';';
		word->generic = span_eq(span_head(span_from(s->text, word->raw),
						  s->at - word->raw),
					SPAN("\\#"));
	}
	word->n = w->octets.n - word->from;
	word->raw_n = s->at - word->raw;
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
		if (span_one_of(word, "IN TXT"))
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
	w->open = !w->strict && begins_entry(s);
	return !w->open;
}

/* False at the end of the entry, and of what can be read of it. */
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
		if (s->depth++ == 0)
			s->opened = s->at;
		s->at++;
		return true;
	case ')':
		if (s->depth == 0)
			mark(w, s->at, "\")\" without \"(\"");
		s->depth -= s->depth > 0;
		s->at++;
		return true;
	case '\\':
		if (!w->strict &&
		    (is_blank(peek(s, 1)) || peek(s, 1) == '\n')) {
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
	if (!w->strict && is_no_break(s)) {
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
	struct scan s = { .text = text, .at = *at, .line = *line };

	if (at_end(&s))
		return false;
	w->n = 0;
	buf_reset(&w->octets);
	w->octets.max = text.n;
	w->wrong = NULL;
	w->line = *line;
	w->blank = is_blank(peek(&s, 0));
	w->comment = w->cut = w->unclosed = w->open = false;
	w->joined = w->invisible = false;
	for (bool more = true; more;) {
		w->end = s.at;
		more = !at_end(&s) && read_piece(&s, w) &&
		       !(w->strict && w->wrong);
	}
	w->open |= at_end(&s) && s.depth > 0;
	if (w->open)
		mark(w, s.opened, "\"(\" without \")\"");
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

struct span zone_lexer_raw(const struct zone_lexer *w, size_t i,
			   struct span text)
{
	return i < w->n ? span_head(span_from(text, w->v[i].raw), w->v[i].raw_n)
			: (struct span){ 0 };
}

bool zone_lexer_generic(const struct zone_lexer *w, size_t i, struct buf *out)
{
	size_t before = out->n;
	uint64_t count;
	int high = -1;

	if (i >= w->n || !w->v[i].generic ||
	    !span_u64(zone_lexer_get(w, i + 1), &count))
		return false;
	for (i += 2; i < w->n; i++) {
		struct span word = zone_lexer_get(w, i);

		for (size_t k = 0; k < word.n; k++) {
			int digit = ascii_hex(word.p[k]);

			if (digit < 0 || w->v[i].quoted ||
			    (high >= 0 &&
			     buf_addc(out, (unsigned char)(high * 16 +
							   digit)) != ST_OK))
				return false;
			high = high < 0 ? digit : -1;
		}
	}
	return high < 0 && out->n - before == count;
}

bool zone_lexer_is(const struct zone_lexer *w, size_t i, const char *list)
{
	return i < w->n && !w->v[i].quoted &&
	       span_one_of(zone_lexer_get(w, i), list);
}

void zone_lexer_free(struct zone_lexer *w)
{
	free(w->v);
	buf_free(&w->octets);
	*w = (struct zone_lexer){ 0 };
}
