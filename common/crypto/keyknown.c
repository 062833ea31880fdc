#include "keyknown.h"

#include <stdlib.h>

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

/* Arithmetic fails for want of memory only, and "not found" would be wrong. */
static void must(int done)
{
	if (!done)
		mem_exit("the crypto library failed");
}

/* --- the square root of a long number, digit by digit as on paper, in base
 * 2^32. Every new key is asked for one, and with libcrypto's division it takes
 * five times as long. */

struct number {
	size_t digits;	 /* of the root */
	unsigned shift;	 /* bits, even: so many zeros stand behind it */
	uint32_t *left;	 /* 2 * digits: of the number, then what is left */
	uint32_t *twice; /* digits + 1: twice the root */
};

/* N, with zeros behind it so that the first digit of its root is 2^31 at
 * least; it has at least one digit. */
static struct number number_new(struct span n)
{
	while (n.n && n.p[0] == 0)
		n = span_from(n, 1);
	struct number x = { .digits = n.n ? (n.n + 7) / 8 : 1 };
	size_t zeros = 8 * x.digits - n.n; /* octets */
	unsigned more = 0;		   /* bits: 0, 2, 4 or 6 */

	while (n.n && !(n.p[0] & 0xc0U >> more))
		more += 2;
	x.left = mem_alloc(2 * x.digits * sizeof(*x.left));
	x.twice = mem_alloc((x.digits + 1) * sizeof(*x.twice));
	x.shift = 8 * (unsigned)zeros + more;
	for (size_t i = 0; i < n.n; i++)
		x.left[(i + zeros) / 4] |= (uint32_t)n.p[n.n - 1 - i]
					   << 8 * ((i + zeros) % 4);
	for (size_t i = 2 * x.digits; i-- > 0 && more;)
		x.left[i] = x.left[i] << more |
			    (i ? x.left[i - 1] >> (32 - more) : 0);
	return x;
}

static void number_free(struct number *x)
{
	free(x->left);
	free(x->twice);
}

/* The first digit of the root, from the first two of the number. */
static uint32_t first_digit(struct number *x)
{
	uint32_t *top = x->left + 2 * x->digits - 2;
	uint64_t two = (uint64_t)top[1] << 32 | top[0], root = 0;

	for (int bit = 31; bit >= 0; bit--) {
		uint64_t more = root | UINT64_C(1) << bit;

		if (more * more <= two)
			root = more;
	}
	two -= root * root;
	top[0] = (uint32_t)two;
	top[1] = (uint32_t)(two >> 32);
	x->twice[x->digits - 1] = (uint32_t)(root << 1);
	x->twice[x->digits] = (uint32_t)(root >> 31);
	return (uint32_t)root;
}

/* Digit AT of the root, which begins with FIRST: the largest one that, times
 * itself behind twice the root so far, can be taken off what is left. The
 * division of the first digits gives it or up to three more (D. Knuth, The Art
 * of Computer Programming, 4.3.1, theorem B). */
static void next_digit(struct number *x, size_t at, uint32_t first)
{
	uint32_t *left = x->left + at, *twice = x->twice;
	size_t n = x->digits; /* left[n + 1] is the highest */
	uint64_t digit = ((uint64_t)left[n + 1] << 63 |
			  (uint64_t)left[n] << 31 | left[n - 1] >> 1) /
			 first;
	uint64_t carry = 0, borrow = 0;

	if (digit > UINT32_MAX)
		digit = UINT32_MAX;
	twice[at] = (uint32_t)digit;
	for (size_t i = at; i <= n; i++) {
		carry += twice[i] * digit;
		uint64_t less = (uint64_t)left[i] - (uint32_t)carry - borrow;

		left[i] = (uint32_t)less;
		borrow = less >> 63;
		carry >>= 32;
	}
	bool below = left[n + 1] < carry + borrow;

	left[n + 1] -= (uint32_t)(carry + borrow);
	while (below) {
		digit--;
		carry = 2 * digit + 1;
		for (size_t i = at; i <= n; i++) {
			carry += (uint64_t)left[i] + (i > at ? twice[i] : 0);
			left[i] = (uint32_t)carry;
			carry >>= 32;
		}
		carry += left[n + 1];
		left[n + 1] = (uint32_t)carry;
		below = carry >> 32 == 0;
	}
	twice[at] = (uint32_t)(digit << 1);
	twice[at + 1] += (uint32_t)(digit >> 31); /* it was even */
}

