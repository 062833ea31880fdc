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

/* Does the first word of line I + 1 fit behind line I, up to WIDTH? */
static bool next_fits(const struct body_case *c, size_t i, size_t width)
{
	struct span line = body_line(c, i), next = body_line(c, i + 1);
	size_t n = 0, blank = line.n && line.p[line.n - 1] != ' ';

	while (n < next.n && !ascii_wsp(next.p[n]))
		n++;
	return line.n + blank + n <= width;
}

/* -- line ends and marks --------------------------------------------------- */

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

/* RFC 4155: ">" before "From ", and before what was already quoted so. */
static bool is_quoted_from(struct span line)
{
	size_t marks = 0;

	while (marks < line.n && line.p[marks] == '>')
		marks++;
	return marks && span_starts(span_from(line, marks), SPAN("From "));
}

/* At the ends of lines, at their starts: RFC 5321 4.5.2 done once too often or
 * undone. */
bool lines_marks(const struct body_case *c, unsigned v, struct script *s)
{
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);
		size_t at = c->line[i], end = at + line.n;
		bool cr = line.n && line.p[line.n - 1] == '\r';
		bool lf = end + 1 == c->line[i + 1] && c->body.p[end] == '\n';
		bool dot = span_starts(line, SPAN("."));

		if (v == MARK_LF && lf)
			script_edit(s, end, 0, SPAN("\r"));
		if (v == MARK_CRCRLF && cr && end + 2 == c->line[i + 1])
			script_edit(s, end - 1, 1, SPAN(""));
		if ((v == MARK_FROM && is_quoted_from(line)) ||
		    (v == MARK_DOTS && span_starts(line, SPAN(".."))))
			script_edit(s, at, 1, SPAN(""));
		if ((v == MARK_DOT_LEFT && dot) ||
		    (v == MARK_DOT_LOST && may_have_lost_dot(c, i)))
			script_edit(s, at, 0, SPAN("."));
	}
	return true;
}

/* -- blank lines ----------------------------------------------------------- */

/* N line ends. */
static struct span blank_lines(size_t n)
{
	return span_head(SPAN("\r\n\r\n\r\n\r\n\r\n\r\n"), 2 * n);
}

/* The run of N blank lines from line FIRST on had so many more or less. */
static void blank_run(const struct body_case *c, unsigned v, size_t first,
		      size_t n, struct script *s)
{
	/* 0: only one stays; -99: half of them go */
	static const int more[] = { 1, -1, 0, -99, 2, -2, 3, 4 };
	int m = more[v - BLANK_RUNS];
	size_t less = m == -99 ? (n + 1) / 2 : m == 0 ? n - 1 : (size_t)-m;
	size_t at = c->line[first];

	if (m > 0)
		script_edit(s, at, 0, blank_lines((size_t)m));
	else if (less > 0 && less <= n)
		script_edit(s, at, c->line[first + less] - at, SPAN(""));
}

/* A blank line may have been lost behind line I: surely (*SURE) where the first
 * word of the next line would still have fitted behind a sentence, if lines
 * were filled up to WIDTH; perhaps where either holds. */
static bool may_have_lost_blank(const struct body_case *c, size_t i,
				size_t width, bool *sure)
{
	struct span line = span_trim(body_line(c, i));
	struct span next = span_head(body_line(c, i + 1), 1);
	bool fits = next_fits(c, i, width);
	bool ends = line.n && span_has(SPAN(".!?"), line.p[line.n - 1]) &&
		    next.n && next.p[0] < 'a';

	*sure = fits && ends;
	return line.n && next.n && (fits || ends);
}

