/* Generators: what was added to a body, text or parts at its end, its start or
 * inside, and what is missing at its end. */
#include "explain_body.h"

#include <stdlib.h>
#include <string.h>

static bool starts_tag(struct span s, const char *tag)
{
	return span_ieq(span_head(s, strlen(tag)), span_str(tag));
}

/* -- saying it ------------------------------------------------------------- */

/* Is AT where the text of part P begins: after nothing, or after <body ...>? */
static bool starts_part(const struct body_case *c, const struct part *p,
			size_t at)
{
	struct span text = span_of(c->body.p + p->start, at - p->start);
	size_t body = p->html ? span_search(text, SPAN("<body")) : text.n;

	if (body < text.n) {
		text = span_from(text, body);
		text = span_from(text, span_find(text, '>') + 1);
	}
	return body_is_blank(text);
}

static bool at_text_start(const struct body_case *c, size_t at)
{
	for (size_t i = 0; i < c->mime.n && at; i++) {
		const struct part *p = &c->mime.v[i];

		if (at >= p->start && at <= p->end && p->text &&
		    starts_part(c, p, at))
			return true;
	}
	return at == 0;
}

/* Is what follows only the end of an HTML text? */
static bool at_html_end(struct span rest)
{
	struct span s = span_trim(rest);

	return starts_tag(s, "</body") || starts_tag(s, "</html") ||
	       starts_tag(s, "</div");
}

static enum cause_code name_cut(const struct body_case *c, size_t from,
				size_t to)
{
	struct span rest = span_from(c->body, to);

	if (body_is_blank(span_of(c->body.p + from, to - from)))
		return body_is_blank(rest) ? CAUSE_FINAL : CAUSE_BLANK_LINES;
	if (body_is_blank(rest))
		return CAUSE_FOOTER;
	if (at_text_start(c, from))
		return CAUSE_BANNER;
	if (c->mime.multipart)
		return CAUSE_FOOTER_PART;
	return at_html_end(rest) || from > c->body.n / 2 ? CAUSE_FOOTER
							 : CAUSE_BANNER;
}

static void say_size(const struct body_case *c, struct cause *cause,
		     size_t from, size_t to)
{
	struct span text = span_of(c->body.p + from, to - from);

	cause_add_number(cause, "octets", (int64_t)body_octets(c, from, to));
	cause_add_number(cause, "lines", (int64_t)body_lines(text));
	body_say_offset(c, cause, from);
	cause_add_text(cause, "text", span_trim(text));
}

void cuts_say(const struct body_case *c, const struct script *s,
	      const struct edit *e)
{
	size_t from = e->at, to = from + e->cut;
	enum cause_code code = name_cut(c, from, to);
	struct cause *cause = causes_add(c->out, code, true);
	struct span text = span_of(s->text.p + from, e->cut);

	if (code == CAUSE_FINAL)
		cause_add_text(cause, "kind", SPAN("white line added"));
	if (code == CAUSE_BLANK_LINES)
		cause_add_number(cause, "blank_lines",
				 (int64_t)body_lines(text));
	say_size(c, cause, from, to);
	/* both names fit what goes before the end of an HTML part */
	if (code == CAUSE_FOOTER_PART && at_html_end(span_from(s->text, to)))
		say_size(c, causes_add(c->out, CAUSE_FOOTER, true), from, to);
}

/* -- text between two places ----------------------------------------------- */

/* Sorts of places, as a set. */
enum {
	AT_START = 1,
	AT_END = 2,
	AT_LINE = 4,   /* where a line starts */
	AT_HEAD = 8,   /* where one of the first 40 does */
	AT_TAG = 16,   /* before and after a tag, in HTML */
	AT_OPEN = 32,  /* where the text starts: after <body ...>, too */
	AT_CLOSE = 64, /* where it may end: before the last tags, too */
};

struct places {
	size_t *v; /* owned */
	size_t n;
};

static void add_place(struct places *p, size_t at)
{
	if (p->n % 64 == 0)
		p->v = mem_array(p->v, p->n + 64, sizeof(*p->v));
	p->v[p->n++] = at;
}

