/* Generators: what may have been done to each line of a body, to its white
 * space, or to one word. */
#include "explain_body.h"

#include <string.h>

static size_t line_end(const struct body_case *c, size_t i)
{
	return c->line[i] + body_line(c, i).n;
}

/* Is line I in a text part of a multipart (or is there no multipart)? Lines are
 * asked for in order; *PART counts the parts passed. */
static bool in_text(const struct body_case *c, size_t i, size_t *part)
{
	const struct mime *m = &c->mime;

	while (*part < m->n && m->v[*part].end <= c->line[i])
		++*part;
	return !m->multipart || (*part < m->n && m->v[*part].text &&
				 m->v[*part].start <= c->line[i]);
}

static size_t first_word(struct span line)
{
	size_t n = 0;

	while (n < line.n && !ascii_wsp(line.p[n]))
		n++;
	return n;
}

/* -- line ends and marks ----------------------------------------------------
 */

void lines_bare_lf(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = 0; i < c->body.n; i++)
		if (c->body.p[i] == '\n' &&
		    (i == 0 || c->body.p[i - 1] != '\r'))
			script_edit(s, i, 0, SPAN("\r"));
}

void lines_crcrlf(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = 2; i < c->body.n; i++)
		if (c->body.p[i] == '\n' && c->body.p[i - 1] == '\r' &&
		    c->body.p[i - 2] == '\r')
			script_edit(s, i - 2, 1, SPAN(""));
}

/* RFC 4155: ">" before "From ", and before what was already quoted so. */
void lines_from_quoted(const struct body_case *c, unsigned v, struct script *s)
{
	(void)v;
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);
		size_t marks = 0;

		while (marks < line.n && line.p[marks] == '>')
			marks++;
		if (marks && span_starts(span_from(line, marks), SPAN("From ")))
			script_edit(s, c->line[i], 1, SPAN(""));
	}
}

/* A line that begins as one does that began with a dot: a word that could be
 * the name of a class, a file or a macro, or that goes on after a brace. */
static bool may_have_lost_dot(const struct body_case *c, size_t i)
{
	struct span line = body_line(c, i);
	struct span before = i ? span_trim(body_line(c, i - 1)) : SPAN("");

	if (line.n == 0)
		return false;
	if (span_search(line, SPAN("{")) < line.n ||
	    (before.n && before.p[before.n - 1] == '}'))
		return true;
	return !ascii_wsp(line.p[0]) && (line.p[0] == '.' || line.n < 50);
}

/* RFC 5321 4.5.2 done once too often (variant 0), or undone: of lines that
 * still begin with a dot, of those that may have, of any. */
void lines_dots(const struct body_case *c, unsigned v, struct script *s)
{
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);

		if (v == 0 && span_starts(line, SPAN("..")))
			script_edit(s, c->line[i], 1, SPAN(""));
		if ((v == 1 && span_starts(line, SPAN("."))) ||
		    (v == 2 && may_have_lost_dot(c, i)) || v == 3)
			script_edit(s, c->line[i], 0, SPAN("."));
	}
}

/* -- blank lines ------------------------------------------------------------
 */

/* N line ends. */
static struct span blank_lines(size_t n)
{
	return span_head(SPAN("\r\n\r\n\r\n\r\n\r\n\r\n"), 2 * n);
}

/* The run of N blank lines from line FIRST on, as variant V has it. */
static void blank_run(const struct body_case *c, unsigned v, size_t first,
		      size_t n, struct script *s)
{
	/* lines more; 0: only one stays; fewer; half of them go */
	static const int more[] = { 1, -1, 0, -99, 2, -2, 3, 4 };
	int m = more[v - BLANK_RUNS];
	size_t less = m == -99 ? (n + 1) / 2 : m == 0 ? n - 1 : (size_t)-m;
	size_t at = c->line[first];

	if (m > 0)
		script_edit(s, at, 0, blank_lines((size_t)m));
	else if (less > 0 && less <= n)
		script_edit(s, at, c->line[first + less] - at, SPAN(""));
}

/* Line I ends where the first word of the next would still have fitted: at the
 * end of a paragraph, if lines were filled up to WIDTH. */
