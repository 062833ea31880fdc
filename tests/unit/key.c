/* Keys: what is read, what is refused, what counts (RFC 8017, RFC 8032, RFC
 * 8301 3.2, RFC 8463). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "b64.h"
#include "der.h"
#include "guard.h"
#include "key.h"
#include "key_der.h"
#include "key_read.h"
#include "keyknown.h"
#include "limit.h"

/* A key in any form, without a passphrase. */
static enum status read_key(struct span text, struct key **out,
			    struct diag *why)
{
	return key_open(text, SPAN(""), false, out, why);
}

static struct crypto *crypto;
static struct key *rsa, *rsa_other, *ed;

static struct digest digest_of(const char *text)
{
	struct hasher *h = hasher_new(crypto, HASH_SHA256);
	struct digest d = { 0 };

	hasher_put(h, span_str(text));
	hasher_end(h, &d);
	hasher_free(h);
	return d;
}

static int set_up(void **state)
{
	(void)state;
	crypto = crypto_new();
	return !crypto || key_generate(KEY_RSA, 1024, &rsa, NULL) != ST_OK ||
	       key_generate(KEY_RSA, 1024, &rsa_other, NULL) != ST_OK ||
	       key_generate(KEY_ED25519, 0, &ed, NULL) != ST_OK;
}

static int tear_down(void **state)
{
	(void)state;
	key_free(rsa);
	key_free(rsa_other);
	key_free(ed);
	crypto_free(crypto);
	return 0;
}

/* No test may leave an error behind in OpenSSL's queue. */
static int queue_is_empty(void **state)
{
	(void)state;
	return ERR_peek_error() != 0;
}

/* --- keys made by hand --------------------------------------------------- */

#define RSA_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"

static void put(struct buf *out, enum der_tag tag, const struct buf *inner)
{
	der_put(out, tag, buf_span(inner));
}

static void pkcs1(struct span n, struct span e, struct buf *out)
{
	struct buf numbers;

	buf_init(&numbers, 20000);
	der_put_natural(&numbers, n);
	der_put_natural(&numbers, e);
	buf_init(out, 20000);
	put(out, DER_SEQUENCE, &numbers);
	buf_free(&numbers);
}

/* SubjectPublicKeyInfo of BITS under ALGORITHM (its content, DER) */
static void spki(struct span algorithm, const struct buf *bits, struct buf *out)
{
	struct buf inner, with_count;

	buf_init(&inner, 20000);
	buf_init(&with_count, 20000);
	buf_put(&with_count, SPAN("\0"));
	buf_put(&with_count, buf_span(bits));
	der_put(&inner, DER_SEQUENCE, algorithm);
	put(&inner, DER_BIT_STRING, &with_count);
	buf_init(out, 20000);
	put(out, DER_SEQUENCE, &inner);
	buf_free(&with_count);
	buf_free(&inner);
}

/* An odd number of just BITS bits; prime or not does not matter here. */
static struct span number(unsigned bits, unsigned char *room)
{
	size_t n = (bits + 7) / 8;

	memset(room, 0xa5, n);
	room[0] = (unsigned char)(1U << (bits - 1) % 8);
	room[n - 1] |= 1;
	return span_of(room, n);
}

static const struct weak {
	const char *where;
	unsigned n_bits;
	bool even;
	struct span e;
	enum status st;
} weak[] = {
	{ "RFC 8301 3.2", 512, false, T("\x01\x00\x01"), ST_KEY_WEAK },
	{ "RFC 8301 3.2", 768, false, T("\x01\x00\x01"), ST_KEY_WEAK },
	{ "real bits", 1023, false, T("\x01\x00\x01"), ST_KEY_WEAK },
	{ "RFC 8301 3.2", 1024, false, T("\x01\x00\x01"), ST_OK },
	{ "RFC 8301 3.2", 4096, false, T("\x01\x00\x01"), ST_OK },
	{ "bits", 8191, false, T("\x01\x00\x01"), ST_OK },
	{ "bits", 8192, false, T("\x01\x00\x01"), ST_OK },
	{ "bits", 8193, false, T("\x01\x00\x01"), ST_KEY_LARGE },
	{ "bits", 16384, false, T("\x01\x00\x01"), ST_KEY_LARGE },
	{ "bits", 20000, false, T("\x01\x00\x01"), ST_KEY_LARGE },
	{ "RFC 8017 3.1", 2048, false, T("\x01"), ST_KEY_WEAK },
	{ "e = 0", 2048, false, T(""), ST_KEY_WEAK },
	{ "e = 2", 2048, false, T("\x02"), ST_KEY_WEAK },
	{ "e even", 2048, false, T("\x01\x00\x00"), ST_KEY_WEAK },
	{ "RFC 8017 3.1 e = 3", 2048, false, T("\x03"), ST_OK },
	{ "n even", 2048, true, T("\x01\x00\x01"), ST_KEY_WEAK },
	{ "e of 64 bits", 2048, false, T("\xff\0\0\0\0\0\0\x01"), ST_OK },
	{ "e of 65 bits", 2048, false, T("\x01\0\0\0\0\0\0\0\x01"),
	  ST_KEY_WEAK },
};

static void weak_rsa(void **state)
{
	static unsigned char room[4096];
	struct buf der;

	(void)state;
	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++) {
		struct span n = number(weak[i].n_bits, room);
		struct key *k = NULL;
		struct diag why = { 0 };

		if (weak[i].even)
			room[n.n - 1] &= 0xfe;
		pkcs1(n, weak[i].e, &der);
		assert_int_equal(
			key_from_p(KEY_RSA, guarded(buf_span(&der)), &k, &why),
			ST_OK);
		assert_int_equal(key_bits(k), weak[i].n_bits);
		if (key_check(k, LIMIT_RSA_BITS_MIN, &why) != weak[i].st)
			fail_msg("row %zu: %s: %s", i, weak[i].where, why.text);
		key_free(k);
		buf_free(&der);
	}
}

/* e above n, and n = 0 */
static void out_of_range(void **state)
{
	struct key *k = NULL;
	struct buf der;

	(void)state;
	pkcs1(SPAN("\x0f"), SPAN("\x11"), &der);
	assert_int_equal(key_from_p(KEY_RSA, buf_span(&der), &k, NULL), ST_OK);
	assert_int_equal(key_check(k, 0, NULL), ST_KEY_WEAK);
	key_free(k);
	buf_free(&der);
	pkcs1(SPAN(""), SPAN("\x03"), &der);
	assert_int_equal(key_from_p(KEY_RSA, buf_span(&der), &k, NULL), ST_OK);
	assert_int_equal(key_bits(k), 0);
	assert_int_equal(key_check(k, 0, NULL), ST_KEY_WEAK);
	key_free(k);
	buf_free(&der);
}