/* Places of the SORTS in part P, in order. */
static void find_places(const struct body_case *c, const struct part *p,
			unsigned sorts, struct places *out)
{
	struct span text = span_of(c->body.p + p->start, p->end - p->start);
	size_t open = p->html ? span_search(text, SPAN("<body")) : text.n;
	size_t lines = 0;

	if (open < text.n)
		open += span_find(span_from(text, open), '>') + 1;
	for (size_t i = 0; i < text.n; i++) {
		bool line = i == 0 || text.p[i - 1] == '\n';
		bool tag = p->html &&
			   (text.p[i] == '<' || (i && text.p[i - 1] == '>'));
		struct span rest = span_from(text, i);

		lines += line;
		if ((sorts & AT_LINE && line) ||
		    (sorts & AT_HEAD && line && lines <= 40) ||
		    (sorts & AT_TAG && tag) ||
		    (sorts & (AT_START | AT_OPEN) && i == 0) ||
		    (sorts & AT_OPEN &&
		     (i == open || (i == open + 2 && text.p[open] == '\r'))) ||
		    (sorts & AT_CLOSE && tag &&
		     (at_html_end(rest) || starts_tag(rest, "</td"))))
			add_place(out, p->start + i);
	}
	if (sorts & (AT_END | AT_CLOSE | AT_TAG))
		add_place(out, p->end);
	if (sorts & AT_CLOSE && c->mime.multipart && p->end + 2 <= c->body.n)
		add_place(out, p->end + 2);
}

enum { PLACES_FEW = 32, TEXT_MAX = 64 * 1024 };

/* Cut from each place of FROM to each of TO, of which there may be few. */
static void cut_pairs(const struct body_case *c, const struct part *p,
		      unsigned from, unsigned to, struct script *s)
{
	struct places a = { 0 }, b = { 0 };
	size_t most = p->text ? TEXT_MAX : SIZE_MAX, first = 0;

	find_places(c, p, from, &a);
	find_places(c, p, to, &b);
	if (to & AT_CLOSE && b.n > PLACES_FEW)
		first = b.n - PLACES_FEW;
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = first; j < b.n; j++)
			if (b.v[j] > a.v[i] && b.v[j] - a.v[i] <= most)
				script_edit(s, a.v[i], b.v[j] - a.v[i],
					    SPAN(""));
	free(a.v);
	free(b.v);
}

/* Whole parts: between any two boundary lines, with or without the line end
 * before each. */
static void cut_parts(const struct body_case *c, struct script *s)
{
	const struct mime *m = &c->mime;

	for (size_t i = 0; i < m->boundary_n; i++)
		for (size_t j = i + 1; j <= m->boundary_n; j++)
			for (size_t less = 0; less < 4; less++) {
				bool last = j == m->boundary_n;
				size_t from = m->boundary[i];
				size_t to = last ? c->body.n : m->boundary[j];

				from -= less & 1 && from > 1 ? 2 : 0;
				to -= less & 2 && !last ? 2 : 0;
				if (to > from)
					script_edit(s, from, to - from,
						    SPAN(""));
			}
}

bool cuts_texts(const struct body_case *c, unsigned v, struct script *s)
{
	static const unsigned ways[][2] = {
		[CUT_END] = { AT_LINE, AT_END },
		[CUT_START] = { AT_START, AT_LINE },
		[CUT_TEXT_END] = { AT_LINE | AT_TAG, AT_CLOSE },
		[CUT_TEXT_START] = { AT_OPEN, AT_LINE | AT_TAG },
		[CUT_BOTH_ENDS] = { AT_START, AT_HEAD },
		[CUT_LINES] = { AT_LINE, AT_LINE },
	};
	const struct part whole = { .end = c->body.n };
	bool texts = v == CUT_TEXT_END || v == CUT_TEXT_START;

	if (v == CUT_PARTS) {
		cut_parts(c, s);
		return true;
	}
	for (size_t k = 0; texts && k < c->mime.n; k++)
		if (c->mime.v[k].text)
			cut_pairs(c, &c->mime.v[k], ways[v][0], ways[v][1], s);
	if (!texts && (v != CUT_LINES || c->line_n < 150))
		cut_pairs(c, &whole, ways[v][0], ways[v][1], s);
	if (v == CUT_BOTH_ENDS)
		cut_pairs(c, &whole, AT_LINE, AT_END, s);
	return true;
}

/* -- the very end ---------------------------------------------------------- */

