/* Exit statuses: of errors, of several inputs, for mail servers. */
#include "unit.h"

#include "exit_status.h"

static void statuses(void **state)
{
	(void)state;
	for (int i = 0; i < ST_COUNT; i++) {
		enum status st = (enum status)i;
		int code = exit_status(st);

		if (st == ST_OK)
			assert_int_equal(code, 0);
		else if (st == ST_DNS)
			assert_int_equal(code, 75);
		else if (status_reason(st)) /* a result of a signature */
			assert_int_equal(code, 1);
		else
			assert_true(code >= 64 && code <= 78 && code != 75);
	}
	assert_int_equal(exit_status(ST_USAGE), 64);
	assert_int_equal(exit_status(ST_NOT_MESSAGE), 65);
	assert_int_equal(exit_status(ST_REFUSED), 65);
	assert_int_equal(exit_status(ST_NOT_KEY), 65);
	assert_int_equal(exit_status(ST_NO_INPUT), 66);
	assert_int_equal(exit_status(ST_BUG), 70);
	assert_int_equal(exit_status(ST_OS), 71);
	assert_int_equal(exit_status(ST_CANT_CREATE), 73);
	assert_int_equal(exit_status(ST_IO), 74);
	assert_int_equal(exit_status(ST_PERMISSION), 77);
	assert_int_equal(exit_status(ST_CONFIG), 78);
	assert_int_equal(exit_status(ST_NO_SIGNER), 78);
}

/* 7x and 6x over 75 over 1 over 2 over 0 */
static void worse(void **state)
{
	static const int order[] = { 0, 2, 1, 75 };
	static const int top[] = { 64, 65, 66, 70, 71, 73, 74, 77, 78 };

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++)
		for (size_t j = 0; j < COUNT(order); j++)
			assert_int_equal(exit_worse(order[i], order[j]),
					 order[i > j ? i : j]);
	for (size_t i = 0; i < COUNT(top); i++) {
		for (size_t j = 0; j < COUNT(order); j++) {
			assert_int_equal(exit_worse(top[i], order[j]), top[i]);
			assert_int_equal(exit_worse(order[j], top[i]), top[i]);
		}
		/* of two such the first stays */
		assert_int_equal(exit_worse(top[i], 65), top[i]);
	}
}

/* Postfix returns mail to its sender at any status but 75. */
static void mta(void **state)
{
	(void)state;
	for (int code = -1; code < 256; code++) {
		assert_int_equal(exit_for_mta(code, false), code ? 75 : 0);
		assert_int_equal(exit_for_mta(code, true), code);
		assert_true(exit_text(code)[0]);
	}
	for (int i = 0; i < ST_COUNT; i++)
		assert_string_not_equal(exit_text(exit_status((enum status)i)),
					"error");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses),
		cmocka_unit_test(worse),
		cmocka_unit_test(mta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
