/* So many questions a second, by a clock of the test. */
#include "unit.h"

#include "pace.h"

/* A second's questions take a second, from the first to the last but one. */
static void rate(void **state)
{
	struct pace p = { .rate = 50 };
	int64_t now = 1000;

	(void)state;
	assert_int_equal(pace_wait(&p, now), 0);
	for (int i = 1; i <= 50; i++)
		now += pace_wait(&p, now);
	assert_int_equal(now, 2000);
}

/* A rate above one a millisecond waits every so often. */
static void fast(void **state)
{
	struct pace p = { .rate = 10000 };
	int64_t now = 5;

	(void)state;
	for (int i = 0; i <= 10000; i++)
		now += pace_wait(&p, now);
	assert_in_range(now, 1005, 1006);
}

/* Nothing is saved up while nobody asks. */
static void idle(void **state)
{
	struct pace p = { .rate = 10 };

	(void)state;
	assert_int_equal(pace_wait(&p, 0), 0);
	assert_int_equal(pace_wait(&p, 5000), 0);
	assert_int_equal(pace_wait(&p, 5000), 100);
	assert_int_equal(pace_wait(&p, 5000), 200);
	assert_int_equal(pace_wait(&p, 5250), 50);
}

static void unlimited(void **state)
{
	struct pace p = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pace_wait(&p, 7), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate),
		cmocka_unit_test(fast),
		cmocka_unit_test(idle),
		cmocka_unit_test(unlimited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