bool lines_blank(const struct body_case *c, unsigned v, struct script *s)
{
	size_t width = 0, run = 0;

	for (size_t i = 0; i < c->line_n && v == BLANK_LOST; i++)
		if (body_line(c, i).n > width && body_line(c, i).n < 100)
			width = body_line(c, i).n;
	for (size_t i = 0; i < c->line_n; i++) {
		bool blank = body_is_blank(body_line(c, i));
		bool last = i + 1 == c->line_n ||
			    !body_is_blank(body_line(c, i + 1));

		run = blank ? run + 1 : 0;
		if (v <= BLANK_RUNS_LAST && blank && last)
			blank_run(c, v, i + 1 - run, run, s);
		if (v == BLANK_EACH)
			script_edit(s, c->line[i], 0, blank_lines(1));
		/* of a run, one line is left for two */
		s->forced = blank && last;
		if (v == BLANK_LOST && i + 1 < c->line_n &&
		    (s->forced || may_have_lost_blank(c, i, width, &s->forced)))
			script_edit(s, c->line[i + 1], 0, blank_lines(1));
		s->forced = false;
		for (size_t k = 1; v == BLANK_MIXED && blank && last && k < 3;
		     k++)
			script_edit(s, c->line[i], 0, blank_lines(k));
	}
	return true;
}

/* -- white space at line ends ---------------------------------------------- */

/* Blanks that RFC 3676 puts at the ends of lines: of any, of "-- ", of lines
 * that the next word did not fit into, of all but the last ones of paragraphs
 * if they are long enough. */
bool lines_trailing(const struct body_case *c, unsigned v, struct script *s)
{
	unsigned way = (v - TRAILING_FILLED) % 4;
	size_t width = 80 - (v - TRAILING_FILLED) / 4, part = 0;

	if (v >= TRAILING_FILLED && width > 80)
		return false;
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);
		bool dashes = span_eq(line, SPAN("--"));
		bool more = i + 1 < c->line_n && line.n &&
			    body_line(c, i + 1).n;
		bool flowed = way & 1 ? line.n >= width
				      : line.n <= width && more &&
						!next_fits(c, i, width);
		bool put = v == TRAILING_ANY	  ? i + 1 < c->line_n || line.n
			   : v == TRAILING_DASHES ? dashes
			   : way & 2 && dashes	  ? true
						  : more && flowed;

		if (in_text(c, i, &part) && put)
			script_edit(s, line_end(c, i), 0, SPAN(" "));
	}
	return true;
}

/* -- tabs ------------------------------------------------------------------ */

/* A run of blanks was tabs: at the start of a line, of WIDTH blanks each,
 * anywhere so, up to tab stops, a patch's first blank apart, and each single
 * blank. */
enum {
	TAB_LEADING,
	TAB_EACH,
	TAB_STOPS,
	TAB_STOPS_PATCH,
	TAB_SINGLE,
	TAB_KINDS
};

/* How many tabs a run of N blanks at COLUMN may have been, 0: none. In a patch
 * the first blank of a line is its OWN. */
static size_t tabs_of(unsigned kind, size_t width, size_t column, size_t n,
		      bool *own)
{
	*own = column == 0 && (kind == TAB_STOPS_PATCH || kind == TAB_SINGLE ||
			       (kind == TAB_EACH && n % width == 1));
	if (kind == TAB_LEADING && column > 1)
		return 0;
	if (kind == TAB_STOPS || kind == TAB_STOPS_PATCH)
		return (column + n) % width
			       ? 0
			       : (column + n) / width - column / width;
	return (n - *own) % width ? 0 : (n - *own) / width;
}

/* Is what begins S a remark, before which tabs are usual? */
static bool is_remark(struct span s)
{
	return span_starts(s, SPAN("/*")) || span_starts(s, SPAN("//")) ||
	       span_starts(s, SPAN("#"));
}

/* Of some kinds, runs of blanks were tabs for sure, single ones perhaps. */
bool lines_tabs(const struct body_case *c, unsigned v, struct script *s)
{
	static const char tabs[] = " \t\t\t\t\t\t\t\t\t\t\t\t";
	static const size_t widths[] = { 8, 4, 2, 3, 1 };
	unsigned kind = v % TAB_KINDS;

	if (v >= TAB_KINDS * sizeof(widths) / sizeof(*widths))
		return false;
	size_t width = widths[v / TAB_KINDS];

	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = body_line(c, i);

		for (size_t at = 0, n; at < line.n; at += n + 1) {
			bool own;

			for (n = 0; at + n < line.n && line.p[at + n] == ' ';)
				n++;
			size_t m = n ? tabs_of(kind, width, at, n, &own) : 0;

			/* a word's own blank */
			if (kind == TAB_SINGLE && at > 1 && n == 1 &&
			    (width > 1 || !is_remark(span_from(line, at + n))))
				m = 0;
			s->forced = kind >= TAB_STOPS_PATCH &&
				    (n > 1 || at == 1);
			if (m && m < sizeof(tabs) - 1)
				script_edit(s, c->line[i] + at, n,
					    span_of(tabs + !own, m + own));
		}
	}
	return true;
}

