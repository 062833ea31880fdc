/* Two things done to one body, as gateways and lists do: the first is undone
 * everywhere, then text that was added is looked for. */
#include "explain_case.h"
#include "explain_link.h"

enum first {
	FIRST_LINKS,
	FIRST_LINKS_HTML,
	FIRST_FANGS,
	FIRST_FROM,
	FIRST_DASHES,
	FIRST_DOTS,
	FIRST_CRCRLF,
	FIRSTS
};

static const struct {
	enum cause_code code;
	const char *count;
} firsts[FIRSTS] = {
	[FIRST_LINKS] = { CAUSE_LINE, "urls" },
	[FIRST_LINKS_HTML] = { CAUSE_LINE, "urls" },
	[FIRST_FANGS] = { CAUSE_LINE, "urls" },
	[FIRST_FROM] = { CAUSE_FROM_QUOTED, "lines" },
	[FIRST_DASHES] = { CAUSE_TRAILING, "lines" },
	[FIRST_DOTS] = { CAUSE_DOT_STUFFED, "lines" },
	[FIRST_CRCRLF] = { CAUSE_LINES_CRCRLF, "lines" },
};

static void line_edits(const struct body_case *c, enum first first,
		       struct edits *e)
{
	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = case_line(c, i);
		size_t at = c->line[i], end = at + line.n;

		if (first == FIRST_FROM && span_starts(line, SPAN(">From ")))
			edits_add(e, at, 1, SPAN(""));
		if (first == FIRST_DASHES && span_eq(line, SPAN("--")))
			edits_add(e, end, 0, SPAN(" "));
		if (first == FIRST_DOTS && span_starts(line, SPAN("..")))
			edits_add(e, at, 1, SPAN(""));
		if (first == FIRST_CRCRLF && line.n &&
		    line.p[line.n - 1] == '\r')
			edits_add(e, end - 1, 1, SPAN(""));
	}
}

static void first_edits(const struct body_case *c, enum first first,
			struct edits *e)
{
	switch (first) {
	case FIRST_LINKS:
		link_edits(e, LINK_WRAPPED);
		break;
	case FIRST_LINKS_HTML:
		link_edits(e, LINK_WRAPPED_HTML);
		break;
	case FIRST_FANGS:
		link_edits(e, LINK_DEFANGED);
		break;
	default:
		line_edits(c, first, e);
	}
}

static void say_first(struct body_case *c, enum first first,
		      const struct edits *e)
{
	struct cause *cause = causes_add(c->out, firsts[first].code, true);

	cause_add_number(cause, firsts[first].count, (int64_t)e->on_n);
	cause_add_number(cause, "offset",
			 (int64_t)case_octets(c, 0, edits_first(e)));
	if (firsts[first].code == CAUSE_LINE)
		cause_add_text(cause, "original", e->v[0].put);
}

static bool try_first(struct body_case *c, enum first first)
{
	struct edits e;
	struct buf text;
	struct causes second = { 0 };
	struct body_case other;
	uint64_t left = 64 * 1024 * 1024, before = left;

	edits_init(&e, c->body);
	first_edits(c, first, &e);
	if (e.groups == 0 || c->body.n > 256 * 1024) {
		edits_free(&e);
		return false;
	}
	edits_all(&e);
	buf_init(&text, 2 * c->body.n + 64);
	edits_apply(&e, &text);
	case_open(&other, c->in, buf_span(&text), &left, &second);
	bool found = explain_end(&other) || explain_cuts(&other) ||
		     explain_encoded_cuts(&other);

	case_close(&other);
	trial_charge(c->trial, before - left);
	if (found) {
		causes_move(c->out, &second);
		say_first(c, first, &e);
	}
	causes_free(&second);
	buf_free(&text);
	edits_free(&e);
	return found;
}

bool explain_pairs(struct body_case *c)
{
	for (int first = 0; first < FIRSTS; first++)
		if (trial_left(c->trial) && try_first(c, (enum first)first))
			return true;
	return false;
}
