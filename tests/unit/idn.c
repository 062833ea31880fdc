/* Domain names with U-labels: RFC 8616 3 and 5, RFC 5891 5; expected A-labels
 * by python3's encodings.punycode. dlopen is this file's, so that libidn2 can
 * be missing. */
#include "unit.h"

#include <dlfcn.h>

#include "idn.h"

static bool is_missing;

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int);
	void *found = dlsym(RTLD_NEXT, "dlopen");

	memcpy(&next, &found, sizeof(next));
	return next(is_missing ? "libmissing.so.0" : file, mode);
}

static const struct {
	const char *rule;
	unsigned how;
	struct span text;
	enum status st;
	const char *name;
} rows[] = {
	{ "d", 0, T("EXAMPLE.org"), ST_OK, "example.org" },
	{ "d", 0, T("a..b"), ST_SYNTAX, NULL },
	{ "U-labels", 0,
	  T("b\xc3\xbc"
	    "cher.example"),
	  ST_OK, "xn--bcher-kva.example" },
	{ "every label", 0, T("\xc3\xa4.\xc3\xb6.\xc3\xbc"), ST_OK,
	  "xn--4ca.xn--nda.xn--tda" },
	{ "one label", NAME_SINGLE, T("\xc3\xa4"), ST_OK, "xn--4ca" },
	{ "one label", 0, T("\xc3\xa4"), ST_SYNTAX, NULL },
	{ "RFC 5891 sharp s stays", 0, T("fa\xc3\x9f.example"), ST_OK,
	  "xn--fa-hia.example" },
	{ "A-label", 0, T("XN--Bcher-KVA.Example"), ST_OK,
	  "xn--bcher-kva.example" },
	{ "A-label beside U-label", 0, T("xn--bcher-kva.\xc3\xa4.example"),
	  ST_OK, "xn--bcher-kva.xn--4ca.example" },
	{ "no punycode", 0, T("xn--zzzzzzzz99999.example"), ST_OK,
	  "xn--zzzzzzzz99999.example" },
	{ "no punycode beside U-label", 0, T("xn--a.\xc3\xa4.example"), ST_OK,
	  "xn--a.xn--4ca.example" },
	{ "case", 0,
	  T("B\xc3\x9c"
	    "CHER.Example"),
	  ST_OK, "xn--bcher-kva.example" },
	{ "decomposed", 0,
	  T("bu\xcc\x88"
	    "cher.example"),
	  ST_OK, "xn--bcher-kva.example" },
	{ "wide dot", 0,
	  T("ex\xef\xbc\x8e"
	    "ample.com"),
	  ST_OK, "ex.ample.com" },
	{ "ideographic dot", 0,
	  T("\xc3\xa4\xe3\x80\x82"
	    "example"),
	  ST_OK, "xn--4ca.example" },
	{ "wide letters", 0, T("ex\xef\xbc\xa1mple.com"), ST_OK,
	  "example.com" },
	{ "underscore", NAME_UNDERSCORE, T("_a.b_\xc3\xa4.de"), ST_OK,
	  "_a.xn--b_-wia.de" },
	{ "no underscore", 0, T("_a.\xc3\xa4.de"), ST_SYNTAX, NULL },
	{ "Latin-1", 0,
	  T("b\xfc"
	    "cher.example"),
	  ST_SYNTAX, NULL },
	{ "cut", 0, T("a.b\xc3"), ST_SYNTAX, NULL },
	{ "surrogate", 0, T("\xed\xa0\x80.b"), ST_SYNTAX, NULL },
	{ "emoji", 0, T("\xf0\x9f\x98\x80.example"), ST_BAD_IDN, NULL },
	{ "hyphen", 0, T("\xc3\xa4-.example"), ST_BAD_IDN, NULL },
	{ "joiner", 0,
	  T("a\xe2\x80\x8d"
	    "b.example"),
	  ST_BAD_IDN, NULL },
	{ "two directions", 0,
	  T("\xd7\x90"
	    "a.example"),
	  ST_BAD_IDN, NULL },
	{ "unassigned", 0, T("\xcd\xb8.example"), ST_BAD_IDN, NULL },
	/* what the mapping makes is judged, too: CVE-2020-12272 */
	{ "a/c", 0, T("\xe2\x84\x80.example"), ST_SYNTAX, NULL },
	{ "wide @", 0,
	  T("a\xef\xbc\xa0"
	    "b.example"),
	  ST_SYNTAX, NULL },
	{ "d= not a name (", 0, T("\xc3\xa4(.example"), ST_BAD_IDN, NULL },
	{ "wide NUL", 0, T("\xc3\xa4\0.example"), ST_SYNTAX, NULL },
	{ "address", 0, T("\xef\xbc\x91.2.3.4"), ST_SYNTAX, NULL },
	{ "soft hyphen", 0, T("\xc2\xad.example"), ST_SYNTAX, NULL },
	{ "wide dots", 0,
	  T("a\xef\xbc\x8e\xef\xbc\x8e"
	    "b"),
	  ST_SYNTAX, NULL },
	{ "no domain name", 0, T("\xc3\xa4.example."), ST_SYNTAX, NULL },
};

