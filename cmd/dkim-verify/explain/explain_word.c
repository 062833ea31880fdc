/* Encoded-words (RFC 2047) written otherwise, and 8-bit text before it was
 * encoded. */
#include "explain_fields.h"

#include <string.h>

#include "b64.h"
#include "explain_mime.h"

enum { RUNS_MAX = 16 };

/* A run of encoded-words, or of 8-bit words, in a value. */
struct run {
	size_t at, n;
	struct buf text; /* UTF-8 */
};

/* S starts with an encoded-word: its length, and its text appended. */
static size_t encoded_word_at(struct span s, struct buf *out)
{
	struct span rest = span_from(s, 2);

	if (!span_starts(s, SPAN("=?")))
		return 0;
	size_t q = span_find(rest, '?');
	const char *charset = mime_charset(
		span_head(rest, span_find(span_head(rest, q), '*')));

	rest = span_from(rest, q + 1);
	if (rest.n < 3 || rest.p[1] != '?' || !charset)
		return 0;
	bool base64 = ascii_lower(rest.p[0]) == 'b';

	rest = span_from(rest, 2);
	size_t end = span_find(rest, '?');

	if (end + 1 >= rest.n || rest.p[end + 1] != '=')
		return 0;
	struct span body = span_head(rest, end);
	struct buf octets = { 0 }, utf8 = { 0 }, copy;

	buf_init(&copy, body.n);
	buf_put(&copy, body);
	for (size_t i = 0; !base64 && i < copy.n; i++)
		if (copy.p[i] == '_')
			copy.p[i] = ' ';
	bool ok = mime_decode(base64 ? ENCODING_BASE64 : ENCODING_QP,
			      buf_span(&copy), &octets) &&
		  mime_convert(charset, "utf-8", buf_span(&octets), &utf8);

	if (ok)
		ok = buf_add(out, buf_span(&utf8)) == ST_OK;
	buf_free(&copy);
	buf_free(&octets);
	buf_free(&utf8);
	return ok ? (size_t)(rest.p - s.p) + end + 2 : 0;
}

static size_t blanks_of(struct span s)
{
	size_t n = 0;

	while (n < s.n &&
	       (ascii_wsp(s.p[n]) || s.p[n] == '\r' || s.p[n] == '\n'))
		n++;
	return n;
}

static bool encoded_run(struct span value, size_t at, struct run *run)
{
	struct span s = span_from(value, at);
	size_t n = encoded_word_at(s, &run->text), more = n;

	run->at = at;
	run->n = n;
	while (more) {
		struct span rest = span_from(s, run->n);
		size_t gap = blanks_of(rest);

		more = gap ? encoded_word_at(span_from(rest, gap), &run->text)
			   : 0;
		if (more)
			run->n += gap + more;
	}
	return n > 0;
}

/* From the word with the first 8-bit octet to the end of the last. */
static bool raw_run(struct span value, size_t at, struct run *run)
{
	size_t n = 0, last = 0;
	struct span s = span_from(value, at);

	if (!s.n || ascii_wsp(s.p[0]) || s.p[0] == '"' ||
	    (at && !ascii_wsp(value.p[at - 1]) && value.p[at - 1] != '"'))
		return false;
	while (n < s.n && !ascii_wsp(s.p[n]))
		n++;
	if (!span_8bit(span_head(s, n)))
		return false;
	for (last = n;
	     n < s.n && s.p[n] != '<' && s.p[n] != '"' && s.p[n] != '\r'; n++) {
		size_t word = n;

		while (n < s.n && !ascii_wsp(s.p[n]) && s.p[n] != '"')
			n++;
		if (span_8bit(span_of(s.p + word, n - word)))
			last = n;
	}
	run->at = at;
	run->n = last;
	return buf_add(&run->text, span_head(s, last)) == ST_OK;
}

static size_t find_runs(struct span value, struct run *runs, bool raw)
{
	size_t n = 0;

	for (size_t at = 0; at < value.n && n < RUNS_MAX; at++) {
		struct run *run = &runs[n];

		buf_init(&run->text, 4 * value.n + 64);
		if (raw ? raw_run(value, at, run)
			: encoded_run(value, at, run)) {
			at += run->n - 1;
			n++;
		} else {
			buf_free(&run->text);
		}
	}
	return n;
}

/* How encoded-words are written. */
struct way {
	const char *charset; /* as it is written; NULL: 8-bit text */
	char letter;	     /* q Q b B */
	bool safe_few;	     /* Q: only letters, digits and -!*+/ as they are */
	bool by_word;	     /* only the words that need it */
	size_t width;	     /* longest word, 0: any */
	bool quotes;
};

static bool is_q_safe(const struct way *w, unsigned char c)
{
	if (ascii_alpha(c) || ascii_digit(c))
		return true;
	return c > ' ' && c < 0x7f &&
	       (w->safe_few ? span_has(SPAN("-!*+/"), c)
			    : !span_has(SPAN("=?_\"(),.:;<>@[\\]"), c));
}

