#include "keycrypt.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* OpenSSL's callback: the passphrase, never a prompt. */
static int give(char *out, int size, int writing, void *ctx)
{
	const struct span *passphrase = ctx;

	(void)writing;
	if (size < 0 || passphrase->n > (size_t)size)
		return -1;
	if (passphrase->n)
		memcpy(out, passphrase->p, passphrase->n);
	return (int)passphrase->n;
}

/* PEM says so itself; DER is a SEQUENCE that begins with another one, not with
 * a version. */
static bool is_encrypted(struct span text, bool *pem)
{
	*pem = memmem(text.p, text.n, "-----BEGIN ", 11) != NULL;
	if (*pem)
		return memmem(text.p, text.n, "ENCRYPTED", 9) != NULL;
	return text.n > 8 && text.p[0] == 0x30 &&
	       (text.p[4] == 0x30 || text.p[2] == 0x30 || text.p[3] == 0x30);
}

static enum status put_der(EVP_PKEY *key, struct buf *out)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(key, &der);
	enum status st = ST_NOT_KEY;

	if (n > 0)
		st = buf_add(out, span_of(der, (size_t)n));
	if (der)
		OPENSSL_clear_free(der, (size_t)n);
	return st;
}

enum status keycrypt_open(struct span text, struct span passphrase,
			  struct buf *out, struct diag *why)
{
	bool pem;

	if (text.n == 0 || !is_encrypted(text, &pem))
		return ST_OK;
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	EVP_PKEY *key = NULL;

	if (bio && pem)
		key = PEM_read_bio_PrivateKey(bio, NULL, give, &passphrase);
	else if (bio)
		key = d2i_PKCS8PrivateKey_bio(bio, NULL, give, &passphrase);
	enum status st = key ? put_der(key, out) : ST_NOT_KEY;

	EVP_PKEY_free(key);
	BIO_free(bio);
	ERR_clear_error();
	return st == ST_OK ? ST_OK
			   : diag_set(why, ST_NOT_KEY, NULL,
				      "the passphrase does not open the key");
}