static void parses(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[100];
		struct name name = { 0 };
		struct diag why = { 0 };

		snprintf(row, sizeof(row), "%s %.60s", rows[i].rule,
			 (const char *)rows[i].text.p);
		bad += row_is(row, "status",
			      idn_parse(guarded(rows[i].text), rows[i].how,
					&name, &why),
			      rows[i].st);
		bad += row_is_span(row, "name", span_str(name.text),
				   span_str(rows[i].name ? rows[i].name : ""));
		bad += row_is(row, "reason given", why.text[0] != 0,
			      rows[i].st != ST_OK);
	}
	assert_int_equal(bad, 0);
}

/* RFC 1035 2.3.4: the A-labels count, and no input is worked on for long. */
static void too_long(void **state)
{
	struct buf text;
	struct name name;

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 31; i++)
		buf_put(&text, SPAN("\xc3\xa4."));
	buf_put(&text, SPAN("abcde"));
	/* 31 times "xn--4ca." and five more: 253 */
	assert_int_equal(idn_parse(buf_span(&text), 0, &name, NULL), ST_OK);
	buf_put(&text, SPAN("f"));
	assert_int_equal(idn_parse(buf_span(&text), 0, &name, NULL), ST_SYNTAX);
	for (int i = 0; i < 300; i++)
		buf_put(&text, SPAN(".\xc3\xa4"));
	assert_int_equal(idn_parse(buf_span(&text), 0, &name, NULL), ST_SYNTAX);
	for (int i = 0; i < 300000; i++)
		buf_put(&text, SPAN(".\xc3\xa4"));
	assert_int_equal(idn_parse(buf_span(&text), 0, &name, NULL), ST_SYNTAX);
	buf_free(&text);
}

/* what an installation lacks is no verdict on a message. */
static void missing(void **state)
{
	struct name name;
	struct diag why = { 0 };

	(void)state;
	is_missing = true;
	assert_int_equal(idn_parse(SPAN("\xc3\xa4.example"), 0, &name, &why),
			 ST_DNS);
	assert_non_null(strstr(why.text, "libidn2"));
	assert_int_equal(idn_parse(SPAN("xn--4ca.example"), 0, &name, NULL),
			 ST_OK);
	is_missing = false;
}

/* The final dot of a name that an administrator typed. */
static void typed(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: not a name */
	} cases[] = {
		{ "example.com", "example.com" },
		{ "Example.COM.", "example.com" },
		{ "b\xc3\xbc"
		  "cher.example.",
		  "xn--bcher-kva.example" },
		{ "b\xc3\xbc"
		  "cher.example\xe3\x80\x82",
		  "xn--bcher-kva.example" },
		{ "example.com..", NULL },
		{ ".", NULL },
		{ "", NULL },
		{ "b\xfc"
		  "cher.example",
		  NULL },
	};
	struct name name;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum status st =
			idn_typed(span_str(cases[i].in), 0, &name, NULL);

		assert_int_equal(st == ST_OK, cases[i].out != NULL);
		if (cases[i].out)
			assert_string_equal(name.text, cases[i].out);
	}
	assert_int_equal(idn_parse(SPAN("example.com."), 0, &name, NULL),
			 ST_SYNTAX); /* d= of a message has no such dot */
}

/* A selector or a domain with the part of the name that verifiers add. */
static void key_names(void **state)
{
	static const struct {
		bool selector;
		const char *in, *meant; /* NULL: valid */
	} cases[] = {
		{ true, "mail", NULL },
		{ true, "mail.", NULL },
		{ true, "a.mail", NULL },
		{ true, "domainkey", NULL },
		{ true, "mail._domainkeys", NULL },
		{ true, "mail._domainkey", "selector is \"mail\"" },
		{ true, "a.mail._DomainKey.", "selector is \"a.mail\"" },
		{ true, "mail._domainkey.example.com", "selector is \"mail\"" },
		{ true, "_domainkey", "is not a selector" },
		{ false, "example.com.", NULL },
		{ false, "mail._domainkey.example.com",
		  "domain is \"example.com\", the selector \"mail\"" },
		{ false, "_domainkey.example.com",
		  "domain is \"example.com\", the selector \"\"" },
	};
	struct name name;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct span in = span_str(cases[i].in);
		struct diag why = { 0 };
		enum status st =
			cases[i].selector
				? idn_selector(in, &name, &why)
				: idn_domain(in, NAME_UNDERSCORE, &name, &why);

		assert_int_equal(st, cases[i].meant ? ST_SYNTAX : ST_OK);
		if (cases[i].meant)
			assert_non_null(strstr(why.text, cases[i].meant));
	}
}

static void patterns(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} cases[] = {
		{ "*", "*" },
		{ "*@Example.com", "*@Example.com" },
		{ "joe@*.example.com.", "joe@*.example.com" },
		{ "*@*.b\xc3\xbc"
		  "cher.example.",
		  "*@*.xn--bcher-kva.example" },
		{ ".b\xc3\xbc"
		  "cher.example",
		  ".xn--bcher-kva.example" },
		{ "j\xc3\xbc@example.com", "j\xc3\xbc@example.com" },
		{ "*@*\xc3\xbc.example", NULL },
		{ "*@b\xfc"
		  "cher.example",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf out;

		buf_init(&out, 1000);
		enum status st = idn_pattern(span_str(cases[i].in), &out, NULL);

		assert_int_equal(st == ST_OK, cases[i].out != NULL);
		if (cases[i].out)
			assert_string_equal((const char *)out.p, cases[i].out);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),    cmocka_unit_test(too_long),
		cmocka_unit_test(missing),   cmocka_unit_test(typed),
		cmocka_unit_test(key_names), cmocka_unit_test(patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