/* Is N a square? ROOT (NULL is fine) has room for half its octets and 4 more,
 * and gets its square root, rounded down; *ROOT_N says how many octets that is.
 */
static bool is_square(struct span n, unsigned char *root, size_t *root_n)
{
	struct number x = number_new(n);
	uint32_t first = first_digit(&x), rest = 0;

	for (size_t at = x.digits - 1; at-- > 0;)
		next_digit(&x, at, first);
	for (size_t i = 0; i < 2 * x.digits; i++)
		rest |= x.left[i];
	for (size_t at = x.digits; root && at-- > 0;) {
		uint64_t two = (uint64_t)x.twice[at + 1] << 32 | x.twice[at];

		two >>= 1 + x.shift / 2;
		for (int bits = 24; bits >= 0; bits -= 8)
			*root++ = (unsigned char)(two >> bits);
	}
	if (root_n)
		*root_n = 4 * x.digits;
	number_free(&x);
	return rest == 0;
}

/* Squares leave few of the remainders that these moduli have, and one of 400
 * numbers has such a remainder for each. */
#define MODULI(X) X(64) X(63) X(55) X(13) X(17) X(19)
#define TIMES(modulus) *modulus
enum { ALL_MODULI = 1 MODULI(TIMES) };

/* Bit R: there is a square that leaves R. */
#define SQUARE(m, r) (UINT64_C(1) << (r) * (r) % (m))
#define SQUARES_4(m, r)                                           \
	(SQUARE(m, r) | SQUARE(m, (r) + 1) | SQUARE(m, (r) + 2) | \
	 SQUARE(m, (r) + 3))
#define SQUARES_16(m, r)                                                   \
	(SQUARES_4(m, r) | SQUARES_4(m, (r) + 4) | SQUARES_4(m, (r) + 8) | \
	 SQUARES_4(m, (r) + 12))
#define SQUARES(m) { m, SQUARES_16(m, 0) | SQUARES_16(m, 16) | SQUARE(m, 32) },

/* May a number that leaves REST, divided by ALL_MODULI, be a square? */
static bool may_be_square(uint64_t rest)
{
	static const struct {
		unsigned modulus;
		uint64_t squares;
	} tests[] = { MODULI(SQUARES) };

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		if (!(tests[i].squares >> rest % tests[i].modulus & 1))
			return false;
	return true;
}

static uint64_t remainder_of(struct span n)
{
	uint64_t rest = 0;

	for (size_t i = 0; i < n.n; i++)
		rest = (rest << 8 | n.p[i]) % ALL_MODULI;
	return rest;
}

/* Is (ROOT + MORE)^2 - N a square? */
static bool leaves_square(struct span root, unsigned more, struct span n)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *a = BN_bin2bn(root.p, (int)root.n, NULL);
	BIGNUM *b = BN_bin2bn(n.p, (int)n.n, NULL);

	must(ctx && a && b && BN_add_word(a, more) && BN_sqr(a, a, ctx) &&
	     BN_sub(a, a, b));
	unsigned char *p = mem_alloc((size_t)BN_num_bytes(a));
	bool found = is_square(span_of(p, (size_t)BN_bn2bin(a, p)), NULL, NULL);

	free(p);
	BN_free(a);
	BN_free(b);
	BN_CTX_free(ctx);
	return found;
}

/* CVE-2022-26320: with n = a * a - b * b and a small b, a lies just above the
 * root of n, where Fermat looked for it. Most steps need the remainders of the
 * two numbers only. */
static bool is_close(struct span n)
{
	unsigned char *octets = mem_alloc(n.n / 2 + 4);
	size_t octets_n;
	unsigned first = is_square(n, octets, &octets_n) ? 0 : 1;
	struct span root = span_of(octets, octets_n);
	uint64_t a = remainder_of(root), less = ALL_MODULI - remainder_of(n);
	bool found = false;

	for (unsigned i = first; i <= FERMAT_STEPS && !found; i++)
		found = may_be_square(((a + i) * (a + i) + less) %
				      ALL_MODULI) &&
			leaves_square(root, i, n);
	free(octets);
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
