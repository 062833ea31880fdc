/* What was added to a body: text or parts at its end, its start, or inside. */
#include "explain_case.h"

#include <stdlib.h>
#include <string.h>

/* A list of offsets. */
struct offsets {
	size_t *v;
	size_t n;
};

static void add(struct offsets *o, size_t at)
{
	if (o->n && o->v[o->n - 1] == at)
		return;
	if (o->n % 64 == 0)
		o->v = mem_array(o->v, o->n + 64, sizeof(*o->v));
	o->v[o->n++] = at;
}

static bool is_blank(struct span s)
{
	return span_trim(s).n == 0;
}

static bool starts_tag(struct span s, const char *tag)
{
	return span_ieq(span_head(s, strlen(tag)), span_str(tag));
}

/* -- saying it ------------------------------------------------------------- */

/* Is AT where the text of a part begins? */
static bool at_text_start(const struct body_case *c, size_t at)
{
	if (at == 0)
		return true;
	for (size_t i = 0; i < c->mime.n; i++) {
		const struct part *p = &c->mime.v[i];
		struct span text = span_of(c->body.p + p->start,
					   at > p->start ? at - p->start : 0);

		if (at < p->start || at > p->end || !p->text)
			continue;
		if (is_blank(text))
			return true;
		/* behind <body ...>, or nothing but mark-up before it */
		while (p->html && text.n && !is_blank(text)) {
			text = span_from(text, span_find(text, '<'));
			if (starts_tag(text, "</body"))
				return false;
			bool body = starts_tag(text, "<body");

			text = span_from(text, span_find(text, '>') + 1);
			if (body)
				return is_blank(text);
		}
	}
	return false;
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

	if (is_blank(span_of(c->body.p + from, to - from)))
		return is_blank(rest) ? CAUSE_FINAL : CAUSE_BLANK_LINES;
	if (is_blank(rest))
		return CAUSE_FOOTER;
	if (at_text_start(c, from))
		return CAUSE_BANNER;
	if (c->mime.multipart)
		return CAUSE_FOOTER_PART;
	return at_html_end(rest) || from > c->body.n / 2 ? CAUSE_FOOTER
							 : CAUSE_BANNER;
}

static void say_size(struct body_case *c, struct cause *cause, size_t from,
		     size_t to)
{
	struct span text = span_trim(span_of(c->body.p + from, to - from));

	cause_add_number(cause, "octets", (int64_t)case_octets(c, from, to));
	cause_add_number(cause, "lines", (int64_t)case_lines(c, from, to));
	cause_add_number(cause, "offset", (int64_t)case_octets(c, 0, from));
	cause_add_text(cause, "text", text);
}

static void say_cut(struct body_case *c, size_t from, size_t to)
{
	enum cause_code code = name_cut(c, from, to);
	struct cause *cause = causes_add(c->out, code, true);

	if (code == CAUSE_FINAL)
		cause_add_text(cause, "kind", SPAN("white line added"));
	if (code == CAUSE_BLANK_LINES)
		cause_add_number(cause, "blank_lines",
				 (int64_t)case_lines(c, from, to));
	say_size(c, cause, from, to);
	/* both names fit what goes before the end of an HTML part */
	if (code == CAUSE_FOOTER_PART && at_html_end(span_from(c->body, to)))
		say_size(c, causes_add(c->out, CAUSE_FOOTER, true), from, to);
}

/* -- trying it ------------------------------------------------------------- */

/* Each cut from an offset of FROM to a later one of TO. */
static bool try_cuts(struct body_case *c, const struct offsets *from,
		     const struct offsets *to, size_t most)
{
	size_t fed = 0;

	trial_begin(c->trial);
	for (size_t i = 0; i < from->n; i++) {
		trial_feed(c->trial,
			   span_of(c->body.p + fed, from->v[i] - fed));
		fed = from->v[i];
		for (size_t j = 0; j < to->n; j++) {
			struct span tail = span_from(c->body, to->v[j]);

			if (to->v[j] <= fed || to->v[j] - fed > most)
				continue;
			if (!trial_left(c->trial))
				return false;
			if (trial_fork(c->trial, &tail, 1)) {
				say_cut(c, fed, to->v[j]);
				return true;
			}
		}
	}
	return false;
}

/* Starts of lines of [FROM, TO]; with TAGS also where an HTML tag begins or
 * ends. */
static void seams(const struct body_case *c, size_t from, size_t to, bool tags,
		  struct offsets *out)
{
	for (size_t i = from; i <= to; i++) {
		unsigned char here = i < c->body.n ? c->body.p[i] : 0;
		unsigned char before = i ? c->body.p[i - 1] : '\n';

		if (before == '\n' || (tags && (here == '<' || before == '>')))
			add(out, i);
	}
}

