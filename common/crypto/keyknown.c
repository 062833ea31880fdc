#include "keyknown.h"

#include <openssl/bn.h>

#include "limit.h"

/* Fingerprints as key_fingerprint writes them. */
static const struct {
	const char *print, *words;
} printed[] = {
	{ "SHA256:If4x36FUomFia/hUBG/SJxt77UtqvkWqWId+9H+XIbk=",
	  "the private half of this key is printed in RFC 8463, appendix A" },
	{ "SHA256:Ni2amVAYg/bRrHF8U//5ZYL7CnxSRky2S5CCqoh7x7Q=",
	  "the private half of this key is printed in RFC 8463, appendix A" },
	{ "SHA256:26Pwy2nwbXDkGrxqxYErw9JjmiS2IbpdJBICrInLe5w=",
	  "the private half of this key is printed in RFC 6376, appendix C" },
	{ "SHA256:HG/K4m0CV5Gsp02hLLqK18lOg4V19HAr7W5VtF7SrZo=",
	  "the private half of this key is in OpenDKIM's test suite" },
	{ "SHA256:hQh3v0eXwpFJwK8GGnkTDSAhlgIP80L38fxxB4IJSio=",
	  "the private half of this key is in Exim's test suite" },
	{ "SHA256:xRzGqmMvh0exb/ZpCjVAtQTfhBqTgKCIn49dgOTZMi8=",
	  "the private half of this key is in Exim's test suite" },
};

static const char *find_printed(const struct key *k, const struct crypto *c)
{
	const char *words = NULL;
	struct buf print;

	buf_init(&print, LIMIT_DIAG);
	key_fingerprint(k, c, &print);
	for (size_t i = 0; i < sizeof(printed) / sizeof(*printed); i++)
		if (span_eq(buf_span(&print), span_str(printed[i].print)))
			words = printed[i].words;
	buf_free(&print);
	return words;
}

/* Is N, big-endian, modulo PRIME a power of 65537? */
static bool is_power(struct span n, unsigned prime)
{
	unsigned rest = 0, power = 1;

	for (size_t i = 0; i < n.n; i++)
		rest = (rest << 8 | n.p[i]) % prime;
	for (unsigned i = 0; i < prime; i++) {
		if (power == rest)
			return true;
		power = power * (65537 % prime) % prime;
	}
	return false;
}

/* CVE-2017-15361: both factors, and so n, are powers of 65537 modulo every
 * small prime; a sound key passes this by chance once in 10^8 times. Left out
 * are the primes modulo which that is true of all numbers. */
static bool is_roca(struct span n)
{
	static const unsigned char primes[] = {
		11, 13, 17,  19,  37,  53,  61,	 71,  73,
		79, 97, 103, 107, 109, 127, 151, 157,
	};

	for (size_t i = 0; i < sizeof(primes); i++)
		if (!is_power(n, primes[i]))
			return false;
	return true;
}

/* --- primes that lie close together --------------------------------------- */

/* The keys that were found so need one step; each costs time a key. */
enum { FERMAT_STEPS = 20 };

/* A number that one word of OpenSSL holds, and whose square root a search finds
 * without an overflow. */
enum { SMALL_BITS = BN_BITS2 < 52 ? BN_BITS2 : 52 };

/* Arithmetic fails for want of memory only, and "not found" would be wrong. */
static void must(int done)
{
	if (!done)
		mem_exit("the crypto library failed");
}

