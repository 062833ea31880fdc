/* The dates that selectors and serials have. */
#include "unit.h"

#include "find_report.h"
#include "when.h"

/* 2026-03-15 */
enum { MARCH = 1773532800 };

static void selectors(void **state)
{
	static const struct {
		const char *selector, *want;
	} rows[] = {
		{ "20230601", "2023-06-01" },
		{ "mail-20230601", "2023-06-01" },
		{ "20230601123456pm", "2023-06-01" },
		{ "2023060112pm", "2023-06-01" }, /* YYYYMMDDhh */
		{ "202306", "2023-06" },
		{ "202306e", "2023-06" },
		{ "2023a", "2023" },
		{ "jan2024", "2024" },
		{ "mimecast20190104", "2019-01-04" },
		{ "1522905413783", "2018-04-05" }, /* milliseconds */
		{ "k1700000000", "2023-11-14" },   /* seconds */
		{ "v1.2024", "2024" },
		{ "mail", "" },
		{ "s1", "" },
		{ "s1024", "" }, /* bits */
		{ "s2048", "" },
		{ "20261301", "" },	      /* no such month */
		{ "20230230", "" },	      /* no such day */
		{ "20260401", "" },	      /* to come */
		{ "20260316", "2026-03-16" }, /* ahead of the clock */
		{ "19991231", "" },
		{ "scph0316", "" },
		{ "200608", "2006-08" },
		{ "202", "" },
		{ "20230", "" },
		{ "2023060", "" },
		{ "202306011234567", "" },
		{ "", "" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[16];

		found_date(span_str(rows[i].selector), MARCH, got);
		bad += row_is_span(rows[i].selector, "date", span_str(got),
				   span_str(rows[i].want));
	}
	assert_int_equal(bad, 0);
}

static void serials(void **state)
{
	static const struct {
		uint32_t serial;
		int year, month, day; /* 0: none */
	} rows[] = {
		{ 2024010501, 2024, 1, 5 },
		{ 2024010599, 2024, 1, 5 },
		{ 2026031601, 2026, 3, 16 },
		{ 2026031700, 0, 0, 0 }, /* to come */
		{ 2024130101, 0, 0, 0 },
		{ 1700000000, 2023, 11, 14 },
		{ 1773705600, 0, 0, 0 }, /* to come */
		{ 1, 0, 0, 0 },
		{ 0, 0, 0, 0 },
		{ 4294967295, 0, 0, 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t want = rows[i].year
				       ? when_days(rows[i].year, rows[i].month,
						   rows[i].day)
				       : 0;

		if (found_serial(rows[i].serial, MARCH) == want)
			continue;
		print_error("serial %lu: %ld\n", (unsigned long)rows[i].serial,
			    (long)found_serial(rows[i].serial, MARCH));
		bad++;
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selectors),
		cmocka_unit_test(serials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