/* RULES B-5: cutting between blank lines at the end changes nothing. */
static bool try_ends(struct body_case *c)
{
	struct offsets from = { 0 }, end = { 0 };

	for (size_t i = 0; i < c->line_n; i++)
		if (i == 0 || !is_blank(case_line(c, i - 1)) ||
		    trial_canon(c->trial) == CANON_SIMPLE)
			if (i == 0 || case_line(c, i - 1).n)
				add(&from, c->line[i]);
	add(&end, c->body.n);
	bool found = try_cuts(c, &from, &end, SIZE_MAX);

	free(from.v);
	free(end.v);
	return found;
}

static bool try_starts(struct body_case *c)
{
	struct offsets from = { 0 }, to = { 0 };

	add(&from, 0);
	for (size_t i = 1; i < c->line_n; i++)
		add(&to, c->line[i]);
	bool found = try_cuts(c, &from, &to, SIZE_MAX);

	free(from.v);
	free(to.v);
	return found;
}

/* -- the very end ---------------------------------------------------------- */

static const struct {
	struct span put;
	const char *kind;
} ends[] = {
	{ { NULL, 0 }, "" },
	{ { (const unsigned char *)"\r", 1 }, "half a CRLF" },
	{ { (const unsigned char *)"\n", 1 }, "half a CRLF" },
	{ { (const unsigned char *)"=", 1 }, "soft break" },
	{ { (const unsigned char *)"=\r\n", 3 }, "soft break" },
	{ { (const unsigned char *)" \r\n", 3 }, "white line" },
	{ { (const unsigned char *)"\t\r\n", 3 }, "white line" },
	{ { (const unsigned char *)"\x1a", 1 }, "control character" },
	{ { (const unsigned char *)"\0", 1 }, "control character" },
	{ { (const unsigned char *)"\f", 1 }, "control character" },
};

static const char *kind_of(struct span lost)
{
	for (size_t i = 0; i < lost.n; i++)
		if (lost.p[i] == '=')
			return "soft break";
	for (size_t i = 0; i < lost.n; i++)
		if (lost.p[i] != ' ' && lost.p[i] != '\t' &&
		    lost.p[i] != '\r' && lost.p[i] != '\n')
			return "control character";
	for (size_t i = 0; i < lost.n; i++)
		if (ascii_wsp(lost.p[i]))
			return "white line";
	return "half a CRLF";
}

static bool is_end_octet(unsigned char octet)
{
	return octet <= ' ' || octet == '=' || octet == 0x7f;
}

/* Octets of white space and controls at the end taken away, others put there.
 */
bool explain_end(struct body_case *c)
{
	size_t n = c->body.n;

	for (size_t cut = 0; cut <= 12 && cut <= n; cut++) {
		struct span kept = span_head(c->body, n - cut);

		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
			struct span pieces[3] = { kept, ends[i].put };
			bool line = ends[i].put.n == 3 && kept.n &&
				    kept.p[kept.n - 1] != '\n' &&
				    ends[i].put.p[0] != '=';

			/* a white line is a line of its own */
			if (line) {
				pieces[1] = SPAN("\r\n");
				pieces[2] = ends[i].put;
			}
			if (!trial_holds(c->trial, pieces, 3))
				continue;
			struct cause *cause =
				causes_add(c->out, CAUSE_FINAL, true);

			cause_add_text(
				cause, "kind",
				span_str(i ? ends[i].kind
					   : kind_of(span_from(c->body,
							       n - cut))));
			cause_add_number(cause, "offset",
					 (int64_t)case_octets(c, 0, n - cut));
			return true;
		}
		if (kept.n == 0 || !is_end_octet(kept.p[kept.n - 1]))
			break;
	}
	return false;
}

/* -- multiparts ------------------------------------------------------------ */

/* END is missing, or all of it but its start. */
static bool try_ending(struct body_case *c, struct span end)
{
	for (size_t had = 0; had < end.n && had <= c->body.n; had++) {
		struct span tail = span_from(c->body, c->body.n - had);
		struct span pieces[] = { c->body, span_from(end, had) };

		if (!span_eq(tail, span_head(end, had)) ||
		    !trial_holds(c->trial, pieces, 2))
			continue;
		cause_add_number(causes_add(c->out, CAUSE_TRUNCATED, true),
				 "octets", (int64_t)(end.n - had));
		return true;
	}
	return false;
}

