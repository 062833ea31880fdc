#include "key.h"

#include "b64.h"
#include "der.h"
#include "limit.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

enum {
	RSA_BYTES_MAX = LIMIT_RSA_BITS_MAX / 8,
	/* of a p=: n and e, which come from a file, and their frame */
	P_BYTES_MAX = 2 * LIMIT_KEY_FILE + 100,
};

struct key {
	enum key_type type;
	bool is_private;
	/* The public numbers, so that checks and p= need no OpenSSL. RSA:
	 * magnitudes of n and e, big-endian; Ed25519: point. */
	struct buf n, e;
	unsigned char point[ED25519_OCTETS];
	/* NULL where key_check refuses for every MIN_BITS. Never changed once
	 * made, so that threads may share it. */
	EVP_PKEY *pkey;
	/* Contexts, IDLE that verify and IDLE that sign, kept from call to
	 * call, since making one costs a sixth of an RSA verification: of RSA
	 * EVP_PKEY_CTX for SHA-256, of Ed25519 EVP_MD_CTX. A thread that uses
	 * one takes it out of its place. */
	_Atomic(void *) *idle;
};

enum { IDLE = 4 };
/* USES: how many of them keep contexts. */
enum use { VERIFIES, SIGNS, USES, RECOVERS = USES };

static const char *const type_words[KEY_TYPES] = {
	[KEY_RSA] = "rsa",
	[KEY_ED25519] = "ed25519",
};

const char *key_type_word(enum key_type t)
{
	return type_words[t];
}

bool key_type_find(struct span word, enum key_type *out)
{
	for (size_t i = 0; i < KEY_TYPES; i++)
		if (span_ieq(word, span_str(type_words[i]))) {
			*out = (enum key_type)i;
			return true;
		}
	return false;
}

enum key_type key_type(const struct key *k)
{
	return k->type;
}

unsigned key_bits(const struct key *k)
{
	if (k->type == KEY_ED25519)
		return 256;
	unsigned bits = (unsigned)k->n.n * 8;

	/* a magnitude has no leading zero byte, but its first may have zero
	 * bits, which do not count */
	for (unsigned mask = 0x80; bits && !(k->n.p[0] & mask); mask >>= 1)
		bits--;
	return bits;
}

bool key_is_private(const struct key *k)
{
	return k->is_private;
}

struct span key_modulus(const struct key *k)
{
	return buf_span(&k->n);
}

struct span key_exponent(const struct key *k)
{
	return buf_span(&k->e);
}

size_t key_signature_size(const struct key *k)
{
	return k->type == KEY_RSA ? k->n.n : 64;
}

static void free_context(const struct key *k, void *ctx)
{
	if (k->type == KEY_RSA)
		EVP_PKEY_CTX_free(ctx);
	else
		EVP_MD_CTX_free(ctx);
}

void key_free(struct key *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < USES * IDLE; i++)
		free_context(k, atomic_load(&k->idle[i]));
	free(k->idle);
	EVP_PKEY_free(k->pkey); /* which wipes private parts */
	buf_free(&k->n);
	buf_free(&k->e);
	free(k);
}

/* --- weak keys ----------------------------------------------------------- */

/* RFC 8301 3.2, RFC 8017 3.1. OpenSSL takes e = 1, with which any forged
 * signature verifies, and an even n; a large e costs a hundred times as much.
 */
static enum status check_rsa(const struct key *k, unsigned min_bits,
			     struct diag *why)
{
	unsigned bits = key_bits(k);
	struct span n = buf_span(&k->n), e = buf_span(&k->e);

	if (bits > LIMIT_RSA_BITS_MAX)
		return diag_set(why, ST_KEY_LARGE, "RFC 6376 3.3.3",
				"the RSA key has %u bits, more than %d", bits,
				LIMIT_RSA_BITS_MAX);
	if (bits < min_bits)
		return diag_set(why, ST_KEY_WEAK, "RFC 8301 3.2",
				"the RSA key has %u bits, less than %u", bits,
				min_bits);
	if (n.n == 0 || n.p[n.n - 1] % 2 == 0)
		return diag_set(why, ST_KEY_WEAK, "RFC 8017 3.1",
				"the RSA modulus is even");
	if (e.n == 0 || e.p[e.n - 1] % 2 == 0 || (e.n == 1 && e.p[0] < 3))
		return diag_set(why, ST_KEY_WEAK, "RFC 8017 3.1",
				"the RSA exponent is even or below 3");
	if (e.n > 8 || e.n > n.n || (e.n == n.n && span_cmp(e, n) >= 0))
		return diag_set(why, ST_KEY_WEAK, "RFC 6376 8.13",
				"the RSA exponent has more than 64 bits");
	return ST_OK;
}

