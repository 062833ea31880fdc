/* Domain names and selectors: RFC 6376 3.1, 3.5, RFC 1035 2.3.4. */
#include "unit.h"

#include "name.h"

#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
#define L61 "a234567890123456789012345678901234567890123456789012345678901"

static void parses(void **state)
{
	enum { U = NAME_UNDERSCORE, S = NAME_SINGLE };
	static const struct {
		const char *rule;
		unsigned how;
		struct span text;
		const char *name; /* NULL: ST_SYNTAX */
	} rows[] = {
		{ "d", 0, T("example.org"), "example.org" },
		{ "case", 0, T("EXAMPLE.Org"), "example.org" },
		{ "digits", 0, T("1a.2.3"), "1a.2.3" },
		{ "hyphens", 0, T("a--b.x-n"), "a--b.x-n" },
		{ "RFC 8616 A-label", 0, T("xn--bcher-kva.example"),
		  "xn--bcher-kva.example" },
		{ "one label", 0, T("com"), NULL },
		{ "one label", S, T("com"), "com" },
		{ "empty", S, T(""), NULL },
		{ "dots", S, T(".."), NULL },
		{ "empty-vs-empty", S, T("."), NULL },
		{ "no domain name", S, T("legit.example."), NULL },
		{ "leading dot", S, T(".legit.example"), NULL },
		{ "empty label", S, T("a..b"), NULL },
		{ "star", S, T("*.b"), NULL },
		{ "hyphen first", 0, T("-a.b"), NULL },
		{ "hyphen last", 0, T("a-.b"), NULL },
		{ "lone hyphen", 0, T("-.b"), NULL },
		{ "underscore", U, T("_a.b_c.d"), "_a.b_c.d" },
		{ "no underscore", 0, T("_a.b"), NULL },
		{ "address", 0, T("192.0.2.1"), NULL },
		{ "address", S, T("0.0.0.0"), NULL },
		{ "no address", 0, T("192.0.2.1a"), "192.0.2.1a" },
		{ "no address", 0, T("1.2.3"), "1.2.3" },
		{ "no address", 0, T("1.2.3.4.5"), "1.2.3.4.5" },
		{ "literal", U, T("[192.0.2.1]"), NULL },
		{ "label 63", 0, T(L63 ".a"), L63 ".a" },
		{ "label 64", 0, T(L63 "x.a"), NULL },
		{ "253", 0, T(L63 "." L63 "." L63 "." L61),
		  L63 "." L63 "." L63 "." L61 },
		{ "254", 0, T(L63 "." L63 "." L63 "." L61 "b"), NULL },
		{ "255", 0, T(L63 "." L63 "." L63 "." L63), NULL },
		/* CVE-2020-12272 */
		{ "d= not a name", U, T("legit.example(.evil.example"), NULL },
		{ "d= not a name", U, T("legit.example'a.evil.example"), NULL },
		{ "d= not a name", U, T("legit.example\"=(.evil.example"),
		  NULL },
		{ "d= not a name", U, T("legit.example;x"), NULL },
		{ "d= not a name", U, T("legit.example@evil"), NULL },
		{ "d= not a name", U, T("a/b.c"), NULL },
		{ "d= not a name", U, T("a\\.b"), NULL },
		{ "d= not a name", U, T("%64.b"), NULL },
		{ "NUL", U, T("a.b\0.c"), NULL },
		{ "NUL last", U, T("a.b\0"), NULL },
		{ "path", U | S, T("../../../etc/passwd"), NULL },
		{ "space", U, T("a b.c"), NULL },
		{ "space", U, T(" a.b"), NULL },
		{ "FWS", U, T("a\r\n .b"), NULL },
		{ "tab", U, T("a.b\t"), NULL },
		{ "DEL", U, T("a\x7f.b"), NULL },
		{ "8-bit", U, T("ex\xc3\xa4mple.org"), NULL },
		{ "dot", U, T("ex\xef\xbc\x8e.org"), NULL },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[80];
		struct name name;
		struct diag why = { 0 };
		enum status st = name_parse(guarded(rows[i].text), rows[i].how,
					    &name, &why);

		snprintf(row, sizeof(row), "%s %.60s", rows[i].rule,
			 (const char *)rows[i].text.p);
		bad += row_is(row, "status", st,
			      rows[i].name ? ST_OK : ST_SYNTAX);
		if (st == ST_OK && rows[i].name)
			bad += row_is_span(row, "name", span_str(name.text),
					   span_str(rows[i].name));
		else if (st != ST_OK)
			bad += row_is(row, "words", why.text[0] != 0, 1);
	}
	assert_int_equal(bad, 0);
}

static struct name made(const char *text)
{
	struct name name;

	assert_int_equal(name_parse(span_str(text),
				    NAME_UNDERSCORE | NAME_SINGLE, &name, NULL),
			 ST_OK);
	return name;
}

/* RFC 6376 3.6.2.1: an exact fit works */
static void key_names(void **state)
{
	struct name s = made("foo.bar"), d = made("Example.ORG"), out;
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(name_key(&s, &d, &out, &why), ST_OK);
	assert_string_equal(out.text, "foo.bar._domainkey.example.org");
	d = made(L63 "." L63 "." L63 ".ab"); /* 194 */
	/* 194 + 12 leaves 47 */
	for (size_t n = 46; n <= 48; n++) {
		char text[64] = "";

		memset(text, 'x', n);
		s = made(text);
		assert_int_equal(name_key(&s, &d, &out, &why),
				 n <= 47 ? ST_OK : ST_NO_KEY);
		if (n <= 47)
			assert_int_equal(strlen(out.text), n + 206);
	}
	assert_true(why.text[0]);
	s = made(L63 "." L63 "." L63 "." L61);
	d = s;
	assert_int_equal(name_key(&s, &d, &out, NULL), ST_NO_KEY);
}

static void within(void **state)
{
	static const struct {
		const char *child, *parent;
		bool within;
	} rows[] = {
		/* a label boundary */
		{ "example.com", "example.com", true },
		{ "EXAMPLE.com", "example.COM", true },
		{ "a.example.com", "example.com", true },
		{ "a.b.example.com", "example.com", true },
		{ "badexample.com", "example.com", false },
		{ "example.com", "a.example.com", false },
		{ "example.com", "example.com.au", false },
		{ "example.com.au", "example.com", false },
		{ "com", "example.com", false },
		{ "example.org", "example.com", false },
	};
	int bad = 0;
	struct name empty = { "" }, a = made("a.b");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct name child = made(rows[i].child);
		struct name parent = made(rows[i].parent);

		bad += row_is(rows[i].child, "within",
			      name_within(&child, &parent), rows[i].within);
		bad += row_is(rows[i].child, "eq", name_eq(&child, &parent),
			      strlen(child.text) == strlen(parent.text) &&
				      rows[i].within);
	}
	assert_int_equal(bad, 0);
	/* nothing is within nothing */
	assert_false(name_within(&a, &empty));
	assert_false(name_within(&empty, &a));
	assert_false(name_within(&empty, &empty));
	assert_int_equal(name_labels(&a), 2);
	a = made("x");
	assert_int_equal(name_labels(&a), 1);
	a = made("a.b.c.d");
	assert_int_equal(name_labels(&a), 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(key_names),
		cmocka_unit_test(within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