/* The last lines of a multipart, or of an HTML page. */
static bool try_closing(struct body_case *c)
{
	static const char *const pages[] = { "\r\n</html>\r\n",
					     "</body></html>\r\n",
					     "\r\n</body>\r\n</html>\r\n",
					     "\r\n</BODY>\r\n</HTML>\r\n",
					     "\r\n</BODY></HTML>\r\n" };
	bool found = false;

	for (size_t i = c->mime.open_n; i-- > 0 && !found;) {
		struct buf text;

		buf_init(&text, 4096);
		for (size_t j = c->mime.open_n; j-- > i;)
			buf_putf(&text, "\r\n--%.*s--\r\n",
				 (int)c->mime.open[j].n,
				 (const char *)c->mime.open[j].p);
		found = try_ending(c, buf_span(&text)) ||
			try_ending(c, span_from(buf_span(&text), 2));
		buf_free(&text);
	}
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages) && !found; i++)
		found = try_ending(c, span_str(pages[i]));
	return found;
}

/* Text at the end of a part: cut from any line of it, or in HTML from any tag,
 * to its end, or to where the mark-up of the page ends. */
static void part_ends(const struct body_case *c, const struct part *p,
		      struct offsets *out)
{
	for (size_t i = p->start; p->html && i < p->end; i++) {
		struct span rest = span_of(c->body.p + i, p->end - i);

		if (rest.n > 1 && rest.p[0] == '<' && rest.p[1] == '/' &&
		    (starts_tag(rest, "</body") || starts_tag(rest, "</html") ||
		     starts_tag(rest, "</div") || starts_tag(rest, "</td")))
			add(out, i);
	}
	if (out->n > 12) { /* the last ones */
		memmove(out->v, out->v + out->n - 12, 12 * sizeof(*out->v));
		out->n = 12;
	}
	add(out, p->end);
	if (c->mime.multipart && p->end + 2 <= c->body.n)
		add(out, p->end + 2);
}

static bool try_part_ends(struct body_case *c, const struct part *p)
{
	struct offsets from = { 0 }, to = { 0 };

	seams(c, p->start, p->end, p->html, &from);
	part_ends(c, p, &to);
	bool found = try_cuts(c, &from, &to, 64 * 1024);

	free(from.v);
	free(to.v);
	return found;
}

/* Where the text of a part starts: behind its header, <body>, or any tag of
 * the first ones. */
static void part_starts(const struct body_case *c, const struct part *p,
			struct offsets *out)
{
	struct span text = span_of(c->body.p + p->start, p->end - p->start);

	add(out, p->start);
	for (size_t i = 0; p->html && i < text.n; i++) {
		i += span_find(span_from(text, i), '<');
		if (!starts_tag(span_from(text, i), "<body"))
			continue;
		i += span_find(span_from(text, i), '>') + 1;
		add(out, p->start + i);
		if (starts_tag(span_from(text, i), "\r\n"))
			add(out, p->start + i + 2);
		break;
	}
}

static bool try_part_starts(struct body_case *c, const struct part *p)
{
	struct offsets from = { 0 }, to = { 0 };

	part_starts(c, p, &from);
	seams(c, p->start, p->end, p->html, &to);
	if (p->end < c->body.n)
		add(&to, p->end);
	bool found = try_cuts(c, &from, &to, 64 * 1024);

	free(from.v);
	free(to.v);
	return found;
}

/* Whole parts: between any two boundary lines. */
static bool try_parts(struct body_case *c)
{
	struct offsets at = { 0 };

	for (size_t i = 0; i < c->mime.boundary_n; i++) {
		if (c->mime.boundary[i] >= 2)
			add(&at, c->mime.boundary[i] - 2);
		add(&at, c->mime.boundary[i]);
	}
	add(&at, c->body.n);
	bool found = try_cuts(c, &at, &at, SIZE_MAX);

	free(at.v);
	return found;
}

/* The message was put into a multipart as its first part, as lists do to add a
 * footer: the content of a part alone was the body. */
static bool try_wrapped(struct body_case *c)
{
	for (size_t i = 0; i < c->mime.boundary_n; i++) {
		struct span rest = span_from(c->body, c->mime.boundary[i]);
		const unsigned char *gap =
			memmem(rest.p, rest.n, "\r\n\r\n", 4);
		size_t start = gap ? (size_t)(gap - c->body.p) + 4 : 0;

		for (size_t j = i + 1; gap && j < c->mime.boundary_n; j++) {
			size_t end = c->mime.boundary[j];

			if (end < start + 2)
				continue;
			for (size_t less = 0; less <= 2; less += 2) {
				struct span kept = span_of(c->body.p + start,
							   end - less - start);

				if (!trial_holds(c->trial, &kept, 1))
					continue;
				say_size(c,
					 causes_add(c->out, CAUSE_FOOTER_PART,
						    true),
					 end - less, c->body.n);
				return true;
			}
		}
	}
	return false;
}

