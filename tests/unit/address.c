/* The author's domain, read from From (RFC 5322 3.4, 4.4; RFC 9989 4.10). */
#include "unit.h"

#include "address.h"
#include "limit.h"

static const struct {
	const char *id;
	struct span value;
	enum status st;
	const char *domain;
} rows[] = {
	{ "RFC 5322 3.4", T(" a@legit.example"), ST_OK, "legit.example" },
	{ "RFC 5322 3.4", T(" Ann <a@Legit.Example>"), ST_OK, "legit.example" },
	{ "RFC 5322 3.4", T("<a@legit.example>"), ST_OK, "legit.example" },
	{ "RFC 5322 A.1.2", T("\"Joe Q. Public\" <john.q.public@example.com>"),
	  ST_OK, "example.com" },
	{ "RFC 5322 A.1.2",
	  T("\"Giant; \\\"Big\\\" Box\" <sysservices@example.net>"), ST_OK,
	  "example.net" },
	{ "RFC 5322 A.5",
	  T("Pete(A nice \\) chap) <pete(his account)@silly."
	    "test(his host)>"),
	  ST_OK, "silly.test" },
	{ "RFC 5322 A.6.1", T("Joe Q. Public <john.q.public@example.com>"),
	  ST_OK, "example.com" },
	{ "RFC 5322 A.6.3", T("John Doe <jdoe@machine(comment).  example>"),
	  ST_OK, "machine.example" },
	{ "RFC 5322 4.4", T("a . b @ legit . example"), ST_OK,
	  "legit.example" },
	{ "RFC 5322 4.4", T("a@legit.example,,"), ST_OK, "legit.example" },
	{ "RFC 5322 4.4", T(", ,a@legit.example"), ST_OK, "legit.example" },
	{ "folded", T("Ann\r\n <a@legit.example>\r\n\t(x)"), ST_OK,
	  "legit.example" },
	{ "underscore", T("a@le_git.example"), ST_OK, "le_git.example" },
	{ "two mailboxes", T("x@evil.example, ceo@legit.example"), ST_SYNTAX,
	  NULL },
	{ "same domain twice", T("a@legit.example, b@LEGIT.example"), ST_OK,
	  "legit.example" },
	{ "group", T("friends: x@evil.example, ceo@legit.example;"), ST_SYNTAX,
	  NULL },
	{ "one domain", T("friends: a@legit.example, B <b@legit.example>;"),
	  ST_OK, "legit.example" },
	{ "in and out", T("g: a@legit.example;, b@evil.example"), ST_SYNTAX,
	  NULL },
	{ "open", T("friends: a@legit.example"), ST_SYNTAX, NULL },
	{ "behind", T("g: a@legit.example; b@legit.example"), ST_SYNTAX, NULL },
	{ "no name", T(": a@legit.example;"), ST_SYNTAX, NULL },
	{ "stray ;", T("a@legit.example;"), ST_SYNTAX, NULL },
	{ "empty group", T("undisclosed:;"), ST_SYNTAX, NULL },
	{ "and one", T("undisclosed:;, a@legit.example"), ST_OK,
	  "legit.example" },
	{ "value without domain", T("ceo"), ST_SYNTAX, NULL },
	{ "value without domain", T("ceo@"), ST_SYNTAX, NULL },
	{ "value without domain", T("@legit.example"), ST_SYNTAX, NULL },
	{ "value without domain", T("<>"), ST_SYNTAX, NULL },
	{ "value without domain", T("<ceo>"), ST_SYNTAX, NULL },
	{ "value without domain", T("<ceo@>"), ST_SYNTAX, NULL },
	{ "value without domain", T("<@legit.example>"), ST_SYNTAX, NULL },
	{ "value without domain", T(""), ST_SYNTAX, NULL },
	{ "value without domain", T(" \r\n "), ST_SYNTAX, NULL },
	{ "value without domain", T(","), ST_SYNTAX, NULL },
	{ "value without domain", T("@"), ST_SYNTAX, NULL },
	{ "value without domain", T("(comment)"), ST_SYNTAX, NULL },
	{ "encoded word as address",
	  T("=?utf-8?B?PGNlb0BsZWdpdC5leGFtcGxlPg==?=,"
	    "<second@evil.example>"),
	  ST_SYNTAX, NULL },
	{ "phrase",
	  T("=?utf-8?B?PGNlb0BsZWdpdC5leGFtcGxlPg==?= <b@evil.example>"), ST_OK,
	  "evil.example" },
	{ "route", T("<@evil.example,@any.example:ceo@legit.example>"), ST_OK,
	  "legit.example" },
	{ "broken", T("<@evil.example ceo@legit.example>"), ST_SYNTAX, NULL },
	{ "broken", T("<@evil.example,:ceo@legit.example>"), ST_SYNTAX, NULL },
	{ "broken", T("<@:ceo@legit.example>"), ST_SYNTAX, NULL },
	{ "quoted pair", T("<ceo@legit.example>\\,<second@evil.example>"),
	  ST_SYNTAX, NULL },
	{ "precedence", T("ceo@legit.example,<second@evil.example>"), ST_SYNTAX,
	  NULL },
	{ "junk after", T("<x@evil.example>ceo@legit.example"), ST_SYNTAX,
	  NULL },
	{ "junk after", T("<x@evil.example> <ceo@legit.example>"), ST_SYNTAX,
	  NULL },
	{ "quoted local part with @", T("\"ceo@legit.example\"@evil.example"),
	  ST_OK, "evil.example" },
	{ "quoted local part", T("\"ceo@legit.example x\"@evil.example"), ST_OK,
	  "evil.example" },
	{ "quoted pair", T("\"a\\\"@legit.example\"@evil.example"), ST_OK,
	  "evil.example" },
	{ "two @", T("ceo@legit.example@evil.example"), ST_SYNTAX, NULL },
	{ "display name with address",
	  T("\"ceo@legit.example\" <x@evil.example>"), ST_OK, "evil.example" },
	{ "display name with address", T("ceo@legit.example <x@evil.example>"),
	  ST_SYNTAX, NULL },
	{ "comments", T("ceo@legit.example (x) <x@evil.example>"), ST_SYNTAX,
	  NULL },
	{ "comments", T("(<ceo@legit.example>) x@evil.example"), ST_OK,
	  "evil.example" },
	{ "comments", T("x(@legit.example)@evil.example"), ST_OK,
	  "evil.example" },
	{ "comments",
	  T("x@evil.example(@legit.example"
	    ")"),
	  ST_OK, "evil.example" },
	{ "(\\))", T("(\\)<ceo@legit.example>) x@evil.example"), ST_OK,
	  "evil.example" },
	{ "unclosed", T("(((a x@evil.example"), ST_SYNTAX, NULL },
	{ "unclosed", T("\"x@evil.example"), ST_SYNTAX, NULL },
	{ "unclosed", T("\"x@evil.example\\"), ST_SYNTAX, NULL },
	{ "unclosed", T("\"x@evil.example\\\""), ST_SYNTAX, NULL },
	{ "unclosed", T("(x\\"), ST_SYNTAX, NULL },
	{ "unclosed", T("<x@evil.example"), ST_SYNTAX, NULL },
	{ "unclosed", T(") x@evil.example"), ST_SYNTAX, NULL },
	{ "unclosed", T("x@[192.0.2.1"), ST_SYNTAX, NULL },
	{ "NUL in value", T("ceo@legit.example\0@evil.example"), ST_SYNTAX,
	  NULL },
	{ "NUL in value", T("ceo@legit.example\0"), ST_SYNTAX, NULL },
	{ "in quotes", T("\"a\0b\" <ceo@legit.example>"), ST_SYNTAX, NULL },
	{ "CR in quotes", T("\"a\rb\" <ceo@legit.example>"), ST_SYNTAX, NULL },
	{ "LF in quotes", T("\"a\\\nb\" <ceo@legit.example>"), ST_SYNTAX,
	  NULL },
	/* RFC 5322 4.1: obs-qtext, obs-qp, obs-ctext */
	{ "control in quotes",
	  T("\"a\x01\x1b[1m\x7f\\\x02\" <ceo@legit.example>"), ST_OK,
	  "legit.example" },
	{ "control in a comment", T("(a\x01) ceo@legit.example"), ST_OK,
	  "legit.example" },
	{ "in a comment", T("(a\0b) ceo@legit.example"), ST_SYNTAX, NULL },
	{ "bare CR", T("x@evil.example\rFrom: ceo@legit.example"), ST_SYNTAX,
	  NULL },
	{ "bare CR LF", T("x@evil.example\nFrom: ceo@legit.example"), ST_SYNTAX,
	  NULL },
	{ "at the end", T("x@evil.example\r"), ST_SYNTAX, NULL },
	{ "in quotes", T("\"a\rb\" <x@evil.example>"), ST_SYNTAX, NULL },
	{ "in a comment", T("(a\rb) x@evil.example"), ST_SYNTAX, NULL },
	{ "control", T("a\x01@legit.example"), ST_SYNTAX, NULL },
	{ "DEL", T("a\x7f@legit.example"), ST_SYNTAX, NULL },
	{ "trailing dot", T("a@legit.example."), ST_OK, "legit.example" },
	{ "trailing dot", T("a@legit.example.."), ST_SYNTAX, NULL },
	{ "trailing dot", T("<a@legit.example.>"), ST_OK, "legit.example" },
	{ "domain literal", T("a@[192.0.2.1]"), ST_SYNTAX, NULL },
	{ "domain literal", T("<a@[IPv6:2001:db8::1]>"), ST_SYNTAX, NULL },
	{ "bare address", T("a@192.0.2.1"), ST_SYNTAX, NULL },
	{ "one label", T("a@localhost"), ST_OK, "localhost" },
	{ "U-label",
	  T("a@ex\xef\xbc\x8e"
	    "ample.com"),
	  ST_OK, "ex.ample.com" },
	{ "U-label", T("a@\xc3\xa4.EXAMPLE"), ST_OK, "xn--4ca.example" },
	{ "case", T("a@\xc3\x84.example."), ST_OK, "xn--4ca.example" },
	{ "xn-- vs U-label author", T("a@\xc3\xa4.example, b@xn--4CA.example"),
	  ST_OK, "xn--4ca.example" },
	{ "width", T("a@legit\xef\xbc\x8e\xef\xbc\xa5xample"), ST_OK,
	  "legit.example" },
	{ "no UTF-8", T("a@\xe4.example"), ST_SYNTAX, NULL },
	{ "not permitted", T("a@\xf0\x9f\x98\x80.example"), ST_BAD_IDN, NULL },
	{ "in a route", T("<@\xc3\xa4.example,@\xff:a@legit.example>"), ST_OK,
	  "legit.example" },
	{ "local part", T("J\xc3\xb6rg <j\xc3\xb6rg@legit.example>"), ST_OK,
	  "legit.example" },
	{ "empty-vs-empty", T("a@."), ST_SYNTAX, NULL },
	{ "empty-vs-empty", T("a@.."), ST_SYNTAX, NULL },
	{ "d", T("a@-legit.example"), ST_SYNTAX, NULL },
	{ "d", T("a@legit!example.org"), ST_SYNTAX, NULL },
	{ "d", T("a@legit..example"), ST_SYNTAX, NULL },
	{ "d", T("a@.legit.example"), ST_SYNTAX, NULL },
	{ "RFC 5322 3.4.1", T("a..b@legit.example"), ST_SYNTAX, NULL },
	{ "RFC 5322 3.4.1", T(".a@legit.example"), ST_SYNTAX, NULL },
	{ "RFC 5322 3.4.1", T("a.@legit.example"), ST_SYNTAX, NULL },
	{ "RFC 5322 3.4.1", T("a b@legit.example"), ST_SYNTAX, NULL },
};

