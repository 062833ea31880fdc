/* Authentication-Results, written: RFC 8601 2.2, RFC 6008. Everything
 * written is read back. */
#include "unit.h"

#include "authfield.h"
#include "authres.h"
#include "dkim_results.h"
#include "limit.h"

/* Lines of 78 octets at most, or of 998 for a single piece, each but the first
 * folded (RFC 5322 2.1.1). */
static int well_folded(const char *row, struct span field)
{
	struct span line;
	int bad = row_is(row, "final line end", span_ends(field, SPAN("\r\n")),
			 1);

	for (bool first = true; field.n > 2; first = false) {
		size_t n = span_find(field, '\n') + 1;

		line = span_head(field, n);
		field = span_from(field, n);
		bad += row_is(row, "CRLF", span_ends(line, SPAN("\r\n")), 1);
		bad += row_is(row, "fold", first || line.p[0] == ' ', 1);
		bad += row_is(row, "998", line.n <= 1000, 1);
		if (line.n > 80) /* then it is one piece */
			bad += row_is(row, "a line with blanks",
				      span_find(span_from(span_trim(line), 1),
						' ') < 78,
				      0);
	}
	return bad;
}

/* Reads the field TEXT back; what stands behind its name goes to SHOWN, without
 * folds. */
static int read_back(const char *row, struct span text, struct buf *shown)
{
	struct span name = SPAN("Authentication-Results:"), rest;
	struct authres a;
	struct diag why = { 0 };
	int bad = well_folded(row, text);

	bad += row_is(row, "name", span_starts(text, name), 1);
	rest = span_from(text, name.n);
	rest.n -= 2;
	bad += row_is(row, "readable", authres_parse(rest, &a, &why), ST_OK);
	authres_free(&a);
	buf_init(shown, LIMIT_FIELD_BYTES);
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != '\r' && rest.p[i] != '\n')
			buf_put(shown, span_of(rest.p + i, 1));
	return bad;
}

