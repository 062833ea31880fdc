/* The search for the edits that make a text verify: every way it searches, and
 * that it ends when its budget does. */
#include "unit.h"

#include "explain_search.h"

/* Verifies for one text, within so many tries. */
struct wanted {
	struct span text;
	uint64_t left;
};

static bool is_wanted(void *ctx, struct span text)
{
	struct wanted *w = ctx;

	w->left -= w->left > 0;
	return span_eq(text, w->text);
}

static bool solve_for(struct script *s, struct wanted *w, unsigned how)
{
	return script_solve_text(s, is_wanted, w, &w->left, how);
}

static const struct {
	const char *text, *wanted;
	unsigned how;
	size_t on; /* 0: not found */
} rows[] = {
	{ "ab.cd.ef.gh", "ab:cd:ef:gh", TRY_ALL, 3 },
	{ "ab.cd.ef.gh", "ab:cd:ef:gh", TRY_ONE, 0 },
	{ "ab.cd.ef.gh", "ab.cd:ef.gh", TRY_ONE, 1 },
	{ "ab.cd.ef.gh", "ab.cd.ef:gh", TRY_ONE, 1 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", TRY_TWO, 2 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", TRY_ONE | TRY_ALL, 0 },
	{ "ab.cd.ef.gh", "ab:cd.ef:gh", TRY_RUNS, 2 }, /* all but one */
	{ ".....", "..:::", TRY_RUNS, 3 },
	{ ".....", ":::..", TRY_RUNS, 3 },
	{ ".....", ":.:.:", TRY_MANY, 3 },
	{ ".....", ":.:.:", TRY_ALL | TRY_ONE | TRY_TWO, 0 },
	{ "........", ":.::.:..", TRY_MANY, 4 },
	{ "....", ".-..", TRY_ALL | TRY_ONE | TRY_TWO | TRY_RUNS, 0 },
	{ "none", "none", TRY_ALL, 0 }, /* nothing to change */
};

static void dots(struct script *s)
{
	for (size_t i = 0; i < s->text.n; i++)
		if (s->text.p[i] == '.')
			script_edit(s, i, 1, SPAN(":"));
}

static void searches(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct wanted w = { span_str(rows[i].wanted), 1000 };
		struct script s;
		struct buf text;

		script_begin(&s, guarded(span_str(rows[i].text)));
		dots(&s);
		bool found = solve_for(&s, &w, rows[i].how);

		bad += row_is(rows[i].wanted, "on",
			      found ? (int)script_count(&s, NULL, NULL) : 0,
			      (int)rows[i].on);
		buf_init(&text, 100);
		if (found)
			script_apply(&s, &text);
		if (found)
			bad += row_is_span(rows[i].wanted, "text",
					   buf_span(&text), w.text);
		buf_free(&text);
		script_end(&s);
	}
	assert_int_equal(bad, 0);
}

/* Alternatives of one place, edits in any order, and what is forced: it
 * belongs to each try, but not to one that cuts its place away. */
static void alternatives_and_forced(void **state)
{
	static const char *const wanted[] = { "x b", "y B", "A", "A B" };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct wanted w = { span_str(wanted[i]), 1000 };
		struct script s;

		script_begin(&s, SPAN("a b"));
		script_edit(&s, 1, 2, SPAN(""));
		script_edit(&s, 0, 1, SPAN("x"));
		script_edit(&s, 0, 1, SPAN("y"));
		s.forced = true;
		script_edit(&s, 2, 1, i == 0 ? SPAN("b") : SPAN("B"));
		if (i > 1)
			script_edit(&s, 0, 1, SPAN("A"));
		bad += row_is(wanted[i], "found",
			      solve_for(&s, &w, TRY_FORCED | TRY_ONE), true);
		script_end(&s);
	}
	assert_int_equal(bad, 0);
}

/* One octet replaced, lost, added, swapped. */
static void octets(void **state)
{
	static const char *const wanted[] = { "abXd", "abd",  "abcXd",
					      "acbd", "abcd", "Xabcd" };

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct wanted w = { span_str(wanted[i]), 1000 };
		struct script s;

		script_begin(&s, SPAN("abcd"));
		script_octets(&s, 0, 4, "X");
		assert_int_equal(solve_for(&s, &w, TRY_ONE), i != 4);
		script_end(&s);
	}
}

/* What is kept lives as long as the script, and has a ceiling. */
static void keeps(void **state)
{
	struct wanted w = { SPAN("[b] text"), 100 };
	char name[] = "[";
	struct script s;

	(void)state;
	script_begin(&s, SPAN("(b] text"));
	script_edit(&s, 0, 1, script_keep(&s, span_str(name)));
	name[0] = 'x';
	assert_true(solve_for(&s, &w, TRY_ONE));
	for (size_t i = 0; i <= SCRIPT_EDITS; i++)
		script_edit(&s, 3, 0, SPAN("."));
	assert_true(s.incomplete);
	assert_false(solve_for(&s, &w, TRY_ONE));
	script_end(&s);
}

static void gives_up(void **state)
{
	struct wanted w = { SPAN("never"), 10 };
	struct script s;

	(void)state;
	script_begin(&s, SPAN("................................"));
	dots(&s);
	assert_false(solve_for(&s, &w, TRY_MANY | TRY_TWO | TRY_RUNS));
	assert_int_equal(w.left, 0);
	script_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches),
		cmocka_unit_test(alternatives_and_forced),
		cmocka_unit_test(octets),
		cmocka_unit_test(keeps),
		cmocka_unit_test(gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