static void table(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[100];
		struct name name;
		struct diag why = { 0 };
		enum status st = address_read(guarded(rows[i].value),
					      ADDRESS_ONE_DOMAIN, NULL, &name,
					      &why);

		snprintf(row, sizeof(row), "%s: %s", rows[i].id,
			 (const char *)rows[i].value.p);
		bad += row_is(row, "status", st, rows[i].st);
		if (st == ST_OK && rows[i].domain)
			bad += row_is_span(row, "domain", span_str(name.text),
					   span_str(rows[i].domain));
		else if (st != ST_OK)
			bad += row_is(row, "words", why.text[0] != 0, 1);
	}
	assert_int_equal(bad, 0);
}

/* The local part that a SigningTable is asked for: what it means, not how it is
 * written (RFC 5322 3.2.4, 3.4.1). */
static void mailboxes(void **state)
{
	static const struct {
		struct span value;
		const char *local;
	} good[] = {
		{ T(" a@legit.example"), "a" },
		{ T("\"A, B\" <Ann.Lee@legit.example>"), "Ann.Lee" },
		{ T("x <a@legit.example>, b@legit.example"), "a" },
		{ T("<@r.example,@s.example:a@legit.example>"), "a" },
		{ T("g: a@legit.example, b@legit.example;"), "a" },
		{ T("(c) pete (his) . x (account) @legit.example"), "pete.x" },
		{ T("\"a \\\"b\\\\\".c@legit.example"), "a \"b\\.c" },
		{ T("\"a\r\n b\"@legit.example"), "a b" },
		{ T("\"\"@legit.example"), "" },
		{ T("caf\303\251@legit.example"), "caf\303\251" },
		{ T("a=b+c%d@legit.example"), "a=b+c%d" },
	};
	struct buf local;
	struct name name;
	int bad = 0;

	(void)state;
	buf_init(&local, 10);
	for (size_t i = 0; i < COUNT(good); i++) {
		buf_reset(&local);
		bad += row_is(good[i].local, "status",
			      address_read(guarded(good[i].value),
					   ADDRESS_ONE_DOMAIN, &local, &name,
					   NULL),
			      ST_OK);
		bad += row_is_span(good[i].local, "local part",
				   buf_span(&local), span_str(good[i].local));
	}
	assert_int_equal(bad, 0);
	/* RFC 4870 3.1 */
	buf_reset(&local);
	assert_int_equal(address_read(SPAN("a@legit.example, b@evil.example"),
				      ADDRESS_FIRST, &local, &name, NULL),
			 ST_OK);
	assert_string_equal(name.text, "legit.example");
	assert_true(span_eq(buf_span(&local), SPAN("a")));
	buf_reset(&local);
	assert_int_equal(address_read(SPAN("a@legit.example, b"), ADDRESS_FIRST,
				      &local, &name, NULL),
			 ST_SYNTAX);
	assert_int_equal(address_read(SPAN("a@legit.example, b@evil.example"),
				      ADDRESS_ONE_DOMAIN, &local, &name, NULL),
			 ST_SYNTAX);
	buf_reset(&local);
	assert_int_equal(address_read(SPAN("a123456789@legit.example"),
				      ADDRESS_ONE_DOMAIN, &local, &name, NULL),
			 ST_OK);
	buf_reset(&local);
	assert_int_equal(address_read(SPAN("a123456789b@legit.example"),
				      ADDRESS_ONE_DOMAIN, &local, &name, NULL),
			 ST_SYNTAX);
	buf_free(&local);
}

