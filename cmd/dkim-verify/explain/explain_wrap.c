/* Lines that were broken, and links that were replaced. */
#include "explain_case.h"

#include "explain_link.h"

/* -- lines broken ---------------------------------------------------------- */

struct wrap {
	size_t width;
	bool filled; /* as many words as fit; else exactly WIDTH octets */
	bool indent; /* the rest of the line got a blank before it */
	bool mark;   /* and the first one a "!" behind it (sendmail) */
	bool every;  /* all lines of a paragraph */
	const char *put;
};

static size_t first_word(struct span line)
{
	size_t n = 0;

	while (n < line.n && !ascii_wsp(line.p[n]))
		n++;
	return n;
}

static bool was_broken(const struct body_case *c, const struct wrap *w,
		       size_t i)
{
	struct span line = case_line(c, i), next = case_line(c, i + 1);

	if (line.n == 0 || next.n == 0 ||
	    (w->indent && !ascii_wsp(next.p[0])) ||
	    (w->mark && line.p[line.n - 1] != '!'))
		return false;
	if (w->every)
		return true;
	if (!w->filled)
		return line.n == w->width;
	size_t blank = line.p[line.n - 1] != ' ';

	return line.n <= w->width &&
	       line.n + blank + first_word(next) > w->width;
}

static bool join(struct body_case *c, const struct wrap *w, unsigned how)
{
	struct edits e;
	struct cause *cause;
	size_t longest = 0;

	edits_init(&e, c->body);
	for (size_t i = 0; i + 1 < c->line_n; i++) {
		size_t end = c->line[i] + case_line(c, i).n - w->mark;

		if (was_broken(c, w, i))
			edits_add(&e, end, c->line[i + 1] + w->indent - end,
				  span_str(w->put));
		if (case_line(c, i).n > longest)
			longest = case_line(c, i).n;
	}
	bool found = case_solve(c, &e, how, CAUSE_REWRAPPED, "breaks", &cause);

	if (found)
		cause_add_number(cause, "width",
				 (int64_t)(w->width ? w->width : longest));
	edits_free(&e);
	return found;
}

/* Cut at an exact length: each length that some line has. */
static bool join_exact(struct body_case *c)
{
	bool seen[1200] = { false };

	for (size_t i = 0; i + 1 < c->line_n; i++) {
		size_t n = case_line(c, i).n;

		if (n < 20 || n >= sizeof(seen) || seen[n])
			continue;
		seen[n] = true;
		struct wrap kinds[] = {
			{ .width = n, .put = "" },
			{ .width = n, .put = " " },
			{ .width = n, .put = "", .indent = true },
			{ .width = n, .put = "", .indent = true, .mark = true },
			{ .width = n, .put = "", .mark = true },
		};

		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (join(c, &kinds[k], EDITS_ALL | EDITS_RUNS))
				return true;
	}
	return false;
}

static bool join_filled(struct body_case *c)
{
	static const size_t widths[] = { 998, 990, 1000, 997, 989, 512, 132 };

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths) + 90; i++) {
		size_t width = i < 90 ? 100 - i : widths[i - 90];
		struct wrap kinds[] = {
			{ .width = width, .filled = true, .put = " " },
			{ .width = width, .filled = true, .put = "" },
			{ .width = width,
			  .filled = true,
			  .indent = true,
			  .put = " " },
			{ .width = width,
			  .filled = true,
			  .indent = true,
			  .put = "" },
		};

		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (join(c, &kinds[k],
				 width > 60 && k == 0 ? EDITS_ALL | EDITS_RUNS
						      : EDITS_ALL))
				return true;
	}
	return false;
}

bool explain_wraps(struct body_case *c)
{
	static const struct wrap kinds[] = {
		{ .every = true, .put = " " },
		{ .every = true, .put = "" },
		{ .every = true, .indent = true, .put = "" },
		{ .every = true, .indent = true, .put = " " },
		{ .every = true, .indent = true, .mark = true, .put = "" },
		{ .every = true, .mark = true, .put = "" },
	};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		if (join(c, &kinds[k], EDITS_ALL | EDITS_ONE | EDITS_RUNS))
			return true;
	return join_exact(c) || join_filled(c) ||
	       join(c, &kinds[0], c->line_n < 200 ? EDITS_TWO : 0);
}

/* -- links ----------------------------------------------------------------- */

static void say_link(struct body_case *c, const struct edits *e)
{
	struct cause *cause = causes_add(c->out, CAUSE_LINE, true);
	const struct edit *first = NULL;

	for (size_t i = 0; i < e->n && !first; i++)
		if (e->on[e->v[i].group])
			first = &e->v[i];
	cause_add_number(cause, "offset",
			 (int64_t)case_octets(c, 0, first->at));
	cause_add_number(cause, "urls", (int64_t)e->on_n);
	cause_add_text(cause, "original", first->put);
	cause_add_text(cause, "found",
		       span_of(e->text.p + first->at, first->cut));
}

bool explain_links(struct body_case *c)
{
	unsigned how = EDITS_ALL | EDITS_ONE | EDITS_RUNS | EDITS_TWO;

	for (int kind = 0; kind < LINK_KINDS; kind++) {
		struct edits e;

		edits_init(&e, c->body);
		link_edits(&e, (enum link_kind)kind);
		bool found = edits_solve(&e, trial_oracle(c->trial), how);

		if (found)
			say_link(c, &e);
		edits_free(&e);
		if (found)
			return true;
	}
	return false;
}
