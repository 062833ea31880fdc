/* modulus: the modulus of an RSA key from two signatures that it made.
 *
 * A signature s over the encoded digest m is s = m^d mod n, so that n divides
 * s^e - m, for the signature's e (RFC 8017 8.2.2). n is then the greatest
 * common divisor of two such numbers, but for small factors, which no modulus
 * has. With e = 65537 such a number has 65537 times the bits of the key. */
#ifndef MODULUS_H
#define MODULUS_H

#include "digest.h"

/* The largest key in bits for e = 65537: 300 MiB and a minute or two; one of
 * 2048 bits takes half of that. */
enum { MODULUS_BITS_LARGE_E = 4096 };

/* A signature, and the digest that it was made over; the caller's. */
struct modulus_sample {
	struct span signature;
	enum hash hash;
	struct digest digest;
};

/* modulus_encodes: SIGNATURE has room for a digest of HASH (RFC 8017 9.2). */
bool modulus_encodes(size_t signature, enum hash hash);

/* modulus_find: the modulus of the key that made A and B with the exponent E,
 * one more than a power of 2, big-endian, into OUT, whose ceiling is the length
 * of a signature. The samples have signatures of one length, for which
 * modulus_encodes is true, and which differ; the library is loaded
 * (gmp_library.h). True when there is one and both signatures verify with it.
 */
bool modulus_find(const struct modulus_sample *a,
		  const struct modulus_sample *b, unsigned long e,
		  struct buf *out);

#endif
