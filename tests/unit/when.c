/* Times as options give them: RFC 3339 5.6 and 5.7, epoch seconds (RFC 6376 3.5
 * t=). */
#include "unit.h"

#include <time.h>

#include "when.h"

static void reads(void **state)
{
	static const struct {
		const char *text;
		int64_t when; /* -1: not a time */
	} rows[] = {
		{ "0", 0 },
		{ "1117574938", 1117574938 },
		{ "4102444800", 4102444800 },
		{ "999999999999", 999999999999 }, /* 12 digits of t= */
		{ "1000000000000", -1 },
		{ "", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ " 1", -1 },
		{ "1e9", -1 },
		{ "now", -1 },
		/* RFC 3339 5.8, its examples */
		{ "1985-04-12T23:20:50.52Z", 482196050 },
		{ "1996-12-19T16:39:57-08:00", 851042397 },
		{ "1990-12-31T23:59:60Z", 662688000 },
		{ "1990-12-31T15:59:60-08:00", 662688000 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00-00:00", 0 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "1970-01-01T00:00:00+00:01", -1 }, /* before 1970 */
		{ "2026-11-23T10:00:00Z", 1795428000 },
		{ "2026-11-23t10:00:00z", 1795428000 },
		{ "2026-11-23 10:00:00Z", 1795428000 },
		{ "2026-11-23T11:00:00+01:00", 1795428000 },
		{ "2026-11-22T10:01:00-23:59", 1795428000 },
		{ "2026-11-23T10:00:00.999999999999999999999Z", 1795428000 },
		{ "9999-12-31T23:59:59Z", WHEN_MAX },
		/* leap years */
		{ "2000-02-29T00:00:00Z", 951782400 },
		{ "2024-02-29T12:00:00Z", 1709208000 },
		{ "2023-02-29T00:00:00Z", -1 },
		{ "2100-02-29T00:00:00Z", -1 },
		{ "2400-02-29T00:00:00Z", 13574563200 },
		/* bounds of each part */
		{ "2026-00-01T00:00:00Z", -1 },
		{ "2026-13-01T00:00:00Z", -1 },
		{ "2026-01-00T00:00:00Z", -1 },
		{ "2026-01-32T00:00:00Z", -1 },
		{ "2026-04-31T00:00:00Z", -1 },
		{ "2026-01-01T24:00:00Z", -1 },
		{ "2026-01-01T00:60:00Z", -1 },
		{ "2026-01-01T00:00:61Z", -1 },
		{ "2026-01-01T00:00:00+24:00", -1 },
		{ "2026-01-01T00:00:00+00:60", -1 },
		{ "10000-01-01T00:00:00Z", -1 },
		/* the grammar */
		{ "2026-11-23", -1 },
		{ "2026-11-23T10:00:00", -1 },
		{ "2026-11-23T10:00Z", -1 },
		{ "2026-11-23T10:00:00.Z", -1 }, /* time-secfrac: 1*DIGIT */
		{ "2026-11-23T10:00:00,5Z", -1 },
		{ "2026-1-23T10:00:00Z", -1 },
		{ "2026-11-23T10:00:00Zx", -1 },
		{ "2026-11-23T10:00:00Z ", -1 },
		{ "2026-11-23T10:00:00+0100", -1 },
		{ "2026-11-23T10:00:00+01", -1 },
		{ "2026-11-23X10:00:00Z", -1 },
		{ "2026-+1-23T10:00:00Z", -1 },
		{ "Mon, 23 Nov 2026 10:00:00 +0000", -1 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diag why = { 0 };
		int64_t when = -1;
		enum status st = when_parse(rows[i].text, &when, &why);

		bad += row_is(rows[i].text, "status", st,
			      rows[i].when < 0 ? ST_USAGE : ST_OK);
		if (st == ST_OK && rows[i].when >= 0)
			bad += row_is(rows[i].text, "time", when, rows[i].when);
		if (st != ST_OK)
			assert_true(why.text[0]);
	}
	assert_int_equal(bad, 0);
	assert_int_equal(when_parse("x", &(int64_t){ 0 }, NULL), ST_USAGE);
}

/* Each day of 1970 to 2420 and then some, against the C library. */
static void days(void **state)
{
	(void)state;
	for (int64_t day = 0; day <= WHEN_MAX / 86400;
	     day += day < 165000 ? 1 : 97) {
		int y, m, d;
		time_t when = (time_t)(day * 86400 + 86399);
		struct tm tm;
		char text[32], wanted[64];
		int64_t back = 0;

		assert_non_null(gmtime_r(&when, &tm));
		when_date(day, &y, &m, &d);
		assert_int_equal(y, tm.tm_year + 1900);
		assert_int_equal(m, tm.tm_mon + 1);
		assert_int_equal(d, tm.tm_mday);
		when_format(when, text);
		strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_string_equal(text, wanted);
		assert_int_equal(when_parse(text, &back, NULL), ST_OK);
		assert_int_equal(back, when);
	}
}

/* The largest time that an option can give fits its text. */
static void far_future(void **state)
{
	char text[32];

	(void)state;
	when_format(999999999999, text);
	assert_string_equal(text, "33658-09-27T01:46:39Z");
	when_format(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
}

static void clock_runs(void **state)
{
	int64_t before = time(NULL), now = when_now();

	(void)state;
	assert_true(now >= before && now <= time(NULL));
}

static void units(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds; /* UINT64_MAX: none */
	} rows[] = {
		{ "0", 0 },
		{ "3600", 3600 },
		{ "5m", 300 },
		{ "1h30M", 5400 },
		{ "1w2d3h4m5s", 788645 },
		{ "10w10", 6048010 },
		{ "253402300800", WHEN_MAX },
		{ "99999999999999999999w", WHEN_MAX },
		{ "", UINT64_MAX },
		{ "m", UINT64_MAX },
		{ "5mm", UINT64_MAX },
		{ "5y", UINT64_MAX },
		{ "5 m", UINT64_MAX },
		{ "-5", UINT64_MAX },
	};
	int bad = 0;
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool is = when_seconds(guarded(span_str(rows[i].text)), &n);

		bad += row_is(rows[i].text, "seconds", is ? (long long)n : -1,
			      (long long)rows[i].seconds);
	}
	assert_false(when_seconds(SPAN("5\0"), &n));
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),      cmocka_unit_test(units),
		cmocka_unit_test(days),	      cmocka_unit_test(far_future),
		cmocka_unit_test(clock_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
