/* Keys under a passphrase (RFC 5958 3, RFC 1421 4.6). The keys are made and
 * wrapped here, by OpenSSL. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "b64.h"
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
	long size;
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
	size = BIO_get_mem_data(bio, &text);
	buf_put(out, span_of(text, (size_t)size));
	BIO_free(bio);
}

/* The key in TEXT, opened with PASSPHRASE, is KEY. */
static int opens(EVP_PKEY *key, const char *row, struct span text,
		 struct span passphrase)
{
	unsigned char *spki = NULL;
	int n = i2d_PUBKEY(key, &spki);
	struct key *out = NULL, *public = NULL;
	struct diag why = { 0 };
	int bad = row_is(row, "opened",
			 key_open(text, passphrase, true, &out, &why), ST_OK);

	assert_int_equal(key_open(span_of(spki, (size_t)n), SPAN(""), false,
				  &public, NULL),
			 ST_OK);
	if (!bad)
		bad += row_is(row, "the key", key_same(out, public), true);
	key_free(out);
	key_free(public);
	OPENSSL_free(spki);
	return bad;
}

/* Nothing comes out, and no octet of the passphrase is in the words. */
static int shut(const char *row, struct span text, struct span passphrase,
		const char *words)
{
	struct diag why = { 0 };
	struct key *out = NULL;
	int bad = row_is(row, "refused",
			 key_open(text, passphrase, false, &out, &why),
			 ST_NOT_KEY);

	bad += row_is(row, "a key", out != NULL, false);
	bad += row_is_span(row, "words", span_str(why.text), span_str(words));
	return bad;
}

#define WRONG "the passphrase does not open the key"
#define ENCRYPTED                                                       \
	"the key is encrypted: give dkim-sign a --passphrase-file, or " \
	"decrypt "                                                      \
	"it with: openssl pkey -in FILE -out NEW"

/* The same PEM in one line, its line breaks as text, and under the label of a
 * key that is not encrypted; or the same DER in base64. */
static int opens_changed(EVP_PKEY *key, const char *row, enum form form,
			 struct span text)
{
	struct buf lines, label;
	int bad = 0;

	buf_init(&lines, LIMIT_KEY_FILE);
	buf_init(&label, LIMIT_KEY_FILE);
	if (form == PKCS8_DER) {
		assert_int_equal(b64_encode(text, &lines), ST_OK);
		bad += opens(key, row, buf_span(&lines), SPAN(SECRET));
		bad += shut(row, buf_span(&lines), SPAN(""), ENCRYPTED);
		buf_free(&lines);
		return bad;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			buf_put(&lines, SPAN("\\n"));
		else
			buf_put(&lines, span_of(text.p + i, 1));
	bad += opens(key, row, buf_span(&lines), SPAN(SECRET));
	bad += shut(row, buf_span(&lines), SPAN("another"), WRONG);
	for (struct span rest = text; form == PKCS8_PEM && rest.n;) {
		struct span word = SPAN("ENCRYPTED ");

		if (span_starts(rest, word))
			rest = span_from(rest, word.n);
		buf_put(&label, span_head(rest, 1));
		rest = span_from(rest, 1);
	}
	if (label.n) {
		bad += opens(key, row, buf_span(&label), SPAN(SECRET));
		bad += shut(row, buf_span(&label), SPAN(""), ENCRYPTED);
	}
	buf_free(&lines);
	buf_free(&label);
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

		/* a key that wants no passphrase is read all the same */
		bad += opens(key, rows[i].id, s, SPAN(SECRET));
		if (rows[i].form < PKCS8_PEM) {
			bad += opens(key, rows[i].id, s, SPAN(""));
		} else {
			bad += opens_changed(key, rows[i].id, rows[i].form, s);
			bad += shut(rows[i].id, s, SPAN("another"), WRONG);
			bad += shut(rows[i].id, s, SPAN(""), ENCRYPTED);
			bad += shut(rows[i].id, span_head(s, s.n / 2),
				    SPAN(SECRET),
				    rows[i].form == PKCS8_DER
					    ? "no key: not DER, or cut short"
					    : "the PEM text has no END line "
					      "that fits its BEGIN line");
		}
		buf_wipe(&text);
	}
	EVP_PKEY_free(keys[0]);
	EVP_PKEY_free(keys[1]);
	assert_int_equal(bad, 0);
}

#define CUT "-----BEGIN ENCRYPTED PRIVATE KEY"
#define NONE                                                    \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAUwAAQBAA==\n" \
	"-----END ENCRYPTED PRIVATE KEY-----\n"

#define PEM(label) "-----BEGIN " label "-----\nAAAA\n-----END " label "-----\n"

static void no_keys(void **state)
{
	static char long_one[5000];
	int bad = 0;

	(void)state;
	memset(long_one, 'x', sizeof(long_one));
	bad += shut("nothing", SPAN(""), SPAN(SECRET),
		    "no key: the input is empty; give the file that "
		    "dkim-genkey wrote, which ends in .private");
	bad += shut("a message", SPAN("From: a@b.example\n\nk=rsa\n"),
		    SPAN(SECRET),
		    "is a message, not a key; dkim-genkey writes the key to a "
		    "file that ends in .private");
	bad += shut("text", SPAN("no key, at all"), SPAN(SECRET),
		    "no key: neither PEM, DER nor base64");
	bad += shut("cut", SPAN(CUT), SPAN(SECRET),
		    "no key: neither PEM, DER nor base64");
	bad += shut("not a key", SPAN(NONE), SPAN(SECRET), WRONG);
	/* what may be a line of a key is not shown */
	bad += shut("a label", SPAN(PEM("PGP MESSAGE")), SPAN(""),
		    "is PEM of another kind: PGP MESSAGE");
	bad += shut("small letters", SPAN(PEM("PGP message")), SPAN(""),
		    "is PEM of another kind");
	bad += shut("a word of 12", SPAN(PEM("ABCDEFGHIJKL")), SPAN(""),
		    "is PEM of another kind: ABCDEFGHIJKL");
	bad += shut("a word of 13", SPAN(PEM("ABCDEFGHIJKLM")), SPAN(""),
		    "is PEM of another kind");
	bad += shut("many words",
		    SPAN(PEM("A B C D E F G H I J K L M N O P Q R S T U")),
		    SPAN(""), "is PEM of another kind");
	/* more than OpenSSL takes */
	bad += shut("long", SPAN(NONE), span_of(long_one, sizeof(long_one)),
		    WRONG);
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms),
		cmocka_unit_test(no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
