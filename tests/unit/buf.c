/* Formatted text, whatever room is left: nothing more, nothing less, a NUL
 * behind it, and none of it where the limit is in the way. */
#include "unit.h"

#include <string.h>

#include "buf.h"

static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz0123456789a"
			       "bcdefghijklmnopqrstuvwx";
enum { LETTERS = sizeof(alphabet) - 1 };

/* BEFORE octets, then AFTER formatted ones; MAX are allowed. */
static size_t check(size_t before, size_t after, size_t max)
{
	struct span start = span_of(alphabet, before);
	bool fits = before + after <= max;
	struct buf b;
	size_t bad = 0;

	buf_init(&b, max);
	buf_put(&b, start);
	bad += buf_addf(&b, "%.*s", (int)after, alphabet) !=
	       (fits ? ST_OK : ST_LIMIT);
	bad += b.n != before + (fits ? after : 0) || b.p[b.n] != 0;
	bad += !span_starts(buf_span(&b), start);
	bad += fits && !span_eq(span_from(buf_span(&b), before),
				span_of(alphabet, after));
	buf_free(&b);
	return bad;
}

static void formats(void **state)
{
	(void)state;
	for (size_t before = 0; before <= LETTERS; before++)
		for (size_t after = 0; after <= LETTERS; after++)
			for (size_t slack = 0; slack < 3; slack++) {
				size_t max = before + after + slack - 1;

				if (max < before || max == SIZE_MAX)
					continue;
				assert_int_equal(check(before, after, max), 0);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(formats) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