/* y of the points whose order divides 8, little-endian, sign bit clear; each
 * stands for both signs (RFC 8032 5.1.7). */
static const unsigned char small_order[][ED25519_OCTETS] = {
	{ 0x00 },
	{ 0x01 },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
	  0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
	  0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
	  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
	  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
};

/* OpenSSL takes all of these and verifies forgeries with them. */
static enum status check_ed25519(const struct key *k, struct diag *why)
{
	unsigned char y[ED25519_OCTETS];
	bool ones = true;

	memcpy(y, k->point, sizeof(y));
	y[31] &= 0x7f;
	for (size_t i = 1; i < 31; i++)
		ones &= y[i] == 0xff;
	/* p = 2^255 - 19 and above is no coordinate (RFC 8032 5.1.3) */
	if (ones && y[31] == 0x7f && y[0] >= 0xed)
		return diag_set(why, ST_KEY_WEAK, "RFC 8032 5.1.3",
				"the Ed25519 key is not canonical");
	for (size_t i = 0; i < sizeof(small_order) / sizeof(*small_order); i++)
		if (memcmp(y, small_order[i], sizeof(y)) == 0)
			return diag_set(why, ST_KEY_WEAK, "RFC 8032 5.1.7",
					"the Ed25519 key is a point of small "
					"order");
	return ST_OK;
}

enum status key_check(const struct key *k, unsigned min_bits, struct diag *why)
{
	return k->type == KEY_RSA ? check_rsa(k, min_bits, why)
				  : check_ed25519(k, why);
}

/* --- from numbers to EVP_PKEY -------------------------------------------- */

static enum status library_failed(struct diag *why)
{
	ERR_clear_error();
	return diag_set(why, ST_OS, NULL, "the crypto library refused");
}

static const char no_library[] = "the crypto library failed";

