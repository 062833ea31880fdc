/* block: 64 bytes searched at once.
 *
 * A mask has a bit for each byte of a block, the lowest for the first. Every
 * byte of a body is searched for line ends in this way, because a loop over
 * single bytes costs several times what hashing them does. Without SSE2 the
 * compiler makes what it can of the plain loop. */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { BLOCK = 64 };

/* block_find: the mask of the bytes C among the BLOCK bytes at P. There is one
 * for each set of instructions; all give the same mask (tests/unit/block.c). */
typedef uint64_t block_finder(const unsigned char *p, unsigned char c);

static inline uint64_t block_find_plain(const unsigned char *p, unsigned char c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < BLOCK; i++)
		mask |= (uint64_t)(p[i] == c) << i;
	return mask;
}

#ifdef __SSE2__
static inline uint64_t block_quarter(const unsigned char *p, __m128i wanted)
{
	__m128i v = _mm_loadu_si128((const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, wanted));
}

static inline uint64_t block_find(const unsigned char *p, unsigned char c)
{
	const __m128i wanted = _mm_set1_epi8((char)c);

	return block_quarter(p, wanted) | block_quarter(p + 16, wanted) << 16 |
	       block_quarter(p + 32, wanted) << 32 |
	       block_quarter(p + 48, wanted) << 48;
}

/* Most processors have AVX2 and what came with it, but a program built for all
 * must ask. A function with BLOCK_AVX2 before it may run only where
 * block_has_avx2 is true. */
#define BLOCK_AVX2 __attribute__((target("avx2,bmi,popcnt")))

BLOCK_AVX2 static inline uint64_t block_half(const unsigned char *p,
					     __m256i wanted)
{
	__m256i v = _mm256_loadu_si256((const void *)p);

	return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, wanted));
}

BLOCK_AVX2 static inline uint64_t block_find_avx2(const unsigned char *p,
						  unsigned char c)
{
	const __m256i wanted = _mm256_set1_epi8((char)c);

	return block_half(p, wanted) | block_half(p + 32, wanted) << 32;
}

static inline bool block_has_avx2(void)
{
	return __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("popcnt");
}
#else
#define block_find block_find_plain
#endif

/* block_first: the number of the lowest bit of MASK, which is not 0. */
static inline unsigned block_first(uint64_t mask)
{
	return (unsigned)__builtin_ctzll(mask);
}

#endif