/* What a mailbox list is, whether or not there is a domain in it: RFC 5322 3.4,
 * RFC 6854 2.1; a lone local name is ours. */
static void any(void **state)
{
	static const struct {
		struct span value;
		enum status st;
	} forms[] = {
		{ T(" a@legit.example"), ST_OK },
		{ T("a@legit.example, B <b@evil.example>"), ST_OK },
		{ T("a@[192.0.2.1]"), ST_OK },
		{ T("A <a@[IPv6:2001:db8::1]>"), ST_OK },
		{ T("a@localhost"), ST_OK },
		{ T("a@-legit.example"), ST_OK },
		{ T("undisclosed:;"), ST_OK },
		{ T("root"), ST_OK },
		{ T("Cron Daemon <root>"), ST_OK },
		{ T("a@[192.0.2.1"), ST_SYNTAX },
		{ T("Cron Daemon"), ST_SYNTAX },
		{ T("root."), ST_SYNTAX },
		{ T("root@"), ST_SYNTAX },
		{ T("<>"), ST_SYNTAX },
		{ T("a..b@legit.example"), ST_SYNTAX },
		{ T("<a..b@legit.example>"), ST_SYNTAX },
		{ T(".a@legit.example"), ST_SYNTAX },
		{ T("a.@legit.example"), ST_SYNTAX },
		{ T("[X] Y <a@legit.example>"), ST_SYNTAX },
		{ T("X, Inc. <a@legit.example>"), ST_SYNTAX },
		{ T("X, Inc <a@legit.example>"), ST_SYNTAX },
		{ T("a@legit.example;"), ST_SYNTAX },
		{ T("A <a@legit.example>;"), ST_SYNTAX },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++)
		bad += row_is((const char *)forms[i].value.p, "status",
			      address_read(guarded(forms[i].value), ADDRESS_ANY,
					   NULL, NULL, NULL),
			      forms[i].st);
	assert_int_equal(bad, 0);
}