/* OpenSSL would say yes to this signature */
static void exponent_one(void **state)
{
	static unsigned char room[256];
	struct digest d = digest_of("anything");
	struct buf der, block;
	struct key *k = NULL;

	(void)state;
	pkcs1(number(2048, room), SPAN("\x01"), &der);
	assert_int_equal(key_from_p(KEY_RSA, buf_span(&der), &k, NULL), ST_OK);
	assert_int_equal(key_check(k, 1024, NULL), ST_KEY_WEAK);
	buf_init(&block, 256);
	buf_put(&block, SPAN("\0\x01"));
	while (block.n < 204)
		buf_put(&block, SPAN("\xff"));
	buf_put(&block, SPAN("\0\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65"
			     "\x03\x04\x02\x01\x05\x00\x04\x20"));
	buf_put(&block, digest_span(&d));
	assert_int_equal(block.n, 256);
	assert_int_equal(key_verify(k, &d, buf_span(&block)), ST_BAD_SIGNATURE);
	assert_int_equal(key_recover(k, buf_span(&block), &d),
			 ST_BAD_SIGNATURE);
	buf_free(&block);
	buf_free(&der);
	key_free(k);
}

/* RFC 8032 5.1.7. The encodings that libsodium refuses, too. */
static const struct {
	const char *where, *hex;
} bad_points[] = {
	{ "RFC 8032 5.1.7 order 4", "00000000000000000000000000000000"
				    "00000000000000000000000000000000" },
	{ "order 4, sign", "00000000000000000000000000000000"
			   "00000000000000000000000000000080" },
	{ "order 1", "01000000000000000000000000000000"
		     "00000000000000000000000000000000" },
	{ "order 1, sign", "01000000000000000000000000000000"
			   "00000000000000000000000000000080" },
	{ "order 2", "ecffffffffffffffffffffffffffffff"
		     "ffffffffffffffffffffffffffffff7f" },
	{ "order 2, sign", "ecffffffffffffffffffffffffffffff"
			   "ffffffffffffffffffffffffffffffff" },
	{ "order 8", "26e8958fc2b227b045c3f489f2ef98f0"
		     "d5dfac05d3c63339b13802886d53fc05" },
	{ "order 8, sign", "26e8958fc2b227b045c3f489f2ef98f0"
			   "d5dfac05d3c63339b13802886d53fc85" },
	{ "order 8", "c7176a703d4dd84fba3c0b760d10670f"
		     "2a2053fa2c39ccc64ec7fd7792ac037a" },
	{ "order 8, sign", "c7176a703d4dd84fba3c0b760d10670f"
			   "2a2053fa2c39ccc64ec7fd7792ac03fa" },
	{ "RFC 8032 5.1.3 p", "edffffffffffffffffffffffffffffff"
			      "ffffffffffffffffffffffffffffff7f" },
	{ "RFC 8032 5.1.3 p + 1", "eeffffffffffffffffffffffffffffff"
				  "ffffffffffffffffffffffffffffffff" },
	{ "RFC 8032 5.1.3 2^255 - 1", "ffffffffffffffffffffffffffffffff"
				      "ffffffffffffffffffffffffffffff7f" },
};

static unsigned char hex_digit(char c)
{
	return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void from_hex(const char *hex, unsigned char *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 |
					 hex_digit(hex[2 * i + 1]));
}

static void weak_ed25519(void **state)
{
	unsigned char point[32];
	struct key *k = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_points) / sizeof(*bad_points); i++) {
		from_hex(bad_points[i].hex, point, sizeof(point));
		assert_int_equal(key_from_p(KEY_ED25519,
					    guarded(span_of(point, 32)), &k,
					    NULL),
				 ST_OK);
		if (key_check(k, 1024, NULL) != ST_KEY_WEAK)
			fail_msg("row %zu: %s", i, bad_points[i].where);
		key_free(k);
	}
	/* p - 2 is canonical and of large order or no point at all */
	from_hex(bad_points[4].hex, point, sizeof(point));
	point[0] = 0xeb;
	assert_int_equal(key_from_p(KEY_ED25519, span_of(point, 32), &k, NULL),
			 ST_OK);
	assert_int_equal(key_check(k, 1024, NULL), ST_OK);
	key_free(k);
	assert_int_equal(key_check(ed, 1024, NULL), ST_OK);
}

/* --- p= ------------------------------------------------------------------ */

static void p_octets(const struct key *k, struct buf *out)
{
	struct buf text;

	buf_init(&text, 20000);
	buf_init(out, 20000);
	assert_int_equal(key_to_p(k, &text), ST_OK);
	assert_int_equal(b64_decode(buf_span(&text), out), ST_OK);
	buf_free(&text);
}

/* SPKI and PKCS#1, and both give the same p= again */
static void both_rsa_forms(void **state)
{
	struct buf der, outer, text, again;
	struct span rest, body = { 0 }, algorithm, bits = { 0 };
	struct key *k = NULL;

	(void)state;
	p_octets(rsa, &der);
	rest = buf_span(&der);
	assert_true(der_take(&rest, DER_SEQUENCE, &body));
	assert_true(der_take(&body, DER_SEQUENCE, &algorithm));
	assert_true(der_bits(&body, DER_BIT_STRING, &bits));
	buf_init(&text, 20000);
	buf_init(&again, 20000);
	assert_int_equal(key_to_p(rsa, &text), ST_OK);
	assert_int_equal(key_from_p(KEY_RSA, guarded(bits), &k, NULL), ST_OK);
	assert_int_equal(key_to_p(k, &again), ST_OK);
	assert_true(span_eq(buf_span(&text), buf_span(&again)));
	assert_false(key_is_private(k));
	key_free(k);
	/* parameters absent (RFC 3279 2.3.1 has NULL) */
	struct buf raw;

	buf_init(&raw, 20000);
	buf_put(&raw, bits);
	spki(SPAN(RSA_OID), &raw, &outer);
	assert_int_equal(
		key_from_p(KEY_RSA, guarded(buf_span(&outer)), &k, NULL),
		ST_OK);
	key_free(k);
	buf_free(&raw);
	buf_free(&outer);
	buf_free(&again);
	buf_free(&text);
	buf_free(&der);
}

static const struct {
	const char *where;
	struct span algorithm;
} other_algorithms[] = {
	{ "EC", T("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a"
		  "\x86\x48\xce\x3d\x03\x01\x07") },
	{ "DSA", T("\x06\x07\x2a\x86\x48\xce\x38\x04\x01") },
	{ "RSASSA-PSS", T("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a") },
	{ "X25519", T("\x06\x03\x2b\x65\x6e") },
	{ "Ed25519 under k=rsa", T("\x06\x03\x2b\x65\x70") },
	{ "RSA with other parameters", T(RSA_OID "\x30\x00") },
	{ "RSA, two parameters", T(RSA_OID "\x05\x00\x05\x00") },
	{ "RSA, NULL with content", T(RSA_OID "\x05\x01\x00") },
	{ "no algorithm", T("") },
	{ "OID cut short", T("\x06\x09\x2a\x86") },
};

static void not_rsa(void **state)
{
	unsigned char room[128];
	struct buf key, der;
	struct key *k = NULL;

	(void)state;
	pkcs1(number(1024, room), SPAN("\x01\x00\x01"), &key);
	for (size_t i = 0;
	     i < sizeof(other_algorithms) / sizeof(*other_algorithms); i++) {
		spki(other_algorithms[i].algorithm, &key, &der);
		if (key_from_p(KEY_RSA, guarded(buf_span(&der)), &k, NULL) !=
		    ST_KEY_SYNTAX)
			fail_msg("row %zu: %s", i, other_algorithms[i].where);
		assert_null(k);
		buf_free(&der);
	}
	buf_free(&key);
}