/* -- lines broken ---------------------------------------------------------- */

/* How lines were broken. */
struct wrap {
	bool indent; /* the rest of the line got a blank before it */
	bool mark;   /* and the first one a "!" at its end (sendmail) */
	const char *put;
};

/* The NTH length that some line has; 0: fewer. */
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

/* Any line may have been broken; or those that are filled up to a width; or
 * those of one length. */
bool lines_wrapped(const struct body_case *c, unsigned v, struct script *s)
{
	static const struct wrap ways[] = {
		{ .put = " " },
		{ .put = "" },
		{ .indent = true, .put = "" },
		{ .indent = true, .put = " " },
		{ .indent = true, .mark = true, .put = "" },
		{ .mark = true, .put = "" },
	};
	enum { WAYS = sizeof(ways) / sizeof(*ways) };
	size_t width = 0, filled = 0, part = 0;
	struct wrap w = ways[v % WAYS];

	if (v >= WRAPS_EXACT &&
	    !(width = nth_length(c, (v - WRAPS_EXACT) / WAYS)))
		return false;
	if (v >= WRAPS_FILLED && v < WRAPS_EXACT) {
		filled = 80 - (v - WRAPS_FILLED) / 2;
		w = ways[v % 2];
	}
	for (size_t i = 0; i + 1 < c->line_n; i++) {
		struct span line = body_line(c, i), next = body_line(c, i + 1);
		bool broken = in_text(c, i, &part) && line.n && next.n;

		if (!broken || (width && line.n != width) ||
		    (filled && (line.n > filled || next_fits(c, i, filled))) ||
		    (w.indent && !ascii_wsp(next.p[0])) ||
		    (w.mark && line.p[line.n - 1] != '!'))
			continue;
		size_t end = line_end(c, i) - w.mark;

		script_edit(s, end, c->line[i + 1] + w.indent - end,
			    span_str(w.put));
	}
	return true;
}

/* -- one word, one letter -------------------------------------------------- */

static bool in_word(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c >= 0x80;
}

/* Cut the next word off *REST; empty at the end. */
static struct span next_word(struct span *rest)
{
	size_t n = 0;

	while (rest->n && !in_word(rest->p[0]))
		*rest = span_from(*rest, 1);
	while (n < rest->n && in_word(rest->p[n]))
		n++;
	struct span word = span_head(*rest, n);

	*rest = span_from(*rest, n);
	return word;
}

enum { WORDS_MAX = 500 };

static size_t collect_words(struct span s, struct span *v, size_t n)
{
	struct span word;

	while ((word = next_word(&s)).n && n < WORDS_MAX) {
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
bool lines_words(const struct body_case *c, unsigned v, struct script *s)
{
	struct span all[WORDS_MAX], rest = c->body, word;
	const struct field *subject =
		fields_find(c->in->fields, SPAN("Subject"), 0);
	size_t n = 0;

	(void)v;
	if (c->body.n >= 65536)
		return false;
	n = collect_words(c->body, all, n);
	if (subject)
		n = collect_words(subject->value, all, n);
	while ((word = next_word(&rest)).n)
		for (size_t i = 0; i < n; i++)
			script_edit(s, (size_t)(word.p - c->body.p), word.n,
				    all[i]);
	return true;
}

/* 64 octets of a short body. */
bool lines_letters(const struct body_case *c, unsigned v, struct script *s)
{
	size_t from = 64 * (size_t)v, to = from + 64;

	if (from >= c->body.n || c->body.n >= 1024)
		return false;
	script_octets(s, from, to < c->body.n ? to : c->body.n,
		      "etaoinshrdlucmfwypvbgkqjxz .,-'ETAOINSHRDLUCMFWYPVBGKQJX"
		      "Z0123456789");
	return true;
}
