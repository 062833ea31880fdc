/* Keys under a passphrase (RFC 5958 3, RFC 1421 4.6). The keys are made and
 * wrapped here, by OpenSSL. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "key.h"
#include "key_read.h"

#define SECRET "a secret"

enum form { PLAIN_PEM, PLAIN_DER, PKCS8_PEM, PKCS8_DER, TRADITIONAL, FORMS };

/* NAME in FORM, under SECRET where it takes one. */
static void wrap(EVP_PKEY *key, enum form form, struct buf *out)
{
	const EVP_CIPHER *aes = EVP_aes_128_cbc();
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char secret[] = SECRET;
	int n = (int)sizeof(secret) - 1, ok = 0;
	char *text;

	switch (form) {
	case PLAIN_PEM:
		ok = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0,
						   NULL, NULL);
		break;
	case PLAIN_DER:
		ok = i2d_PKCS8PrivateKey_bio(bio, key, NULL, NULL, 0, NULL,
					     NULL);
		break;
	case PKCS8_PEM:
		ok = PEM_write_bio_PKCS8PrivateKey(
			bio, key, aes, (char *)secret, n, NULL, NULL);
		break;
	case PKCS8_DER:
		ok = i2d_PKCS8PrivateKey_bio(bio, key, aes, (char *)secret, n,
					     NULL, NULL);
		break;
	case TRADITIONAL:
		ok = PEM_write_bio_PrivateKey_traditional(bio, key, aes, secret,
							  n, NULL, NULL);
		break;
	case FORMS:
		break;
	}
	assert_int_equal(ok, 1);
	buf_init(out, LIMIT_KEY_FILE);
	buf_put(out, span_of(text, (size_t)BIO_get_mem_data(bio, &text)));
	BIO_free(bio);
}

/* What comes out is the key that went in. */
static int opens(EVP_PKEY *key, const char *row, struct span text)
{
	unsigned char *spki = NULL;
	int n = i2d_PUBKEY(key, &spki);
	struct buf der;
	struct key *out = NULL, *public = NULL;

	buf_init(&der, LIMIT_KEY_FILE);
	int bad = row_is(row, "opened",
			 key_decrypt(text, SPAN(SECRET), &der, NULL), ST_OK);

	bad += row_is(row, "a key", key_read(buf_span(&der), &out, NULL),
		      ST_OK);
	assert_int_equal(key_read(span_of(spki, (size_t)n), &public, NULL),
			 ST_OK);
	if (!bad)
		bad += row_is(row, "the key", key_same(out, public), true);
	key_free(out);
	key_free(public);
	OPENSSL_free(spki);
	buf_wipe(&der);
	return bad;
}

/* Nothing comes out, and no octet of the passphrase is in the words. */
static int shut(const char *row, struct span text, struct span passphrase)
{
	struct diag why = { 0 };
	struct buf der;

	buf_init(&der, LIMIT_KEY_FILE);
	int bad = row_is(row, "refused",
			 key_decrypt(text, passphrase, &der, &why), ST_NOT_KEY);

	bad += row_is(row, "octets", (long long)der.n, 0);
	bad += row_is_span(row, "words", span_str(why.text),
			   SPAN("the passphrase does not open the key"));
	buf_wipe(&der);
	return bad;
}

/* A key that wants no passphrase is not touched. */
static int left(const char *row, struct span text)
{
	struct buf der;

	buf_init(&der, LIMIT_KEY_FILE);
	int bad = row_is(row, "left",
			 key_decrypt(text, SPAN(SECRET), &der, NULL), ST_OK);

	bad += row_is(row, "octets", (long long)der.n, 0);
	buf_wipe(&der);
	return bad;
}

static void all_forms(void **state)
{
	static const struct {
		const char *id;
		enum form form;
		bool ed25519;
	} rows[] = {
		{ "PKCS#8 PEM", PKCS8_PEM, false },
		{ "PKCS#8 DER", PKCS8_DER, false },
		{ "traditional PEM", TRADITIONAL, false },
		{ "Ed25519 PEM", PKCS8_PEM, true },
		{ "Ed25519 DER", PKCS8_DER, true },
		{ "plain PEM", PLAIN_PEM, false },
		{ "plain DER", PLAIN_DER, false },
		{ "plain Ed25519 PEM", PLAIN_PEM, true },
		{ "plain Ed25519 DER", PLAIN_DER, true },
	};
	EVP_PKEY *keys[] = {
		EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024),
		EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		EVP_PKEY *key = keys[rows[i].ed25519];
		struct buf text;

		wrap(key, rows[i].form, &text);
		struct span s = buf_span(&text);

		if (rows[i].form < PKCS8_PEM) {
			bad += left(rows[i].id, s);
		} else {
			bad += opens(key, rows[i].id, s);
			bad += shut(rows[i].id, s, SPAN("another"));
			bad += shut(rows[i].id, s, SPAN(""));
			bad += shut(rows[i].id, span_head(s, s.n / 2),
				    SPAN(SECRET));
		}
		buf_wipe(&text);
	}
	EVP_PKEY_free(keys[0]);
	EVP_PKEY_free(keys[1]);
	assert_int_equal(bad, 0);
}

static void no_keys(void **state)
{
	static char long_one[5000];

	(void)state;
	memset(long_one, 'x', sizeof(long_one));
	assert_int_equal(left("nothing", SPAN("")), 0);
	assert_int_equal(left("text", SPAN("no key at all")), 0);
	assert_int_equal(shut("cut", SPAN("-----BEGIN ENCRYPTED PRIVATE KEY"),
			      SPAN(SECRET)),
			 0);
	/* more than OpenSSL takes */
	assert_int_equal(shut("long", SPAN("-----BEGIN ENCRYPTED PRIVATE KEY"),
			      span_of(long_one, sizeof(long_one))),
			 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms),
		cmocka_unit_test(no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