/* every cut, and garbage behind */
static void cut_and_extended(void **state)
{
	struct key *k = NULL;
	struct buf der;

	(void)state;
	p_octets(rsa, &der);
	for (size_t n = 0; n < der.n; n++)
		assert_int_equal(
			key_from_p(KEY_RSA,
				   guarded(span_head(buf_span(&der), n)), &k,
				   NULL),
			ST_KEY_SYNTAX);
	for (size_t n = 0; n < 20; n++) {
		buf_put(&der, SPAN("x"));
		assert_int_equal(
			key_from_p(KEY_RSA, guarded(buf_span(&der)), &k, NULL),
			ST_KEY_SYNTAX);
	}
	buf_free(&der);
}

/* Every octet changed: never a crash, and what is read is written the same. */
static void one_octet_changed(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x80, 0xff, 0x30 };
	struct buf der, back;

	(void)state;
	p_octets(rsa, &der);
	for (size_t i = 0; i < der.n * sizeof(masks); i++) {
		struct key *k = NULL;

		der.p[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
		if (key_from_p(KEY_RSA, guarded(buf_span(&der)), &k, NULL) ==
		    ST_OK) {
			p_octets(k, &back);
			assert_true(span_eq(buf_span(&der), buf_span(&back)));
			buf_free(&back);
			key_free(k);
		}
		der.p[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
	}
	buf_free(&der);
}

/* 32 octets, nothing else; an SPKI gets its hint */
static void ed25519_octets(void **state)
{
	static const unsigned char zeros[100] = { 9 };
	struct diag why = { 0 };
	struct key *k = NULL;

	(void)state;
	for (size_t n = 0; n < sizeof(zeros); n++) {
		assert_int_equal(key_from_p(KEY_ED25519,
					    guarded(span_of(zeros, n)), &k,
					    &why),
				 n == 32 ? ST_OK : ST_KEY_SYNTAX);
		key_free(k);
	}
	assert_int_equal(key_from_p(KEY_ED25519, span_of(zeros, 44), &k, &why),
			 ST_KEY_SYNTAX);
	assert_non_null(strstr(why.text, "SubjectPublicKeyInfo"));
}

/* --- signatures ---------------------------------------------------------- */

/* RFC 8017 8.2.2: an RSA signature holds the digest; another type does not. */
static void check_recovered(const struct key *k, const struct digest *d,
			    struct buf *s)
{
	struct digest found = { .n = 0 };
	bool is_rsa = key_type(k) == KEY_RSA;

	assert_int_equal(key_recover(k, guarded(buf_span(s)), &found),
			 is_rsa ? ST_OK : ST_KEY_UNSUITABLE);
	if (!is_rsa)
		return;
	assert_true(span_eq(digest_span(&found), digest_span(d)));
	s->p[9] ^= 1;
	assert_int_equal(key_recover(k, buf_span(s), &found), ST_BAD_SIGNATURE);
	s->p[9] ^= 1;
	assert_int_equal(key_recover(k, span_from(buf_span(s), 1), &found),
			 ST_BAD_SIGNATURE);
}

static void sign_and_verify(void **state)
{
	struct digest d = digest_of("a message"), other = digest_of("another");
	struct key *keys[] = { rsa, ed };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf s;
		struct span cut;

		buf_init(&s, 1000);
		assert_int_equal(key_sign(keys[i], &d, &s), ST_OK);
		assert_int_equal(s.n, key_signature_size(keys[i]));
		assert_int_equal(key_verify(keys[i], &d, guarded(buf_span(&s))),
				 ST_OK);
		assert_int_equal(key_verify(keys[i], &other, buf_span(&s)),
				 ST_BAD_SIGNATURE);
		check_recovered(keys[i], &d, &s);
		/* shorter and longer */
		cut = span_from(buf_span(&s), 1);
		assert_int_equal(key_verify(keys[i], &d, guarded(cut)),
				 ST_BAD_SIGNATURE);
		assert_int_equal(key_verify(keys[i], &d, guarded(SPAN(""))),
				 ST_BAD_SIGNATURE);
		s.p[5] ^= 1;
		assert_int_equal(key_verify(keys[i], &d, buf_span(&s)),
				 ST_BAD_SIGNATURE);
		s.p[5] ^= 1;
		buf_put(&s, SPAN("\0"));
		assert_int_equal(key_verify(keys[i], &d, guarded(buf_span(&s))),
				 ST_BAD_SIGNATURE);
		buf_free(&s);
	}
	assert_int_equal(ERR_peek_error(), 0);
}

/* RFC 4870 3.2.2: SHA-1, for RSA alone; its octets are no SHA-256 cut short. */
static void sign_sha1(void **state)
{
	struct digest d = digest_of("a message");
	struct buf s;

	(void)state;
	buf_init(&s, 1000);
	d.n = 20;
	assert_int_equal(key_sign(rsa, &d, &s), ST_OK);
	assert_int_equal(key_verify(rsa, &d, guarded(buf_span(&s))), ST_OK);
	d.n = 32;
	assert_int_equal(key_verify(rsa, &d, buf_span(&s)), ST_BAD_SIGNATURE);
	d.n = 20;
	d.b[0] ^= 1;
	assert_int_equal(key_verify(rsa, &d, buf_span(&s)), ST_BAD_SIGNATURE);
	buf_reset(&s);
	assert_int_equal(key_sign(ed, &d, &s), ST_OS);
	assert_int_equal(key_verify(ed, &d, span_of(d.b, 0)), ST_BAD_SIGNATURE);
	d.n = 19;
	assert_int_equal(key_sign(rsa, &d, &s), ST_OS);
	buf_free(&s);
}

/* zero, and n itself */
static void odd_numbers(void **state)
{
	struct digest d = digest_of("a message");
	unsigned char zero[128] = { 0 }, ones[128];
	struct buf der;
	struct span rest, body = { 0 }, ignored, bits = { 0 }, n = { 0 };

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	p_octets(rsa, &der);
	rest = buf_span(&der);
	assert_true(der_take(&rest, DER_SEQUENCE, &body));
	assert_true(der_take(&body, DER_SEQUENCE, &ignored));
	assert_true(der_bits(&body, DER_BIT_STRING, &bits));
	assert_true(der_take(&bits, DER_SEQUENCE, &body));
	assert_true(der_natural(&body, &n));
	assert_int_equal(key_verify(rsa, &d, span_of(zero, 128)),
			 ST_BAD_SIGNATURE);
	assert_int_equal(key_verify(rsa, &d, span_of(ones, 128)),
			 ST_BAD_SIGNATURE);
	assert_int_equal(key_verify(rsa, &d, n), ST_BAD_SIGNATURE);
	buf_free(&der);
}