static bool ends_paragraph(const struct body_case *c, size_t i, size_t width)
{
	return i + 1 < c->line_n && body_line(c, i + 1).n &&
	       body_line(c, i).n + 1 + first_word(body_line(c, i + 1)) <= width;
}

void lines_blank(const struct body_case *c, unsigned v, struct script *s)
{
	size_t width = 0;

	for (size_t i = 0; i < c->line_n && v == BLANK_LOST; i++)
		if (body_line(c, i).n > width && body_line(c, i).n < 100)
			width = body_line(c, i).n;
	for (size_t i = 0; i < c->line_n; i++) {
		bool blank = body_is_blank(body_line(c, i));
		size_t first = i;

		if (v == BLANK_ALL && blank)
			script_edit(s, c->line[i], c->line[i + 1] - c->line[i],
				    SPAN(""));
		else if (v == BLANK_LOST && ends_paragraph(c, i, width))
			script_edit(s, c->line[i + 1], 0, blank_lines(1));
		else if (v == BLANK_EACH)
			script_edit(s, c->line[i], 0, blank_lines(1));
		else if (v == BLANK_MIXED && blank && i + 1 < c->line_n &&
			 !body_is_blank(body_line(c, i + 1)))
			for (size_t k = 1; k < 3; k++)
				script_edit(s, c->line[i], 0, blank_lines(k));
		if (v == BLANK_ALL || v >= BLANK_EACH || !blank)
			continue;
		while (i < c->line_n && body_is_blank(body_line(c, i)))
			i++;
		blank_run(c, v, first, i - first, s);
	}
}

/* -- white space at line ends -----------------------------------------------
 */

/* RFC 3676: a line of a paragraph that is not its last one. */
static bool is_flowed(const struct body_case *c, size_t i, size_t width)
{
	struct span line = body_line(c, i);

	return line.n && line.n >= width && i + 1 < c->line_n &&
	       body_line(c, i + 1).n > 0;
}

/* The first word of the next line did not fit into WIDTH. */
static bool is_filled(const struct body_case *c, size_t i, size_t width)
{
	struct span line = body_line(c, i);

	return is_flowed(c, i, 1) && line.n <= width &&
	       line.n + 1 + first_word(body_line(c, i + 1)) > width;
}

static bool is_trailing(const struct body_case *c, size_t i, unsigned set,
			size_t width)
{
	struct span line = body_line(c, i);
	bool dashes = span_eq(line, SPAN("--"));

	switch (set) {
	case TRAILING_ANY:
		return i + 1 < c->line_n || line.n;
	case TRAILING_BLANK:
		return line.n == 0;
	case TRAILING_FLOWED:
		return is_flowed(c, i, 1);
	case TRAILING_FLOWED + 1:
		return dashes;
	case TRAILING_FLOWED + 2:
		return line.n > 0;
	case TRAILING_FLOWED + 3:
		return span_starts(line, SPAN(">"));
	case TRAILING_FLOWED + 4:
		return span_eq(line, SPAN(">"));
	case TRAILING_FLOWED + 5:
		return is_flowed(c, i, 1) && (ascii_alpha(line.p[line.n - 1]) ||
					      line.p[line.n - 1] == ',');
	case TRAILING_FLOWED + 6:
		return is_flowed(c, i, 1) || dashes;
	case TRAILING_SETS:
		return is_filled(c, i, width) || dashes;
	case TRAILING_SETS + 1:
		return is_flowed(c, i, width) || dashes;
	case TRAILING_SETS + 2:
		return is_filled(c, i, width);
	case TRAILING_SETS + 3:
		return is_flowed(c, i, width);
	default:
		return line.n >= width;
	}
}

void lines_trailing(const struct body_case *c, unsigned v, struct script *s)
{
	enum { EACH = TRAILING_VARIANTS / 3 };
	static const char *const white[] = { " ", "  ", "\t" };
	struct span put = span_str(white[v / EACH]);
	unsigned set = v % EACH;
	size_t width = 0, part = 0;

	if (set >= TRAILING_SETS) {
		width = 80 - (set - TRAILING_SETS) % TRAILING_WIDTHS;
		set = TRAILING_SETS + (set - TRAILING_SETS) / TRAILING_WIDTHS;
	}
	for (size_t i = 0; i < c->line_n; i++)
		if (in_text(c, i, &part) && is_trailing(c, i, set, width))
			script_edit(s, line_end(c, i), 0, put);
}

