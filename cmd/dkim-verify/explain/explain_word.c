/* Encoded-words (RFC 2047) written otherwise, and 8-bit text before it was
 * encoded. */
#include "explain_spell.h"

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

static size_t blanks(struct span s)
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
		size_t gap = blanks(rest);

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
	const char *charset; /* as it stands there; NULL: 8-bit text */
	char letter;	     /* q Q b B */
	bool safe_few;	     /* Q: only letters, digits and -!*+/ as they are */
	bool by_word;	     /* only the words that need it */
	size_t width;	     /* longest word, 0: any */
	bool quotes;
};

static bool is_safe(const struct way *w, unsigned char c)
{
	if (ascii_alpha(c) || ascii_digit(c))
		return true;
	return c > ' ' && c < 0x7f &&
	       (w->safe_few ? span_has(SPAN("-!*+/"), c)
			    : !span_has(SPAN("=?_\"(),.:;<>@[\\]"), c));
}

static void put_q(const struct way *w, struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ')
			buf_put(out, SPAN("_"));
		else if (is_safe(w, s.p[i]))
			buf_put(out, span_of(s.p + i, 1));
		else
			buf_putf(out, "=%02X", s.p[i]);
}

static void put_word(const struct way *w, struct span s, struct buf *out)
{
	buf_putf(out, "=?%s?%c?", w->charset, w->letter);
	if (w->letter == 'q' || w->letter == 'Q')
		put_q(w, s, out);
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
		size_t cost =
			q ? (s.p[n] == ' ' || is_safe(w, s.p[n]) ? 1 : 3 * one)
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

static void put_raw(const struct way *w, struct span text, struct buf *out)
{
	if (w->quotes)
		buf_put(out, SPAN("\""));
	buf_put(out, text);
	if (w->quotes)
		buf_put(out, SPAN("\""));
}

static void write_runs(struct spellings *s, const struct field *f,
		       const struct run *runs, size_t n, const struct way *w)
{
	struct buf out;
	size_t at = 0;

	buf_init(&out, 40 * f->value.n + 4096);
	for (size_t i = 0; i < n; i++) {
		struct buf other = { 0 };
		struct span text = buf_span(&runs[i].text);
		const char *known =
			w->charset ? mime_charset(span_str(w->charset)) : NULL;

		buf_put(&out, span_of(f->value.p + at, runs[i].at - at));
		at = runs[i].at + runs[i].n;
		if (known && known != mime_charsets[0] &&
		    mime_convert("utf-8", known, text, &other))
			text = buf_span(&other);
		if (w->charset)
			put_run(w, text, &out);
		else
			put_raw(w, text, &out);
		buf_free(&other);
	}
	buf_put(&out, span_from(f->value, at));
	spell_add(s, f->name, span_trim(buf_span(&out)));
	buf_free(&out);
}

/* The whole value was one run. */
static void whole_value(struct run *run, struct span value)
{
	run->at = blanks(value);
	run->n = value.n - run->at;
	buf_init(&run->text, value.n);
	buf_put(&run->text, span_from(value, run->at));
}

static void each_way(struct spellings *s, const struct field *f,
		     const struct run *runs, size_t n)
{
	static const char *const names[] = { "utf-8",	     "UTF-8",
					     "iso-8859-1",   "ISO-8859-1",
					     "windows-1252", "iso-8859-15" };
	static const size_t widths[] = { 75, 0, 76, 64 };

	for (int quotes = 0; quotes < 2; quotes++)
		write_runs(s, f, runs, n, &(struct way){ .quotes = quotes });
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t l = 0; l < 4; l++)
			for (size_t k = 0; k < 16; k++)
				write_runs(s, f, runs, n,
					   &(struct way){
						   .charset = names[i],
						   .letter = "qQbB"[l],
						   .safe_few = k & 1,
						   .by_word = k & 2,
						   .width = widths[k / 4],
					   });
}

void spell_words(struct spellings *s, const struct field *f)
{
	for (int raw = 0; raw < 2; raw++) {
		struct run runs[RUNS_MAX] = { 0 };
		size_t n = f->value.n < 4096 ? find_runs(f->value, runs, raw)
					     : 0;

		if (n)
			each_way(s, f, runs, n);
		for (size_t i = 0; i < n; i++)
			buf_free(&runs[i].text);
		if (n && raw && span_ieq(f->name, SPAN("Subject"))) {
			whole_value(runs, f->value);
			each_way(s, f, runs, 1);
			buf_free(&runs[0].text);
		}
	}
}
