/* Authentication-Results, read: RFC 8601 2.2, 5. */
#include "unit.h"

#include "authres.h"
#include "trusted_authres.h"
#include "limit.h"

static void put(struct buf *out, struct span s)
{
	buf_put(out, s);
}

/* "id: method/version=result(reason) ptype.property=<value>; ..." */
static void show(const struct authres *a, struct buf *out)
{
	buf_init(out, 1024 * 1024);
	put(out, a->id);
	buf_put(out, SPAN(":"));
	for (size_t i = 0; i < a->n; i++) {
		const struct authres_result *r = &a->v[i];

		buf_put(out, i ? SPAN("; ") : SPAN(" "));
		put(out, r->method);
		if (r->version != 1)
			buf_putf(out, "/%llu", (unsigned long long)r->version);
		buf_put(out, SPAN("="));
		put(out, r->result);
		if (r->reason.p)
			buf_putf(out, "(%.*s)", (int)r->reason.n,
				 (const char *)r->reason.p);
		for (size_t k = r->first; k < r->first + r->n; k++) {
			buf_put(out, SPAN(" "));
			put(out, a->props[k].ptype);
			buf_put(out, SPAN("."));
			put(out, a->props[k].property);
			buf_put(out, SPAN("=<"));
			put(out, a->props[k].value);
			buf_put(out, SPAN(">"));
		}
	}
}