bool explain_cuts(struct body_case *c)
{
	if (try_ends(c) || try_starts(c) || try_closing(c))
		return true;
	if (c->mime.multipart && (try_parts(c) || try_wrapped(c)))
		return true;
	for (size_t i = 0; i < c->mime.n; i++)
		if (try_part_ends(c, &c->mime.v[i]) ||
		    try_part_starts(c, &c->mime.v[i]))
			return true;
	return false;
}

/* -- two places ------------------------------------------------------------ */

/* The same was done to two texts of a multipart, at their ends or starts. */
static bool try_two(struct body_case *c, const struct part *a,
		    const struct part *b, bool ends_)
{
	struct offsets from[2] = { { 0 } }, to[2] = { { 0 } };
	const struct part *parts[2] = { a, b };
	bool found = false;
	size_t fed = 0;

	for (int i = 0; i < 2; i++) {
		const struct part *p = parts[i];
		struct offsets *any = ends_ ? &from[i] : &to[i];
		struct offsets *few = ends_ ? &to[i] : &from[i];

		seams(c, p->start, p->end, p->html, any);
		if (ends_)
			part_ends(c, p, few);
		else
			part_starts(c, p, few);
	}
	trial_begin(c->trial);
	for (size_t i = 0; i < from[0].n * to[0].n && !found; i++) {
		size_t s = from[0].v[i / to[0].n], e = to[0].v[i % to[0].n];

		if (e <= s || e > b->start)
			continue;
		if (s > fed) {
			trial_feed(c->trial, span_of(c->body.p + fed, s - fed));
			fed = s;
		}
		for (size_t j = 0; j < from[1].n * to[1].n; j++) {
			size_t s2 = from[1].v[j / to[1].n];
			size_t e2 = to[1].v[j % to[1].n];

			if (s2 < e || e2 <= s2)
				continue;
			struct span pieces[] = {
				span_of(c->body.p + e, s2 - e),
				span_from(c->body, e2),
			};

			if (!trial_left(c->trial))
				break;
			if (trial_fork(c->trial, pieces, 2)) {
				say_cut(c, s, e);
				say_cut(c, s2, e2);
				found = true;
				break;
			}
		}
	}
	for (int i = 0; i < 2; i++) {
		free(from[i].v);
		free(to[i].v);
	}
	return found;
}

/* Lines before the text and lines behind it. */
static bool try_both_ends(struct body_case *c)
{
	for (size_t i = 1; i < c->line_n && i < 40; i++) {
		size_t fed = c->line[i];

		trial_begin(c->trial);
		for (size_t j = i + 1; j < c->line_n; j++) {
			if (!trial_left(c->trial))
				return false;
			trial_feed(c->trial,
				   span_of(c->body.p + fed, c->line[j] - fed));
			fed = c->line[j];
			if (!trial_fork(c->trial, NULL, 0))
				continue;
			say_cut(c, 0, c->line[i]);
			say_cut(c, fed, c->body.n);
			return true;
		}
	}
	return false;
}

/* Cuts from any line to any line, the work permitting. */
static bool try_all(struct body_case *c)
{
	struct offsets at = { 0 };

	for (size_t i = 0; i <= c->line_n; i++)
		add(&at, c->line[i]);
	bool found = at.n < 700 && try_cuts(c, &at, &at, SIZE_MAX);

	free(at.v);
	return found;
}

/* A cut at any octet: what was added started within a line. */
static bool try_octets(struct body_case *c)
{
	struct offsets at = { 0 }, end = { 0 };

	for (size_t i = 0; i <= c->body.n && c->body.n < 65536; i++)
		add(&at, i);
	add(&end, c->body.n);
	bool found = try_cuts(c, &at, &end, SIZE_MAX);

	for (size_t i = 0; i < c->mime.n && !found; i++) {
		end.n = 0;
		if (c->mime.v[i].text && c->body.n < 16384) {
			part_ends(c, &c->mime.v[i], &end);
			found = try_cuts(c, &at, &end, 8192);
		}
	}
	free(at.v);
	free(end.v);
	return found;
}

bool explain_more_cuts(struct body_case *c)
{
	if (try_octets(c))
		return true;
	for (int at_end = 1; at_end >= 0; at_end--)
		for (size_t i = 0; i + 1 < c->mime.n; i++)
			if (c->mime.v[i].text && c->mime.v[i + 1].text &&
			    try_two(c, &c->mime.v[i], &c->mime.v[i + 1],
				    at_end))
				return true;
	return try_both_ends(c) || try_all(c);
}