/* S >= L (RFC 8032 5.1.7) */
static void large_s(void **state)
{
	static const unsigned char order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		0,    0,    0,	  0,	0,    0,    0,	  0,
		0,    0,    0,	  0,	0,    0,    0,	  0x10
	};
	struct digest d = digest_of("a message");
	unsigned carry = 0;
	struct buf s;

	(void)state;
	buf_init(&s, 64);
	assert_int_equal(key_sign(ed, &d, &s), ST_OK);
	for (size_t i = 0; i < 32; i++) {
		carry += s.p[32 + i] + order[i];
		s.p[32 + i] = (unsigned char)carry;
		carry >>= 8;
	}
	assert_int_equal(key_verify(ed, &d, buf_span(&s)), ST_BAD_SIGNATURE);
	buf_free(&s);
}

/* RFC 8463 A.3 signs with the key of RFC 8032 7.1 test 1; its p= is known. */
static void known_ed25519(void **state)
{
	struct key *k = NULL;
	struct buf p;

	(void)state;
	assert_int_equal(
		read_key(guarded_str(
				 "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
				 "\n"),
			 &k, NULL),
		ST_OK);
	assert_true(key_is_private(k));
	buf_init(&p, 100);
	assert_int_equal(key_to_p(k, &p), ST_OK);
	assert_string_equal((char *)p.p,
			    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
	buf_reset(&p);
	key_fingerprint(k, crypto, &p);
	assert_string_equal(
		(char *)p.p,
		"SHA256:If4x36FUomFia/hUBG/SJxt77UtqvkWqWId+9H+XIbk=");
	buf_free(&p);
	key_free(k);
}

/* --- padding made by hand, signed with the bare RSA operation ------- */

#define SHA256_INFO                                                            \
	"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00" \
	"\x04\x20"

static const struct {
	const char *where;
	struct span begins; /* of the block */
	size_t ones;	    /* octets 0xff then, 0: as many as fit */
	struct span info;   /* before the digest */
	size_t garbage;	    /* octets behind the digest */
	enum status st;
} blocks[] = {
	{ "RFC 8017 9.2", T("\0\x01"), 0, T("\0" SHA256_INFO), 0, ST_OK },
	{ "no NULL in DigestInfo", T("\0\x01"), 0,
	  T("\0\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	    "\x04\x20"),
	  0, ST_BAD_SIGNATURE },
	{ "SHA-512 as its name", T("\0\x01"), 0,
	  T("\0\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03"
	    "\x05\x00\x04\x20"),
	  0, ST_BAD_SIGNATURE },
	{ "no DigestInfo", T("\0\x01"), 0, T("\0"), 0, ST_BAD_SIGNATURE },
	{ "Bleichenbacher 2006", T("\0\x01"), 8, T("\0" SHA256_INFO), 66,
	  ST_BAD_SIGNATURE },
	{ "one octet behind", T("\0\x01"), 0, T("\0" SHA256_INFO), 1,
	  ST_BAD_SIGNATURE },
	{ "block type 2", T("\0\x02"), 0, T("\0" SHA256_INFO), 0,
	  ST_BAD_SIGNATURE },
	{ "a hole in the padding", T("\0\x01\xff\xfe"), 0, T("\0" SHA256_INFO),
	  0, ST_BAD_SIGNATURE },
};

static void padding(void **state)
{
	struct digest d = digest_of("a message");
	struct buf pem;

	(void)state;
	buf_init(&pem, 20000);
	assert_int_equal(key_write_private(rsa, false, &pem), ST_OK);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

	assert_non_null(ctx);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		size_t tail = blocks[i].info.n + 32 + blocks[i].garbage;
		size_t n = 128;
		unsigned char s[128];
		struct buf block;

		buf_init(&block, 128);
		buf_put(&block, blocks[i].begins);
		for (size_t j = 0;
		     blocks[i].ones ? j < blocks[i].ones : block.n + tail < 128;
		     j++)
			buf_put(&block, SPAN("\xff"));
		buf_put(&block, blocks[i].info);
		buf_put(&block, digest_span(&d));
		while (block.n < 128)
			buf_put(&block, SPAN("g"));
		assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
		assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) >
			    0);
		assert_int_equal(EVP_PKEY_sign(ctx, s, &n, block.p, block.n),
				 1);
		if (key_verify(rsa, &d, guarded(span_of(s, n))) != blocks[i].st)
			fail_msg("row %zu: %s", i, blocks[i].where);
		buf_free(&block);
	}
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	BIO_free(bio);
	buf_wipe(&pem);
}

/* --- key files ----------------------------------------------------------- */

static void assert_same(struct key *k, const struct key *as)
{
	struct buf a, b;

	buf_init(&a, 20000);
	buf_init(&b, 20000);
	assert_int_equal(key_to_p(k, &a), ST_OK);
	assert_int_equal(key_to_p(as, &b), ST_OK);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	buf_free(&a);
	buf_free(&b);
	key_free(k);
}

/* Between the BEGIN line and the END line */
static struct span body_of(struct span pem)
{
	size_t from = span_find(pem, '\n') + 1;

	return span_head(span_from(pem, from),
			 span_rfind(span_head(pem, pem.n - 1), '\n') - from);
}

static void read_as(struct span text, const char *form, const struct key *as)
{
	struct diag why = { 0 };
	struct key *k = NULL;

	if (read_key(guarded(text), &k, &why) != ST_OK)
		fail_msg("%s: %s", form, why.text);
	assert_true(key_is_private(k));
	assert_same(k, as);
}

static void forms_of(const struct key *k, bool traditional, const char *shape)
{
	struct buf pem, der, text;
	char form[100];
	struct span body;

	buf_init(&pem, 20000);
	buf_init(&der, 20000);
	buf_init(&text, 40000);
	assert_int_equal(key_write_private(k, traditional, &pem), ST_OK);
	body = body_of(buf_span(&pem));
	assert_int_equal(b64_decode(body, &der), ST_OK);
	snprintf(form, sizeof(form), "%s in PEM", shape);
	read_as(buf_span(&pem), form, k);
	/* RFC 7468 2: CRLF, and explanatory text before and behind */
	buf_put(&text, SPAN("\xef\xbb\xbf# my key\n\n"));
	for (size_t i = 0; i < pem.n; i++) {
		if (pem.p[i] == '\n')
			buf_put(&text, SPAN("\r"));
		buf_put(&text, span_of(pem.p + i, 1));
	}
	buf_put(&text, SPAN("bye\r\n"));
	read_as(buf_span(&text), form, k);
	/* mox: a header inside; one long line; no newline at the end */
	buf_reset(&text);
	buf_put(&text,
		span_head(buf_span(&pem), span_find(buf_span(&pem), '\n')));
	buf_put(&text, SPAN("\nNote: RSA private key, created 2026\n\n"));
	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] != '\n')
			buf_put(&text, span_of(body.p + i, 1));
	buf_put(&text, SPAN("\n"));
	buf_put(&text, span_from(buf_span(&pem),
				 (size_t)(body.p - pem.p) + body.n + 1));
	text.n--;
	read_as(buf_span(&text), form, k);
	snprintf(form, sizeof(form), "%s in DER", shape);
	read_as(buf_span(&der), form, k);
	snprintf(form, sizeof(form), "%s in base64", shape);
	read_as(body, form, k);
	buf_wipe(&text);
	buf_wipe(&der);
	buf_wipe(&pem);
}

