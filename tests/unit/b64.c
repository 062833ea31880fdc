/* base64 (RFC 4648 4, RFC 6376 3.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "b64.h"
#include "guard.h"

static const struct row {
	const char *where;
	struct span text, octets;
	enum status st;
} rows[] = {
	{ "RFC 4648 10", T(""), T(""), ST_OK },
	{ "RFC 4648 10", T("Zg=="), T("f"), ST_OK },
	{ "RFC 4648 10", T("Zm8="), T("fo"), ST_OK },
	{ "RFC 4648 10", T("Zm9v"), T("foo"), ST_OK },
	{ "RFC 4648 10", T("Zm9vYg=="), T("foob"), ST_OK },
	{ "RFC 4648 10", T("Zm9vYmE="), T("fooba"), ST_OK },
	{ "RFC 4648 10", T("Zm9vYmFy"), T("foobar"), ST_OK },
	{ "RFC 4648 4", T("+/+/"), T("\xfb\xff\xbf"), ST_OK },
	{ "RFC 6376 3.5", T("Zm\r\n 9v\tYm Fy"), T("foobar"), ST_OK },
	{ "RFC 6376 3.5", T(" Zg = = "), T("f"), ST_OK },
	{ "RFC 6376 3.5 missing =", T("Zg"), T("f"), ST_OK },
	{ "RFC 6376 3.5 missing =", T("Zm8"), T("fo"), ST_OK },
	{ "RFC 4648 3.5 spare bits", T("Zh=="), T("f"), ST_OK },
	{ "base64", T("====="), T(""), ST_SYNTAX },
	{ "base64", T("="), T(""), ST_SYNTAX },
	{ "base64", T("QUFB=QUF"), T(""), ST_SYNTAX },
	{ "base64", T("QUFB="), T(""), ST_SYNTAX },
	{ "base64", T("QUFB===="), T(""), ST_SYNTAX },
	{ "base64", T("QQ="), T(""), ST_SYNTAX },
	{ "base64", T("QQ==="), T(""), ST_SYNTAX },
	{ "base64", T("QUE=="), T(""), ST_SYNTAX },
	{ "base64", T("!!!!"), T(""), ST_SYNTAX },
	{ "RFC 4648 5 url-safe", T("-_-_"), T(""), ST_SYNTAX },
	{ "NUL", T("QU\0FB"), T(""), ST_SYNTAX },
	{ "8-bit", T("QUF\xc3"), T(""), ST_SYNTAX },
	{ "one character", T("Q"), T(""), ST_SYNTAX },
	{ "one left over", T("QUFBQ"), T(""), ST_SYNTAX },
	{ "vertical tab is no FWS", T("QU\vFB"), T(""), ST_SYNTAX },
};

static void decoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out;

		buf_init(&out, 100);
		buf_put(&out, SPAN("kept"));
		if (b64_decode(guarded(rows[i].text), &out) != rows[i].st)
			fail_msg("%s, row %zu", rows[i].where, i);
		if (!span_eq(span_head(buf_span(&out), 4), SPAN("kept")) ||
		    !span_eq(span_from(buf_span(&out), 4), rows[i].octets))
			fail_msg("%s, row %zu: octets", rows[i].where, i);
		buf_free(&out);
	}
}

static void ceiling(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 3);
	assert_int_equal(b64_decode(guarded_str("QUFBQUFB"), &out), ST_LIMIT);
	assert_int_equal(out.n, 0);
	assert_int_equal(b64_decode(guarded_str("QUFB"), &out), ST_OK);
	assert_int_equal(b64_encode(SPAN("x"), &out), ST_LIMIT);
	buf_free(&out);
}

static void there_and_back(void **state)
{
	unsigned char octets[70];

	(void)state;
	for (size_t n = 0; n <= sizeof(octets); n++) {
		struct buf text, back;

		for (size_t i = 0; i < n; i++)
			octets[i] = (unsigned char)(i * 37 + n);
		buf_init(&text, 200);
		buf_init(&back, 200);
		assert_int_equal(b64_encode(guarded(span_of(octets, n)), &text),
				 ST_OK);
		assert_int_equal(text.n, (n + 2) / 3 * 4);
		assert_int_equal(b64_decode(guarded(buf_span(&text)), &back),
				 ST_OK);
		assert_true(span_eq(buf_span(&back), span_of(octets, n)));
		buf_free(&text);
		buf_free(&back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(ceiling),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
