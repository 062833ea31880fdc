#include "keyknown.h"

#include "b64.h"
#include "keyform.h"
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
};

static const char *find_printed(const struct key *k, const struct crypto *c)
{
	const char *words = NULL;
	struct buf print;

	buf_init(&print, LIMIT_DIAG);
	if (key_fingerprint(k, c, &print) == ST_OK)
		for (size_t i = 0; i < sizeof(printed) / sizeof(*printed); i++)
			if (span_eq(buf_span(&print),
				    span_str(printed[i].print)))
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
 * small prime; a sound key passes this by chance once in 10^8 times. */
static bool is_roca(struct span n)
{
	static const unsigned char primes[] = {
		3,   5,	  7,   11,  13,	 17,  19,  23,	29,  31,  37,  41,  43,
		47,  53,  59,  61,  67,	 71,  73,  79,	83,  89,  97,  101, 103,
		107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
	};

	for (size_t i = 0; i < sizeof(primes); i++)
		if (!is_power(n, primes[i]))
			return false;
	return true;
}

static bool made_by_roca(const struct key *k)
{
	struct keyparts parts = { 0 };
	struct buf text, der;
	bool flawed = false;

	buf_init(&text, LIMIT_KEY_FILE);
	buf_init(&der, LIMIT_KEY_FILE);
	if (key_to_p(k, &text) == ST_OK &&
	    b64_decode(buf_span(&text), &der) == ST_OK &&
	    keyform_public(buf_span(&der), &parts, NULL) == ST_OK)
		flawed = is_roca(parts.rsa[RSA_N]);
	buf_free(&der);
	buf_free(&text);
	return flawed;
}

const char *keyknown_find(const struct key *k, const struct crypto *c)
{
	const char *words = find_printed(k, c);

	if (!words && key_type(k) == KEY_RSA && made_by_roca(k))
		words = "the key was made by a flawed generator "
			"(CVE-2017-15361): its private half can be computed";
	return words;
}
