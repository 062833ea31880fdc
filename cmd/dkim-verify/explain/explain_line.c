/* What was done to each line of a body, or to its white space. */
#include "explain_case.h"

static bool is_blank(struct span line)
{
	return span_trim(line).n == 0;
}

static size_t at_end_of(const struct body_case *c, size_t i)
{
	return c->line[i] + case_line(c, i).n;
}

/* One list of edits, tried and thrown away. */
static bool solved(struct body_case *c, struct edits *e, unsigned how,
		   enum cause_code code, const char *name)
{
	bool found = case_solve(c, e, how, code, name, NULL);

	edits_free(e);
	return found;
}

/* -- line ends ------------------------------------------------------------- */

bool explain_line_ends(struct body_case *c)
{
	struct edits lf, crcr;
	struct span s = c->body;

	edits_init(&lf, s);
	edits_init(&crcr, s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n')
			continue;
		if (i == 0 || s.p[i - 1] != '\r')
			edits_add(&lf, i, 0, SPAN("\r"));
		else if (i > 1 && s.p[i - 2] == '\r')
			edits_add(&crcr, i - 2, 1, SPAN(""));
	}
	unsigned how = EDITS_ALL | EDITS_RUNS | EDITS_ONE;
	bool found = solved(c, &lf, how, CAUSE_LINES_LF, "lines");

	if (!found)
		return solved(c, &crcr, how, CAUSE_LINES_CRCRLF, "lines");
	edits_free(&crcr);
	return true;
}

/* -- marks at the start of a line ------------------------------------------ */

static bool unquote_from(struct body_case *c)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = case_line(c, i);

		if (!span_starts(line, SPAN(">")))
			continue;
		while (span_starts(line, SPAN(">")))
			line = span_from(line, 1);
		if (span_starts(line, SPAN("From ")))
			edits_add(&e, c->line[i], 1, SPAN(""));
	}
	return solved(c, &e, EDITS_ALL | EDITS_ONE | EDITS_RUNS | EDITS_TWO,
		      CAUSE_FROM_QUOTED, "lines");
}

/* RFC 5321 4.5.2 done once too often, or undone. */
static bool fix_dots(struct body_case *c, const char *start, bool add,
		     unsigned how)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++)
		if (span_starts(case_line(c, i), span_str(start)))
			edits_add(&e, c->line[i], !add,
				  add ? SPAN(".") : SPAN(""));
	return solved(c, &e, how, add ? CAUSE_DOT_UNSTUFFED : CAUSE_DOT_STUFFED,
		      "lines");
}

bool explain_marks(struct body_case *c)
{
	unsigned how = EDITS_ALL | EDITS_ONE | EDITS_RUNS | EDITS_TWO;

	return unquote_from(c) || fix_dots(c, "..", false, how) ||
	       fix_dots(c, ".", true, how) || fix_dots(c, "", true, EDITS_ONE);
}

/* -- blank lines ----------------------------------------------------------- */

/* LINES more than were signed, or fewer. */
static void say_blank_lines(struct body_case *c, int64_t lines)
{
	struct cause *cause = causes_add(c->out, CAUSE_BLANK_LINES, true);

	cause_add_number(cause, "blank_lines", lines);
}

/* Each run of blank lines: N more lines (N > 0) or fewer, or only one (0). */
static bool fix_runs(struct body_case *c, int n, unsigned how)
{
	static const char more[] = "\r\n\r\n\r\n\r\n\r\n\r\n";
	struct edits e;
	size_t gone = 0;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++) {
		size_t first = i;

		while (i < c->line_n && is_blank(case_line(c, i)))
			i++;
		if (i == first)
			continue;
		size_t less = n < 0 ? (size_t)-n : i - first - 1;

		if (n > 0)
			edits_add(&e, c->line[first], 0,
				  span_of(more, 2 * (size_t)n));
		else if (less > 0 && first + less <= i)
			edits_add(&e, c->line[first],
				  c->line[first + less] - c->line[first],
				  SPAN(""));
		gone += less;
	}
	bool found = edits_solve(&e, trial_oracle(c->trial), how);

	if (found && n)
		say_blank_lines(c, -(int64_t)n * (int64_t)e.on_n);
	else if (found)
		say_blank_lines(c, (int64_t)gone);
	edits_free(&e);
	return found;
}

/* Every line end was doubled. */
static bool halve_runs(struct body_case *c)
{
	struct edits e;
	size_t gone = 0;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++) {
		size_t first = i;

		while (i < c->line_n && is_blank(case_line(c, i)))
			i++;
		size_t less = (i - first + 1) / 2;

		if (less)
			edits_add(&e, c->line[first],
				  c->line[first + less] - c->line[first],
				  SPAN(""));
		gone += less;
	}
	bool found = edits_solve(&e, trial_oracle(c->trial), EDITS_ALL);

	if (found)
		say_blank_lines(c, (int64_t)gone);
	edits_free(&e);
	return found;
}

