/* block: 64 bytes searched at once.
 *
 * A mask has a bit for each byte of a block, the lowest for the first. Every
 * byte of a body is searched for line ends in this way, because a loop over
 * single bytes costs several times what hashing them does. Without SSE2 the
 * compiler makes what it can of the plain loop. */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64 };

/* block_find: the mask of the bytes C among the BLOCK bytes at P. */
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
#else
static inline uint64_t block_find(const unsigned char *p, unsigned char c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < BLOCK; i++)
		mask |= (uint64_t)(p[i] == c) << i;
	return mask;
}
#endif

/* block_first: the number of the lowest bit of MASK, which is not 0. */
static inline unsigned block_first(uint64_t mask)
{
	return (unsigned)__builtin_ctzll(mask);
}

#endif
