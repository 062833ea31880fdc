/* Tag lists (RFC 6376 3.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "guard.h"
#include "tag.h"

enum { SIG = 1, REC = 2 }; /* the kinds in which a row is valid */

static const struct row {
	const char *where;
	struct span list;
	unsigned good;
	const char *dump; /* of the tags, "name<value>whole-length" */
} rows[] = {
	{ "RFC 6376 3.2", T("v=1"), SIG | REC, "v<1>1" },
	{ "RFC 6376 3.2", T("v=1;"), SIG | REC, "v<1>1" },
	{ "RFC 6376 3.2", T("v=1; a=b c ;"), SIG | REC, "v<1>1 a<b c>4" },
	{ "erratum 5070", T(" v = 1 ; a\r\n = x"), SIG | REC, "v<1>3 a<x>2" },
	{ "FWS everywhere", T("v=1\r\n ;"), SIG | REC, "v<1>4" },
	{ "no WSP, no fold", T("v=1\r\n;"), 0, "" },
	{ "empty", T("p="), SIG | REC, "p<>0" },
	{ "empty", T("p= \t;"), SIG | REC, "p<>2" },
	{ "case of tags", T("d=a; D=b"), SIG | REC, "d<a>1 D<b>1" },
	{ "The same name twice", T("d=a; d=b"), 0, "" },
	{ "unknown twice", T("foo=1; foo=1"), 0, "" },
	{ "inner WSP", T("n=a  b\tc"), SIG | REC, "n<a  b\tc>6" },
	{ "value =", T("b=a==; c==x"), SIG | REC, "b<a==>3 c<=x>2" },
	{ "value NUL", T("a=b\0c"), 0, "" },
	{ "value DEL", T("a=b\x7f"), 0, "" },
	{ "value VT", T("a=b\v"), 0, "" },
	{ "bare LF", T("a=b\n c"), 0, "" },
	{ "bare CR", T("a=b\r c"), 0, "" },
	{ "RFC 8616 UTF-8", T("a=\xc3\xbc"), SIG | REC, "a<\xc3\xbc>2" },
	{ "RFC 8616 not UTF-8", T("a=\xfc"), REC, "a<\xfc>1" },
	{ "LENIENT: final ;", T("a=1;;b=2"), REC, "a<1>1 b<2>1" },
	{ "LENIENT: final ;", T(";a=1"), REC, "a<1>1" },
	{ "LENIENT: final ;", T("a=1; ; "), REC, "a<1>1" },
	{ "WSP at the end", T("a=1; \t"), SIG | REC, "a<1>1" },
	{ "no =", T("v=1; foo; d=x"), 0, "" },
	{ "no =", T("p"), 0, "" },
	{ "empty", T(""), 0, "" },
	{ "only FWS", T(" \r\n "), 0, "" },
	{ "only ;", T(";"), 0, "" },
	{ "not a tag", T("1a=b"), 0, "" },
	{ "not a tag", T("a-b=c"), 0, "" },
	{ "not a tag", T("_a=c"), 0, "" },
	{ "not a tag", T("=c"), 0, "" },
	{ "RFC 6376 3.2 names", T("a_1=c"), SIG | REC, "a_1<c>1" },
	{ "two FWS may end nothing", T("a=b \r\n \r\n ;c=d"), 0, "" },
	{ "two FWS inside", T("a=b \r\n \r\n c"), SIG | REC, NULL },
};

static void dump(const struct tags *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		buf_putf(out, "%s", i ? " " : "");
		buf_put(out, t->v[i].name);
		buf_put(out, SPAN("<"));
		buf_put(out, t->v[i].value);
		buf_putf(out, ">%zu", t->v[i].whole.n);
	}
}

static void lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (unsigned kind = SIG; kind <= REC; kind++) {
			struct tags t;
			struct buf out;
			struct diag why = { 0 };
			enum status st = tags_parse(&t, guarded(rows[i].list),
						    kind == SIG ? TAGS_SIGNATURE
								: TAGS_RECORD,
						    &why);

			if (st != (rows[i].good & kind ? ST_OK : ST_SYNTAX))
				fail_msg("%s, row %zu, kind %u: %s",
					 rows[i].where, i, kind, why.text);
			if (st != ST_OK || !rows[i].dump)
				continue;
			buf_init(&out, 1000);
			dump(&t, &out);
			assert_string_equal((char *)out.p, rows[i].dump);
			buf_free(&out);
		}
}

/* the ceiling at n-1, n, n+1, and time linear in the length */
static void ceiling(void **state)
{
	static struct tags t;
	struct buf list;
	size_t counts[] = { LIMIT_TAGS - 1, LIMIT_TAGS, LIMIT_TAGS + 1,
			    100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		buf_init(&list, 2000000);
		for (size_t j = 0; j < counts[i]; j++)
			buf_putf(&list, "a%zu=1;", j);
		assert_int_equal(
			tags_parse(&t, buf_span(&list), TAGS_SIGNATURE, NULL),
			counts[i] <= LIMIT_TAGS ? ST_OK : ST_SYNTAX);
		buf_free(&list);
	}
	buf_init(&list, 4000000);
	for (size_t j = 0; j < 1000000; j++)
		buf_put(&list, SPAN("; "));
	assert_int_equal(tags_parse(&t, buf_span(&list), TAGS_RECORD, NULL),
			 ST_SYNTAX);
	buf_reset(&list);
	buf_put(&list, SPAN("h="));
	for (size_t j = 0; j < 1000000; j++)
		buf_put(&list, SPAN("a "));
	assert_int_equal(tags_parse(&t, buf_span(&list), TAGS_SIGNATURE, NULL),
			 ST_OK);
	buf_free(&list);
}

static void words(void **state)
{
	struct span rest = guarded_str(" a : b:\r\n c::d "), word = { 0 };
	static const char *const expected[] = { "a", "b", "c", "", "d" };
	size_t n = 0;

	(void)state;
	while (tag_words(&rest, &word)) {
		assert_true(n < sizeof(expected) / sizeof(*expected));
		assert_true(span_eq(word, span_str(expected[n])));
		n++;
	}
	assert_int_equal(n, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(ceiling),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