static void put_q_word(const struct way *w, struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ')
			buf_put(out, SPAN("_"));
		else if (is_q_safe(w, s.p[i]))
			buf_put(out, span_of(s.p + i, 1));
		else
			buf_putf(out, "=%02X", s.p[i]);
}

static void put_word(const struct way *w, struct span s, struct buf *out)
{
	buf_putf(out, "=?%s?%c?", w->charset, w->letter);
	if (w->letter == 'q' || w->letter == 'Q')
		put_q_word(w, s, out);
	else if (b64_encode(s, out) != ST_OK)
		return;
	buf_put(out, SPAN("?="));
}

/* Octets of S that fit into one word, whole characters. */
static size_t fitting(const struct way *w, struct span s)
{
	size_t room = w->width - strlen(w->charset) - 7, used = 0, n = 0;
	bool q = w->letter == 'q' || w->letter == 'Q';
	uint32_t point;

	while (n < s.n) {
		size_t one = span_utf8(span_from(s, n), &point);

		if (one == 0)
			one = 1;
		size_t cost = q ? (s.p[n] == ' ' || is_q_safe(w, s.p[n])
					   ? 1
					   : 3 * one)
				: 0;

		if (q ? used + cost > room : (n + one + 2) / 3 * 4 > room)
			break;
		used += cost;
		n += one;
	}
	return n ? n : s.n;
}

static void put_words(const struct way *w, struct span s, struct buf *out)
{
	for (bool first = true; s.n || first; first = false) {
		size_t n = w->width ? fitting(w, s) : s.n;

		if (!first)
			buf_put(out, SPAN("\r\n "));
		put_word(w, span_head(s, n), out);
		s = span_from(s, n);
	}
}

static void put_run(const struct way *w, struct span text, struct buf *out)
{
	if (!w->by_word) {
		put_words(w, text, out);
		return;
	}
	while (text.n) {
		size_t n = span_find(text, ' ');
		struct span word = span_head(text, n);

		if (span_8bit(word))
			put_words(w, word, out);
		else
			buf_put(out, word);
		text = span_from(text, n);
		while (text.n && text.p[0] == ' ') {
			buf_put(out, SPAN(" "));
			text = span_from(text, 1);
		}
	}
}

/* The value with each of its runs written in the way W. */
static void guess_runs(struct guesses *g, const struct run *runs, size_t n,
		       const struct way *w)
{
	const char *known = w->charset ? mime_charset(span_str(w->charset))
				       : NULL;
	struct buf out;
	size_t at = 0;

	buf_init(&out, 40 * g->value.n + 4096);
	for (size_t i = 0; i < n; i++) {
		struct buf other = { 0 };
		struct span text = buf_span(&runs[i].text);
		struct span quote = w->quotes ? SPAN("\"") : SPAN("");

		buf_put(&out, span_of(g->value.p + at, runs[i].at - at));
		at = runs[i].at + runs[i].n;
		if (known && known != mime_charsets[0] &&
		    mime_convert("utf-8", known, text, &other))
			text = buf_span(&other);
		buf_put(&out, quote);
		if (w->charset)
			put_run(w, text, &out);
		else
			buf_put(&out, text);
		buf_put(&out, quote);
		buf_free(&other);
	}
	buf_put(&out, span_from(g->value, at));
	GUESS(g, span_trim(buf_span(&out)));
	buf_free(&out);
}

static void guess_ways(struct guesses *g, const struct run *runs, size_t n)
{
	static const char *const names[] = { "utf-8",	     "UTF-8",
					     "iso-8859-1",   "ISO-8859-1",
					     "windows-1252", "iso-8859-15" };
	static const size_t widths[] = { 75, 0, 76, 64 };

	for (int quotes = 0; quotes < 2; quotes++)
		guess_runs(g, runs, n, &(struct way){ .quotes = quotes });
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) * 64; i++)
		guess_runs(g, runs, n,
			   &(struct way){
				   .charset = names[i / 64],
				   .letter = "qQbB"[i / 16 % 4],
				   .safe_few = i & 1,
				   .by_word = i & 2,
				   .width = widths[i / 4 % 4],
			   });
}

/* Of encoded-words, then of 8-bit text, and of a subject as a whole. */
void guess_words(struct guesses *g)
{
	for (int kind = 0; kind < 3; kind++) {
		struct run runs[RUNS_MAX] = { 0 };
		size_t n = 0;

		if (g->value.n < 4096 && kind < 2)
			n = find_runs(g->value, runs, kind == 1);
		if (kind == 2 && span_8bit(g->value) &&
		    span_ieq(g->name, SPAN("Subject"))) {
			runs[0].at = blanks_of(g->value);
			runs[0].n = g->value.n - runs[0].at;
			buf_init(&runs[0].text, g->value.n);
			buf_put(&runs[0].text, span_from(g->value, runs[0].at));
			n = 1;
		}
		if (n)
			guess_ways(g, runs, n);
		for (size_t i = 0; i < n; i++)
			buf_free(&runs[i].text);
	}
}
