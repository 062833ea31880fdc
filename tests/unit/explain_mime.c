/* Parts and transfer encodings, as they are guessed at for an explanation. */
#include "unit.h"

#include "explain_mime.h"

static const struct {
	const char *name, *value, *param, *wanted;
} params[] = {
	{ "plain", "text/plain; charset=utf-8", "charset", "utf-8" },
	{ "quotes", "a/b; boundary=\"x;y\"; c=d", "boundary", "x;y" },
	{ "case, blanks", "a/b;\r\n\tCharSet = UTF-8 ; x=y", "charset",
	  "UTF-8" },
	{ "none", "text/plain; format=flowed", "charset", NULL },
	{ "not the type itself", "charset=x; a=b", "charset", NULL },
	{ "cut quote", "a/b; c=\"d", "c", "d" },
};

static void parameters(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(params); i++) {
		struct span got = mime_param(guarded(span_str(params[i].value)),
					     params[i].param);

		bad += row_is(params[i].name, "there", got.p != NULL,
			      params[i].wanted != NULL);
		bad += row_is_span(params[i].name, "value", got,
				   span_str(params[i].wanted));
	}
	assert_int_equal(bad, 0);
}

static void scan(struct mime *m, struct fields *f, const char *header,
		 const char *body)
{
	size_t mbox;

	*f = (struct fields){ 0 };
	buf_init(&f->bytes, 4096);
	buf_put(&f->bytes, span_str(header));
	fields_parse(f, false, true, &mbox);
	mime_scan(m, f, guarded(span_str(body)));
}

/* RFC 2046 5.1.1: the CRLF before a boundary belongs to it. */
static void parts(void **state)
{
	static const char body[] = "intro\r\n--b\r\n\r\none\r\n--b\r\n"
				   "Content-Type: text/html;\r\n charset=x\r\n"
				   "Content-Transfer-Encoding: base64\r\n\r\n"
				   "YQ==\r\n--b--\r\nend\r\n";
	struct fields f;
	struct mime m;

	(void)state;
	scan(&m, &f, "Content-Type: multipart/mixed; boundary=b\r\n", body);
	assert_true(m.multipart);
	assert_int_equal(m.n, 2);
	assert_int_equal(m.boundary_n, 3);
	assert_int_equal(m.open_n, 0);
	assert_true(m.v[0].text && !m.v[0].html);
	assert_int_equal(m.v[0].end - m.v[0].start, 3);
	assert_true(m.v[1].html);
	assert_int_equal(m.v[1].encoding, ENCODING_BASE64);
	assert_int_equal(m.v[1].end - m.v[1].start, 4);
	mime_free(&m);
	fields_free(&f);
}

static void nested_and_open(void **state)
{
	static const char body[] =
		"--a\r\nContent-Type: multipart/alternative; boundary=ab\r\n"
		"\r\n--ab\r\n\r\none\r\n--ab\r\n\r\ntwo\r\n--ab--\r\n--a\r\n"
		"\r\nthree";
	struct fields f;
	struct mime m;

	(void)state;
	scan(&m, &f, "Content-Type: multipart/mixed; boundary=\"a\"\r\n", body);
	assert_int_equal(m.n, 3);
	assert_int_equal(m.open_n, 1);
	assert_int_equal(m.v[2].end - m.v[2].start, 5);
	mime_free(&m);
	fields_free(&f);
}

static const struct {
	const char *name;
	struct style style;
	const char *plain, *coded;
} codes[] = {
	{ "QP", { ENCODING_QP, 76, 0, 0 }, "a=b\r\n", "a=3Db\r\n" },
	{ "QP, blank at the end",
	  { ENCODING_QP, 76, 0, 0 },
	  "a \r\n",
	  "a=20\r\n" },
	{ "QP, 8-bit",
	  { ENCODING_QP, 76, 0, 0 },
	  "\xc3\xbc\r\n",
	  "=C3=BC\r\n" },
	{ "QP, just fits",
	  { ENCODING_QP, 4, 0, 0 },
	  "abcd\r\nabcde\r\n",
	  "abcd\r\nabc=\r\nde\r\n" },
	{ "base64",
	  { ENCODING_BASE64, 4, 0, 1 },
	  "abcdef",
	  "YWJj\r\nZGVm\r\n" },
	{ "base64, no end",
	  { ENCODING_BASE64, 8, 0, 0 },
	  "abcdef",
	  "YWJjZGVm" },
	{ "base64 of LF", { ENCODING_BASE64, 0, 1, 0 }, "a\r\n", "YQo=" },
};

static void encodings(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct buf coded = { 0 }, plain = { 0 };

		mime_encode(&codes[i].style, guarded(span_str(codes[i].plain)),
			    &coded);
		bad += row_is_span(codes[i].name, "coded", buf_span(&coded),
				   span_str(codes[i].coded));
		bad += row_is(codes[i].name, "decoded",
			      mime_decode(codes[i].style.encoding,
					  buf_span(&coded), &plain),
			      true);
		bad += row_is_span(codes[i].name, "plain", buf_span(&plain),
				   span_str(codes[i].plain));
		buf_free(&coded);
		buf_free(&plain);
	}
	assert_int_equal(bad, 0);
}

static void charsets(void **state)
{
	struct buf out;

	(void)state;
	assert_true(
		mime_convert("utf-8", "iso-8859-1", SPAN("\xc3\xbc"), &out));
	assert_true(span_eq(buf_span(&out), SPAN("\xfc")));
	buf_free(&out);
	assert_false(mime_convert("utf-8", "iso-8859-1", SPAN("\xfc"), &out));
	buf_free(&out);
	assert_null(mime_charset(SPAN("ISO-2022-CN-EXT")));
	assert_string_equal(mime_charset(SPAN("UTF-8")), "utf-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters),	   cmocka_unit_test(parts),
		cmocka_unit_test(nested_and_open), cmocka_unit_test(encodings),
		cmocka_unit_test(charsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