/* PEM whose line breaks became LINE_BREAK, with text around it. */
static void broken_as(const struct key *k, const char *row, const char *before,
		      const char *line_break, const char *after)
{
	struct buf pem, text;

	buf_init(&pem, 20000);
	buf_init(&text, 40000);
	assert_int_equal(key_write_private(k, false, &pem), ST_OK);
	buf_put(&text, span_str(before));
	for (size_t i = 0; i < pem.n; i++)
		if (pem.p[i] == '\n')
			buf_put(&text, span_str(line_break));
		else
			buf_put(&text, span_of(pem.p + i, 1));
	buf_put(&text, span_str(after));
	read_as(buf_span(&text), row, k);
	buf_wipe(&text);
	buf_wipe(&pem);
}

/* Line breaks as variables of an environment, JSON and old editors have them;
 * the text around is passed over. */
static void lost_line_breaks(void **state)
{
	static const struct {
		const char *row, *before, *line_break, *after;
	} rows[] = {
		{ "one line", "", "", "" },
		{ "one line, ended", "", "", "\n" },
		{ "a variable", "KEY=\"", "", "\"\n" },
		{ "blanks", "", " ", "" },
		{ "CR", "", "\r", "" },
		{ "\\n as text", "", "\\n", "" },
		{ "\\n as text, quoted", "\"", "\\n", "\"\n" },
		{ "\\r\\n as text", "", "\\r\\n", "" },
		{ "\\n and a line break", "", "\\n\n", "" },
		{ "a backslash and a line break", "", "\\\n", "" },
		{ "JSON", "{ \"type\": \"x\",\n  \"private_key\": \"", "\\n",
		  "\",\n  \"client\": \"me\" }\n" },
		{ "JSON within JSON", "{\\\"k\\\":\\\"", "\\\\n", "\\\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		broken_as(rsa, rows[i].row, rows[i].before, rows[i].line_break,
			  rows[i].after);
		broken_as(ed, rows[i].row, rows[i].before, rows[i].line_break,
			  rows[i].after);
	}
}

static void put_public(const struct key *k, struct buf *out);

/* PHP's JSON writes "\/" for "/"; files joined with cat may lack a line break
 * between END and BEGIN. */
static void glued(void **state)
{
	struct buf pem, text;

	(void)state;
	buf_init(&pem, 20000);
	buf_init(&text, 40000);
	assert_int_equal(key_write_private(rsa, false, &pem), ST_OK);
	for (size_t i = 0; i < pem.n; i++)
		if (pem.p[i] == '\n')
			buf_put(&text, SPAN("\\n"));
		else if (pem.p[i] == '/')
			buf_put(&text, SPAN("\\/"));
		else
			buf_put(&text, span_of(pem.p + i, 1));
	read_as(buf_span(&text), "\\/", rsa);
	buf_reset(&text);
	put_public(rsa, &text);
	text.n--;
	buf_put(&text, buf_span(&pem));
	read_as(buf_span(&text), "END and BEGIN", rsa);
	/* one key in lines, one not: both count */
	buf_reset(&text);
	put_public(rsa_other, &text);
	for (size_t i = 0; i < pem.n; i++)
		if (pem.p[i] != '\n')
			buf_put(&text, span_of(pem.p + i, 1));
	struct key *k = NULL;

	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL),
			 ST_NOT_KEY);
	buf_wipe(&text);
	buf_wipe(&pem);
}

/* A key under the label of another form is what its DER says. */
static void wrong_labels(void **state)
{
	static const char *const names[] = {
		"PRIVATE KEY",	   "RSA PRIVATE KEY",	    "PUBLIC KEY",
		"RSA PUBLIC KEY",  "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY",
		"DSA PRIVATE KEY", "OPENSSH PRIVATE KEY",   "CERTIFICATE",
	};
	struct {
		const struct key *key;
		bool traditional;
	} keys[] = { { rsa, false }, { rsa, true }, { ed, false } };

	(void)state;
	for (size_t key = 0; key < sizeof(keys) / sizeof(*keys); key++)
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			struct buf pem, text;

			buf_init(&pem, 20000);
			buf_init(&text, 20000);
			assert_int_equal(
				key_write_private(keys[key].key,
						  keys[key].traditional, &pem),
				ST_OK);
			buf_putf(&text, "-----BEGIN %s-----\n", names[i]);
			buf_put(&text, body_of(buf_span(&pem)));
			buf_putf(&text, "\n-----END %s-----\n", names[i]);
			read_as(buf_span(&text), names[i], keys[key].key);
			buf_wipe(&text);
			buf_wipe(&pem);
		}
}

static void private_forms(void **state)
{
	(void)state;
	forms_of(rsa, false, "PKCS#8 private key");
	forms_of(rsa, true, "PKCS#1 private key");
	forms_of(ed, false, "PKCS#8 private key");
	struct buf out;

	buf_init(&out, 20000);
	assert_int_equal(key_write_private(ed, true, &out), ST_USAGE);
	buf_free(&out);
}

/* RFC 8410 10.3: the same key without and with its public half */
#define V1 "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
#define V2                                                                     \
	"MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8w" \
	"HQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQ" \
	"hqowtrbLDFw4rXAxZuE="

static void ed25519_forms(void **state)
{
	struct key *one = NULL, *two = NULL;
	struct buf der;

	(void)state;
	assert_int_equal(read_key(guarded_str(V1), &one, NULL), ST_OK);
	assert_int_equal(read_key(guarded_str(V2), &two, NULL), ST_OK);
	assert_same(two, one);
	/* a public half that is another's */
	buf_init(&der, 200);
	assert_int_equal(b64_decode(SPAN(V2), &der), ST_OK);
	der.p[der.n - 1] ^= 1;
	assert_int_equal(read_key(guarded(buf_span(&der)), &two, NULL),
			 ST_NOT_KEY);
	der.p[der.n - 1] ^= 1;
	/* rspamd: seed and public half, 64 octets */
	struct buf both, text;

	buf_init(&both, 64);
	buf_init(&text, 100);
	buf_put(&both, span_head(span_from(buf_span(&der), 16), 32));
	buf_put(&both, span_from(buf_span(&der), der.n - 32));
	assert_int_equal(b64_encode(buf_span(&both), &text), ST_OK);
	assert_int_equal(read_key(guarded(buf_span(&text)), &two, NULL), ST_OK);
	assert_same(two, one);
	both.p[40] ^= 1;
	buf_reset(&text);
	assert_int_equal(b64_encode(buf_span(&both), &text), ST_OK);
	assert_int_equal(read_key(guarded(buf_span(&text)), &two, NULL),
			 ST_NOT_KEY);
	buf_free(&text);
	buf_free(&both);
	buf_free(&der);
	key_free(one);
}

/* The key of RFC 8410 10.3 with its public half as Rust's ring 0.16 wrote it:
 * an explicit tag (0xa1) around the BIT STRING. */