static const char *const rsa_names[RSA_PARTS] = {
	[RSA_N] = OSSL_PKEY_PARAM_RSA_N,
	[RSA_E] = OSSL_PKEY_PARAM_RSA_E,
	[RSA_D] = OSSL_PKEY_PARAM_RSA_D,
	[RSA_P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
	[RSA_Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
	[RSA_DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
	[RSA_DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
	[RSA_QI] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

/* OpenSSL takes numbers in the machine's byte order. */
static void put_native(unsigned char *to, struct span big_endian)
{
	const uint16_t probe = 1;
	bool little = *(const unsigned char *)&probe == 1;

	for (size_t i = 0; i < big_endian.n; i++)
		to[i] = big_endian.p[little ? big_endian.n - 1 - i : i];
}

/* A context to import RSA numbers, kept for the next thread that has some. It
 * holds nothing of a key, and making one, for which libcrypto looks up the name
 * of the algorithm under locks that threads share, costs more than the key. */
static _Atomic(EVP_PKEY_CTX *) idle_import;

static EVP_PKEY_CTX *take_import(void)
{
	EVP_PKEY_CTX *ctx = atomic_exchange(&idle_import, NULL);

	if (ctx)
		return ctx;
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

static void put_import(EVP_PKEY_CTX *ctx)
{
	EVP_PKEY_CTX_free(atomic_exchange(&idle_import, ctx));
}

/* EVP_PKEY_fromdata takes 4 us, OpenSSL's decoders 100 to 360. The caller has
 * checked that no part is longer than RSA_BYTES_MAX. */
static EVP_PKEY *rsa_pkey(const struct span part[], size_t parts)
{
	size_t n = parts * RSA_BYTES_MAX;
	unsigned char *octets = parts > 2 ? mem_secret(n) : mem_alloc(n);
	OSSL_PARAM params[RSA_PARTS + 1];
	EVP_PKEY *pkey = NULL;
	EVP_PKEY_CTX *ctx = take_import();

	for (size_t i = 0; i < parts; i++) {
		put_native(octets + i * RSA_BYTES_MAX, part[i]);
		params[i] = OSSL_PARAM_construct_BN(
			rsa_names[i], octets + i * RSA_BYTES_MAX, part[i].n);
	}
	params[parts] = OSSL_PARAM_construct_end();
	if (ctx && EVP_PKEY_fromdata(ctx, &pkey,
				     parts == 2 ? EVP_PKEY_PUBLIC_KEY
						: EVP_PKEY_KEYPAIR,
				     params) == 1) {
		put_import(ctx);
	} else {
		pkey = NULL;
		EVP_PKEY_CTX_free(ctx);
	}
	if (parts > 2)
		mem_secret_free(octets, n);
	else
		free(octets);
	ERR_clear_error();
	return pkey;
}

/* n = p q: parts of different keys would sign wrong, and a wrong CRT signature
 * gives the key away. */
static bool rsa_fits(const struct span part[])
{
	BIGNUM *n = BN_bin2bn(part[RSA_N].p, (int)part[RSA_N].n, NULL);
	BIGNUM *p = BN_bin2bn(part[RSA_P].p, (int)part[RSA_P].n, NULL);
	BIGNUM *q = BN_bin2bn(part[RSA_Q].p, (int)part[RSA_Q].n, NULL);
	BIGNUM *product = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	if (!n || !p || !q || !product || !ctx || !BN_mul(product, p, q, ctx))
		mem_exit(no_library);
	bool fits = BN_cmp(product, n) == 0;

	BN_CTX_free(ctx);
	BN_clear_free(product);
	BN_clear_free(q);
	BN_clear_free(p);
	BN_free(n);
	return fits;
}

static struct key *key_new(enum key_type type, bool is_private)
{
	struct key *k = mem_alloc(sizeof(*k));

	k->type = type;
	k->is_private = is_private;
	buf_init(&k->n, LIMIT_KEY_FILE);
	buf_init(&k->e, LIMIT_KEY_FILE);
	k->idle = mem_alloc(USES * IDLE * sizeof(*k->idle));
	return k;
}

static enum status rsa_from_parts(const struct key_parts *parts, struct key *k,
				  struct diag *why)
{
	buf_put(&k->n, parts->rsa[RSA_N]);
	buf_put(&k->e, parts->rsa[RSA_E]);
	if (check_rsa(k, 0, parts->is_private ? why : NULL) != ST_OK)
		return parts->is_private ? ST_NOT_KEY : ST_OK;
	for (size_t i = 2; i < RSA_PARTS && parts->is_private; i++)
		if (parts->rsa[i].n == 0 || parts->rsa[i].n > k->n.n)
			return diag_set(why, ST_NOT_KEY, "RFC 8017 3.2",
					"a part of the RSA key is out of "
					"range");
	if (parts->is_private && !rsa_fits(parts->rsa))
		return diag_set(why, ST_NOT_KEY, "RFC 8017 3.2",
				"the parts of the RSA key do not fit together");
	k->pkey = rsa_pkey(parts->rsa, parts->is_private ? RSA_PARTS : 2);
	/* a public key of numbers that were checked is no question of them */
	if (!k->pkey && !parts->is_private)
		mem_exit(no_library);
	return k->pkey ? ST_OK : library_failed(why);
}

static enum status ed25519_from_parts(const struct key_parts *parts,
				      struct key *k, struct diag *why)
{
	size_t n = sizeof(k->point);

	if (!parts->is_private) {
		memcpy(k->point, parts->point.p, sizeof(k->point));
		k->pkey = EVP_PKEY_new_raw_public_key_ex(
			NULL, "ED25519", NULL, k->point, sizeof(k->point));
		if (!k->pkey)
			mem_exit(no_library);
		return ST_OK;
	}
	k->pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL,
						  parts->seed.p, parts->seed.n);
	if (!k->pkey || EVP_PKEY_get_raw_public_key(k->pkey, k->point, &n) != 1)
		return library_failed(why);
	/* RFC 8410 7: with the public half of another key, signatures would
	 * give the private key away */
	if (parts->point.n &&
	    !span_eq(parts->point, span_of(k->point, sizeof(k->point))))
		return diag_set(why, ST_NOT_KEY, "RFC 8410 7",
				"the public half does not fit the Ed25519 "
				"private key");
	return ST_OK;
}

enum status key_from_parts(const struct key_parts *parts, struct key **out,
			   struct diag *why)
{
	struct key *k = key_new(parts->ed25519 ? KEY_ED25519 : KEY_RSA,
				parts->is_private);
	enum status st = parts->ed25519 ? ed25519_from_parts(parts, k, why)
					: rsa_from_parts(parts, k, why);

	if (st != ST_OK) {
		key_free(k);
		return st;
	}
	*out = k;
	return ST_OK;
}

bool key_same(const struct key *a, const struct key *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == KEY_ED25519)
		return memcmp(a->point, b->point, sizeof(a->point)) == 0;
	return span_eq(buf_span(&a->n), buf_span(&b->n)) &&
	       span_eq(buf_span(&a->e), buf_span(&b->e));
}

/* --- writing ------------------------------------------------------------- */

/* AlgorithmIdentifier of rsaEncryption with NULL (RFC 3279 2.3.1) */
#define RSA_ALGORITHM \
	"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"

/* SubjectPublicKeyInfo, which all domains publish (RFC 6376 C). */
static void put_spki(const struct key *k, struct buf *out)
{
	struct buf numbers, key, info;

	buf_init(&numbers, P_BYTES_MAX);
	buf_init(&key, P_BYTES_MAX);
	buf_init(&info, P_BYTES_MAX);
	der_put_natural(&numbers, buf_span(&k->n));
	der_put_natural(&numbers, buf_span(&k->e));
	buf_put(&key, SPAN("\0")); /* no unused bits */
	der_put(&key, DER_SEQUENCE, buf_span(&numbers));
	buf_put(&info, SPAN(RSA_ALGORITHM));
	der_put(&info, DER_BIT_STRING, buf_span(&key));
	der_put(out, DER_SEQUENCE, buf_span(&info));
	buf_free(&info);
	buf_free(&key);
	buf_free(&numbers);
}

/* The bytes of p= */
static void put_p(const struct key *k, struct buf *out)
{
	buf_init(out, P_BYTES_MAX);
	if (k->type == KEY_RSA)
		put_spki(k, out);
	else
		buf_put(out, span_of(k->point, sizeof(k->point)));
}

enum status key_to_p(const struct key *k, struct buf *out)
{
	struct buf p;

	put_p(k, &p);
	enum status st = b64_encode(buf_span(&p), out);

	buf_free(&p);
	return st;
}

void key_fingerprint(const struct key *k, const struct crypto *c,
		     struct buf *out)
{
	struct hasher *h = hasher_new(c, HASH_SHA256);
	struct digest d;
	struct buf p;

	put_p(k, &p);
	hasher_put(h, buf_span(&p));
	hasher_end(h, &d);
	buf_put(out, SPAN("SHA256:"));
	status_ignore(b64_encode(digest_span(&d), out)); /* it fits */
	hasher_free(h);
	buf_free(&p);
}

enum status key_write_private(const struct key *k, bool traditional,
			      struct buf *out)
{
	char *text = NULL;
	long n = 0;
	int done;

	if (!k->is_private || (traditional && k->type != KEY_RSA))
		return ST_USAGE;
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio)
		return library_failed(NULL);
	done = traditional ? PEM_write_bio_PrivateKey_traditional(
				     bio, k->pkey, NULL, NULL, 0, NULL, NULL)
			   : PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL,
							   NULL, 0, NULL, NULL);
	if (done == 1)
		n = BIO_get_mem_data(bio, &text);
	enum status st = n > 0 ? buf_add(out, span_of(text, (size_t)n))
			       : library_failed(NULL);

	if (n > 0)
		mem_wipe(text, (size_t)n);
	BIO_free(bio);
	return st;
}

/* --- making -------------------------------------------------------------- */

static bool put_number(const EVP_PKEY *pkey, const char *name, struct buf *out)
{
	unsigned char octets[RSA_BYTES_MAX];
	BIGNUM *number = NULL;
	int n = EVP_PKEY_get_bn_param(pkey, name, &number) == 1
			? BN_bn2binpad(number, octets, sizeof(octets))
			: -1;

	BN_free(number);
	if (n < 0)
		return false;
	struct span s = span_of(octets, (size_t)n);

	while (s.n && s.p[0] == 0)
		s = span_from(s, 1);
	buf_put(out, s);
	return true;
}

enum status key_generate(enum key_type type, unsigned bits, struct key **out,
			 struct diag *why)
{
	*out = NULL;
	if (type == KEY_RSA &&
	    (bits < LIMIT_RSA_BITS_MIN || bits > LIMIT_RSA_BITS_MAKE))
		return diag_set(why, ST_USAGE, "RFC 8301 3.2",
				"an RSA key is made with %d to %d bits",
				LIMIT_RSA_BITS_MIN, LIMIT_RSA_BITS_MAKE);
	struct key *k = key_new(type, true);
	size_t n = sizeof(k->point);

	k->pkey = type == KEY_RSA
			  ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits)
			  : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!k->pkey ||
	    (type == KEY_RSA
		     ? !put_number(k->pkey, OSSL_PKEY_PARAM_RSA_N, &k->n) ||
			       !put_number(k->pkey, OSSL_PKEY_PARAM_RSA_E,
					   &k->e)
		     : EVP_PKEY_get_raw_public_key(k->pkey, k->point, &n) !=
			       1)) {
		key_free(k);
		return library_failed(why);
	}
	*out = k;
	return ST_OK;
}

