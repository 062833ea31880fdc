/* The line that shows how far a run is. */
#include "unit.h"

#include "progress.h"

static void lines(void **state)
{
	static const struct {
		uint64_t done, total;
		bool more;
		int64_t ms;
		const char *want;
	} rows[] = {
		{ 0, 10, false, 0, "0/10, 0/s" },
		{ 0, 10, false, 1000, "0/10, 0/s" },
		{ 5, 10, false, 1000, "5/10, 5/s, 0:00:01 left" },
		{ 10, 10, false, 1000, "10/10, 10/s, 0:00:00 left" },
		{ 1000, 10000000, false, 1000,
		  "1000/10000000, 1000/s, 2:46:39 left" },
		{ 1, 1000000, false, 3600000,
		  "1/1000000, 0/s, 999999:00:00 left" },
		{ 5, 10, true, 1000, "5/10+, 5/s" },
		{ 11, 10, false, 1000, "11/10, 11/s, 0:00:00 left" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf got;

		buf_init(&got, 256);
		progress_text(rows[i].done, rows[i].total, rows[i].more,
			      rows[i].ms, &got);
		bad += row_is_span(rows[i].want, "line", buf_span(&got),
				   span_str(rows[i].want));
		buf_free(&got);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
