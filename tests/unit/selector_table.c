/* The table of selectors. */
#include "unit.h"

#include <stdlib.h>

#include "name.h"
#include "selector_table.h"

/* 2026-03-15 */
enum { MARCH = 1773532800 };

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Every row names who it is and where that is from; every word becomes
 * selectors; there are enough of them. */
static void rows(void **state)
{
	static char all[4096][SELECTOR_LONGEST];
	size_t n, count = 0, distinct = 0;
	const struct selector_row *v = selector_rows(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct span rest = span_str(v[i].selectors), word = { 0 };

		assert_true(*v[i].who && *v[i].from);
		/* something that leads to it */
		assert_true(v[i].selectors || v[i].mx || v[i].spf);
		while (v[i].selectors && span_split(&rest, ' ', &word)) {
			char texts[SELECTOR_WORDS][SELECTOR_LONGEST];
			size_t got =
				selector_expand(word, MARCH, SPAN("7"), texts);

			assert_true(got > 0);
			for (size_t k = 0; k < got; k++) {
				struct name name;

				assert_int_equal(
					name_parse(span_str(texts[k]),
						   NAME_SINGLE |
							   NAME_UNDERSCORE,
						   &name, NULL),
					ST_OK);
				memcpy(all[count++], texts[k],
				       SELECTOR_LONGEST);
				assert_true(count < COUNT(all));
			}
		}
		for (int c = 0; c < 3; c++) {
			const char *domains = c == 0   ? v[i].mx
					      : c == 1 ? v[i].spf
						       : v[i].alias;
			struct span domain = { 0 };

			rest = span_str(domains);
			while (domains && span_split(&rest, ' ', &domain)) {
				assert_true(domain.n > 3);
				assert_true(span_has(domain, '.'));
			}
		}
	}
	qsort(all, count, SELECTOR_LONGEST, by_text);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || strcmp(all[i], all[i - 1]) != 0;
	assert_true(distinct >= 150);
}

static void words(void **state)
{
	static const struct {
		const char *word, *first;
		size_t n;
		const char *head, *last;
	} rows[] = {
		{ "google", "", 1, "google", "google" },
		{ "hs1-%1", "12345", 1, "hs1-12345", "hs1-12345" },
		{ "hs1-%1", "", 0, NULL, NULL },
		{ "%Y", "", 6, "2026", "2021" },
		{ "cf%Y-1", "", 6, "cf2026-1", "cf2021-1" },
		{ "%Y%mr", "", 24, "202603r", "202404r" },
		{ "scph%m%y", "", 24, "scph0326", "scph0424" },
		{ "%b%Y", "", 24, "mar2026", "apr2024" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char texts[SELECTOR_WORDS][SELECTOR_LONGEST];
		size_t n = selector_expand(span_str(rows[i].word), MARCH,
					   span_str(rows[i].first), texts);

		if (n != rows[i].n ||
		    (n && (strcmp(texts[0], rows[i].head) != 0 ||
			   strcmp(texts[n - 1], rows[i].last) != 0))) {
			print_error("%s: %zu %s\n", rows[i].word, n,
				    n ? texts[n - 1] : "");
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* What is too long is no word. */
static void long_words(void **state)
{
	char texts[SELECTOR_WORDS][SELECTOR_LONGEST], first[64];

	(void)state;
	memset(first, 'a', sizeof(first));
	assert_int_equal(
		selector_expand(SPAN("%1"), MARCH, span_of(first, 63), texts),
		1);
	assert_int_equal(strlen(texts[0]), 63);
	assert_int_equal(
		selector_expand(SPAN("%1"), MARCH, span_of(first, 64), texts),
		0);
	assert_int_equal(
		selector_expand(SPAN("%1b"), MARCH, span_of(first, 63), texts),
		0);
}

static void names(void **state)
{
	(void)state;
	assert_true(
		selector_row_names("a.example b.example", SPAN("b.example")));
	assert_true(selector_row_names("a.example b.example",
				       SPAN("mx1.B.Example")));
	assert_false(selector_row_names("a.example", SPAN("xa.example")));
	assert_false(selector_row_names("a.example", SPAN("example")));
	assert_false(selector_row_names("a.example", SPAN("a.example.com")));
	assert_false(selector_row_names(NULL, SPAN("a.example")));
	assert_false(selector_row_names("", SPAN("a.example")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(words),
		cmocka_unit_test(long_words),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
