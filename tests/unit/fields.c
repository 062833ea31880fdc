/* The header section: RFC 5322 2.2, 3.6.8, 4.5.3; RFC 6376 5.4.2. */
#include "unit.h"

#include "fields.h"
#include "limit.h"

static size_t parse(struct fields *f, struct span block, bool cut)
{
	size_t mbox = 0;

	*f = (struct fields){ 0 };
	buf_init(&f->bytes, 4 * LIMIT_HEADER_BYTES);
	buf_put(&f->bytes, block);
	fields_parse(f, cut, span_find(block, '\n') < block.n, &mbox);
	return mbox;
}

/* "Name=value|..." of all fields */
static void show(const struct fields *f, struct buf *out)
{
	buf_init(out, 4096);
	for (size_t i = 0; i < f->n; i++) {
		assert_true(span_ends(f->v[i].raw, SPAN("\r\n")));
		buf_put(out, f->v[i].name);
		buf_put(out, SPAN("="));
		buf_put(out, f->v[i].value);
		buf_put(out, SPAN("|"));
	}
}

static void blocks(void **state)
{
	static const struct {
		const char *id;
		struct span block;
		enum status st;
		struct span fields;
		size_t mbox;
	} rows[] = {
		{ "empty", T(""), ST_OK, T(""), 0 },
		{ "field", T("A: b\r\nC:d\r\n"), ST_OK, T("A= b|C=d|"), 0 },
		{ "no CRLF", T("A: b\r\nC:d"), ST_OK, T("A= b|C=d|"), 0 },
		{ "CR only", T("A: b\r"), ST_OK, T("A= b\r|"), 0 },
		{ "second colon", T("A:b:c\r\n"), ST_OK, T("A=b:c|"), 0 },
		{ "empty value", T("A:\r\n"), ST_OK, T("A=|"), 0 },
		{ "folded", T("A: b\r\n c\r\n\td\r\nE: f\r\n"), ST_OK,
		  T("A= b\r\n c\r\n\td|E= f|"), 0 },
		{ "WSP-only line", T("A: b\r\n \r\n\t\r\nC: d\r\n"), ST_OK,
		  T("A= b\r\n \r\n\t|C= d|"), 0 },
		{ "header wrapped before content",
		  T("DKIM-Signature:\r\n v=1\r\n"), ST_OK,
		  T("DKIM-Signature=\r\n v=1|"), 0 },
		{ "WSP before colon", T("From : x\r\nA\t \t:y\r\n"), ST_OK,
		  T("From= x|A=y|"), 0 },
		{ "ftext", T("!#$%&'*+-.^_|~\"(): x\r\n"), ST_OK,
		  T("!#$%&'*+-.^_|~\"()= x|"), 0 },
		{ "bare LF is data", T("A: b\nC: d\r\n"), ST_OK,
		  T("A= b\nC: d|"), 0 },
		{ "bare CR is data", T("A: b \r\r\nC: d\r\n"), ST_OK,
		  T("A= b \r|C= d|"), 0 },
		{ "NUL in value", T("A: b\0c\r\n"), ST_OK, T("A= b\0c|"), 0 },
		{ "no colon", T("A: b\r\nfoo bar\r\nC: d\r\n"), ST_MALFORMED,
		  T("A= b|C= d|"), 0 },
		{ "its continuation", T("A: b\r\nfoo\r\n x: y\r\nC: d\r\n"),
		  ST_MALFORMED, T("A= b|C= d|"), 0 },
		{ "folded name", T("From\r\n : x\r\nFrom: y\r\n"), ST_MALFORMED,
		  T("From= y|"), 0 },
		{ "empty name", T("A: b\r\n: x\r\n"), ST_MALFORMED, T("A= b|"),
		  0 },
		{ "WSP name", T("A: b\r\n :x\r\n"), ST_OK, T("A= b\r\n :x|"),
		  0 },
		{ "WSP first", T(" From: x\r\nA: b\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "tab first", T("\tx\r\nA: b\r\n"), ST_MALFORMED, T("A= b|"),
		  0 },
		{ "NUL in name", T("A: b\r\nFrom\0: x\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "8-bit in name", T("A: b\r\nFr\xd0\xbem: x\r\n"),
		  ST_MALFORMED, T("A= b|"), 0 },
		{ "DEL in name", T("A: b\r\nB\x7f: x\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "space in name", T("A: b\r\nB C: x\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "CR in name", T("A: b\r\nB\rC: x\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "LF in name", T("A: b\r\nB\nC: x\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "BOM", T("\xef\xbb\xbfy: x\r\nA: b\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "mbox", T("From x Mon Jan 1\r\nA: b\r\n"), ST_OK, T("A= b|"),
		  18 },
		{ ">mbox", T(">From x\r\nA: b\r\n"), ST_OK, T("A= b|"), 9 },
		{ "second", T("From x\r\nFrom y\r\nA: b\r\n"), ST_MALFORMED,
		  T("A= b|"), 8 },
		{ "not first", T("A: b\r\nFrom y\r\n"), ST_MALFORMED,
		  T("A= b|"), 0 },
		{ "case", T("from x\r\nA: b\r\n"), ST_MALFORMED, T("A= b|"),
		  0 },
		{ "only", T("From x\r\n"), ST_OK, T(""), 8 },
		{ "then WSP", T("From x\r\n y\r\nA: b\r\n"), ST_MALFORMED,
		  T("A= b|"), 8 },
		{ "no field", T("hello\r\nworld\r\n"), ST_NOT_MESSAGE, T(""),
		  0 },
		{ "no field", T(" hello\r\n"), ST_NOT_MESSAGE, T(""), 0 },
		{ "too short to judge", T("hello"), ST_MALFORMED, T(""), 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fields f;
		struct buf text;
		size_t mbox = parse(&f, rows[i].block, false);

		show(&f, &text);
		bad += row_is(rows[i].id, "status", f.st, rows[i].st);
		bad += row_is_span(rows[i].id, "fields", buf_span(&text),
				   rows[i].fields);
		bad += row_is(rows[i].id, "mbox", (long long)mbox,
			      (long long)rows[i].mbox);
		if (f.st != ST_OK)
			bad += row_is(rows[i].id, "words", f.why.text[0] != 0,
				      1);
		buf_free(&text);
		fields_free(&f);
		assert_null(f.v);
	}
	assert_int_equal(bad, 0);
}

/* RFC 6532 3: one octet that is no UTF-8 and it is not internationalized. */
static void international(void **state)
{
	static const struct {
		struct span block;
		bool is;
	} rows[] = {
		{ T("A: b\r\n"), false },
		{ T("A: b\r\nC: \xc3\xa4\r\n"), true },
		{ T("A: \xe4\r\nC: d\r\n"), false },
		{ T("A: \xe4\r\nC: \xc3\xa4\r\n"), false },
		{ T("A: \xc3\xa4\r\nC: \xc3\r\n"), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fields f;

		parse(&f, rows[i].block, false);
		assert_int_equal(f.international, rows[i].is);
		fields_free(&f);
	}
}

/* The first trouble is told with its line. */
static void line_numbers(void **state)
{
	struct fields f;

	(void)state;
	parse(&f, SPAN("From x\r\nA: b\r\n c\r\nfoo\r\n: y\r\n"), false);
	assert_string_equal(f.why.text, "header line 4 is not a header field");
	fields_free(&f);
}

static void fill(struct buf *b, size_t n, const char *line)
{
	for (size_t i = 0; i < n; i++)
		buf_put(b, span_str(line));
}

static void limits(void **state)
{
	struct fields f;
	struct buf text;

	(void)state;
	for (size_t n = LIMIT_FIELDS - 1; n <= LIMIT_FIELDS + 1; n++) {
		buf_init(&text, LIMIT_HEADER_BYTES);
		fill(&text, n, "A: b\r\n");
		parse(&f, buf_span(&text), false);
		assert_int_equal(f.st, n > LIMIT_FIELDS ? ST_LIMIT : ST_OK);
		assert_int_equal(f.n, n > LIMIT_FIELDS ? LIMIT_FIELDS : n);
		assert_int_equal(fields_count(&f, SPAN("a")), f.n);
		fields_free(&f);
		buf_free(&text);
	}
	for (size_t n = LIMIT_FIELD_BYTES - 1; n <= LIMIT_FIELD_BYTES + 1;
	     n++) {
		buf_init(&text, LIMIT_HEADER_BYTES);
		buf_put(&text, SPAN("X: y\r\nA:"));
		fill(&text, n - 4, "b");
		buf_put(&text, SPAN("\r\nZ: z\r\n"));
		parse(&f, buf_span(&text), false);
		assert_int_equal(f.st,
				 n > LIMIT_FIELD_BYTES ? ST_LIMIT : ST_OK);
		assert_int_equal(f.n, 3);
		assert_int_equal(f.v[1].raw.n, n);
		fields_free(&f);
		buf_free(&text);
	}
	/* what came first is told, and a cut header is always a limit */
	buf_init(&text, LIMIT_HEADER_BYTES);
	fill(&text, LIMIT_FIELDS + 1, "A: b\r\n");
	buf_put(&text, SPAN("foo\r\n"));
	parse(&f, buf_span(&text), false);
	assert_int_equal(f.st, ST_LIMIT);
	assert_false(f.signature_left);
	fields_free(&f);
	buf_put(&text, SPAN("dkim-signature : v=1\r\nC: d\r\n"));
	parse(&f, buf_span(&text), false);
	assert_int_equal(f.n, LIMIT_FIELDS);
	assert_true(f.signature_left);
	fields_free(&f);
	buf_free(&text);
	parse(&f, SPAN("A: b\r\nB: c"), true);
	assert_int_equal(f.st, ST_LIMIT);
	assert_true(f.cut);
	assert_int_equal(f.n, 2);
	fields_free(&f);
	parse(&f, SPAN("A: b\r\nfoo\r\nB: c"), true);
	assert_int_equal(f.st, ST_LIMIT);
	fields_free(&f);
}

static void found(void **state)
{
	struct fields f;

	(void)state;
	parse(&f,
	      SPAN("To: 1\r\nfrom: 2\r\nFROM: 3\r\nTo: 4\r\nFrom : 5\r\n"
		   "Fro: 6\r\nFroma: 7\r\n"),
	      false);
	assert_int_equal(fields_count(&f, SPAN("From")), 3);
	assert_int_equal(fields_count(&f, SPAN("tO")), 2);
	assert_int_equal(fields_count(&f, SPAN("")), 0);
	assert_int_equal(fields_count(&f, SPAN("Subject")), 0);
	assert_ptr_equal(fields_find(&f, SPAN("From"), 0), &f.v[1]);
	assert_ptr_equal(fields_find(&f, SPAN("From"), 1), &f.v[2]);
	assert_ptr_equal(fields_find(&f, SPAN("From"), 2), &f.v[4]);
	assert_null(fields_find(&f, SPAN("From"), 3));
	assert_null(fields_find(&f, SPAN("Subject"), 0));
	assert_ptr_equal(fields_find(&f, SPAN("fro"), 0), &f.v[5]);
	fields_free(&f);
	parse(&f, SPAN(""), false);
	assert_null(fields_find(&f, SPAN("From"), 0));
	fields_free(&f);
}

/* Picks NAMES (colons between) and shows which fields came, by index. */
static void picks(const struct fields *f, const struct field *except,
		  const char *names, struct buf *out)
{
	struct picker picker;
	struct span rest = span_str(names), name;

	buf_init(out, 4096);
	picker_init(&picker, f, except);
	while (span_split(&rest, ':', &name)) {
		const struct field *field = picker_take(&picker, name);

		if (field)
			buf_putf(out, "%d", (int)(field - f->v));
		else
			buf_put(out, SPAN("-"));
	}
	picker_free(&picker);
}

static void picked(void **state)
{
	static const struct {
		const char *id;
		int except;
		const char *names, *picked;
	} rows[] = {
		{ "bottom up", -1, "from:from:from:from", "641-" },
		{ "case", -1, "From:FROM:from:fRoM", "641-" },
		{ "each name alone", -1, "to:from:to:from:to", "5634-" },
		{ "absent", -1, "subject:from:x", "-6-" },
		{ "the last is left out", 7,
		  "dkim-signature:dkim-signature:dkim-signature", "20-" },
		{ "the middle one", 2,
		  "dkim-signature:dkim-signature:dkim-signature", "70-" },
		{ "the first", 0,
		  "dkim-signature:dkim-signature:dkim-signature", "72-" },
		{ "others stay", 0, "from:DKIM-Signature:from", "674" },
		{ "no prefix", -1, "fro:froma:t", "---" },
	};
	int bad = 0;
	struct fields f;

	(void)state;
	parse(&f,
	      SPAN("DKIM-Signature: 0\r\nFrom: 1\r\ndkim-signature: 2\r\n"
		   "To: 3\r\nFROM: 4\r\nto : 5\r\nfrom\t: 6\r\n"
		   "DKIM-Signature : 7\r\n"),
	      false);
	assert_int_equal(f.n, 8);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;
		int except = rows[i].except;

		picks(&f, except < 0 ? NULL : &f.v[except], rows[i].names,
		      &out);
		bad += row_is_span(rows[i].id, "picked", buf_span(&out),
				   span_str(rows[i].picked));
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
	fields_free(&f);
}

/* many names by many fields in no time, and a used-up count that
 * does not wrap. */
static void many(void **state)
{
	struct fields f;
	struct buf text;
	struct picker picker;

	(void)state;
	buf_init(&text, LIMIT_HEADER_BYTES);
	fill(&text, LIMIT_FIELDS, "Received: x\r\n");
	parse(&f, buf_span(&text), false);
	picker_init(&picker, &f, &f.v[17]);
	for (int i = LIMIT_FIELDS - 1; i >= 0; i--)
		if (i != 17)
			assert_ptr_equal(picker_take(&picker, SPAN("received")),
					 &f.v[i]);
	for (size_t i = 0; i < 200000; i++)
		assert_null(picker_take(&picker, SPAN("Received")));
	picker_free(&picker);
	fields_free(&f);
	buf_free(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks),	cmocka_unit_test(international),
		cmocka_unit_test(line_numbers), cmocka_unit_test(limits),
		cmocka_unit_test(found),	cmocka_unit_test(picked),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
