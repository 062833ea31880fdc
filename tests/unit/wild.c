/* Patterns with "*": PEERS 5, SigningTable and key lists. */
#include "unit.h"

#include "wild.h"

static void matches(void **state)
{
	static const struct {
		struct span pattern, text;
		bool yes;
	} rows[] = {
		{ T(""), T(""), true },
		{ T(""), T("a"), false },
		{ T("*"), T(""), true },
		{ T("**"), T("abc"), true },
		{ T("*@a.example"), T("joe@a.example"), true },
		{ T("*@a.example"), T("joe@b.a.example"), false },
		{ T("*@*.a.example"), T("joe@b.a.example"), true },
		{ T("*@*.a.example"), T("joe@a.example"), false },
		{ T("Joe@A.example"), T("jOE@a.EXAMPLE"), true },
		{ T("joe@a.example"), T("joe@a.example "), false },
		{ T("joe"), T("jo"), false },
		{ T("a*b*c"), T("axbxxbc"), true },
		{ T("a*b*c"), T("axbxxb"), false },
		{ T("*.example"), T("a.example.example"), true },
		{ T("a?c.[x]"), T("a?c.[x]"), true },
		{ T("a?c"), T("abc"), false },
		{ T("*\xe9"), T("caf\xe9"), true },
		{ T("a*"), T("a\0b"), true },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += row_is((const char *)rows[i].pattern.p,
			      (const char *)rows[i].text.p,
			      wild_match(guarded(rows[i].pattern),
					 guarded(rows[i].text)),
			      rows[i].yes);
	assert_int_equal(bad, 0);
}

/* Not exponential: the last star alone is tried again. */
static void many_stars(void **state)
{
	char pattern[2001], text[1001];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		pattern[2 * i] = '*';
		pattern[2 * i + 1] = 'a';
		text[i] = 'a';
	}
	pattern[2000] = 'b';
	text[1000] = 'c';
	assert_false(wild_match(span_of(pattern, sizeof(pattern)),
				span_of(text, sizeof(text))));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(many_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
