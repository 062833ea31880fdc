/* Generators: what was added to a body, text or parts at its end, its start or
 * inside, and what is missing at its end. */
#include "explain_body.h"

#include <stdlib.h>
#include <string.h>

static bool starts_tag(struct span s, const char *tag)
{
	return span_ieq(span_head(s, strlen(tag)), span_str(tag));
}

static void cut_out(struct script *s, size_t from, size_t to)
{
	if (to > from)
		script_edit(s, from, to - from, SPAN(""));
}

/* -- saying it --------------------------------------------------------------
 */

/* Is AT where the text of part P begins: after nothing, after <body ...>, or
 * after nothing but mark-up? */
static bool starts_part(const struct body_case *c, const struct part *p,
			size_t at)
{
	struct span text = span_of(c->body.p + p->start, at - p->start);

	if (body_is_blank(text))
		return true;
	while (p->html && text.n && !body_is_blank(text)) {
		text = span_from(text, span_find(text, '<'));
		if (starts_tag(text, "</body"))
			return false;
		bool body = starts_tag(text, "<body");

		text = span_from(text, span_find(text, '>') + 1);
		if (body)
			return body_is_blank(text);
	}
	return false;
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
	cause_add_number(cause, "offset", (int64_t)body_octets(c, 0, from));
	cause_add_text(cause, "text", span_trim(text));
}

void cuts_say(const struct body_case *c, const struct script *s,
	      const struct generator *g)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t from = s->v[i].at, to = from + s->v[i].cut;

		if (!s->v[i].on || s->v[i].by != g)
			continue;
		enum cause_code code = name_cut(c, from, to);
		struct cause *cause = causes_add(c->out, code, true);

		if (code == CAUSE_FINAL)
			cause_add_text(cause, "kind", SPAN("white line added"));
		if (code == CAUSE_BLANK_LINES)
			cause_add_number(cause, "blank_lines",
					 (int64_t)body_lines(span_of(
						 c->body.p + from, to - from)));
		say_size(c, cause, from, to);
		/* both names fit what goes before the end of an HTML part */
		if (code == CAUSE_FOOTER_PART &&
		    at_html_end(span_from(c->body, to)))
			say_size(c, causes_add(c->out, CAUSE_FOOTER, true),
				 from, to);
	}
}

/* -- the start and the end of the body --------------------------------------
 */

/* From any line to the end; between blank lines at the end a cut changes
 * nothing (RFC 6376 3.4.3). */
void cuts_end(const struct body_case *c, unsigned v, struct script *s)
{
	bool simple = c->in->sig->body == CANON_SIMPLE;

	(void)v;
	for (size_t i = 0; i < c->line_n; i++)
		if (i == 0 || (simple ? body_line(c, i - 1).n > 0
				      : !body_is_blank(body_line(c, i - 1))))
			cut_out(s, c->line[i], c->body.n);
}

void cuts_start(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = 1; i < c->line_n; i++)
		cut_out(s, 0, c->line[i]);
}

void cuts_both_ends(const struct body_case *c, unsigned v, struct script *s)
{
	for (size_t i = 1; i < c->line_n && i < 40; i++)
		cut_out(s, 0, c->line[i]);
	cuts_end(c, v, s);
}

/* From any line to any line. */
void cuts_lines(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = 0; i < c->line_n && c->line_n < 700; i++)
		for (size_t j = i + 1; j <= c->line_n; j++)
			cut_out(s, c->line[i], c->line[j]);
}

/* -- the very end -----------------------------------------------------------
 */

static const struct {
	struct span put;
	const char *kind;
} ends[] = {
	{ { (const unsigned char *)"", 0 }, "" },
	{ { (const unsigned char *)"\r", 1 }, "half a CRLF" },
	{ { (const unsigned char *)"\n", 1 }, "half a CRLF" },
	{ { (const unsigned char *)"=", 1 }, "soft break" },
	{ { (const unsigned char *)"=\r\n", 3 }, "soft break" },
	{ { (const unsigned char *)" \r\n", 3 }, "white line" },
	{ { (const unsigned char *)"\t\r\n", 3 }, "white line" },
	{ { (const unsigned char *)"\r\n \r\n", 5 }, "white line" },
	{ { (const unsigned char *)"\x1a", 1 }, "control character" },
	{ { (const unsigned char *)"\0", 1 }, "control character" },
	{ { (const unsigned char *)"\f", 1 }, "control character" },
};

/* Octets of white space and controls at the end taken away, others put there.
 */
void cuts_very_end(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t cut = 0; cut <= 12 && cut <= c->body.n; cut++) {
		size_t at = c->body.n - cut;

		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			script_edit(s, at, cut, ends[i].put);
		unsigned char last = at ? c->body.p[at - 1] : 'x';

		if (last > ' ' && last != '=' && last != 0x7f)
			break;
	}
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
		  const struct generator *g)
{
	const struct edit *e = NULL;
	struct cause *cause = causes_add(c->out, g->code, true);
	const char *kind = "";

	if (script_count(s, g, &e) == 0)
		return;
	for (size_t i = 1; i < sizeof(ends) / sizeof(*ends); i++)
		if (e->put.p == ends[i].put.p)
			kind = ends[i].kind;
	if (e->put.n == 0)
		kind = kind_of_lost(span_of(s->text.p + e->at, e->cut));
	cause_add_text(cause, "kind", span_str(kind));
	cause_add_number(cause, "offset", (int64_t)body_octets(c, 0, e->at));
}

/* -- an end that is missing -------------------------------------------------
 */

/* END is missing, or all of it but its start. */
static void put_ending(const struct body_case *c, struct span end,
		       struct script *s)
{
	for (size_t had = 0; had < end.n && had <= c->body.n; had++)
		if (span_ends(c->body, span_head(end, had)))
			script_edit(s, c->body.n, 0,
				    script_keep(s, span_from(end, had)));
}

