/* Bytes from outside made safe to show. */
#include "unit.h"

static void escapes(void **state)
{
	static const struct {
		const char *name;
		struct span in, out;
	} rows[] = {
		{ "plain", T("a b~\\x"), T("a b~\\x") },
		{ "controls", T("\x1b[31m\r\n\t\0\x7f"),
		  T("\\x1b[31m\\x0d\\x0a\\x09\\x00\\x7f") },
		{ "letters", T("J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80"),
		  T("J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80") },
		{ "controls of ISO 6429",
		  T("\xc2\x9b"
		    "31m"),
		  T("\\xc2\\x9b31m") },
		{ "NBSP stays", T("\xc2\xa0"), T("\xc2\xa0") },
		{ "soft hyphen", T("\xc2\xad"), T("\\xc2\\xad") },
		{ "zero width", T("\xe2\x80\x8b"), T("\\xe2\\x80\\x8b") },
		{ "right to left", T("\xe2\x80\xae"), T("\\xe2\\x80\\xae") },
		{ "isolate", T("\xe2\x81\xa6"), T("\\xe2\\x81\\xa6") },
		{ "Arabic mark", T("\xd8\x9c"), T("\\xd8\\x9c") },
		{ "line separator", T("\xe2\x80\xa8"), T("\\xe2\\x80\\xa8") },
		{ "BOM", T("\xef\xbb\xbf"), T("\\xef\\xbb\\xbf") },
		{ "tags", T("\xf3\xa0\x80\x81"), T("\\xf3\\xa0\\x80\\x81") },
		{ "not UTF-8", T("\xff\xc3(\xc3"), T("\\xff\\xc3(\\xc3") },
		{ "overlong", T("\xc0\x8a"), T("\\xc0\\x8a") },
		{ "empty", T(""), T("") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		buf_init(&out, 256);
		bad += row_is(rows[i].name, "status",
			      text_escape(guarded(rows[i].in), &out), ST_OK);
		if (!span_eq(buf_span(&out), rows[i].out)) {
			print_error("%s: got %s\n", rows[i].name,
				    (const char *)out.p);
			bad++;
		}
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

/* Every octet alone comes out as printable ASCII. */
static void single_octets(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		unsigned char octet = (unsigned char)c;
		struct span one = guarded(span_of(&octet, 1));
		struct buf out;

		buf_init(&out, 4);
		assert_int_equal(text_escape(one, &out), ST_OK);
		assert_int_equal(out.n, c >= 0x20 && c < 0x7f ? 1 : 4);
		for (size_t i = 0; i < out.n; i++)
			assert_in_range(out.p[i], 0x20, 0x7e);
		buf_free(&out);
	}
}

/* RFC 1035 5.1: what can end a string or a line does not come out as itself. */
static void quoted(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	text_quote(guarded(SPAN("a;(\"\\\n\0\xff~ ")), "", &out);
	assert_string_equal((const char *)out.p,
			    "a;(\\\"\\\\\\010\\000\\255~ ");
	buf_reset(&out);
	text_quote(SPAN("a;(\0 "), "; ", &out);
	assert_string_equal((const char *)out.p, "a\\059(\\000\\032");
	buf_free(&out);
}

static void ceiling(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 7);
	assert_int_equal(text_escape(SPAN("\r\n"), &out), ST_LIMIT);
	assert_true(out.n <= 7);
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(single_octets),
		cmocka_unit_test(quoted),
		cmocka_unit_test(ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