/* -- tabs -------------------------------------------------------------------
 */

enum {
	TAB_LEADING,
	TAB_EACH,
	TAB_STOPS,
	TAB_STOPS_WIDE,
	TAB_LEADING_STOPS,
	TAB_STOPS_SOME,
	TAB_STOPS_PATCH,
	TAB_SINGLE,
	TAB_KINDS
};

/* How many tabs a run of N blanks at COLUMN may have been, 0: none. In a patch
 * the first blank of a line is its own. */
static size_t tabs_of(unsigned kind, size_t width, size_t column, size_t n,
		      bool *own)
{
	*own = column == 0 && (kind == TAB_STOPS_PATCH || kind == TAB_SINGLE ||
			       (kind == TAB_EACH && n % width == 1));
	if ((kind == TAB_LEADING || kind == TAB_LEADING_STOPS) && column > 1)
		return 0;
	if (kind == TAB_LEADING || kind == TAB_EACH || kind == TAB_SINGLE)
		return (n - *own) % width ? 0 : (n - *own) / width;
	if ((kind == TAB_STOPS_WIDE && n < 2) || (column + n) % width)
		return 0;
	return (column + n) / width - column / width;
}

/* Is what begins S a remark, before which tabs are usual? */
static bool is_remark(struct span s)
{
	return span_starts(s, SPAN("/*")) || span_starts(s, SPAN("//")) ||
	       span_starts(s, SPAN("#"));
}

/* Of some kinds, runs of blanks were tabs for sure, single ones perhaps. */
void lines_tabs(const struct body_case *c, unsigned v, struct script *s)
{
	static const char tabs[] = " \t\t\t\t\t\t\t\t\t\t\t\t";
	static const size_t widths[] = { 8, 4, 2, 3, 1 };
	size_t width = widths[v / TAB_KINDS];
	unsigned kind = v % TAB_KINDS;
	bool some = kind >= TAB_STOPS_SOME;

	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);

		for (size_t at = 0; at < line.n; at++) {
			size_t n = 0;
			bool own;

			while (at + n < line.n && line.p[at + n] == ' ')
				n++;
			size_t m = n ? tabs_of(kind, width, at, n, &own) : 0;

			/* a word's own blank */
			if (kind == TAB_SINGLE && at > 1 && n == 1 &&
			    (width > 1 || !is_remark(span_from(line, at + n))))
				m = 0;
			s->forced = some && (n > 1 || at == 1);
			if (m && m < sizeof(tabs) - 1)
				script_edit(s, c->line[i] + at, n,
					    span_of(tabs + !own, m + own));
			at += n;
		}
	}
}

/* -- lines broken -----------------------------------------------------------
 */

struct wrap {
	size_t width;
	bool filled; /* as many words as fit; else exactly WIDTH octets */
	bool indent; /* the rest of the line got a blank before it */
	bool mark;   /* and the first one a "!" at its end (sendmail) */
	const char *put;
};

static bool was_broken(const struct body_case *c, const struct wrap *w,
		       size_t i)
{
	struct span line = body_line(c, i), next = body_line(c, i + 1);

	if (line.n == 0 || next.n == 0 ||
	    (w->indent && !ascii_wsp(next.p[0])) ||
	    (w->mark && line.p[line.n - 1] != '!'))
		return false;
	if (w->width == 0)
		return true;
	if (!w->filled)
		return line.n == w->width;
	size_t blank = line.p[line.n - 1] != ' ';

	return line.n <= w->width &&
	       line.n + blank + first_word(next) > w->width;
}

/* The NTH length that some line has. */
static size_t nth_length(const struct body_case *c, size_t nth)
{
	bool seen[2100] = { false };

	for (size_t i = 0; i + 1 < c->line_n; i++) {
		size_t n = body_line(c, i).n;

		if (n < 20 || n >= sizeof(seen) || seen[n])
			continue;
		seen[n] = true;
		if (nth-- == 0)
			return n;
	}
	return 0;
}