/* --- signatures ---------------------------------------------------------- */

static void *take_context(const struct key *k, enum use use)
{
	void *ctx = NULL;

	for (size_t i = 0; i < IDLE && !ctx; i++)
		ctx = atomic_exchange(&k->idle[use * IDLE + i], NULL);
	return ctx;
}

/* Keep CTX (NULL is fine) if it is FIT for the next use. */
static void put_context(const struct key *k, enum use use, bool fit, void *ctx)
{
	for (size_t i = 0; i < IDLE && ctx && fit; i++) {
		void *none = NULL;

		if (atomic_compare_exchange_strong(&k->idle[use * IDLE + i],
						   &none, ctx))
			ctx = NULL;
	}
	free_context(k, ctx);
}

static EVP_PKEY_CTX *new_rsa(const struct key *k, const struct digest *d,
			     enum use use)
{
	static int (*const begin[])(EVP_PKEY_CTX *, const OSSL_PARAM *) = {
		[SIGNS] = EVP_PKEY_sign_init_ex,
		[VERIFIES] = EVP_PKEY_verify_init_ex,
		[RECOVERS] = EVP_PKEY_verify_recover_init_ex,
	};
	/* RFC 8017 8.2: PKCS1-v1_5; neither name is ever written to */
	char padding[] = OSSL_PKEY_RSA_PAD_MODE_PKCSV15;
	char sha256[] = "SHA256", sha1[] = "SHA1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE,
						 padding, 0),
		OSSL_PARAM_construct_utf8_string(
			OSSL_SIGNATURE_PARAM_DIGEST,
			d->n == hash_size(HASH_SHA1) ? sha1 : sha256, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx =
		k->pkey ? EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL)
			: NULL;

	if (ctx && begin[use](ctx, params) != 1) {
		EVP_PKEY_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

/* One that was made for SHA-256 is kept. */
static EVP_PKEY_CTX *take_rsa(const struct key *k, const struct digest *d,
			      enum use use)
{
	EVP_PKEY_CTX *ctx =
		d->n == hash_size(HASH_SHA256) ? take_context(k, use) : NULL;

	return ctx ? ctx : new_rsa(k, d, use);
}

static void put_rsa(const struct key *k, const struct digest *d, enum use use,
		    bool fit, EVP_PKEY_CTX *ctx)
{
	put_context(k, use, fit && d->n == hash_size(HASH_SHA256), ctx);
}

/* Without a key the context begins anew with the one that it has, which spares
 * looking for the algorithm. */
static EVP_MD_CTX *take_ed25519(const struct key *k, enum use use)
{
	EVP_MD_CTX *kept = take_context(k, use);
	EVP_MD_CTX *ctx = kept ? kept : EVP_MD_CTX_new();
	int (*begin)(EVP_MD_CTX *, EVP_PKEY_CTX **, const char *,
		     OSSL_LIB_CTX *, const char *, EVP_PKEY *,
		     const OSSL_PARAM *) =
		use == SIGNS ? EVP_DigestSignInit_ex : EVP_DigestVerifyInit_ex;

	if (ctx && begin(ctx, NULL, NULL, NULL, NULL, kept ? NULL : k->pkey,
			 NULL) == 1)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

static size_t sign_rsa(const struct key *k, const struct digest *d,
		       unsigned char *to, size_t n)
{
	EVP_PKEY_CTX *ctx = take_rsa(k, d, SIGNS);

	if (!ctx || EVP_PKEY_sign(ctx, to, &n, d->b, d->n) != 1)
		n = 0;
	put_rsa(k, d, SIGNS, n > 0, ctx);
	return n;
}

static size_t sign_ed25519(const struct key *k, const struct digest *d,
			   unsigned char *to, size_t n)
{
	EVP_MD_CTX *ctx = take_ed25519(k, SIGNS);

	if (!ctx || EVP_DigestSign(ctx, to, &n, d->b, d->n) != 1)
		n = 0;
	put_context(k, SIGNS, n > 0, ctx);
	return n;
}

/* SHA-1 is for DomainKeys only (RFC 4870 3.2.2), which knows RSA only. */
static bool takes_digest(const struct key *k, const struct digest *d)
{
	return d->n == hash_size(HASH_SHA256) ||
	       (d->n == hash_size(HASH_SHA1) && k->type == KEY_RSA);
}

enum status key_sign(const struct key *k, const struct digest *d,
		     struct buf *out)
{
	unsigned char signature[RSA_BYTES_MAX];
	size_t n = 0;

	if (k->is_private && k->pkey && takes_digest(k, d))
		n = k->type == KEY_RSA
			    ? sign_rsa(k, d, signature, sizeof(signature))
			    : sign_ed25519(k, d, signature, sizeof(signature));
	if (n == 0 || n != key_signature_size(k))
		return library_failed(NULL);
	return buf_add(out, span_of(signature, n));
}

/* A failure such as no memory says nothing about the signature: it is no
 * answer, and the process ends. */
static enum status status_of_answer(int answer)
{
	bool failed = answer < 0;
	unsigned long error;

	while (answer != 1 && (error = ERR_get_error()) != 0)
		failed |= ERR_FATAL_ERROR(error) != 0;
	if (failed)
		mem_exit(no_library);
	ERR_clear_error();
	return answer == 1 ? ST_OK : ST_BAD_SIGNATURE;
}

static enum status verify_rsa(const struct key *k, const struct digest *d,
			      struct span signature)
{
	EVP_PKEY_CTX *ctx = take_rsa(k, d, VERIFIES);

	if (!ctx)
		mem_exit(no_library);
	enum status st = status_of_answer(
		EVP_PKEY_verify(ctx, signature.p, signature.n, d->b, d->n));

	put_rsa(k, d, VERIFIES, true, ctx);
	return st;
}

static enum status verify_ed25519_once(const struct key *k,
				       const struct digest *d,
				       struct span signature)
{
	EVP_MD_CTX *ctx = take_ed25519(k, VERIFIES);

	if (!ctx)
		mem_exit(no_library);
	enum status st = status_of_answer(
		EVP_DigestVerify(ctx, signature.p, signature.n, d->b, d->n));

	put_context(k, VERIFIES, true, ctx);
	return st;
}

/* The SHA-512 of Ed25519 (RFC 8032 5.1) can be had. */
static bool has_sha512(void)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA512", NULL);

	EVP_MD_free(md);
	return md != NULL;
}

/* OpenSSL gives the same answer for a signature that does not verify and when
 * it has no SHA-512; so that answer counts only if SHA-512 is there and it
 * comes twice. */
static enum status verify_ed25519(const struct key *k, const struct digest *d,
				  struct span signature)
{
	enum status st = verify_ed25519_once(k, d, signature);

	if (st != ST_BAD_SIGNATURE)
		return st;
	if (!has_sha512())
		mem_exit(no_library);
	return verify_ed25519_once(k, d, signature);
}

enum status key_verify(const struct key *k, const struct digest *d,
		       struct span signature)
{
	/* RFC 8017 8.2.2, RFC 8032 5.1.7; and a key that key_check refuses
	 * verifies nothing */
	if (signature.n != key_signature_size(k) || !k->pkey)
		return ST_BAD_SIGNATURE;
	if (!takes_digest(k, d))
		return ST_BUG;
	return k->type == KEY_RSA ? verify_rsa(k, d, signature)
				  : verify_ed25519(k, d, signature);
}

enum status key_recover(const struct key *k, struct span signature,
			struct digest *out)
{
	unsigned char octets[RSA_BYTES_MAX];
	size_t n = sizeof(octets);

	if (k->type != KEY_RSA)
		return ST_KEY_UNSUITABLE;
	if (signature.n != key_signature_size(k) || !k->pkey)
		return ST_BAD_SIGNATURE;
	EVP_PKEY_CTX *ctx = new_rsa(
		k, &(struct digest){ .n = hash_size(HASH_SHA256) }, RECOVERS);

	if (!ctx)
		mem_exit(no_library);
	enum status st = status_of_answer(EVP_PKEY_verify_recover(
		ctx, octets, &n, signature.p, signature.n));

	EVP_PKEY_CTX_free(ctx);
	if (st == ST_OK && n != hash_size(HASH_SHA256))
		st = ST_BAD_SIGNATURE;
	if (st != ST_OK)
		return st;
	memcpy(out->b, octets, n);
	out->n = n;
	return ST_OK;
}