/* N times PART between HEAD and TAIL */
static enum status repeated(const char *head, const char *part, size_t n,
			    const char *tail)
{
	struct buf text;
	struct name name;

	buf_init(&text, 16 * 1024 * 1024);
	buf_put(&text, span_str(head));
	for (size_t i = 0; i < n; i++)
		buf_put(&text, span_str(part));
	buf_put(&text, span_str(tail));
	enum status st = address_read(buf_span(&text), ADDRESS_ONE_DOMAIN, NULL,
				      &name, NULL);

	buf_free(&text);
	return st;
}

static void limits(void **state)
{
	const size_t depth = LIMIT_COMMENT_DEPTH, most = LIMIT_MAILBOXES;
	struct buf text;
	struct name name;

	(void)state;
	/* n-1, n, n+1 */
	for (size_t n = depth - 1; n <= depth + 1; n++) {
		buf_init(&text, 4096);
		for (size_t i = 0; i < n; i++)
			buf_put(&text, SPAN("("));
		for (size_t i = 0; i < n; i++)
			buf_put(&text, SPAN(")"));
		buf_put(&text, SPAN("a@legit.example"));
		assert_int_equal(address_read(buf_span(&text),
					      ADDRESS_ONE_DOMAIN, NULL, &name,
					      NULL),
				 n > depth ? ST_LIMIT : ST_OK);
		buf_free(&text);
	}
	assert_int_equal(repeated("", "(", 100000, "a@legit.example"),
			 ST_LIMIT);
	assert_int_equal(repeated("", "(x)", 100000, "a@legit.example"), ST_OK);
	/* groups, open and empty */
	assert_int_equal(repeated("", "a:", 10000, "a@legit.example;"),
			 ST_SYNTAX);
	assert_int_equal(repeated("", "a:;,", 10000, "a@legit.example"), ST_OK);
	/* the limit of mailboxes */
	for (size_t n = most - 1; n <= most + 1; n++)
		assert_int_equal(repeated("", "a@legit.example,", n, ""),
				 n > most ? ST_LIMIT : ST_OK);
	assert_int_equal(repeated("", "a@legit.example,", 50000, ""), ST_LIMIT);
	/* long words and domains */
	assert_int_equal(repeated("", "a", 1000000, "@legit.example"), ST_OK);
	assert_int_equal(repeated("a@", "a.", 500000, "legit.example"),
			 ST_SYNTAX);
	assert_int_equal(repeated("", "a ", 500000, "<a@legit.example>"),
			 ST_OK);
	/* one character, many times */
	assert_int_equal(repeated("", "<", 1000000, ""), ST_SYNTAX);
	assert_int_equal(repeated("", "\"", 1000001, ""), ST_SYNTAX);
	assert_int_equal(repeated("", "\\", 1000000, ""), ST_SYNTAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(any),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