static void properties(void **state)
{
	static const struct {
		const char *id;
		struct span value;
		bool eai;
		struct span written; /* behind "p.q=" or all */
	} rows[] = {
		{ "token", T("mail._x"), false, T(" p.q=mail._x") },
		{ "address", T("a.b+c@d.example"), false,
		  T(" p.q=a.b+c@d.example") },
		{ "no local-part", T("@d.example"), false,
		  T(" p.q=@d.example") },
		{ "quoted", T("a b"), false, T(" p.q=\"a b\"") },
		{ "escaped", T("a\"b\\c"), false, T(" p.q=\"a\\\"b\\\\c\"") },
		{ "base64", T("ab/+="), false, T(" p.q=\"ab/+=\"") },
		{ "an empty value", T(""), false, T(" p.q=\"\"") },
		{ "not a dot-atom", T("a b@d.example"), false,
		  T(" p.q=\"a b@d.example\"") },
		{ "not a dot-atom", T("a..b@d.example"), false,
		  T(" p.q=\"a..b@d.example\"") },
		{ "not a dot-atom", T(".a@d.example"), false,
		  T(" p.q=\".a@d.example\"") },
		{ "quoted to be safe", T("a=b/c@d.example"), false,
		  T(" p.q=\"a=b/c@d.example\"") },
		{ "a literal", T("a@[192.0.2.1]"), false,
		  T(" p.q=\"a@[192.0.2.1]\"") },
		{ "ends its value", T("a; dkim=pass header.d=bank.example"),
		  false, T(" p.q=\"a; dkim=pass header.d=bank.example\"") },
		{ "ends its value", T("any@legit.example(a.evil.example"),
		  false, T(" p.q=\"any@legit.example(a.evil.example\"") },
		{ "ends its value", T("any@legit.example'@any.evil.example"),
		  false, T(" p.q=\"any@legit.example'@any.evil.example\"") },
		{ "ends its value", T("@legit.example,@any:'any@evil.example"),
		  false, T(" p.q=\"@legit.example,@any:'any@evil.example\"") },
		{ "ends its value", T("x@evil.example; spf=pass"), false,
		  T(" p.q=\"x@evil.example; spf=pass\"") },
		{ "a format", T("%n%n%s@legit.example"), false,
		  T(" p.q=%n%n%s@legit.example") },
		{ "CR LF", T("a\r\nX: y"), false, T("") },
		{ "NUL", T("a\0b"), false, T("") },
		{ "a terminal escape", T("\x1b]0;pwn\x07"), false, T("") },
		{ "tab", T("a\tb"), false, T("") },
		{ "8-bit", T("\xc3\xbc@d.example"), false, T("") },
		{ "8-bit in EAI mail", T("\xc3\xbc@d.example"), true,
		  T(" p.q=\"\xc3\xbc@d.example\"") },
		{ "right-to-left in EAI mail", T("a\xe2\x80\xae"), true,
		  T("") },
		{ "not UTF-8", T("\xff"), true, T("") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct authfield f;
		struct buf text, shown, want;

		buf_init(&text, LIMIT_FIELD_BYTES);
		buf_init(&want, 4096);
		authfield_begin(&f, SPAN("mx"), rows[i].eai);
		authfield_result(&f, SPAN("m"), SPAN("pass"));
		authfield_property(&f, "p.q", guarded(rows[i].value));
		authfield_end(&f, true, &text);
		bad += read_back(rows[i].id, buf_span(&text), &shown);
		buf_put(&want, SPAN(" mx; m=pass"));
		buf_put(&want, rows[i].written);
		bad += row_is_span(rows[i].id, "field", buf_span(&shown),
				   buf_span(&want));
		buf_free(&want);
		buf_free(&shown);
		buf_free(&text);
	}
	assert_int_equal(bad, 0);
}

static void whole(void **state)
{
	struct authfield f;
	struct buf text;

	(void)state;
	buf_init(&text, LIMIT_FIELD_BYTES);
	authfield_begin(&f, SPAN("mx.example"), false);
	authfield_end(&f, true, &text);
	assert_string_equal((const char *)text.p,
			    "Authentication-Results: mx.example; none\r\n");
	buf_reset(&text);
	authfield_begin(&f, SPAN("a \"b\""), false);
	authfield_result(&f, SPAN("spf"), SPAN("fail"));
	authfield_comment(&f, SPAN("a (b) c\\ \r\n\x1b[ 1"));
	authfield_reason(&f, SPAN("say \"no\"\r\n; dkim=pass"));
	authfield_property(&f, "smtp.mailfrom", SPAN("d.example"));
	authfield_result(&f, SPAN("dmarc"), SPAN("none"));
	authfield_end(&f, false, &text);
	assert_string_equal(
		(const char *)text.p,
		"Authentication-Results: \"a \\\"b\\\"\"; spf=fail "
		"(a \\(b\\) c\\\\ [ 1)\n reason=\"say \\\"no\\\"; dkim=pass\" "
		"smtp.mailfrom=d.example; dmarc=none\n");
	buf_free(&text);
}

/* Nothing is cut: a value too long for a line is left out, and properties stop
 * before a field is too large; results stay. */
static void limits(void **state)
{
	char value[1100];
	struct authfield f;
	struct buf text, shown;

	(void)state;
	memset(value, 'x', sizeof(value));
	for (size_t n = 980; n < 990; n++) {
		buf_init(&text, LIMIT_FIELD_BYTES);
		authfield_begin(&f, SPAN("mx"), false);
		authfield_result(&f, SPAN("m"), SPAN("pass"));
		authfield_property(&f, "p.q", span_of(value, n));
		authfield_result(&f, SPAN("m"), SPAN("fail"));
		authfield_end(&f, true, &text);
		assert_int_equal(read_back("long", buf_span(&text), &shown), 0);
		assert_int_equal(shown.n > 100, n <= 984);
		buf_free(&shown);
		buf_free(&text);
	}
	buf_init(&text, LIMIT_FIELD_BYTES);
	authfield_begin(&f, SPAN("mx"), false);
	for (size_t i = 0; i < LIMIT_AUTHRES_RESULTS; i++) {
		authfield_result(&f, SPAN("m"), SPAN("pass"));
		for (int k = 0; k < 9; k++)
			authfield_property(&f, "p.q", span_of(value, 900));
	}
	authfield_end(&f, true, &text);
	assert_int_equal(read_back("large", buf_span(&text), &shown), 0);
	assert_true(text.n > LIMIT_FIELD_BYTES / 2);
	buf_free(&shown);
	buf_free(&text);
}

/* -- DKIM ------------------------------------------------------------------ */

static struct verdict verdict(enum status st, const char *b)
{
	struct verdict v = { .st = st };

	status_ignore(name_parse(SPAN("d.example"), 0, &v.sig.d, NULL));
	status_ignore(name_parse(SPAN("s"), NAME_SINGLE, &v.sig.s, NULL));
	v.sig.text_a = SPAN("rsa-sha256");
	v.sig.text_b = span_str(b);
	return v;
}

/* RFC 8601 2.7.1, RFC 6376 3.6.1 */
static void words(void **state)
{
	static const struct keyrec testing = { .testing = true };
	static const struct {
		enum status st;
		bool testing;
		const char *result;
	} rows[] = {
		{ ST_OK, false, "pass" },
		{ ST_OK, true, "pass (test mode)" },
		{ ST_BODY_HASH, false, "fail" },
		{ ST_BAD_SIGNATURE, true, "neutral (test mode)" },
		{ ST_SYNTAX, false, "neutral" },
		{ ST_NO_KEY, false, "permerror" },
		{ ST_KEY_WEAK, true, "permerror (test mode)" },
		{ ST_DNS, false, "temperror" },
		{ ST_UNSIGNED_FROM, false, "policy" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verdict v = verdict(rows[i].st, "ABCDEFGHIJ");
		const struct verification all = { .v = &v, .n = 1 };
		struct buf text, shown, want;

		v.rec = rows[i].testing ? &testing : NULL;
		buf_init(&text, LIMIT_FIELD_BYTES);
		dkim_results_field(&all, SPAN("mx"), NULL, NULL, &text);
		for (size_t k = 0; k < text.n; k++)
			assert_int_not_equal(text.p[k], '\r');
		buf_reset(&text);
		const struct verification crlf = { .v = &v,
						   .n = 1,
						   .facts = { .crlf = true } };

		dkim_results_field(&crlf, SPAN("mx"), NULL, NULL, &text);
		bad += read_back(rows[i].result, buf_span(&text), &shown);
		buf_init(&want, 4096);
		buf_putf(&want, " mx; dkim=%s", rows[i].result);
		if (rows[i].st != ST_OK)
			buf_putf(&want, " reason=\"%s\"",
				 status_text(rows[i].st));
		buf_put(&want, SPAN(" header.d=d.example header.s=s "
				    "header.a=rsa-sha256 header.b=ABCDEFGH"));
		bad += row_is_span(rows[i].result, "field", buf_span(&shown),
				   buf_span(&want));
		buf_free(&want);
		buf_free(&shown);
		buf_free(&text);
	}
	assert_int_equal(bad, 0);
}

/* RFC 6008 4: the header.b of each of several b= */
static void prefixes(void **state)
{
	static const struct {
		const char *b[3];
		const char *shown[3];
	} rows[] = {
		{ { "ABCDEFGHIJ" }, { "ABCDEFGH" } },
		{ { "ABC" }, { "ABC" } },
		{ { "A B\r\n CDEFGHIJ" }, { "ABCDEFGH" } },
		{ { "AB/DEFGHIJ" }, { "\"AB/DEFGH\"" } },
		{ { "ABCDEFGHIJ", "ABCDEFGHIK" },
		  { "ABCDEFGHIJ", "ABCDEFGHIK" } },
		{ { "ABCDEFGHIJK", "ABCDEFGHXXX", "XBCDEFGHIJK" },
		  { "ABCDEFGHI", "ABCDEFGHX", "XBCDEFGH" } },
		/* case matters; a beginning of another is whole */
		{ { "ABCDEFGHIJ", "ABCDEFGHI", "abcdefghij" },
		  { "ABCDEFGHIJ", "ABCDEFGHI", "abcdefgh" } },
		/* a copy cannot be told apart */
		{ { "ABCDEFGHIJ", "ABCDEFGHIJ" }, { "ABCDEFGH", "ABCDEFGH" } },
		/* what is no base64 is not shown */
		{ { "x@bank.example", "a;b", "" }, { NULL } },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verdict v[3];
		struct verification all = { .v = v, .facts = { .crlf = true } };
		struct buf text, shown, want;

		buf_init(&want, 4096);
		buf_put(&want, SPAN(" mx"));
		for (; all.n < 3 && rows[i].b[all.n]; all.n++) {
			const char *b = rows[i].shown[all.n];

			v[all.n] = verdict(ST_OK, rows[i].b[all.n]);
			buf_put(&want, SPAN("; dkim=pass header.d=d.example "
					    "header.s=s header.a=rsa-sha256"));
			if (b)
				buf_putf(&want, " header.b=%s", b);
		}
		buf_init(&text, LIMIT_FIELD_BYTES);
		dkim_results_field(&all, SPAN("mx"), NULL, NULL, &text);
		bad += read_back(rows[i].b[0], buf_span(&text), &shown);
		bad += row_is_span(rows[i].b[0], "field", buf_span(&shown),
				   buf_span(&want));
		buf_free(&want);
		buf_free(&shown);
		buf_free(&text);
	}
	assert_int_equal(bad, 0);
}

/* The most that a message can have: all b= alike but for their ends. */
static void many(void **state)
{
	static char b[LIMIT_SIGNATURES_SEEN][1400];
	static struct verdict v[LIMIT_SIGNATURES_SEEN];
	const struct verification all = { .v = v,
					  .n = LIMIT_SIGNATURES_SEEN,
					  .facts = { .crlf = true } };
	struct buf text, shown;

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		memset(b[i], '+', sizeof(b[i]) - 1);
		b[i][i < 50 ? 880 : 1300] = (char)('0' + i % 50);
		v[i] = verdict(ST_UNSIGNED_FROM, b[i]);
		buf_init(&v[i].sig.identity, 1000);
		for (int k = 0; k < 60; k++)
			buf_put(&v[i].sig.identity, SPAN("\"a;b\""));
		buf_put(&v[i].sig.identity, SPAN("@d.example"));
		v[i].sig.i_domain = v[i].sig.d;
	}
	buf_init(&text, LIMIT_FIELD_BYTES);
	dkim_results_field(&all, SPAN("mx"), NULL, NULL, &text);
	assert_int_equal(read_back("many", buf_span(&text), &shown), 0);
	for (size_t i = 0; i < COUNT(v); i++)
		buf_free(&v[i].sig.identity);
	buf_free(&shown);
	buf_free(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties), cmocka_unit_test(whole),
		cmocka_unit_test(limits),     cmocka_unit_test(words),
		cmocka_unit_test(prefixes),   cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