/* A number above the square root of N, which has SMALL_BITS at most. */
static uint64_t small_root(uint64_t n)
{
	uint64_t low = 0, high = UINT64_C(1) << (SMALL_BITS / 2 + 1);

	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (middle * middle > n)
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* A number above the square root of N and close to it: that of the upper half
 * of N, and a step of Newton's method, which doubles the bits that are right.
 * The half has a few bits more, so that what is wrong does not grow. */
static void guess_root(const BIGNUM *n, BIGNUM *root, BN_CTX *ctx)
{
	int cut = (BN_num_bits(n) / 4 - 4) * 2;
	BIGNUM *part = BN_CTX_get(ctx);

	if (BN_num_bits(n) <= SMALL_BITS) {
		must(BN_set_word(root, (BN_ULONG)small_root(BN_get_word(n))));
		return;
	}
	must(part && BN_rshift(part, n, cut) && BN_add_word(part, 1));
	guess_root(part, root, ctx);
	must(BN_lshift(root, root, cut / 2) &&
	     BN_div(part, NULL, n, root, ctx) && BN_add(root, root, part) &&
	     BN_rshift1(root, root) && BN_add_word(root, 1));
}

/* ROOT becomes the square root of N, rounded up. */
static void root_above(const BIGNUM *n, BIGNUM *root, BN_CTX *ctx)
{
	BIGNUM *next = BN_CTX_get(ctx), *square = BN_CTX_get(ctx);

	must(root && next && square);
	guess_root(n, root, ctx);
	while (!BN_is_zero(root)) {
		must(BN_copy(next, root) && BN_sub_word(next, 1) &&
		     BN_sqr(square, next, ctx));
		if (BN_cmp(square, n) < 0)
			break;
		must(BN_copy(root, next) != NULL);
	}
}

/* Squares leave few of the remainders that MODULUS has. */
static bool may_be_square(BN_ULONG rest, unsigned modulus)
{
	for (unsigned i = 0; i <= modulus / 2; i++)
		if (i * i % modulus == rest)
			return true;
	return false;
}

static bool is_square(const BIGNUM *n, BN_CTX *ctx)
{
	/* bit I: squares modulo 64 may be I */
	const uint64_t squares = UINT64_C(0x0202021202030213);
	static const unsigned moduli[] = { 63, 65, 11 };
	BIGNUM *root, *square;
	BN_ULONG low = 0;
	bool found;

	for (int bit = 5; bit >= 0; bit--)
		low = low << 1 | (BN_ULONG)BN_is_bit_set(n, bit);
	if (!(squares >> low & 1))
		return false;
	/* one of a hundred numbers gets past these */
	for (size_t i = 0; i < sizeof(moduli) / sizeof(*moduli); i++)
		if (!may_be_square(BN_mod_word(n, moduli[i]), moduli[i]))
			return false;
	BN_CTX_start(ctx);
	root = BN_CTX_get(ctx);
	square = BN_CTX_get(ctx);
	root_above(n, root, ctx);
	must(square && BN_sqr(square, root, ctx));
	found = BN_cmp(square, n) == 0;
	BN_CTX_end(ctx);
	return found;
}

/* CVE-2022-26320: with n = a * a - b * b and a small b, a lies just above the
 * root of n, where Fermat looked for it. */
static bool has_close_primes(const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *a = BN_CTX_get(ctx), *rest = BN_CTX_get(ctx);
	bool found = false;

	root_above(n, a, ctx);
	must(rest && BN_sqr(rest, a, ctx) && BN_sub(rest, rest, n));
	for (int i = 0; i < FERMAT_STEPS && !found; i++) {
		found = is_square(rest, ctx);
		/* (a + 1)^2 = a^2 + 2a + 1 */
		must(BN_add(rest, rest, a) && BN_add_word(a, 1) &&
		     BN_add(rest, rest, a));
	}
	return found;
}

static bool is_close(struct span n)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *value = BN_bin2bn(n.p, (int)n.n, NULL);
	bool found;

	must(ctx && value);
	BN_CTX_start(ctx);
	found = has_close_primes(value, ctx);
	BN_CTX_end(ctx);
	BN_free(value);
	BN_CTX_free(ctx);
	return found;
}

static const char *check_modulus(struct span n)
{
	if (is_roca(n))
		return "the key was made by a flawed generator "
		       "(CVE-2017-15361): its private half can be computed";
	if (is_close(n))
		return "the primes of the key lie close together "
		       "(CVE-2022-26320): its private half can be computed";
	return NULL;
}

const char *keyknown_find(const struct key *k, const struct crypto *c)
{
	const char *words = find_printed(k, c);

	return words || key_type(k) != KEY_RSA ? words
					       : check_modulus(key_modulus(k));
}
