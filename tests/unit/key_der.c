/* Keys in DER, each with an octet too few, too many or another: nothing that is
 * not the whole of a key is one. */
#include "unit.h"

#include "key_der.h"

#define HALF "0123456789abcdef"
#define SEED HALF HALF
#define OID "\x30\x05\x06\x03\x2b\x65\x70" /* of Ed25519, RFC 8410 3 */
#define INNER "\x04\x22\x04\x20" SEED
#define V1 "\x30\x2e\x02\x01\x00" OID INNER
#define V2(n, rest) "\x30" n "\x02\x01\x01" OID INNER rest
#define POINT "\x21\x00" SEED

static const struct {
	const char *row;
	enum key_shape shape;
	struct span der;
	const char *words; /* NULL: a key */
	size_t point;
} rows[] = {
	{ "PKCS#8", SHAPE_PKCS8, T(V1), NULL, 0 },
	{ "more behind", SHAPE_PKCS8, T(V1 "\0"), "cut short, or more", 0 },
	{ "cut", SHAPE_PKCS8, T("\x30\x2e\x02\x01\x00" OID),
	  "cut short, or more", 0 },
	{ "with attributes", SHAPE_PKCS8, T(V2("\x30", "\xa0\x00")), NULL, 0 },
	{ "attributes cut", SHAPE_PKCS8, T(V2("\x30", "\xa0\x01")),
	  "broken DER", 0 },
	{ "with its public half", SHAPE_PKCS8, T(V2("\x51", "\x81" POINT)),
	  NULL, 32 },
	{ "attributes, public half", SHAPE_PKCS8,
	  T(V2("\x53", "\xa0\x00\x81" POINT)), NULL, 32 },
	{ "public half, attributes", SHAPE_PKCS8,
	  T(V2("\x53", "\x81" POINT "\xa0\x00")), "broken DER", 0 },
	{ "public half cut", SHAPE_PKCS8, T(V2("\x32", "\x81\x21\x00\x30")),
	  "broken DER", 0 },
	{ "public half of 31 bytes", SHAPE_PKCS8,
	  T(V2("\x50", "\x81\x20\x00" HALF "0123456789abcde")), "32 bytes", 0 },
	{ "of version 1, with a public half", SHAPE_PKCS8,
	  T("\x30\x51\x02\x01\x00" OID INNER "\x81" POINT), "broken DER", 0 },
	{ "EXPLICIT", SHAPE_PKCS8, T(V2("\x53", "\xa1\x23\x03" POINT)), NULL,
	  32 },
	{ "EXPLICIT, more inside", SHAPE_PKCS8,
	  T(V2("\x55", "\xa1\x25\x03" POINT "\x05\x00")), "broken DER", 0 },
	{ "EXPLICIT, more behind", SHAPE_PKCS8,
	  T(V2("\x55", "\xa1\x23\x03" POINT "\x05\x00")), "broken DER", 0 },
	{ "seed of 31 bytes", SHAPE_PKCS8,
	  T("\x30\x2d\x02\x01\x00" OID "\x04\x21\x04\x1f" HALF
	    "0123456789abcde"),
	  "32 bytes", 0 },
	{ "seed, more behind", SHAPE_PKCS8,
	  T("\x30\x30\x02\x01\x00" OID "\x04\x24\x04\x20" SEED "\x05\x00"),
	  "32 bytes", 0 },
	{ "public key", SHAPE_SPKI, T("\x30\x2a" OID "\x03" POINT), NULL, 32 },
	{ "public key, more behind", SHAPE_SPKI,
	  T("\x30\x2a" OID "\x03" POINT "\0"), "cut short, or more", 0 },
	{ "public key cut", SHAPE_SPKI, T("\x30\x2a" OID "\x03\x21\x00" HALF),
	  "cut short, or more", 0 },
	{ "public key, more inside", SHAPE_SPKI,
	  T("\x30\x2c" OID "\x03" POINT "\x05\x00"), "broken DER", 0 },
	{ "public key of 16 bytes", SHAPE_SPKI,
	  T("\x30\x1a" OID "\x03\x11\x00" HALF), "32 bytes", 0 },
	{ "RSA", SHAPE_PKCS1_PUBLIC, T("\x30\x06\x02\x01\x0f\x02\x01\x03"),
	  NULL, 0 },
	{ "RSA, more behind", SHAPE_PKCS1_PUBLIC,
	  T("\x30\x06\x02\x01\x0f\x02\x01\x03\0"), "cut short, or more", 0 },
	{ "RSA, more inside", SHAPE_PKCS1_PUBLIC,
	  T("\x30\x09\x02\x01\x0f\x02\x01\x03\x02\x01\x03"), "too many parts",
	  0 },
	{ "RSA, one number", SHAPE_PKCS1_PUBLIC, T("\x30\x03\x02\x01\x0f"),
	  "a number of the RSA key", 0 },
	{ "RSA, below zero", SHAPE_PKCS1_PUBLIC,
	  T("\x30\x06\x02\x01\x8f\x02\x01\x03"), "a number of the RSA key", 0 },
	{ "RSA of three primes", SHAPE_PKCS1_PRIVATE, T("\x30\x03\x02\x01\x01"),
	  "two primes", 0 },
};

static void test_parts(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = rows[i].row, *words = rows[i].words;
		struct key_parts parts;
		struct diag why = { 0 };
		enum status st = key_der_parts(
			rows[i].shape, guarded(rows[i].der), &parts, &why);

		bad += row_is(row, "status", st, words ? ST_NOT_KEY : ST_OK);
		bad += row_is(row, "words",
			      !words || strstr(why.text, words) != NULL, true);
		if (st != ST_OK)
			continue;
		bad += row_is(row, "private", parts.is_private,
			      rows[i].shape == SHAPE_PKCS8);
		if (parts.is_private)
			bad += row_is_span(row, "seed", parts.seed, SPAN(SEED));
		bad += row_is_span(row, "point", parts.point,
				   span_head(SPAN(SEED), rows[i].point));
		if (!parts.ed25519)
			bad += row_is_span(row, "modulus", parts.rsa[0],
					   SPAN("\x0f"));
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
