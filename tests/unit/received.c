/* Dates of header fields: RFC 5322 3.3, 4.3; RFC 5321 4.4. */
#include "unit.h"

#include "received.h"

/* The time of a Received field that ends in TEXT; -1: none. */
static int64_t time_of(const char *text)
{
	struct buf value;

	buf_init(&value, 4096);
	buf_putf(&value, "by b;%s", text);
	struct field one = { .name = SPAN("Received"),
			     .value = buf_span(&value) };
	const struct field *sorted = &one;
	const struct fields f = { .v = &one, .n = 1, .sorted = &sorted };
	int64_t got = -1;
	enum status st = received_time(&f, &got, NULL);

	buf_free(&value);
	return st == ST_OK ? got : -1;
}

static void reads(void **state)
{
	static const struct {
		const char *text;
		int64_t when; /* -1: not a date */
	} rows[] = {
		/* RFC 5322 3.3 */
		{ "Fri, 2 Jan 2026 10:00:00 +0000", 1767348000 },
		{ " Fri, 02 Jan 2026 10:00 +0000 ", 1767348000 },
		{ "2 Jan 2026 11:00:00 +0100", 1767348000 },
		{ "2 Jan 2026 01:30:00 -0830", 1767348000 },
		{ "Fri, 2 Jan 2026 10:00:00 -0000", 1767348000 },
		{ "Thu, 1 Jan 1970 00:00:00 +0000", 0 },
		{ "Thu, 29 Feb 2024 12:00:00 +0000", 1709208000 },
		{ "31 Dec 2016 23:59:60 +0000", 1483228800 },
		{ "31 Dec 9999 23:59:59 +0000", 253402300799 },
		/* comments and folding */
		{ "Fri,\r\n 2 Jan 2026 10:00:00\r\n\t+0000 (UTC)", 1767348000 },
		{ "(a;(b))Fri(c),2(d)Jan(e)2026(f)10:00:00(g)+0000(h)",
		  1767348000 },
		{ "fri, 2 jAN 2026 10 : 00 : 00 +0000", 1767348000 },
		/* 4.3 */
		{ "2 Jan 26 10:00:00 GMT", 1767348000 },
		{ "2 Jan 126 10:00:00 UT", 1767348000 },
		{ "2 Jan 70 00:00:00 GMT", 86400 },
		{ "2 Jan 2026 05:00:00 EST", 1767348000 },
		{ "2 Jan 2026 03:00:00 PDT", 1767348000 },
		{ "2 Jan 2026 10:00:00 Z", 1767348000 },
		{ "2 Jan 2026 10:00:00 Q", 1767348000 },
		/* none */
		{ "", -1 },
		{ "Fri, 2 Jan 2026", -1 },
		{ "Fri, 2 Jan 2026 10:00:00", -1 },
		{ "Fri 2 Jan 2026 10:00:00 +0000", -1 },
		{ "Xyz, 2 Jan 2026 10:00:00 +0000", -1 },
		{ "0 Jan 2026 10:00:00 +0000", -1 },
		{ "31 Feb 2026 10:00:00 +0000", -1 },
		{ "29 Feb 2023 10:00:00 +0000", -1 },
		{ "32 Jan 2026 10:00:00 +0000", -1 },
		{ "2 Foo 2026 10:00:00 +0000", -1 },
		{ "2 Janu 2026 10:00:00 +0000", -1 },
		{ "2 Jan 1969 10:00:00 +0000", -1 },
		{ "2 Jan 20266 10:00:00 +0000", -1 },
		{ "2 Jan 2026 24:00:00 +0000", -1 },
		{ "2 Jan 2026 10:60:00 +0000", -1 },
		{ "2 Jan 2026 10:00:61 +0000", -1 },
		{ "2 Jan 2026 10:00:00 +00000", -1 },
		{ "2 Jan 2026 10:00:00 +000", -1 },
		{ "2 Jan 2026 10:00:00 +0060", -1 },
		{ "2 Jan 2026 10:00:00 +0000 x", -1 },
		{ "2 Jan 2026 10:00:00 +0000 (x", -1 },
		{ "(x", -1 },
		{ "Fri, (x 2 Jan 2026 10:00:00 +0000", -1 },
		{ "2 Jan 2026 (x 10:00:00 +0000", -1 },
		{ "1 Jan 1970 00:00:00 +0100", -1 },
		{ "2 Jan 2026 10:00:00 +0000\r\nX", -1 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bad += row_is(rows[i].text, "time", time_of(rows[i].text),
			      rows[i].when);
	}
	assert_int_equal(bad, 0);
}

/* RFC 5321 4.4: the topmost field is the last server's. */
static void finds_the_topmost(void **state)
{
	static const struct {
		const char *header;
		int64_t when;
	} rows[] = {
		{ "Received: from a (x; y) by b; Fri, 2 Jan 2026 10:00:00 "
		  "+0000\r\nReceived: by c; 1 Jan 2026 10:00:00 +0000\r\n",
		  1767348000 },
		{ "X: 1\r\nRECEIVED : by b\r\n ;\r\n 2 Jan 2026 10:00:00 "
		  "+0000 (UTC)\r\n",
		  1767348000 },
		{ "Received: by b; 2 Jan 2026 10:00:00 +0000 (a;b (c;d))\r\n",
		  1767348000 },
		{ "Received: by b\r\nReceived: by c; 2 Jan 2026 10:00:00 "
		  "+0000\r\n",
		  -1 },
		{ "From: a@b\r\nDate: 2 Jan 2026 10:00:00 +0000\r\n", -1 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fields f = { .bytes.max = 4096 };
		int64_t got = -1;
		size_t mbox;

		buf_put(&f.bytes, span_str(rows[i].header));
		fields_parse(&f, false, true, &mbox);
		enum status st = received_time(&f, &got, NULL);

		bad += row_is(rows[i].header, "time", st == ST_OK ? got : -1,
			      rows[i].when);
		fields_free(&f);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(finds_the_topmost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
