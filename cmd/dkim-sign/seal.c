#include "seal.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

enum { KEY_OCTETS = 16, SUM_OCTETS = 16, READINGS = SEAL_SECOND + 1 };

struct seal {
	EVP_MAC_CTX *sum[READINGS]; /* NULL: it could not be made */
};

static EVP_MAC_CTX *begin(EVP_MAC *mac, const unsigned char *key)
{
	/* neither is written to; a key that serves once needs no nonce */
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

	if (ctx && EVP_MAC_init(ctx, key, KEY_OCTETS, params) != 1) {
		EVP_MAC_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

struct seal *seal_new(void)
{
	struct seal *s = mem_alloc(sizeof(*s));
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "GMAC", NULL);
	unsigned char key[KEY_OCTETS];

	if (RAND_bytes(key, sizeof(key)) == 1)
		for (size_t i = 0; i < READINGS; i++)
			s->sum[i] = begin(mac, key);
	mem_wipe(key, sizeof(key));
	EVP_MAC_free(mac);
	return s;
}

enum status seal_put(struct seal *s, enum seal_reading which,
		     struct span octets)
{
	return s->sum[which] && EVP_MAC_update(s->sum[which], octets.p,
					       octets.n) == 1
		       ? ST_OK
		       : ST_OS;
}

enum status seal_compare(struct seal *s, struct diag *why)
{
	unsigned char sum[READINGS][SUM_OCTETS];

	for (size_t i = 0; i < READINGS; i++) {
		size_t n = 0;

		if (!s->sum[i] ||
		    EVP_MAC_final(s->sum[i], sum[i], &n, SUM_OCTETS) != 1 ||
		    n != SUM_OCTETS)
			return ST_OS;
	}
	if (span_eq(span_of(sum[SEAL_FIRST], SUM_OCTETS),
		    span_of(sum[SEAL_SECOND], SUM_OCTETS)))
		return ST_OK;
	return diag_set(why, ST_IO, NULL,
			"the message changed while it was being signed");
}

void seal_free(struct seal *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < READINGS; i++)
		EVP_MAC_CTX_free(s->sum[i]);
	free(s);
}