/* The last lines of a multipart, or of an HTML page. */
void cuts_closing(const struct body_case *c, unsigned v, struct script *s)
{
	static const char *const pages[] = { "\r\n</html>\r\n",
					     "</body></html>\r\n",
					     "\r\n</body>\r\n</html>\r\n",
					     "\r\n</BODY>\r\n</HTML>\r\n",
					     "\r\n</BODY></HTML>\r\n" };

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
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		put_ending(c, span_str(pages[i]), s);
}

void cuts_say_closing(const struct body_case *c, const struct script *s,
		      const struct generator *g)
{
	const struct edit *e = NULL;
	struct cause *cause = causes_add(c->out, g->code, true);

	if (script_count(s, g, &e))
		cause_add_number(cause, g->count, (int64_t)e->put.n);
}

/* -- multiparts -------------------------------------------------------------
 */

/* Whole parts: between any two boundary lines. */
void cuts_parts(const struct body_case *c, unsigned v, struct script *s)
{
	const struct mime *m = &c->mime;

	(void)v;
	for (size_t i = 0; i < m->boundary_n; i++)
		for (size_t j = i + 1; j <= m->boundary_n; j++)
			for (size_t less = 0; less < 4; less++) {
				size_t from = m->boundary[i];
				size_t to = j < m->boundary_n ? m->boundary[j]
							      : c->body.n;

				if ((less & 1 && from < 2) ||
				    (less & 2 && j == m->boundary_n))
					continue;
				cut_out(s, from - (less & 1 ? 2 : 0),
					to - (less & 2 ? 2 : 0));
			}
}

/* The message was put into a multipart as its first part, as lists do to add a
 * footer: the content of a part alone was the body. */
void cuts_unwrapped(const struct body_case *c, unsigned v, struct script *s)
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
}

void cuts_say_unwrapped(const struct body_case *c, const struct script *s,
			const struct generator *g)
{
	const struct edit *e = NULL;

	if (script_count(s, g, &e))
		say_size(c, causes_add(c->out, g->code, true),
			 (size_t)(e->put.p - c->body.p) + e->put.n, c->body.n);
}

/* Places where something may be cut. */
struct places {
	size_t v[32];
	size_t n;
};

static void add_place(struct places *p, size_t at)
{
	if (p->n == sizeof(p->v) / sizeof(*p->v))
		memmove(p->v, p->v + 1, --p->n * sizeof(*p->v));
	p->v[p->n++] = at;
}

/* Where text added at the end of a part may end: at the end of the part or, in
 * HTML, where the mark-up of the page ends. */
static void part_ends(const struct body_case *c, const struct part *p,
		      struct places *out)
{
	static const char *const tags[] = { "</body", "</html", "</div",
					    "</td" };

	for (size_t i = p->start; p->html && i + 1 < p->end; i++) {
		struct span rest = span_of(c->body.p + i, p->end - i);

		if (rest.p[0] != '<' || rest.p[1] != '/')
			continue;
		for (size_t k = 0; k < sizeof(tags) / sizeof(*tags); k++)
			if (starts_tag(rest, tags[k]))
				add_place(out, i);
	}
	add_place(out, p->end);
	if (c->mime.multipart && p->end + 2 <= c->body.n)
		add_place(out, p->end + 2);
}

/* Where the text of a part starts: after its header, or after <body ...>. */
static void part_starts(const struct body_case *c, const struct part *p,
			struct places *out)
{
	struct span text = span_of(c->body.p + p->start, p->end - p->start);

	add_place(out, p->start);
	size_t at = p->html ? span_search(text, SPAN("<body")) : text.n;

	if (at == text.n)
		return;
	at += span_find(span_from(text, at), '>') + 1;
	add_place(out, p->start + at);
	if (starts_tag(span_from(text, at), "\r\n"))
		add_place(out, p->start + at + 2);
}

/* Text at the end (variant 0) or the start of a part, from or to any line of
 * it, in HTML any tag. */
void cuts_part_text(const struct body_case *c, unsigned v, struct script *s)
{
	for (size_t k = 0; k < c->mime.n; k++) {
		const struct part *p = &c->mime.v[k];
		struct places few = { .n = 0 };

		if (v == 0)
			part_ends(c, p, &few);
		else
			part_starts(c, p, &few);
		for (size_t i = p->start; i <= p->end; i++) {
			unsigned char here = i < c->body.n ? c->body.p[i] : 0;
			unsigned char before = i ? c->body.p[i - 1] : '\n';
			bool tag = p->html && (here == '<' || before == '>');

			if (before != '\n' && !tag && i != p->end)
				continue;
			for (size_t j = 0; j < few.n; j++) {
				size_t from = v ? few.v[j] : i;
				size_t to = v ? i : few.v[j];

				if (to > from && to - from < 64 * 1024)
					cut_out(s, from, to);
			}
		}
	}
}

/* Text that was added within a line, up to the end or the end of a part. */
void cuts_octets(const struct body_case *c, unsigned v, struct script *s)
{
	struct places few = { .n = 0 };

	(void)v;
	for (size_t k = 0; k < c->mime.n && c->body.n < 16384; k++)
		if (c->mime.v[k].text)
			part_ends(c, &c->mime.v[k], &few);
	add_place(&few, c->body.n);
	for (size_t i = 0; i < c->body.n && c->body.n < 65536; i++)
		for (size_t j = 0; j < few.n; j++)
			if (few.v[j] > i &&
			    (few.v[j] - i < 8192 || few.v[j] == c->body.n))
				cut_out(s, i, few.v[j]);
}
