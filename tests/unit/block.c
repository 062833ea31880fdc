/* Blocks of 64 bytes: what each set of instructions finds. */
#include "unit.h"

#include "block.h"

static uint64_t expected(const unsigned char *p, unsigned char c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < BLOCK; i++)
		if (p[i] == c)
			mask |= UINT64_C(1) << i;
	return mask;
}

static void look_for(const unsigned char *p, unsigned char c)
{
	uint64_t want = expected(p, c);

	assert_int_equal(block_find_plain(p, c), want);
	assert_int_equal(block_find(p, c), want);
#ifdef BLOCK_AVX2
	if (block_has_avx2())
		assert_int_equal(block_find_avx2(p, c), want);
#endif
}

/* one byte at each place, at each alignment, among those it may be taken for */
static void each_place(void **state)
{
	unsigned char bytes[2 * BLOCK];

	(void)state;
	for (size_t from = 0; from < BLOCK; from++)
		for (size_t at = 0; at < 2 * BLOCK; at++)
			for (unsigned c = 0; c < 256; c += 51) {
				memset(bytes, (int)(c ^ 0x80), sizeof(bytes));
				bytes[at] = (unsigned char)c;
				look_for(bytes + from, (unsigned char)c);
			}
}

static void many_places(void **state)
{
	unsigned char bytes[BLOCK];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < BLOCK; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] =
				(unsigned char)"\r\n \tx\x8d\0\xff"[seed >> 12 &
								    7];
		}
		look_for(bytes, '\r');
		look_for(bytes, '\n');
		look_for(bytes, ' ');
		look_for(bytes, 0);
		look_for(bytes, 0xff);
	}
}

static void lowest_bit(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BLOCK; i++)
		assert_int_equal(block_first(UINT64_MAX << i), i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place),
		cmocka_unit_test(many_places),
		cmocka_unit_test(lowest_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
