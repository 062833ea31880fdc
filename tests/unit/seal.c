/* CONTRACT 4: a message read a second time must be the one that was signed. */
#include "unit.h"

#include "seal.h"

static enum status put_first(void *ctx, struct span s)
{
	return seal_put(ctx, SEAL_FIRST, s);
}

static enum status put_second(void *ctx, struct span s)
{
	return seal_put(ctx, SEAL_SECOND, s);
}

static void compares(void **state)
{
	static const struct {
		const char *name;
		struct span first, second;
		enum status st;
	} rows[] = {
		{ "the same", T("To: x\r\n\r\nHi."), T("To: x\r\n\r\nHi."),
		  ST_OK },
		{ "nothing", T(""), T(""), ST_OK },
		{ "header", T("To: x\r\n\r\nHi."), T("To: y\r\n\r\nHi."),
		  ST_IO },
		{ "body", T("To: x\r\n\r\nHi."), T("To: x\r\n\r\nHo."), ST_IO },
		{ "only white space", T("Hi.\r\n"), T("Hi. \r\n"), ST_IO },
		{ "more", T("Hi.\r\n"), T("Hi.\r\n\r\n"), ST_IO },
		{ "zeros", T("Hi."), T("Hi.\0"), ST_IO },
		{ "less", T("Hi."), T(""), ST_IO },
		{ "order", T("0123456789abcdef0123456789ABCDEF"),
		  T("0123456789ABCDEF0123456789abcdef"), ST_IO },
	};
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 20; step++) {
			struct seal *s = seal_new();
			struct diag why = { 0 };

			assert_int_equal(
				push_in_steps((struct sink){ put_first, s },
					      rows[i].first, step),
				ST_OK);
			assert_int_equal(
				push_in_steps((struct sink){ put_second, s },
					      rows[i].second, 7),
				ST_OK);
			if (seal_compare(s, &why) != rows[i].st) {
				print_error("%s\n", rows[i].name);
				bad++;
			}
			assert_int_equal(why.text[0] != 0, rows[i].st != ST_OK);
			seal_free(s);
		}
	assert_int_equal(bad, 0);
	seal_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(compares) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