/* All blank lines were added. */
static bool drop_blank_lines(struct body_case *c)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++)
		if (is_blank(case_line(c, i)))
			edits_add(&e, c->line[i], c->line[i + 1] - c->line[i],
				  SPAN(""));
	bool found =
		edits_solve(&e, trial_oracle(c->trial),
			    EDITS_ALL | EDITS_ONE | EDITS_RUNS | EDITS_TWO);

	if (found)
		say_blank_lines(c, (int64_t)e.on_n);
	edits_free(&e);
	return found;
}

/* Blank lines were lost between lines of text. */
static bool add_blank_lines(struct body_case *c, unsigned how)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++)
		edits_add(&e, c->line[i], 0, SPAN("\r\n"));
	bool found = edits_solve(&e, trial_oracle(c->trial), how);

	if (found)
		say_blank_lines(c, -(int64_t)e.on_n);
	edits_free(&e);
	return found;
}

enum { MIXED_RUNS = 7, MIXED_MORE = 3 };

/* Each run of blank lines was longer by some of its own. */
static bool fix_mixed_runs(struct body_case *c)
{
	static const char more[] = "\r\n\r\n\r\n";
	struct edits e;
	size_t ways = 1, gone;
	bool found = false;

	edits_init(&e, c->body);
	for (size_t i = 0; i + 1 < c->line_n && e.groups <= MIXED_RUNS; i++)
		if (is_blank(case_line(c, i)) && !is_blank(case_line(c, i + 1)))
			edits_add(&e, c->line[i], 0, SPAN(""));
	for (size_t i = 0; i < e.groups; i++)
		ways *= MIXED_MORE;
	/* a number with a digit for each run */
	for (size_t way = 1; e.groups <= MIXED_RUNS && way < ways && !found;
	     way++) {
		size_t digits = way;

		gone = 0;
		for (size_t i = 0; i < e.n; i++, digits /= MIXED_MORE) {
			e.v[i].put = span_of(more, 2 * (digits % MIXED_MORE));
			gone += digits % MIXED_MORE;
		}
		found = edits_solve(&e, trial_oracle(c->trial), EDITS_ALL);
		if (found)
			say_blank_lines(c, -(int64_t)gone);
	}
	edits_free(&e);
	return found;
}

static bool fix_blank_lines(struct body_case *c)
{
	unsigned most = EDITS_ALL | EDITS_ONE | EDITS_RUNS;

	return drop_blank_lines(c) || fix_runs(c, -1, most) ||
	       fix_runs(c, 1, most) || fix_runs(c, 0, EDITS_ALL) ||
	       halve_runs(c) || fix_runs(c, 2, most) || fix_runs(c, -2, most) ||
	       fix_runs(c, 3, most) || fix_runs(c, 4, most) ||
	       add_blank_lines(c, most) || fix_runs(c, 1, EDITS_TWO) ||
	       fix_runs(c, -1, EDITS_TWO) || fix_mixed_runs(c);
}

/* -- white space at line ends ---------------------------------------------- */

/* Which lines may have had it. */
typedef bool (*chooser)(const struct body_case *c, size_t i, size_t width);

static bool any_line(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return i + 1 < c->line_n || case_line(c, i).n;
}

static bool text_line(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return case_line(c, i).n > 0;
}

static bool blank_line(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return case_line(c, i).n == 0;
}

static bool long_line(const struct body_case *c, size_t i, size_t width)
{
	return case_line(c, i).n >= width;
}

static bool separator(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return span_eq(case_line(c, i), SPAN("--"));
}

static bool quoted(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return span_starts(case_line(c, i), SPAN(">"));
}

static bool bare_quote(const struct body_case *c, size_t i, size_t width)
{
	(void)width;
	return span_eq(case_line(c, i), SPAN(">"));
}

/* RFC 3676: every line of a paragraph but the last. */
static bool flowed(const struct body_case *c, size_t i, size_t width)
{
	return case_line(c, i).n >= width && case_line(c, i).n &&
	       i + 1 < c->line_n && case_line(c, i + 1).n > 0;
}

static bool ends_word(const struct body_case *c, size_t i, size_t width)
{
	struct span line = case_line(c, i);

	return flowed(c, i, width) &&
	       (ascii_alpha(line.p[line.n - 1]) || line.p[line.n - 1] == ',');
}

static bool flowed_or_separator(const struct body_case *c, size_t i,
				size_t width)
{
	return flowed(c, i, width) || separator(c, i, 0);
}