#define END(text, kind)                                                   \
	{                                                                 \
		{ (const unsigned char *)(text), sizeof(text) - 1 }, kind \
	}
static const struct {
	struct span put;
	const char *kind;
} ends[] = {
	END("", ""),
	END("\r", "half a CRLF"),
	END("\n", "half a CRLF"),
	END("=", "soft break"),
	END("=\r\n", "soft break"),
	END(" \r\n", "white line"),
	END("\t\r\n", "white line"),
	END("\r\n \r\n", "white line"),
	END("\x1a", "control character"),
	END("\0", "control character"),
};

/* Octets of white space and controls at the end taken away, others put there.
 */
bool cuts_very_end(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t cut = 0; cut <= 12 && cut <= c->body.n; cut++) {
		size_t at = c->body.n - cut;
		unsigned char last = at ? c->body.p[at - 1] : 'x';

		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
			s->note = ends[i].kind;
			script_edit(s, at, cut, ends[i].put);
		}
		if (last > ' ' && last != '=' && last != 0x7f)
			break;
	}
	return true;
}

static const char *kind_of_lost(struct span lost)
{
	bool control = false, white = false;

	for (size_t i = 0; i < lost.n; i++) {
		unsigned char octet = lost.p[i];

		if (octet == '=')
			return "soft break";
		white |= ascii_wsp(octet);
		control |= !ascii_wsp(octet) && octet != '\r' && octet != '\n';
	}
	return control ? "control character"
	       : white ? "white line"
		       : "half a CRLF";
}

void cuts_say_end(const struct body_case *c, const struct script *s,
		  const struct edit *e)
{
	struct cause *cause = causes_add(c->out, CAUSE_FINAL, true);
	const char *kind = e->note;

	if (e->put.n == 0)
		kind = kind_of_lost(span_of(s->text.p + e->at, e->cut));
	cause_add_text(cause, "kind", span_str(kind));
	body_say_offset(c, cause, e->at);
}

/* -- an end that is missing ------------------------------------------------ */

/* END is missing, or all of it but its start. */
static void put_ending(const struct body_case *c, struct span end,
		       struct script *s)
{
	for (size_t had = 0; had < end.n && had <= c->body.n; had++)
		if (span_ends(c->body, span_head(end, had)))
			script_edit(s, c->body.n, 0,
				    script_keep(s, span_from(end, had)));
}

/* The last lines of a multipart. */
bool cuts_closing(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = c->mime.open_n; i-- > 0;) {
		struct buf text;

		buf_init(&text, 4096);
		for (size_t j = c->mime.open_n; j-- > i;)
			buf_putf(&text, "\r\n--%.*s--\r\n",
				 (int)c->mime.open[j].n,
				 (const char *)c->mime.open[j].p);
		put_ending(c, buf_span(&text), s);
		put_ending(c, span_from(buf_span(&text), 2), s);
		/* a line end that the end of the part and a blank line made */
		buf_put(&text, SPAN("\r\n"));
		put_ending(c, buf_span(&text), s);
		buf_free(&text);
	}
	return true;
}

/* -- the whole message in a multipart -------------------------------------- */

/* The message was put into a multipart as its first part, as lists do to add a
 * footer: the content of a part alone was the body. */
bool cuts_unwrapped(const struct body_case *c, unsigned v, struct script *s)
{
	const struct mime *m = &c->mime;

	(void)v;
	for (size_t i = 0; i < m->boundary_n && i < 16; i++) {
		struct span rest = span_from(c->body, m->boundary[i]);
		const unsigned char *gap =
			memmem(rest.p, rest.n, "\r\n\r\n", 4);
		size_t start = gap ? (size_t)(gap - c->body.p) + 4 : 0;

		for (size_t j = i + 1; gap && j < m->boundary_n; j++)
			for (size_t less = 0; less <= 2; less += 2)
				if (m->boundary[j] >= start + less)
					script_edit(s, 0, c->body.n,
						    span_of(c->body.p + start,
							    m->boundary[j] -
								    less -
								    start));
	}
	return true;
}

void cuts_say_unwrapped(const struct body_case *c, const struct script *s,
			const struct edit *e)
{
	size_t end = (size_t)(e->put.p - s->text.p) + e->put.n;

	say_size(c, causes_add(c->out, CAUSE_FOOTER_PART, true), end,
		 c->body.n);
}
