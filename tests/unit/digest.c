/* Two readings are compared by their digests under one random key. */
#include "unit.h"

#include "digest.h"

static void compares(void **state)
{
	static const struct {
		const char *name;
		struct span first, second;
		bool same;
	} rows[] = {
		{ "the same", T("To: x\r\n\r\nHi."), T("To: x\r\n\r\nHi."),
		  true },
		{ "nothing", T(""), T(""), true },
		{ "header", T("To: x\r\n\r\nHi."), T("To: y\r\n\r\nHi."),
		  false },
		{ "body", T("To: x\r\n\r\nHi."), T("To: x\r\n\r\nHo."), false },
		{ "only white space", T("Hi.\r\n"), T("Hi. \r\n"), false },
		{ "more", T("Hi.\r\n"), T("Hi.\r\n\r\n"), false },
		{ "zeros", T("Hi."), T("Hi.\0"), false },
		{ "less", T("Hi."), T(""), false },
		{ "order", T("0123456789abcdef0123456789ABCDEF"),
		  T("0123456789ABCDEF0123456789abcdef"), false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 20; step++) {
			struct hasher *pair[2];
			struct digest first, second;

			hasher_new_pair(pair);
			assert_int_equal(push_in_steps(hasher_sink(pair[0]),
						       rows[i].first, step),
					 ST_OK);
			assert_int_equal(push_in_steps(hasher_sink(pair[1]),
						       rows[i].second, 7),
					 ST_OK);
			hasher_end(pair[0], &first);
			hasher_end(pair[1], &second);
			assert_int_equal(first.n, 16);
			bad += row_is(rows[i].name, "same",
				      span_eq(digest_span(&first),
					      digest_span(&second)),
				      rows[i].same);
			hasher_free(pair[0]);
			hasher_free(pair[1]);
		}
	assert_int_equal(bad, 0);

	/* another pair has another key */
	struct hasher *a[2], *b[2];
	struct digest of_a, of_b;

	hasher_new_pair(a);
	hasher_new_pair(b);
	hasher_put(a[0], SPAN("Hi."));
	hasher_put(b[0], SPAN("Hi."));
	hasher_end(a[0], &of_a);
	hasher_end(b[0], &of_b);
	assert_false(span_eq(digest_span(&of_a), digest_span(&of_b)));
	for (int i = 0; i < 2; i++) {
		hasher_free(a[i]);
		hasher_free(b[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(compares) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
