/* The words of zone files (RFC 1035 5.1), and data of RFC 3597 5. */
#include "unit.h"

#include "zone_lexer.h"

/* Data in hexadecimal after its length. */
static void generic(void **state)
{
	static const struct {
		const char *text;
		bool good;
		struct span octets;
	} rows[] = {
		{ "a TXT \\# 3 026162", true, T("\2ab") },
		{ "a TXT \\# 3 0261 62", true, T("\2ab") },
		{ "a TXT \\# 3 026 162", true, T("\2ab") },
		{ "a TXT \\# 0", true, T("") },
		{ "a TXT \\# 2 026162", false, T("") },
		{ "a TXT \\# 4 026162", false, T("") },
		{ "a TXT \\# 2 02616", false, T("") },
		{ "a TXT \\# 3 02616g", false, T("") },
		{ "a TXT \\# 3 \"026162\"", false, T("") },
		{ "a TXT \\# x 026162", false, T("") },
		{ "a TXT \"\\#\" 3 026162", false, T("") },
		{ "a TXT", false, T("") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone_lexer w = { .strict = true };
		size_t at = 0, line = 1;
		struct buf out;

		buf_init(&out, 16);
		assert_true(zone_lexer_next(&w, span_str(rows[i].text), &at,
					    &line));
		bool good = zone_lexer_generic(&w, 2, &out);

		bad += row_is(rows[i].text, "good", good, rows[i].good);
		if (good)
			bad += row_is_span(rows[i].text, "octets",
					   buf_span(&out), rows[i].octets);
		buf_free(&out);
		zone_lexer_free(&w);
	}
	assert_int_equal(bad, 0);
}

/* Word 1 as it is meant and as it is written, and the first mistake. */
static void words(void **state)
{
	static const struct {
		const char *text;
		struct span word, raw;
		const char *wrong;
	} rows[] = {
		{ "a b\\.c d", T("b.c"), T("b\\.c"), "" },
		{ "a \"b \\065\" d", T("b A"), T("\"b \\065\""), "" },
		{ "a ( b\n c ) d", T("b"), T("b"), "" },
		{ "a b;c", T("b"), T("b"), "" },
		{ "a b)", T("b"), T("b"), "\")\" without \"(\"" },
		{ "a (b", T("b"), T("b"), "\"(\" without \")\"" },
		{ "a \"b", T("b"), T("\"b"),
		  "a string without its closing quote" },
		{ "a \\256", T("2"), T(""), "an escape above \\255" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span text = span_str(rows[i].text);
		struct zone_lexer w = { .strict = true };
		size_t at = 0, line = 1;

		assert_true(zone_lexer_next(&w, text, &at, &line));
		bad += row_is_span(rows[i].text, "wrong", span_str(w.wrong),
				   span_str(rows[i].wrong));
		if (rows[i].raw.n) {
			bad += row_is_span(rows[i].text, "word",
					   zone_lexer_get(&w, 1), rows[i].word);
			bad += row_is_span(rows[i].text, "raw",
					   zone_lexer_raw(&w, 1, text),
					   rows[i].raw);
		}
		zone_lexer_free(&w);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(generic),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