static const size_t long_widths[] = { 998, 990, 1000, 997, 989, 512, 132 };
_Static_assert(WRAPS_WIDTHS == 90 + sizeof(long_widths) / sizeof(size_t),
	       "a variant for each width");

void lines_wrapped(const struct body_case *c, unsigned v, struct script *s)
{
	static const struct wrap every[] = {
		{ .put = " " },
		{ .put = "" },
		{ .indent = true, .put = "" },
		{ .indent = true, .put = " " },
		{ .indent = true, .mark = true, .put = "" },
		{ .mark = true, .put = "" },
	};
	static const struct wrap exact[] = {
		{ .put = "" },
		{ .put = " " },
		{ .indent = true, .put = "" },
		{ .indent = true, .mark = true, .put = "" },
		{ .mark = true, .put = "" },
	};
	struct wrap w;
	size_t part = 0;

	if (v >= WRAPS_FILLED) {
		size_t i = (v - WRAPS_FILLED) % WRAPS_WIDTHS;

		w = every[(v - WRAPS_FILLED) / WRAPS_WIDTHS];
		w.width = i < 90 ? 100 - i : long_widths[i - 90];
		w.filled = true;
	} else if (v >= WRAPS_EXACT) {
		w = exact[(v - WRAPS_EXACT) % 5];
		w.width = nth_length(c, (v - WRAPS_EXACT) / 5);
		if (w.width == 0)
			return;
	} else {
		w = every[v];
	}
	for (size_t i = 0; i + 1 < c->line_n; i++) {
		size_t end = line_end(c, i) - w.mark;

		if (in_text(c, i, &part) && was_broken(c, &w, i))
			script_edit(s, end, c->line[i + 1] + w.indent - end,
				    span_str(w.put));
	}
}

/* -- one word, one letter ---------------------------------------------------
 */

static bool in_word(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c >= 0x80;
}

/* The first word of S from AT on; empty at the end. */
static struct span next_word(struct span s, size_t at)
{
	size_t n = 0;

	while (at < s.n && !in_word(s.p[at]))
		at++;
	while (at + n < s.n && in_word(s.p[at + n]))
		n++;
	return span_of(s.p + (at < s.n ? at : s.n), n);
}

enum { WORDS_MAX = 500 };

static size_t collect_words(struct span s, struct span *v, size_t n)
{
	struct span word = next_word(s, 0);

	for (; word.n && n < WORDS_MAX;
	     word = next_word(s, (size_t)(word.p - s.p) + word.n)) {
		bool new = word.n < 40;

		for (size_t i = 0; i < n && new; i++)
			new = !span_eq(v[i], word);
		if (new)
			v[n++] = word;
	}
	return n;
}

/* Another word of the message was there: the other half of a
 * multipart/alternative knows what was replaced. */
void lines_words(const struct body_case *c, unsigned v, struct script *s)
{
	struct span all[WORDS_MAX];
	const struct field *subject =
		fields_find(c->in->fields, SPAN("Subject"), 0);
	size_t n = 0;

	(void)v;
	if (c->body.n >= 65536)
		return;
	n = collect_words(c->body, all, n);
	if (subject)
		n = collect_words(subject->value, all, n);
	for (struct span word = next_word(c->body, 0); word.n;
	     word = next_word(c->body, (size_t)(word.p - c->body.p) + word.n))
		for (size_t i = 0; i < n; i++)
			script_edit(s, (size_t)(word.p - c->body.p), word.n,
				    all[i]);
}

/* 64 octets of a short body. */
void lines_letters(const struct body_case *c, unsigned v, struct script *s)
{
	size_t from = 64 * v, to = from + 64;

	if (from < c->body.n && c->body.n < 8192)
		script_octets(s, from, to < c->body.n ? to : c->body.n,
			      "etaoinshrdlucmfwypvbgkqjxz .,-'ETAOINSHRDLUCMFWY"
			      "PVBGKQJXZ0123456789");
}
