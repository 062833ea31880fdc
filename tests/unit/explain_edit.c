/* The search for the edits that make a text hold: every way it searches, and
 * that it ends when it is told to. */
#include "unit.h"

#include "explain_edit.h"

/* Holds for one text, within so many tries. */
struct wanted {
	struct span text;
	size_t tries;
};

static bool holds(void *ctx, const struct span *v, size_t n)
{
	struct wanted *w = ctx;
	struct buf text;

	w->tries -= w->tries > 0;
	buf_init(&text, 1000);
	for (size_t i = 0; i < n; i++)
		buf_put(&text, v[i]);
	bool same = span_eq(buf_span(&text), w->text);

	buf_free(&text);
	return same;
}

static bool left(void *ctx)
{
	return ((struct wanted *)ctx)->tries > 0;
}

static const struct {
	const char *text, *wanted;
	unsigned how;
	size_t on; /* 0: not found */
} rows[] = {
	{ "ab.cd.ef.gh", "ab:cd:ef:gh", EDITS_ALL, 3 },
	{ "ab.cd.ef.gh", "ab:cd:ef:gh", EDITS_ONE, 0 },
	{ "ab.cd.ef.gh", "ab.cd:ef.gh", EDITS_ONE, 1 },
	{ "ab.cd.ef.gh", "ab.cd.ef:gh", EDITS_ONE, 1 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", EDITS_TWO, 2 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", EDITS_ONE | EDITS_ALL, 0 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", EDITS_RUNS, 2 }, /* all but one */
	{ ".....", "..:::", EDITS_RUNS, 3 },
	{ ".....", ":::..", EDITS_RUNS, 3 },
	{ ".....", ":.:.:", EDITS_THREE, 3 },
	{ ".....", ":.:.:", EDITS_ALL | EDITS_ONE | EDITS_TWO, 0 },
	{ "....", ".-..", EDITS_ALL | EDITS_ONE | EDITS_TWO | EDITS_RUNS, 0 },
	{ "none", "none", EDITS_ALL, 0 }, /* nothing to change */
};

static void dots(struct edits *e)
{
	for (size_t i = 0; i < e->text.n; i++)
		if (e->text.p[i] == '.')
			edits_add(e, i, 1, SPAN(":"));
}

static void searches(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct wanted w = { span_str(rows[i].wanted), 1000 };
		struct edits e;
		struct buf text;

		edits_init(&e, guarded(span_str(rows[i].text)));
		dots(&e);
		bool found = edits_solve(&e, (struct oracle){ holds, left, &w },
					 rows[i].how);

		bad += row_is(rows[i].wanted, "found", found, rows[i].on > 0);
		bad += row_is(rows[i].wanted, "on", found ? (int)e.on_n : 0,
			      (int)rows[i].on);
		buf_init(&text, 100);
		if (found)
			edits_apply(&e, &text);
		if (found)
			bad += row_is_span(rows[i].wanted, "text",
					   buf_span(&text), w.text);
		buf_free(&text);
		edits_free(&e);
	}
	assert_int_equal(bad, 0);
}

/* A group changes as one; what is kept lives as long as the edits. */
static void groups(void **state)
{
	struct wanted w = { SPAN("[b] text"), 100 };
	char name[] = "[";
	struct edits e;

	(void)state;
	edits_init(&e, SPAN("(b) text"));
	edits_add(&e, 0, 1, edits_keep(&e, span_str(name)));
	edits_more(&e, 2, 1, SPAN("]"));
	name[0] = 'x';
	assert_true(
		edits_solve(&e, (struct oracle){ holds, left, &w }, EDITS_ONE));
	assert_int_equal(e.on_n, 1);
	assert_int_equal(edits_first(&e), 0);
	edits_free(&e);
}

static void gives_up(void **state)
{
	struct wanted w = { SPAN("never"), 10 };
	struct edits e;

	(void)state;
	edits_init(&e, SPAN("................................"));
	dots(&e);
	assert_false(edits_solve(&e, (struct oracle){ holds, left, &w },
				 EDITS_THREE | EDITS_TWO | EDITS_RUNS));
	assert_int_equal(w.tries, 0);
	edits_free(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches),
		cmocka_unit_test(groups),
		cmocka_unit_test(gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