static void reads(void **state)
{
	static const struct {
		const char *id;
		struct span value;
		struct span shown;
	} rows[] = {
		{ "B.2", T(" example.org 1; none"), T("example.org:") },
		{ "B.3",
		  T(" example.com;\r\n\tspf=pass smtp.mailfrom="
		    "example.net"),
		  T("example.com: spf=pass smtp.mailfrom=<example.net>") },
		{ "B.4",
		  T(" example.com;\r\n auth=pass (cram-md5) "
		    "smtp.auth=sender@example.net;\r\n spf=pass\r\n "
		    "smtp.mailfrom=example.net"),
		  T("example.com: auth=pass smtp.auth=<sender@example.net>; "
		    "spf=pass smtp.mailfrom=<example.net>") },
		{ "B.4",
		  T(" example.com; iprev=pass\r\n "
		    "policy.iprev=192.0.2.200"),
		  T("example.com: iprev=pass policy.iprev=<192.0.2.200>") },
		{ "B.6",
		  T(" example.com;\r\n dkim=pass reason=\"good signature\"\r\n"
		    " header.i=@mail-router.example.net;\r\n dkim=fail "
		    "reason=\"bad signature\"\r\n header.i=@newyork.example."
		    "com"),
		  T("example.com: dkim=pass(good signature) "
		    "header.i=<@mail-router.example.net>; dkim=fail(bad "
		    "signature) header.i=<@newyork.example.com>") },
		{ "B.7 comments",
		  T(" foo.example.net (foobar) 1 (baz);\r\n dkim (Because I "
		    "like it) / 1 (One yay) = (wait for it) fail\r\n policy (A "
		    "dot can go here) . (like that) expired\r\n (this "
		    "surprised "
		    "me) = (as I wasn't expecting it) 1362471462"),
		  T("foo.example.net: dkim=fail policy.expired=<1362471462>") },
		{ "value: quoted", T("\"a b\\\"\\\\\"; x=y"),
		  T("a b\"\\: x=y") },
		{ "value: folded", T("\"a\r\n b\"; x=y"), T("a b: x=y") },
		{ "pvalue: quoted", T("a;x=y b.c=\"d;e=f (g)\"h.i=j"),
		  T("a: x=y b.c=<d;e=f (g)> h.i=<j>") },
		{ "pvalue: empty", T("a;x=y b.c=\"\""), T("a: x=y b.c=<>") },
		{ "pvalue: address", T("a;x=y b.c=SRS0=a/b?=c@d.e"),
		  T("a: x=y b.c=<SRS0=a/b?=c@d.e>") },
		{ "pvalue: quoted local-part", T("a;x=y b.c=\"d @\\\" e\"@f.g"),
		  T("a: x=y b.c=<d @\" e@f.g>") },
		{ "pvalue: b=", T("a;x=y header.b=\"aB/+=\""),
		  T("a: x=y header.b=<aB/+=>") },
		{ "RFC 6532", T("b\xc3\xbc.example; x=y b.c=\"\xc3\xbc\""),
		  T("b\xc3\xbc.example: x=y b.c=<\xc3\xbc>") },
		{ "no blanks", T("a;x=y;z=w"), T("a: x=y; z=w") },
		{ "comments everywhere",
		  T("(a(b\\)))c(;)1();(=)x(.)/"
		    "()2()=()y()reason()=()z()b().()c()"
		    "=()d()"),
		  T("c: x/2=y(z) b.c=<d>") },
		{ "versions are kept apart", T("a; dkim/2=pass"),
		  T("a: dkim/2=pass") },
		{ "an unknown ptype", T("a; dkim=pass value.x=1"),
		  T("a: dkim=pass value.x=<1>") },
		{ "unknown words", T("a; x-y=surprise reason.z=1"),
		  T("a: x-y=surprise reason.z=<1>") },
		{ "none as a method", T("a; none=pass"), T("a: none=pass") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct authres a;
		struct buf text;
		struct diag why = { 0 };

		bad += row_is(rows[i].id, "status",
			      authres_parse(guarded(rows[i].value), &a, &why),
			      ST_OK);
		show(&a, &text);
		bad += row_is_span(rows[i].id, "field", buf_span(&text),
				   rows[i].shown);
		buf_free(&text);
		authres_free(&a);
	}
	assert_int_equal(bad, 0);
}

static void refuses(void **state)
{
	static const struct {
		const char *id;
		struct span value;
		enum status st;
	} rows[] = {
		{ "nothing", T(""), ST_SYNTAX },
		{ "no result", T("a"), ST_SYNTAX },
		{ "no result", T("a;"), ST_SYNTAX },
		{ "no result", T("a 1"), ST_SYNTAX },
		{ "a final ;", T("a; x=y;"), ST_SYNTAX },
		{ "none and more", T("a; none; x=y"), ST_SYNTAX },
		{ "none late", T("a; x=y; none"), ST_SYNTAX },
		{ "unparsable", T(" ;;;mx.example dkim=pass"), ST_SYNTAX },
		{ "unclosed comment", T("a; x=y (b"), ST_SYNTAX },
		{ "unclosed comment", T("(a; x=y"), ST_SYNTAX },
		{ "unclosed quote", T("\"a; x=y"), ST_SYNTAX },
		{ "a slash", T("a/1; x=y"), ST_SYNTAX },
		{ "two ids", T("a b; x=y"), ST_SYNTAX },
		{ "version", T("a 2; x=y"), ST_VERSION },
		{ "version", T("a 18446744073709551617; x=y"), ST_VERSION },
		{ "version", T("\"a\"1; x=y"), ST_SYNTAX },
		{ "method version", T("a; x/=y"), ST_SYNTAX },
		{ "method version", T("a; x/v1=y"), ST_SYNTAX },
		{ "no =", T("a; x"), ST_SYNTAX },
		{ "no result word", T("a; x="), ST_SYNTAX },
		{ "no method", T("a; =y"), ST_SYNTAX },
		{ "keyword", T("a; x_y=z"), ST_SYNTAX },
		{ "keyword", T("a; x-=z"), ST_SYNTAX },
		{ "names of properties", T("a; dkim=pass header.i.x=1"),
		  ST_SYNTAX },
		{ "names of properties", T("a; dkim=pass __proto__.x=1"),
		  ST_SYNTAX },
		{ "no property", T("a; x=y header=1"), ST_SYNTAX },
		{ "no value", T("a; x=y b.c="), ST_SYNTAX },
		{ "no value", T("a; x=y b.c=;z=w"), ST_SYNTAX },
		{ "unquoted", T("a; x=y header.b=ab/="), ST_SYNTAX },
		{ "no domain", T("a; x=y b.c=d@"), ST_SYNTAX },
		{ "no domain", T("a; x=y b.c=@.a"), ST_SYNTAX },
		{ "no local-part", T("a; x=y b.c=.d@e"), ST_SYNTAX },
		{ "two @", T("a; x=y b.c=d@e@f"), ST_SYNTAX },
		{ "late reason", T("a; x=y b.c=d reason=e"), ST_SYNTAX },
		{ "two reasons", T("a; x=y reason=d reason=e"), ST_SYNTAX },
		{ "NUL", T("a\0; x=y"), ST_SYNTAX },
		{ "a control", T("a; x=y b.c=\"d\x1b\""), ST_SYNTAX },
		{ "a line end", T("a;\n x=y"), ST_SYNTAX },
		{ "a line end", T("a; x=y\r\n"), ST_SYNTAX },
		{ "8-bit", T("a\xff; x=y"), ST_SYNTAX },
		{ "8-bit", T("a; x=y b.c=\"\xc3\""), ST_SYNTAX },
		{ "8-bit keyword", T("a; \xc3\xbc=y"), ST_SYNTAX },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[80];
		struct authres a;
		struct diag why = { 0 };

		snprintf(row, sizeof(row), "%s: %.40s", rows[i].id,
			 (const char *)rows[i].value.p);
		bad += row_is(row, "status",
			      authres_parse(guarded(rows[i].value), &a, &why),
			      rows[i].st);
		bad += row_is(row, "results",
			      (long long)a.n + (long long)a.props_n, 0);
		bad += row_is(row, "words", why.text[0] != 0, 1);
		authres_free(&a);
	}
	assert_int_equal(bad, 0);
}

static void repeat(struct buf *b, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		buf_put(b, span_str(text));
}

static enum status status_of(const char *head, size_t n, const char *each,
			     const char *tail)
{
	struct authres a;
	struct buf text;
	enum status st;

	buf_init(&text, 4 * 1024 * 1024);
	buf_put(&text, span_str(head));
	repeat(&text, n, each);
	buf_put(&text, span_str(tail));
	st = authres_parse(buf_span(&text), &a, NULL);
	if (st != ST_OK)
		assert_int_equal(a.n, 0);
	authres_free(&a);
	buf_free(&text);
	return st;
}

/* bounded, and never a part */
static void limits(void **state)
{
	(void)state;
	for (size_t n = 0; n < 3; n++) {
		enum status st = n < 2 ? ST_OK : ST_LIMIT;

		assert_int_equal(status_of("a", LIMIT_AUTHRES_RESULTS - 1 + n,
					   "; x=y", ""),
				 st);
		assert_int_equal(status_of("a; x=y",
					   LIMIT_AUTHRES_PROPS - 1 + n,
					   " b.c=d", ""),
				 st);
		assert_int_equal(status_of("a; x=y header.d=bank.example.",
					   LIMIT_AUTHRES_VALUE - 14 + n, "A",
					   ""),
				 st);
		assert_int_equal(
			status_of("a", LIMIT_COMMENT_DEPTH - 1 + n, "(", ""),
			n < 2 ? ST_SYNTAX : ST_LIMIT);
	}
	assert_int_equal(status_of("a; x=y", 100000, " b.c=d", ""), ST_LIMIT);
	assert_int_equal(status_of("a; x=y", 1000000, " ", ""), ST_LIMIT);
}

static struct span found(const struct authres *a, size_t i, const char *name)
{
	struct trusted_result r = { .field = a, .in = &a->v[i] };

	return trusted_find(&r, "h", name);
}

static void finds(void **state)
{
	struct authres a;

	(void)state;
	assert_int_equal(authres_parse(SPAN("a; x=y h.d=1; x=y H.D=2 h.d=3 "
					    "h.e=4"),
				       &a, NULL),
			 ST_OK);
	assert_true(span_eq(found(&a, 1, "d"), SPAN("2")));
	assert_true(span_eq(found(&a, 0, "d"), SPAN("1")));
	assert_null(found(&a, 0, "e").p);
	authres_free(&a);
}

static void claims(void **state)
{
	static const struct {
		const char *id;
		struct span value;
		bool ours;
	} rows[] = {
		{ "forged own id",
		  T(" mx.example; dkim=pass header.d=bank.example"), true },
		{ "trailing dot", T(" mx.example.; none"), true },
		{ "one dot only", T(" mx.example..; none"), false },
		{ "quoted", T(" \"mx.example\"; none"), true },
		{ "quoted", T(" \"mx\\.example.\"; none"), true },
		{ "quoted", T(" \" mx.example\r\n \"; none"), true },
		{ "comment", T(" (c)mx.example; none"), true },
		{ "comment", T("((c\\)))mx.example(d)e; none"), true },
		{ "version", T(" mx.example 1; none"), true },
		{ "version", T(" mx.example 2; none"), true },
		{ "version", T(" mx.example/1; none"), true },
		{ "version", T(" mx.example\t1;none"), true },
		{ "case", T(" MX.Example; none"), true },
		{ "folded", T("\r\n mx.example; none"), true },
		{ "folded", T("\r\n\t\r\n mx.example\r\n ; none"), true },
		{ "nothing else", T(" mx.example"), true },
		{ "first token", T(" mx.example dkim=pass"), true },
		{ "first token", T(" mx.example=; none"), true },
		{ "first token", T(" mx.example\0; none"), true },
		{ "first token", T(" mx.example@x; none"), true },
		{ "unparsable", T(" ;;;mx.example dkim=pass"), true },
		{ "unclosed", T(" (mx.example; dkim=pass"), true },
		{ "unclosed", T(" (x(y) mx.example; dkim=pass"), true },
		{ "unclosed", T(" \"mx.example; dkim=pass"), true },
		{ "in brackets", T(" <mx.example>; dkim=pass"), true },
		{ "in brackets", T(" [mx.example.]; dkim=pass"), true },
		{ "stray line end", T("\n mx.example; dkim=pass"), true },
		{ "encoded word", T(" =?us-ascii?q?mx.example?=; a=b"), true },
		{ "in pieces", T(" mx .example; none"), true },
		{ "in pieces", T(" mx.(c)\r\n example 1x; none"), false },
		{ "in pieces", T(" mx(c).(d)\r\n example; none"), true },
		{ "in pieces", T(" \"mx\".\"example.\"; none"), true },
		{ "in pieces", T(" \"\"mx.example; none"), true },
		{ "in pieces", T(" \"\" mx.example"), true },
		{ "pieces of another", T(" mx .example.com; none"), false },
		{ "in pieces", T(" mx .example/x; none"), true },
		{ "pieces of another", T(" mx@.example; none"), false },
		{ "wide letters", T(" \xef\xbd\x8dx.example; none"), true },
		{ "wide dot",
		  T(" mx\xe3\x80\x82"
		    "example; none"),
		  true },
		{ "other letters", T(" m\xd1\x85.example; none"), false },
		{ "foreign id", T(" other.example; dkim=pass"), false },
		{ "foreign id",
		  T(" other.example; iprev=pass smtp.helo=mx.example"), false },
		{ "broken", T(" other.example; (mx.example"), false },
		{ "second token", T(" other.example mx.example; none"), false },
		{ "only a comment", T(" (mx.example) other; none"), false },
		{ "broken, not ours", T(" ;;;other.example"), false },
		{ "longer", T(" a.mx.example; none"), false },
		{ "longer", T(" mx.example.com; none"), false },
		{ "longer", T(" \"mx.example a\"; none"), false },
		{ "shorter", T(" mx.exampl; none"), false },
		{ "nothing", T(""), false },
		{ "nothing", T(" "), false },
		{ "a quoted nothing", T(" \"\"; none"), false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[80];
		struct span value = guarded(rows[i].value);

		snprintf(row, sizeof(row), "%s: %.40s", rows[i].id,
			 (const char *)rows[i].value.p);
		bad += row_is(row, "claims",
			      authres_claims(value, SPAN("mx.example")),
			      rows[i].ours);
		bad += row_is(row, "claims, our own dot",
			      authres_claims(value, SPAN("MX.example.")),
			      rows[i].ours);
	}
	assert_int_equal(bad, 0);
}

/* A broken field in other letters costs no more than a few hundred words. */
static void many_words(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, LIMIT_FIELD_BYTES);
	buf_put(&text, SPAN(";"));
	repeat(&text, LIMIT_AUTHRES_RESULTS, "\xc3\xbc ");
	assert_false(authres_claims(buf_span(&text), SPAN("mx")));
	repeat(&text, 1, "\xc3\xbc ");
	assert_true(authres_claims(buf_span(&text), SPAN("mx")));
	buf_free(&text);
}

/* RFC 8601 4: the topmost fields, without a gap */
static void topmost(void **state)
{
	static const struct {
		const char *header;
		size_t n;
		bool ignored;
	} rows[] = {
		{ "A: b\r\n", 0, false },
		{ "Authentication-Results: x; none\r\n", 0, false },
		{ "Authentication-Results: mx; none\r\n", 1, false },
		{ "A: b\r\nAuthentication-Results: mx; none\r\n"
		  "AUTHENTICATION-results : (x) mx. ; none\r\n"
		  "Received: x\r\nAuthentication-Results: mx; none\r\n",
		  2, false },
		{ "Authentication-Results: x; none\r\n"
		  "Authentication-Results: mx; none\r\n"
		  "Authentication-Results: x; none\r\n"
		  "Authentication-Results: mx; none\r\n",
		  0, true },
		{ "Return-Path: <>\r\nReceived : x\r\n"
		  "Authentication-Results: mx; none\r\n",
		  0, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fields f = { .bytes.max = LIMIT_HEADER_BYTES };
		struct trusted_authres *t;
		size_t mbox;

		buf_put(&f.bytes, span_str(rows[i].header));
		fields_parse(&f, false, true, &mbox);
		t = trusted_read(&f, SPAN("mx"));
		assert_int_equal(t->fields_n, rows[i].n);
		assert_int_equal(t->ignored, rows[i].ignored);
		trusted_free(t);
		fields_free(&f);
	}
}

static void tokens(void **state)
{
	(void)state;
	assert_true(authres_is_token(SPAN("a.b-c_d!#$%&'*+^`{|}~")));
	assert_false(authres_is_token(SPAN("")));
	for (const char *c = "()<>@,;:\\\"/[]?= \t\r\n\x7f\x01\x80"; *c; c++)
		assert_false(authres_is_token(span_of(c, 1)));
	assert_false(authres_is_token(SPAN("a\0")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),      cmocka_unit_test(refuses),
		cmocka_unit_test(limits),     cmocka_unit_test(finds),
		cmocka_unit_test(claims),     cmocka_unit_test(topmost),
		cmocka_unit_test(many_words), cmocka_unit_test(tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
