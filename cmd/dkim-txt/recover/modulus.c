#include "modulus.h"

#include <gmp.h>

#include "gmp_library.h"

/* Factors below this are divided out. That two numbers have a larger one in
 * common besides the modulus happens once in ten million times: the sum of
 * 1/p^2 over the primes p above it. */
enum { SMALL_FACTOR = 1 << 20 };

/* RFC 8017 9.2: the DER of DigestInfo before the digest. */
static struct span digest_info(enum hash hash)
{
	return hash == HASH_SHA1
		       ? SPAN("\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a"
			      "\x05\x00\x04\x14")
		       : SPAN("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65"
			      "\x03\x04\x02\x01\x05\x00\x04\x20");
}

bool modulus_encodes(size_t signature, enum hash hash)
{
	return signature >= digest_info(hash).n + hash_size(hash) + 11;
}

static void import(struct span s, mpz_t out)
{
	mpz_import(out, s.n, 1, 1, 1, 0, s.p);
}

/* RFC 8017 9.2: 00 01, FF and more of them, 00, DigestInfo with the digest. */
static void encode(const struct modulus_sample *sample, mpz_t out)
{
	struct span info = digest_info(sample->hash);
	struct span digest = digest_span(&sample->digest);
	struct buf em;

	buf_init(&em, sample->signature.n);
	buf_put(&em, SPAN("\0\1"));
	while (em.n + 1 + info.n + digest.n < sample->signature.n)
		buf_put(&em, SPAN("\xff"));
	buf_put(&em, SPAN("\0"));
	buf_put(&em, info);
	buf_put(&em, digest);
	import(buf_span(&em), out);
	buf_free(&em);
}

/* s^e - m, a multiple of the modulus; e is 1 more than a power of 2. */
static void multiple(const struct modulus_sample *sample, unsigned long e,
		     mpz_t out)
{
	mpz_t s, m;

	mpz_init(s);
	mpz_init(m);
	import(sample->signature, s);
	encode(sample, m);
	mpz_set(out, s);
	for (; e > 1; e /= 2)
		mpz_mul(out, out, out);
	mpz_mul(out, out, s);
	mpz_sub(out, out, m);
	mpz_clear(s);
	mpz_clear(m);
}

/* No two signatures have more in common than the modulus and a few factors:
 * what is longer is left as it is. */
static void divide_out(mpz_t n, size_t signature)
{
	if (mpz_sizeinbase(n, 2) > 16 * signature)
		return;
	for (unsigned long d = 2; d < SMALL_FACTOR; d += d == 2 ? 1 : 2)
		while (mpz_divisible_ui_p(n, d) && mpz_sizeinbase(n, 2) > 20)
			mpz_divexact_ui(n, n, d);
}

/* A signature is as long as its modulus (RFC 8017 8.2.2). */
static bool is_length(const mpz_t n, size_t signature)
{
	return (mpz_sizeinbase(n, 2) + 7) / 8 == signature;
}

/* s^e mod N is the encoded digest, and s < N. */
static bool verifies(const struct modulus_sample *sample, unsigned long e,
		     const mpz_t n)
{
	mpz_t s, m;
	bool fine;

	mpz_init(s);
	mpz_init(m);
	import(sample->signature, s);
	fine = mpz_cmp(s, n) < 0;
	encode(sample, m);
	mpz_powm_ui(s, s, e, n);
	fine = fine && mpz_cmp(s, m) == 0;
	mpz_clear(s);
	mpz_clear(m);
	return fine;
}

bool modulus_find(const struct modulus_sample *a,
		  const struct modulus_sample *b, unsigned long e,
		  struct buf *out)
{
	size_t signature = a->signature.n;
	mpz_t x, y;
	bool found;

	mpz_init(x);
	mpz_init(y);
	multiple(a, e, x);
	multiple(b, e, y);
	mpz_gcd(x, x, y);
	/* the power has taken much memory */
	mpz_clear(y);
	divide_out(x, signature);
	found = is_length(x, signature) && verifies(a, e, x) &&
		verifies(b, e, x);
	if (found) {
		unsigned char octets[1024];
		size_t got = 0;

		if (signature <= sizeof(octets))
			mpz_export(octets, &got, 1, 1, 1, 0, x);
		found = got > 0 && buf_add(out, span_of(octets, got)) == ST_OK;
	}
	mpz_clear(x);
	return found;
}