static bool add_trailing(struct body_case *c, chooser choose, size_t width,
			 const char *put, unsigned how)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++)
		if (choose(c, i, width))
			edits_add(&e, at_end_of(c, i), 0, span_str(put));
	return solved(c, &e, how, CAUSE_TRAILING, "lines");
}

static bool fix_trailing(struct body_case *c)
{
	static const char *const white[] = { " ", "  ", "\t" };
	static const chooser all[] = {
		separator, any_line,   text_line, blank_line,
		quoted,	   bare_quote, ends_word,
	};

	for (size_t w = 0; w < sizeof(white) / sizeof(*white); w++) {
		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			if (add_trailing(c, all[i], 0, white[w], EDITS_ALL))
				return true;
		for (size_t width = 1; width <= 80; width++)
			if (add_trailing(c, long_line, width, white[w],
					 EDITS_ALL) ||
			    add_trailing(c, flowed, width, white[w],
					 EDITS_ALL) ||
			    add_trailing(c, flowed_or_separator, width,
					 white[w], EDITS_ALL))
				return true;
		if (add_trailing(c, any_line, 0, white[w], EDITS_ONE) ||
		    add_trailing(c, flowed, 0, white[w],
				 EDITS_ONE | EDITS_RUNS) ||
		    add_trailing(c, blank_line, 0, white[w],
				 EDITS_RUNS | EDITS_TWO))
			return true;
	}
	return false;
}

/* -- tabs ------------------------------------------------------------------ */

struct tabs {
	size_t width;
	bool leading; /* only at the start of a line */
	bool stops;   /* up to a tab stop; else exactly WIDTH blanks each */
	size_t least; /* blanks of a run that was tabs */
};

/* How many tabs a run of N blanks at COLUMN may have been, 0: none. */
static size_t tabs_of(const struct tabs *t, size_t column, size_t n)
{
	if (n < t->least || (t->leading && column))
		return 0;
	if (!t->stops)
		return n % t->width ? 0 : n / t->width;
	if ((column + n) % t->width)
		return 0;
	return (column + n) / t->width - column / t->width;
}

static bool add_tabs(struct body_case *c, const struct tabs *t, unsigned how)
{
	static const char more[] = "\t\t\t\t\t\t\t\t\t\t\t\t";
	struct edits e;
	struct cause *cause;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = case_line(c, i);

		for (size_t at = 0; at < line.n; at++) {
			size_t n = 0;

			while (at + n < line.n && line.p[at + n] == ' ')
				n++;
			size_t tabs = n ? tabs_of(t, at, n) : 0;

			if (tabs && tabs < sizeof(more))
				edits_add(&e, c->line[i] + at, n,
					  span_of(more, tabs));
			at += n;
		}
	}
	bool found = case_solve(c, &e, how, CAUSE_TABS, NULL, &cause);

	if (found) {
		size_t tabs = 0;

		for (size_t i = 0; i < e.n; i++)
			tabs += e.on[e.v[i].group] ? e.v[i].put.n : 0;
		cause_add_number(cause, "tabs", (int64_t)tabs);
	}
	edits_free(&e);
	return found;
}

static bool fix_tabs(struct body_case *c)
{
	static const size_t widths[] = { 8, 4, 2, 3, 1 };
	unsigned how = EDITS_ALL | EDITS_ONE | EDITS_RUNS;

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		size_t w = widths[i];
		struct tabs kinds[] = {
			{ w, true, false, 1 }, { w, false, false, 1 },
			{ w, false, true, 1 }, { w, false, true, 2 },
			{ w, true, true, 1 },
		};

		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (add_tabs(c, &kinds[k], how))
				return true;
	}
	return false;
}

bool explain_blanks(struct body_case *c)
{
	/* RFC 6376 3.4.4: relaxed does not see these */
	if (trial_canon(c->trial) == CANON_SIMPLE &&
	    (fix_trailing(c) || fix_tabs(c)))
		return true;
	return fix_blank_lines(c);
}

/* What takes more work: two and three places. */
bool explain_more_blanks(struct body_case *c)
{
	static const struct tabs stops = { 8, false, true, 1 };
	static const struct tabs single = { 1, false, false, 1 };

	if (trial_canon(c->trial) == CANON_SIMPLE) {
		unsigned how = c->line_n < 60 ? EDITS_TWO | EDITS_THREE
					      : EDITS_TWO;

		if (add_trailing(c, any_line, 0, " ", how) ||
		    add_trailing(c, any_line, 0, "  ", EDITS_TWO) ||
		    add_tabs(c, &stops, EDITS_TWO) ||
		    add_tabs(c, &single, EDITS_TWO))
			return true;
	}
	return add_blank_lines(c, c->line_n < 60 ? EDITS_TWO | EDITS_THREE
						 : EDITS_TWO) ||
	       (c->line_n < 200 && fix_dots(c, "", true, EDITS_TWO));
}
