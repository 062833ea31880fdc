/* Encoded-words (RFC 2047) written otherwise, and 8-bit text before it was
 * encoded. */
#include "explain_fields.h"

#include <string.h>

#include "b64.h"
#include "explain_mime.h"

/* An encoded-word that starts *REST is cut off, its text appended to OUT as
 * UTF-8. */
static bool cut_encoded_word(struct span *rest, struct buf *out)
{
	struct span part[4], s = *rest;
	struct buf octets = { 0 }, utf8 = { 0 }, copy;

	for (size_t i = 0; i < 4; i++)
		if (!span_split(&s, '?', &part[i]))
			return false;
	const char *charset =
		mime_charset(span_head(part[1], span_find(part[1], '*')));

	if (!span_eq(part[0], SPAN("=")) || !span_starts(s, SPAN("=")) ||
	    part[2].n != 1 || !charset)
		return false;
	bool q = ascii_lower(part[2].p[0]) == 'q';

	buf_init(&copy, part[3].n);
	buf_put(&copy, part[3]);
	for (size_t i = 0; q && i < copy.n; i++)
		if (copy.p[i] == '_')
			copy.p[i] = ' ';
	bool ok = mime_decode(q ? ENCODING_QP : ENCODING_BASE64,
			      buf_span(&copy), &octets) &&
		  mime_convert(charset, "utf-8", buf_span(&octets), &utf8) &&
		  buf_add(out, buf_span(&utf8)) == ST_OK;

	if (ok)
		*rest = span_from(s, 1);
	buf_free(&copy);
	buf_free(&octets);
	buf_free(&utf8);
	return ok;
}

/* The first run of encoded-words of VALUE, with its text in OUT. */
static struct span find_encoded(struct span value, struct buf *out)
{
	for (size_t at = 0; at < value.n; at++) {
		struct span start = span_from(value, at), rest = start, more;
		bool found = false;

		for (more = rest; cut_encoded_word(&more, out); found = true) {
			rest = more;
			more = mime_unblank(more);
		}
		if (found)
			return span_head(start, (size_t)(rest.p - start.p));
	}
	return SPAN("");
}

/* 8-bit text: a subject, or the name in a mailbox. */
static struct span find_raw(struct span value, struct buf *out)
{
	struct span text = span_head(value, span_find(value, '<'));

	text = guess_unquoted(text, '"');
	return span_8bit(text) && buf_add(out, text) == ST_OK ? text : SPAN("");
}

/* How encoded-words are written. */
struct way {
	const char *charset;
	char letter;  /* q Q b B */
	size_t width; /* longest word, 0: any */
	bool q;
};

static bool is_q_safe(unsigned char c)
{
	return c > ' ' && c < 0x7f && !span_has(SPAN("=?_\"(),.:;<>@[\\]"), c);
}

static void put_word(const struct way *w, struct span s, struct buf *out)
{
	buf_putf(out, "=?%s?%c?", w->charset, w->letter);
	for (size_t i = 0; w->q && i < s.n; i++)
		if (s.p[i] == ' ' || is_q_safe(s.p[i]))
			buf_put(out, s.p[i] == ' ' ? SPAN("_")
						   : span_of(s.p + i, 1));
		else
			buf_putf(out, "=%02X", s.p[i]);
	if (w->q || b64_encode(s, out) == ST_OK)
		buf_put(out, SPAN("?="));
}

/* Octets of S that fit into one word, whole characters. */
static size_t fitting(const struct way *w, struct span s)
{
	size_t room = w->width - strlen(w->charset) - 7, used = 0, n = 0;
	uint32_t point;

	while (w->width && n < s.n) {
		size_t one = span_utf8(span_from(s, n), &point);
		bool safe = s.p[n] == ' ' || is_q_safe(s.p[n]);

		one += one == 0;
		used += safe ? 1 : 3 * one;
		if (w->q ? used > room : (n + one + 2) / 3 * 4 > room)
			break;
		n += one;
	}
	return n ? n : s.n;
}

/* The value with TEXT in the way W (NULL: as it is) in place of RUN. */
static void guess_way(struct guesses *g, struct span run, struct span text,
		      const struct way *w)
{
	struct span head = span_head(g->value, (size_t)(run.p - g->value.p));
	struct span tail = span_from(g->value, head.n + run.n);
	struct buf other = { 0 }, out;

	buf_init(&out, 40 * text.n + 4096);
	if (w && strcmp(mime_charset(span_str(w->charset)), "utf-8") != 0 &&
	    mime_convert("utf-8", w->charset, text, &other))
		text = buf_span(&other);
	if (!w)
		buf_put(&out, text);
	while (w && text.n) {
		size_t n = fitting(w, text);

		if (out.n)
			buf_put(&out, SPAN("\r\n "));
		put_word(w, span_head(text, n), &out);
		text = span_from(text, n);
	}
	GUESS(g, mime_unblank(head), buf_span(&out), tail);
	buf_free(&out);
	buf_free(&other);
}

void guess_words(struct guesses *g)
{
	static const char *const names[] = { "utf-8", "UTF-8", "iso-8859-1",
					     "ISO-8859-1", "windows-1252" };
	static const size_t widths[] = { 75, 0, 76, 64 };
	enum { NAMES = sizeof(names) / sizeof(*names) };

	for (int raw = 0; raw < 2 && g->value.n < 4096; raw++) {
		struct buf text;

		buf_init(&text, 4 * g->value.n + 64);
		struct span run = raw ? find_raw(g->value, &text)
				      : find_encoded(g->value, &text);

		if (run.n)
			guess_way(g, run, buf_span(&text), NULL);
		for (size_t i = 0; i < NAMES * 16 && run.n; i++)
			guess_way(g, run, buf_span(&text),
				  &(struct way){
					  names[i / 4 % NAMES], "QBqb"[i % 4],
					  widths[i / 4 / NAMES], i % 2 == 0 });
		buf_free(&text);
	}
}