static void ring_form(void **state)
{
	struct key *one = NULL, *two = NULL;
	struct buf v2, der;

	(void)state;
	assert_int_equal(read_key(guarded_str(V1), &one, NULL), ST_OK);
	buf_init(&v2, 200);
	buf_init(&der, 200);
	assert_int_equal(b64_decode(SPAN(V2), &v2), ST_OK);
	buf_put(&der, SPAN("\x30\x53\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70"
			   "\x04\x22\x04\x20"));
	buf_put(&der, span_head(span_from(buf_span(&v2), 16), 32));
	buf_put(&der, SPAN("\xa1\x23\x03\x21\x00"));
	buf_put(&der, span_from(buf_span(&v2), v2.n - 32));
	assert_int_equal(read_key(guarded(buf_span(&der)), &two, NULL), ST_OK);
	assert_same(two, one);
	/* a public half that is another's; unused bits; a length too short;
	 * version 0, which has no public half */
	static const struct {
		size_t at;
		unsigned char flip;
	} rows[] = { { 84, 1 }, { 52, 1 }, { 51, 1 }, { 49, 1 }, { 4, 1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		der.p[rows[i].at] ^= rows[i].flip;
		if (read_key(guarded(buf_span(&der)), &two, NULL) != ST_NOT_KEY)
			fail_msg("row %zu", i);
		der.p[rows[i].at] ^= rows[i].flip;
	}
	/* a byte more inside the tag */
	der.p[1]++;
	der.p[49]++;
	buf_put(&der, SPAN("x"));
	assert_int_equal(read_key(guarded(buf_span(&der)), &two, NULL),
			 ST_NOT_KEY);
	buf_wipe(&der);
	buf_wipe(&v2);
	key_free(one);
}

#define PEM(label, text) \
	"-----BEGIN " label "-----\n" text "\n-----END " label "-----\n"

/* PFX ::= SEQUENCE { version 3, SEQUENCE { id-data } } and no more */
#define PFX                                                            \
	"\x30\x10\x02\x01\x03\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d" \
	"\x01\x07\x01"

static const struct {
	const char *where;
	struct span text;
	const char *says;
} not_keys[] = {
	{ "nothing", T(""), "empty" },
	{ "blank", T(" \r\n\n"), "empty" },
	{ "words", T("hello, world"), "neither PEM" },
	{ "base64 of nothing", T("aGVsbG8="), "not DER" },
	{ "NUL", T("\0\0\0"), "neither PEM" },
	{ "31 octets", T("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyufw=="),
	  "not DER" },
	{ "encrypted", T(PEM("ENCRYPTED PRIVATE KEY", "AAAA")),
	  "openssl pkey -in FILE -out NEW" },
	{ "RFC 1421 encrypted",
	  T(PEM("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n"
				   "DEK-Info: AES-256-CBC,00\n\nAAAA")),
	  "openssl pkey -in FILE -out NEW" },
	{ "OpenSSH", T(PEM("OPENSSH PRIVATE KEY", "AAAA")),
	  "ssh-keygen -p -m PKCS8 -f FILE" },
	{ "PuTTY", T("PuTTY-User-Key-File-3: ssh-rsa\n"),
	  "puttygen FILE -O private-openssh" },
	{ "OpenSSH public", T("ssh-rsa AAAA me@here\n"), "ssh-keygen -e" },
	{ "OpenSSH Ed25519 public", T("ssh-ed25519 AAAA me@here\n"),
	  "cut -d' '" },
	{ "EC", T(PEM("EC PRIVATE KEY", "AAAA")), "key for EC" },
	{ "DSA", T(PEM("DSA PRIVATE KEY", "AAAA")), "key for DSA" },
	{ "a request", T(PEM("CERTIFICATE REQUEST", "AAAA")), "request" },
	{ "another label", T(PEM("PGP MESSAGE", "AAAA")), "PGP MESSAGE" },
	{ "no END", T("-----BEGIN PRIVATE KEY-----\nAAAA\n"), "END line" },
	{ "other END",
	  T("-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PUBLIC KEY-----\n"),
	  "END line" },
	{ "no base64", T(PEM("PRIVATE KEY", "A*AA")), "not base64" },
	{ "empty PEM", T(PEM("PRIVATE KEY", "")), "cut short" },
	{ "not DER", T(PEM("PRIVATE KEY", "AAAA")), "cut short" },
	{ "broken certificate", T(PEM("CERTIFICATE", "MAA=")),
	  "certificate is broken" },
	{ "two private keys", T(PEM("PRIVATE KEY", V1) PEM("PRIVATE KEY", V1)),
	  "2 private keys" },
	{ "a record", T("v=DKIM1; k=ed25519; p=AAAA"), "key record" },
	{ "EC in DER", T("\x30\x06\x02\x01\x01\x04\x01\x00"), "key for EC" },
	{ "DSA in DER",
	  T("\x30\x12\x02\x01\x00\x02\x01\x07\x02\x01\x05\x02\x01\x03"
	    "\x02\x01\x06\x02\x01\x04"),
	  "key for DSA" },
	{ "five numbers",
	  T("\x30\x0f\x02\x01\x00\x02\x01\x07\x02\x01\x05\x02\x01\x03"
	    "\x02\x01\x06"),
	  "RSA" },
	{ "DER, garbage behind", T("\x30\x00x"), "1 bytes follow" },
	{ "encrypted DER", T("\x30\x05\x30\x00\x04\x01\x00"), "encrypted" },
	{ "PKCS#12", T(PFX), "openssl pkcs12 -in FILE -nocerts -nodes" },
	{ "PKCS#12 in BER", T("\x30\x80\x02\x01\x03\x30\x80\x06\x09"),
	  "PKCS#12" },
	{ "PKCS#12 in base64", T("MBACAQMwCwYJKoZIhvcNAQcB"), "PKCS#12" },
	{ "PKCS#12 in PEM", T(PEM("PRIVATE KEY", "MBACAQMwCwYJKoZIhvcNAQcB")),
	  "PKCS#12" },
	{ "PKCS#8 of version 3",
	  T("\x30\x0c\x02\x01\x03\x30\x07\x30\x05\x06\x03\x2b\x65\x70"),
	  "unknown version" },
	{ "a request in DER",
	  T("\x30\x0b\x30\x07\x02\x01\x00\x30\x02\x31\x00\x30\x00"),
	  "is a certificate request" },
	{ "a request of Windows", T(PEM("NEW CERTIFICATE REQUEST", "AAAA")),
	  "is a certificate request" },
	{ "a certificate of OpenSSL",
	  T(PEM("TRUSTED CERTIFICATE", "MAUwADAAMAAwAA==")),
	  "openssl x509 -in FILE -out NEW" },
	{ "encrypted under the label of PKCS#8",
	  T(PEM("PRIVATE KEY", "MAUwAAQBAA==")),
	  "openssl pkey -in FILE -out NEW" },
	{ "EC under the label of RSA",
	  T(PEM("RSA PRIVATE KEY", "MAYCAQEEAQA=")), "key for EC" },
	{ "OpenSSH under the label of RSA",
	  T(PEM("RSA PRIVATE KEY", "b3BlbnNzaC1rZXktdjEA")),
	  "ssh-keygen -p -m PKCS8 -f FILE" },
	{ "OpenSSH in base64", T("b3BlbnNzaC1rZXktdjEA"),
	  "ssh-keygen -p -m PKCS8 -f FILE" },
	{ "encrypted, headers in one line",
	  T("-----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTEDDEK-Info: "
	    "AES-256-CBC,00AAAA-----END RSA PRIVATE KEY-----"),
	  "lost their line breaks" },
	{ "encrypted, \\n as text",
	  T("-----BEGIN RSA PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\n"
	    "DEK-Info: AES-256-CBC,00\\n\\nAAAA\\n"
	    "-----END RSA PRIVATE KEY-----\\n"),
	  "openssl pkey -in FILE -out NEW" },
	{ "one line, no END", T("-----BEGIN PRIVATE KEY-----AAAA"),
	  "END line" },
	{ "one line, other END",
	  T("-----BEGIN PRIVATE KEY-----AAAA-----END PUBLIC KEY-----"),
	  "END line" },
	{ "one line, no base64",
	  T("-----BEGIN PRIVATE KEY-----A*AA-----END PRIVATE KEY-----"),
	  "not base64" },
	{ "BEGIN alone", T("-----BEGIN "), "neither PEM" },
	{ "BEGIN in words", T("see -----BEGIN below\n"), "neither PEM" },
	{ "backslashes", T("-----BEGIN \\\\\\"), "neither PEM" },
	{ "PEM in base64", T("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg=="),
	  "base64 -d FILE" },
	{ "a zone file",
	  T("mail._domainkey\tIN\tTXT\t( \"v=DKIM1; k=rsa; \"\n\t\"p=AAAA\" )"),
	  "key record" },
	{ "what dig prints", T("\"v=DKIM1; p=\" \"AAAA\""), "key record" },
	{ "a record without v=", T("k=rsa; p=AAAA"), "key record" },
	{ "p= alone", T("p=AAAA"), "key record" },
	{ "JWK", T("{ \"kty\": \"RSA\", \"n\": \"AAAA\" }"), "JSON Web Key" },
	{ "XML", T("<RSAKeyValue><Modulus>AAAA</Modulus></RSAKeyValue>"),
	  "XML" },
	{ "DNSSEC", T("Private-key-format: v1.3\nAlgorithm: 15 (ED25519)\n"),
	  "DNSSEC" },
	{ "UTF-16", T("\xff\xfe-\0-\0-\0"), "iconv -f UTF-16" },
	{ "UTF-16, big-endian", T("\xfe\xff\0-\0-\0-"), "iconv -f UTF-16" },
	{ "JKS", T("\xfe\xed\xfe\xed\0\0\0\2"), "keytool" },
	{ "PVK", T("\x1e\xf1\xb5\xb0\0\0\0\0"), "-inform PVK" },
};

static void no_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(not_keys) / sizeof(*not_keys); i++) {
		struct diag why = { 0 };
		struct key *k = NULL;

		if (read_key(guarded(not_keys[i].text), &k, &why) !=
			    ST_NOT_KEY ||
		    !strstr(why.text, not_keys[i].says))
			fail_msg("row %zu: %s: %s", i, not_keys[i].where,
				 why.text);
		assert_null(k);
	}
	assert_int_equal(ERR_peek_error(), 0);
}

