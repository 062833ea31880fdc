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

/* A secret grows as other bytes do, up to its ceiling, and may be used again.
 */
static void secrets(void **state)
{
	struct buf b;

	(void)state;
	buf_init_secret(&b, 3 * 4096);
	for (int round = 0; round < 2; round++) {
		for (size_t n = 0; n < 3 * 4096; n++)
			assert_int_equal(buf_addc(&b, (unsigned char)(n % 251)),
					 ST_OK);
		assert_int_equal(buf_addc(&b, 'x'), ST_LIMIT);
		for (size_t n = 0; n < 3 * 4096; n++)
			assert_int_equal(b.p[n], n % 251);
		assert_int_equal(b.p[b.n], 0);
		buf_wipe(&b);
		assert_true(b.secret && !b.p && !b.n);
	}
}

static void room(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_put(&b, SPAN("begin"));
	assert_null(buf_room(&b, 96));
	memset(buf_room(&b, 95), 'x', 95);
	b.n += 95;
	assert_int_equal(buf_addc(&b, 'x'), ST_LIMIT);
	assert_int_equal(b.p[0], 'b');
	assert_int_equal(b.p[99], 'x');
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(secrets),
		cmocka_unit_test(room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
