#include "digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>

struct crypto {
	EVP_MD *md[HASH_COUNT];
};

struct hasher {
	EVP_MD_CTX *ctx;
	const EVP_MD *md;
	EVP_MD *own;	  /* fetched for this one alone */
	EVP_MAC_CTX *mac; /* of a pair; then the others are NULL */
};

static const struct {
	const char *name, *word;
	size_t size;
} hashes[HASH_COUNT] = {
	[HASH_SHA256] = { "SHA256", "sha256", 32 },
	[HASH_SHA1] = { "SHA1", "sha1", 20 },
};

struct crypto *crypto_new(void)
{
	struct crypto *c = mem_alloc(sizeof(*c));

	/* no configuration file may change a verdict; what OpenSSL cleans up
	 * at exit, the kernel does faster */
	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
					 OPENSSL_INIT_NO_ATEXIT,
				 NULL)) {
		crypto_free(c);
		return NULL;
	}
	c->md[HASH_SHA256] = EVP_MD_fetch(NULL, hashes[HASH_SHA256].name, NULL);
	if (!c->md[HASH_SHA256]) {
		crypto_free(c);
		return NULL;
	}
	return c;
}

void crypto_free(struct crypto *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < HASH_COUNT; i++)
		EVP_MD_free(c->md[i]);
	free(c);
}

size_t hash_size(enum hash h)
{
	return hashes[h].size;
}

const char *hash_word(enum hash h)
{
	return hashes[h].word;
}

bool hash_find(struct span word, enum hash *out)
{
	for (size_t i = 0; i < HASH_COUNT; i++)
		if (span_ieq(word, span_str(hashes[i].word))) {
			*out = (enum hash)i;
			return true;
		}
	return false;
}

/* A hash fails for want of memory, or of a part of the library. No caller could
 * go on, and a context that failed has lost its state. */
static void must(bool done)
{
	if (!done)
		mem_exit("the crypto library failed");
}

struct hasher *hasher_new(const struct crypto *c, enum hash h)
{
	struct hasher *hasher = mem_alloc(sizeof(*hasher));

	if (!c->md[h])
		hasher->own = EVP_MD_fetch(NULL, hashes[h].name, NULL);
	hasher->md = c->md[h] ? c->md[h] : hasher->own;
	hasher->ctx = EVP_MD_CTX_new();
	must(hasher->ctx && hasher->md &&
	     EVP_DigestInit_ex2(hasher->ctx, hasher->md, NULL) == 1);
	return hasher;
}

/* GMAC begun. KEY serves for one pair, so that it needs no nonce. */
static EVP_MAC_CTX *begin_mac(EVP_MAC *mac, const unsigned char key[16])
{
	char cipher[] = "AES-128-GCM";
	unsigned char nonce[12] = { 0 };
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher,
						 0),
		OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, nonce,
						  sizeof(nonce)),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

	must(ctx && EVP_MAC_init(ctx, key, 16, params) == 1);
	return ctx;
}

void hasher_new_pair(struct hasher *pair[2])
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "GMAC", NULL);
	unsigned char key[16];

	must(RAND_bytes(key, sizeof(key)) == 1);
	for (size_t i = 0; i < 2; i++) {
		pair[i] = mem_alloc(sizeof(*pair[i]));
		pair[i]->mac = begin_mac(mac, key);
	}
	mem_wipe(key, sizeof(key));
	EVP_MAC_free(mac);
}

void hasher_put(struct hasher *h, struct span s)
{
	must((h->mac ? EVP_MAC_update(h->mac, s.p, s.n)
		     : EVP_DigestUpdate(h->ctx, s.p, s.n)) == 1);
}

static enum status put_chunk(void *ctx, struct span s)
{
	hasher_put(ctx, s);
	return ST_OK;
}

struct sink hasher_sink(struct hasher *h)
{
	return (struct sink){ put_chunk, h };
}

void hasher_end(struct hasher *h, struct digest *out)
{
	unsigned n = 0;

	if (h->mac) {
		must(EVP_MAC_final(h->mac, out->b, &out->n, sizeof(out->b)) ==
		     1);
		return;
	}
	must(EVP_DigestFinal_ex(h->ctx, out->b, &n) == 1 &&
	     EVP_DigestInit_ex2(h->ctx, h->md, NULL) == 1);
	out->n = n;
}

void hasher_copy(struct hasher *to, const struct hasher *from)
{
	must(EVP_MD_CTX_copy_ex(to->ctx, from->ctx) == 1);
}

void hasher_free(struct hasher *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->own);
	EVP_MAC_CTX_free(h->mac);
	free(h);
}

struct span digest_span(const struct digest *d)
{
	return span_of(d->b, d->n);
}
