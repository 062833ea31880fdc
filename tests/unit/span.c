/* Borrowed bytes: NUL and 8-bit are octets like any other (RFC 6376 3.7),
 * letters are ASCII (RFC 8616 5). */
#include "unit.h"

static void compares(void **state)
{
	static const struct {
		const char *name;
		struct span a, b;
		bool eq, ieq, starts, ends;
		int cmp, icmp;
	} rows[] = {
		{ "empty", T(""), T(""), true, true, true, true, 0, 0 },
		{ "prefix", T("ab"), T("a"), false, false, true, false, 1, 1 },
		{ "tail", T("ab"), T("b"), false, false, false, true, -1, -1 },
		{ "case", T("From"), T("fROM"), false, true, false, false, -1,
		  0 },
		{ "no Latin-1 case", T("\xc4"), T("\xe4"), false, false, false,
		  false, -1, -1 },
		{ "@ and ` are no letters", T("@["), T("`{"), false, false,
		  false, false, -1, -1 },
		{ "NUL is an octet", T("a\0b"), T("a\0c"), false, false, false,
		  false, -1, -1 },
		{ "cut at NUL", T("a\0b"), T("a"), false, false, true, false, 1,
		  1 },
		{ "8-bit is above ASCII", T("\xff"), T("a"), false, false,
		  false, false, 1, 1 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *name = rows[i].name;
		struct span a = guarded(rows[i].a), b = guarded(rows[i].b);
		int cmp = span_cmp(a, b), icmp = span_icmp(a, b);

		bad += row_is(name, "eq", span_eq(a, b), rows[i].eq);
		bad += row_is(name, "ieq", span_ieq(a, b), rows[i].ieq);
		bad += row_is(name, "starts", span_starts(a, b),
			      rows[i].starts);
		bad += row_is(name, "ends", span_ends(a, b), rows[i].ends);
		bad += row_is(name, "cmp", (cmp > 0) - (cmp < 0), rows[i].cmp);
		bad += row_is(name, "icmp", (icmp > 0) - (icmp < 0),
			      rows[i].icmp);
	}
	assert_int_equal(bad, 0);
}

static void cuts(void **state)
{
	struct span s = guarded(SPAN("a.b\0.c")), none = { 0 };

	(void)state;
	assert_int_equal(span_find(s, '.'), 1);
	assert_int_equal(span_rfind(s, '.'), 4);
	assert_int_equal(span_find(s, 0), 3);
	assert_int_equal(span_find(s, 'z'), s.n);
	assert_int_equal(span_rfind(s, 'z'), s.n);
	assert_int_equal(span_find(none, 'a'), 0);
	assert_int_equal(span_rfind(none, 'a'), 0);
	assert_true(span_eq(span_from(s, 4), SPAN(".c")));
	assert_int_equal(span_from(s, 7).n, 0);
	assert_int_equal(span_from(none, 7).n, 0);
	assert_true(span_eq(span_head(s, 2), SPAN("a.")));
	assert_int_equal(span_head(s, 99).n, s.n);
	assert_true(span_8bit(guarded(SPAN("ab\x80"))));
	assert_false(span_8bit(guarded(SPAN("ab\x7f"))));
	assert_false(span_8bit(SPAN("")));
	assert_int_equal(span_str(NULL).n, 0);
	assert_true(span_eq(span_trim(guarded(SPAN(" \r\n\ta b\t\r\n "))),
			    SPAN("a b")));
	/* VT, FF, NBSP and NUL are data (RFC 6376 2.8) */
	assert_int_equal(span_trim(guarded(SPAN("\v\f\xa0\0"))).n, 4);
	assert_int_equal(span_trim(guarded(SPAN(" \r\n"))).n, 0);
	assert_true(span_eq(span_unmarked(guarded(SPAN("\xef\xbb\xbf"
						       "\xef\xbb\xbf"
						       "a"))),
			    SPAN("\xef\xbb\xbf"
				 "a")));
	assert_int_equal(span_unmarked(guarded(SPAN("\xef\xbb\xbf"))).n, 0);
	assert_int_equal(span_unmarked(guarded(SPAN("\xef\xbb"))).n, 2);
	assert_int_equal(span_unmarked(guarded(SPAN(""))).n, 0);
}

static void splits(void **state)
{
	static const struct {
		const char *text, *items;
	} rows[] = {
		{ "", "[]" },	   { "a", "[a]" },	   { "a,", "[a][]" },
		{ ",a", "[][a]" }, { "a,,b", "[a][][b]" }, { ",", "[][]" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span rest = guarded_str(rows[i].text), item;
		struct buf out;

		buf_init(&out, 64);
		while (span_split(&rest, ',', &item))
			buf_putf(&out, "[%.*s]", (int)item.n,
				 (const char *)item.p);
		bad += row_is_span(rows[i].text, "items", buf_span(&out),
				   span_str(rows[i].items));
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
	struct span none = { 0 }, item;

	assert_false(span_split(&none, ',', &item));
}

static void numbers(void **state)
{
	static const struct {
		struct span text;
		bool ok;
		uint64_t value;
	} rows[] = {
		/* saturate, never wrap */
		{ T(""), false, 0 },
		{ T("0"), true, 0 },
		{ T("007"), true, 7 },
		{ T("18446744073709551614"), true, UINT64_MAX - 1 },
		{ T("18446744073709551615"), true, UINT64_MAX },
		{ T("18446744073709551616"), true, UINT64_MAX },
		{ T("184467440737095516150"), true, UINT64_MAX },
		{ T("99999999999999999999999999999999"), true, UINT64_MAX },
		{ T("-1"), false, 0 },
		{ T("+5"), false, 0 },
		{ T("0x10"), false, 0 },
		{ T("1e3"), false, 0 },
		{ T(" 1"), false, 0 },
		{ T("1 "), false, 0 },
		{ T("1\0"), false, 0 },
		{ T("99999999999999999999999999999999x"), false, 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t value;
		const char *name = (const char *)rows[i].text.p;
		bool ok = span_u64(guarded(rows[i].text), &value);

		bad += row_is(name, "ok", ok, rows[i].ok);
		if (ok)
			bad += row_is(name, "equal", value == rows[i].value, 1);
	}
	assert_int_equal(bad, 0);
}

static void utf8(void **state)
{
	/* RFC 3629 3, 4 and 10 */
	static const struct {
		struct span text;
		size_t n;
		uint32_t point;
	} rows[] = {
		{ T(""), 0, 0 },
		{ T("a\xc3"), 1, 'a' },
		{ T("\0"), 1, 0 },
		{ T("\x7f"), 1, 0x7f },
		{ T("\x80"), 0, 0 },
		{ T("\xbf"), 0, 0 },
		{ T("\xc2\x80"), 2, 0x80 },
		{ T("\xdf\xbf"), 2, 0x7ff },
		{ T("\xc0\x80"), 0, 0 }, /* overlong NUL */
		{ T("\xc1\xbf"), 0, 0 },
		{ T("\xe0\xa0\x80"), 3, 0x800 },
		{ T("\xe0\x9f\xbf"), 0, 0 },
		{ T("\xed\x9f\xbf"), 3, 0xd7ff },
		{ T("\xed\xa0\x80"), 0, 0 }, /* surrogate */
		{ T("\xed\xbf\xbf"), 0, 0 },
		{ T("\xee\x80\x80"), 3, 0xe000 },
		{ T("\xef\xbf\xbf"), 3, 0xffff },
		{ T("\xf0\x90\x80\x80"), 4, 0x10000 },
		{ T("\xf0\x8f\xbf\xbf"), 0, 0 },
		{ T("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
		{ T("\xf4\x90\x80\x80"), 0, 0 },
		{ T("\xf5\x80\x80\x80"), 0, 0 },
		{ T("\xf8\x88\x80\x80\x80"), 0, 0 },
		{ T("\xff"), 0, 0 },
		{ T("\xc3"), 0, 0 }, /* cut */
		{ T("\xe2\x82"), 0, 0 },
		{ T("\xf0\x90\x80"), 0, 0 },
		{ T("\xc3("), 0, 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[16];
		uint32_t point = 0;
		size_t n = span_utf8(guarded(rows[i].text), &point);

		snprintf(name, sizeof(name), "row %zu", i);
		bad += row_is(name, "n", (long long)n, (long long)rows[i].n);
		bad += row_is(name, "point", n ? point : 0, rows[i].point);
		bad += row_is(name, "is_utf8", span_is_utf8(rows[i].text),
			      n == rows[i].text.n);
	}
	assert_int_equal(bad, 0);
}

static void search_has_hex(void **state)
{
	(void)state;
	assert_int_equal(span_search(SPAN("ab<HTML>"), SPAN("<html")), 2);
	assert_int_equal(span_search(SPAN("abc"), SPAN("c")), 2);
	assert_int_equal(span_search(SPAN("abc"), SPAN("cd")), 3);
	assert_int_equal(span_search(SPAN(""), SPAN("a")), 0);
	assert_int_equal(span_distance(SPAN("verify"), SPAN("veryfy")), 1);
	assert_int_equal(span_distance(SPAN("verify"), SPAN("evrify")), 1);
	assert_int_equal(span_distance(SPAN("VERIFY"), SPAN("erifyx")), 2);
	assert_int_equal(span_distance(SPAN("abc"), SPAN("")), 3);
	assert_int_equal(span_distance(SPAN(""), SPAN("")), 0);
	assert_true(span_one_of(SPAN("txt"), "IN TXT"));
	assert_true(span_one_of(SPAN("In"), "IN TXT"));
	assert_false(span_one_of(SPAN("TX"), "IN TXT"));
	assert_false(span_one_of(SPAN("IN TXT"), "IN TXT"));
	assert_false(span_one_of(SPAN(""), "IN TXT"));
	assert_true(span_has(SPAN("a\0b"), 0));
	assert_false(span_has(SPAN(""), 0));
	assert_int_equal(ascii_hex('9'), 9);
	assert_int_equal(ascii_hex('F'), 15);
	assert_int_equal(ascii_hex('g'), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_has_hex), cmocka_unit_test(compares),
		cmocka_unit_test(cuts),		  cmocka_unit_test(splits),
		cmocka_unit_test(numbers),	  cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