static void put_public(const struct key *k, struct buf *out)
{
	struct buf p;

	buf_init(&p, 20000);
	assert_int_equal(key_to_p(k, &p), ST_OK);
	buf_put(out, SPAN("-----BEGIN PUBLIC KEY-----\n"));
	buf_put(out, buf_span(&p));
	buf_put(out, SPAN("\n-----END PUBLIC KEY-----\n"));
	buf_free(&p);
}

/* One private key beside its public half is one key; two keys are none. */
static void several_blocks(void **state)
{
	struct key *k = NULL;
	struct buf text;

	(void)state;
	buf_init(&text, 200000);
	put_public(rsa, &text);
	assert_int_equal(key_write_private(rsa, false, &text), ST_OK);
	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL), ST_OK);
	assert_true(key_is_private(k));
	assert_same(k, rsa);
	put_public(rsa_other, &text);
	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL),
			 ST_NOT_KEY);
	buf_reset(&text);
	put_public(rsa, &text);
	put_public(rsa, &text);
	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL), ST_OK);
	assert_false(key_is_private(k));
	key_free(k);
	put_public(rsa_other, &text);
	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL),
			 ST_NOT_KEY);
	buf_reset(&text);
	for (size_t i = 0; i < 100; i++)
		put_public(rsa, &text);
	assert_int_equal(read_key(guarded(buf_span(&text)), &k, NULL),
			 ST_NOT_KEY);
	buf_wipe(&text);
}

/* A private key with one octet changed is refused or still this key. */
static void private_changed(void **state)
{
	const struct key *keys[] = { rsa, ed };
	struct digest d = digest_of("a message");
	struct buf pem, der, s;

	(void)state;
	for (size_t key = 0; key < 2; key++) {
		buf_init(&pem, 20000);
		buf_init(&der, 20000);
		buf_init(&s, 2000);
		assert_int_equal(key_write_private(keys[key], false, &pem),
				 ST_OK);
		assert_int_equal(b64_decode(body_of(buf_span(&pem)), &der),
				 ST_OK);
		for (size_t i = 0; i < der.n; i++) {
			struct key *k = NULL;

			der.p[i] ^= 0x41;
			buf_reset(&s);
			if (read_key(guarded(buf_span(&der)), &k, NULL) ==
			    ST_OK)
				status_ignore(key_sign(k, &d, &s));
			key_free(k);
			der.p[i] ^= 0x41;
			assert_int_equal(
				read_key(guarded(span_head(buf_span(&der), i)),
					 &k, NULL),
				ST_NOT_KEY);
		}
		buf_wipe(&s);
		buf_wipe(&der);
		buf_wipe(&pem);
	}
}

static void sizes(void **state)
{
	struct key *k = NULL;

	(void)state;
	assert_int_equal(key_generate(KEY_RSA, 1023, &k, NULL), ST_USAGE);
	assert_int_equal(key_generate(KEY_RSA, 4097, &k, NULL), ST_USAGE);
	assert_int_equal(key_generate(KEY_RSA, 1025, &k, NULL), ST_OK);
	assert_int_equal(key_bits(k), 1025);
	assert_int_equal(key_signature_size(k), 129);
	key_free(k);
	key_free(NULL);
}

static void words(void **state)
{
	enum key_type type = KEY_RSA;

	(void)state;
	assert_string_equal(key_type_word(KEY_ED25519), "ed25519");
	assert_true(key_type_find(SPAN("Ed25519"), &type));
	assert_int_equal(type, KEY_ED25519);
	assert_false(key_type_find(SPAN("ed2551"), &type));
	assert_false(key_type_find(SPAN(""), &type));
}

