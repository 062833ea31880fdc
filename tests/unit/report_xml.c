/* The XML of aggregate reports: the same in pieces of any size, every dialect,
 * and what is refused (RFC 7489 appendix C, RFC 9990 appendix A). */
#include "unit.h"

#include "report_library.h"
#include "report_xml.h"

#define ROW(ip, count)                                               \
	"<row><source_ip>" ip "</source_ip><count>" count "</count>" \
	"<policy_evaluated><disposition>none</disposition>"          \
	"<dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>"
#define RECORD(ip, count) "<record>" ROW(ip, count) "</record>"
#define REPORT(records) "<feedback>" records "</feedback>"

struct found {
	size_t records;
	uint64_t messages;
	struct diag why;
};

static enum status take(void *ctx, struct span items, struct diag *why)
{
	static struct report_record r;
	struct found *f = ctx;
	enum status st = report_record_read(items, &r, why);

	if (st != ST_OK)
		return st;
	f->records++;
	f->messages += r.count;
	assert_true(span_eq(r.field[REPORT_DKIM], SPAN("pass")));
	assert_true(span_eq(r.field[REPORT_SPF], SPAN("fail")));
	return ST_OK;
}

static enum status put(void *ctx, struct span piece)
{
	return report_xml_put(ctx, piece, NULL);
}

static enum status read_all(struct span text, size_t step, uint64_t max,
			    struct found *f)
{
	struct report_xml *x =
		report_xml_new(max, (struct report_taker){ take, f });
	enum status st = push_in_steps((struct sink){ put, x }, text, step);

	if (st == ST_OK)
		st = report_xml_end(x, &f->why);
	report_xml_free(x);
	return st;
}

static const struct {
	const char *name, *text;
	enum status st;
	size_t records;
	uint64_t messages;
} rows[] = {
	{ "two records", REPORT(RECORD("192.0.2.1", "3") RECORD("::1", "4")),
	  ST_OK, 2, 7 },
	{ "no record", REPORT(""), ST_OK, 0, 0 },
	{ "blanks before the declaration",
	  "\n \r\n<?xml version='1.0'?>" REPORT(RECORD("192.0.2.1", "3")),
	  ST_OK, 1, 3 },
	{ "declared as UTF-16",
	  "<?xml version='1.0' encoding='UTF-16'?>" REPORT(
		  RECORD("192.0.2.1", "3")),
	  ST_OK, 1, 3 },
	{ "an unknown encoding, ASCII",
	  "<?xml version='1.0' encoding='x'?>" REPORT(RECORD("192.0.2.1", "3")),
	  ST_OK, 1, 3 },
	{ "an unknown encoding, beyond ASCII",
	  "<?xml version='1.0' encoding='x'?>" REPORT("<a>\xe9</a>"), ST_SYNTAX,
	  0, 0 },
	{ "upper case", "<FEEDBACK>" RECORD("192.0.2.1", "3") "</FEEDBACK>",
	  ST_OK, 1, 3 },
	{ "blanks in numbers", REPORT(RECORD(" 192.0.2.1\n", " 3\t")), ST_OK, 1,
	  3 },
	{ "a record outside of the report",
	  "<a>" REPORT(RECORD("192.0.2.1", "3")) "</a>", ST_SYNTAX, 0, 0 },
	{ "a record where none belongs",
	  REPORT("<x>" RECORD("192.0.2.1", "3") "</x>"), ST_OK, 0, 0 },
	{ "another prefix than the root's",
	  "<a:feedback>" RECORD("192.0.2.1", "3") "<b:record/></a:feedback>",
	  ST_OK, 1, 3 },
	{ "no address", REPORT(RECORD("", "3")), ST_SYNTAX, 0, 0 },
	{ "no number", REPORT(RECORD("192.0.2.1", "")), ST_SYNTAX, 0, 0 },
	{ "a number with a sign", REPORT(RECORD("192.0.2.1", "+3")), ST_SYNTAX,
	  0, 0 },
	{ "2^48", REPORT(RECORD("192.0.2.1", "281474976710656")), ST_OK, 1,
	  UINT64_C(1) << 48 },
	{ "2^48 + 1", REPORT(RECORD("192.0.2.1", "281474976710657")), ST_SYNTAX,
	  0, 0 },
	{ "two counts",
	  REPORT("<record>" ROW("192.0.2.1", "1")
			 ROW("192.0.2.1", "1") "</record>"),
	  ST_SYNTAX, 0, 0 },
	{ "cut short", "<feedback>" RECORD("192.0.2.1", "3"), ST_SYNTAX, 1, 3 },
	{ "more after it", REPORT("") "<a/>", ST_SYNTAX, 0, 0 },
	{ "a type declaration", "<!DOCTYPE feedback>" REPORT(""), ST_SYNTAX, 0,
	  0 },
	{ "an entity", REPORT("&a;"), ST_SYNTAX, 0, 0 },
	{ "nothing", "", ST_SYNTAX, 0, 0 },
};

static void test_rows(void **state)
{
	static const size_t steps[] = { SIZE_MAX, 1, 0 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(steps); k++) {
			struct found f = { 0 };
			enum status st = read_all(span_str(rows[i].text),
						  steps[k], 1 << 20, &f);

			bad += row_is(rows[i].name, "status", st, rows[i].st);
			bad += row_is(rows[i].name, "records",
				      (long long)f.records,
				      (long long)rows[i].records);
			bad += row_is(rows[i].name, "messages",
				      (long long)f.messages,
				      (long long)rows[i].messages);
		}
	assert_int_equal(bad, 0);
}

static void test_size(void **state)
{
	struct span text = SPAN(REPORT(RECORD("192.0.2.1", "3")));
	struct found f = { 0 };

	(void)state;
	assert_int_equal(read_all(text, 1, text.n, &f), ST_OK);
	assert_int_equal(read_all(text, 1, text.n - 1, &f), ST_LIMIT);
}

/* What a callback of the reader refuses ends it with that status. */
static enum status refuse(void *ctx, struct span items, struct diag *why)
{
	(void)ctx;
	(void)items;
	return diag_set(why, ST_IO, NULL, "no room");
}

static void test_taker_fails(void **state)
{
	struct report_xml *x =
		report_xml_new(4096, (struct report_taker){ refuse, NULL });
	struct diag why = { 0 };
	enum status st =
		report_xml_put(x, SPAN(REPORT(RECORD("192.0.2.1", "3"))), &why);

	(void)state;
	if (st == ST_OK)
		st = report_xml_end(x, &why);
	assert_int_equal(st, ST_IO);
	assert_string_equal(why.text, "no room");
	report_xml_free(x);
}

static int load(void **state)
{
	(void)state;
	return report_library_load(NULL) == ST_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_taker_fails),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