static const char *find_modulus(const char *hex)
{
	unsigned char n[128];
	size_t octets = strlen(hex) / 2;
	struct key *k = NULL;
	struct buf der;

	from_hex(hex, n, octets);
	pkcs1(span_of(n, octets), SPAN("\x01\x00\x01"), &der);
	assert_int_equal(key_from_p(KEY_RSA, buf_span(&der), &k, NULL), ST_OK);
	const char *words = keyknown_find(k, crypto);

	key_free(k);
	buf_free(&der);
	return words;
}

/* a modulus as ROCA's are modulo the small primes */
static void known_keys(void **state)
{
	static const char roca[] = "fffffefffffffffffffffffffffffffffffffffffff"
				   "fffffffffffffffffffff"
				   "fffffffffffffffffffffffffffffffffffffffffff"
				   "fffffffffffffffffffff"
				   "fffffffffffffffffffffffffffffffffffffffffff"
				   "fffffffffffffffffffff"
				   "fffffffffe31787d441aed793e5523f0b9fbeb9cb03"
				   "2ac9fcfa6a84d944403b9";
	struct key *k = NULL;
	struct buf der;

	(void)state;
	assert_non_null(strstr(find_modulus(roca), "CVE-2017-15361"));
	assert_null(keyknown_find(rsa, crypto));
	assert_null(keyknown_find(ed, crypto));
	/* RFC 8463 A.2 */
	buf_init(&der, 100);
	assert_int_equal(b64_decode(SPAN("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIa"
					 "aPcHURo="),
				    &der),
			 ST_OK);
	assert_int_equal(key_from_p(KEY_ED25519, buf_span(&der), &k, NULL),
			 ST_OK);
	assert_non_null(strstr(keyknown_find(k, crypto), "RFC 8463"));
	key_free(k);
	buf_free(&der);
}

/* CVE-2022-26320: Fermat's method finds the primes in one step, at once
 * where both are one, in 16 and, which is more than are tried, in 41 steps. */
static void close_primes(void **state)
{
	static const char adjacent[] =
		"9a23fdfaa2d71a0bb85025f71d3bab34e43c98f69e45298bbdafca0ff9a5"
		"aaa6082d387ee158e44c804168ba6642c3c810bdb0a543e3efa5f9165441"
		"6d40cf43d9849f1f6518c779d3baae49341c20ca19b1f97905fc72902638"
		"1af4eeb1363ac7d09e68003bf9b3fd75a44af3a5bf887bbedfc85c31f35c"
		"277160576e501355";
	static const char equal[] =
		"9a24ef29db7a12f19eb6d0aa25142872ab71803b31ced803b82c2fcc3e89"
		"8794c4e6df5d4b443725d1a18eee57fee6b6de5c3e7f64b99647eb16ee10"
		"717445d9f7be3670753e013feee0a977688351aee225f9e65bc8a21dd56b"
		"4a554f0df28cc8b09ac4425342fbbbf5eb333598936aaf3b3ba228dde3d9"
		"a2808c111c233449";
	static const char near[] =
		"9a23fdfaa2d71a0bb85025f71d3bab34e43c98f69e45298bbdafca0ff9a5"
		"aaadc3e458d8c8e14d32876a19a6cebda3beb17028452d3caaca37452649"
		"53f9d799719c906e8a4399dd9c5ed42b335101072aa8514db8e261bc5d9d"
		"171ccd563bc064f80e92364ef3b5b52738ec2a1dd6d65b515cbaf009ab2a"
		"6cff21dd269c3427";
	static const char beyond[] =
		"9a23fdfaa2d71a0bb85025f71d3bab34e43c98f69e45298bbdafca0ff9a5"
		"aab269447825fffabba81b32cd7c38836c1c44cb077451bfe541d1cf0819"
		"ce90b1a6a92effa60c6c3c71bebc4e3a941166c26102a99b715fcf3b5827"
		"a68fff5a244dd103f5d8b958d5c2c1f20de7cd8b96033e3d34fb4113956f"
		"5815e2ba04f772a1";
	/* 1009 bits: the last that are tried, and the first that are not */
	static const char last[] =
		"01922d8ee11c46f023aad64b6c4b73f05bf8855432f368a65f5786be3333"
		"2e08c5620615190a660ec7f0cb31cdb92e223ba80662e5497648adb73d9d"
		"65aefca667158b7235c8d9a76009e144b68d541ef29e5b1d72df1a6b26fd"
		"df36ed31eea85bc53bfa61a0fc40e90a36c4a3b8b3ff313cb4bb40d472bd"
		"e5e2d308d22d57";
	static const char first_beyond[] =
		"01aaeff321cfb3d6a5f6187ecca6e1da963cb8c392b0797a9ea2dd38dafa"
		"bbf9e881fb7276c46793c411062ee5cb309e196bb4e47480a3b7f4debe51"
		"78705a0172ca567f9a6117e71d789ce86382854c7c994f2aad26a218e302"
		"8bb78f9118862d0501c83074f1855d58dec01a874e5a7c7b3daa1a4cb7a2"
		"15e8097aaa0cd9";

	(void)state;
	assert_non_null(strstr(find_modulus(last), "CVE-2022-26320"));
	assert_null(find_modulus(first_beyond));
	assert_non_null(strstr(find_modulus(adjacent), "CVE-2022-26320"));
	assert_non_null(strstr(find_modulus(equal), "CVE-2022-26320"));
	assert_non_null(strstr(find_modulus(near), "CVE-2022-26320"));
	assert_null(find_modulus(beyond));
}

/* --- one key, several threads -------------------------------------------- */

static void *verify_often(void *arg)
{
	struct digest d = digest_of("a message");
	struct buf s;
	size_t bad = 0;

	(void)arg;
	for (size_t i = 0; i < 200; i++) {
		const struct key *k = i % 2 ? rsa : ed;

		buf_init(&s, 1000);
		bad += key_sign(k, &d, &s) != ST_OK ||
		       key_verify(k, &d, buf_span(&s)) != ST_OK;
		s.p[9] ^= 1;
		bad += key_verify(k, &d, buf_span(&s)) != ST_BAD_SIGNATURE;
		buf_free(&s);
	}
	return bad ? arg : NULL;
}

static void threads(void **state)
{
	pthread_t thread[4];
	void *bad;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, verify_often, crypto),
			0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &bad), 0);
		assert_null(bad);
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, queue_is_empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(weak_rsa),
		TEST(out_of_range),
		TEST(exponent_one),
		TEST(weak_ed25519),
		TEST(both_rsa_forms),
		TEST(not_rsa),
		TEST(cut_and_extended),
		TEST(one_octet_changed),
		TEST(ed25519_octets),
		TEST(sign_and_verify),
		TEST(sign_sha1),
		TEST(odd_numbers),
		TEST(large_s),
		TEST(known_ed25519),
		TEST(padding),
		TEST(private_forms),
		TEST(lost_line_breaks),
		TEST(glued),
		TEST(wrong_labels),
		TEST(ed25519_forms),
		TEST(ring_form),
		TEST(no_keys),
		TEST(several_blocks),
		TEST(private_changed),
		TEST(sizes),
		TEST(words),
		TEST(known_keys),
		TEST(close_primes),
		TEST(threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
