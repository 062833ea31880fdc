/* What dkim-sign says of its signatures (--dry-run and -v). */
#include "unit.h"

#include "json_text.h"
#include "sign_report.h"

static struct key *rsa, *ed;

static int begin(void **state)
{
	(void)state;
	return json_text_load(NULL) != ST_OK ||
	       key_generate(KEY_RSA, 1024, &rsa, NULL) != ST_OK ||
	       key_generate(KEY_ED25519, 0, &ed, NULL) != ST_OK;
}

static int finish(void **state)
{
	(void)state;
	key_free(rsa);
	key_free(ed);
	return 0;
}

enum form { TEXT, MADE, JSON };

/* What FORM says of a message with HEADER, LIST of which is signed. */
static int says(enum form form, struct span header, const char *list,
		unsigned notes, const char *wanted)
{
	static const struct sign_conf conf = { .header = CANON_RELAXED,
					       .body = CANON_SIMPLE,
					       .timestamp = true,
					       .expire = 60 };
	struct sign_key by[2] = {
		{ .selector = { "r" },
		  .domain = { "a.example" },
		  .key = rsa,
		  .origin = "keys: line 1" },
		{ .selector = { "e" },
		  .domain = { "a.example" },
		  .key = ed,
		  .identity = (char[]){ "x@a.example" },
		  .origin = "a\n\x1b[1m" },
	};
	struct headerset_rules rules;
	struct fields f = { 0 };
	size_t mbox;
	struct buf out;

	buf_init(&f.bytes, 4096);
	buf_put(&f.bytes, header);
	fields_parse(&f, false, true, &mbox);
	struct signing s = { .conf = &conf,
			     .notes = notes,
			     .why = { .text = "no \x01 key" },
			     .author = { .domain = { "a.example" } },
			     .by = { .v = by, .n = 2 },
			     .fields = &f,
			     .now = 100,
			     .length = 7 };

	assert_int_equal(headerset_read(list, &rules, NULL), ST_OK);
	assert_int_equal(headerset_pick(&rules, &f, &s.headers, NULL), ST_OK);
	buf_init(&out, 65536);
	if (form == TEXT)
		sign_report_text(&s, &out);
	else if (form == MADE)
		sign_report_made(&s, &out);
	else
		sign_report_json(&s, "in\n", &out);
	int bad = row_is_span(list, "report", buf_span(&out), span_str(wanted));

	buf_free(&out);
	headerset_free(&s.headers);
	headerset_rules_free(&rules);
	fields_free(&f);
	return bad;
}

#define HEADER                                                           \
	SPAN("Received: x\r\nFROM: x@a.example\r\nTo: a\r\nto: b\r\nX: " \
	     "1\r\nReceived: y\r\nX: 2\r\n")
#define RSA "d=a.example s=r a=rsa-sha256 c=relaxed/simple key=1024"
#define ED                                                           \
	"d=a.example s=e a=ed25519-sha256 c=relaxed/simple key=256 " \
	"i=x@a.example"
#define BY_ED "  by a\\x0a\\x1b[1m\n"

static void texts(void **state)
{
	(void)state;
	/* the names of h= in its order, each once, then the others */
	assert_int_equal(says(TEXT, HEADER, "To:+From:Cc:=X", 0,
			      "sign  " RSA "  by keys: line 1\n"
			      "sign  " ED BY_ED
			      "  To: the lowest 1 of 2 signed\n"
			      "  From: 1 signed, oversigned\n"
			      "  Cc: absent, oversigned\n"
			      "  X: 2 signed\n"
			      "  Received: 2, not signed\n"),
			 0);
	assert_int_equal(says(TEXT, HEADER, "From", 1U << SIGN_PASSED,
			      "pass  unchanged: no \\x01 key\n"),
			 0);
}

/* Fields that are there and signed: guards against others do not count. */
static void made(void **state)
{
	(void)state;
	assert_int_equal(says(MADE, HEADER, "To:+From:Cc:=X", 0,
			      "signed  " RSA " fields=4  by keys: line 1\n"
			      "signed  " ED " fields=4" BY_ED),
			 0);
	assert_int_equal(says(MADE, HEADER, "From:From:From", 0,
			      "signed  " RSA " fields=1  by keys: line 1\n"
			      "signed  " ED " fields=1" BY_ED),
			 0);
	assert_int_equal(says(MADE, HEADER, "From", 1U << SIGN_PASSED, ""), 0);
}

static void json(void **state)
{
#define COMMON \
	"\"c\":\"relaxed/simple\",\"t\":100,\"x\":160,\"l\":null,\"bits\":"
	(void)state;
	assert_int_equal(
		says(JSON, SPAN("From: x@a.example\r\n"), "From",
		     1U << SIGN_NUL | 1U << SIGN_NO_DATE,
		     "{\"input\":\"in\\n\",\"from\":\"a.example\",\"result\":"
		     "\"sign\",\"reason\":null,\"signatures\":[{\"d\":\"a."
		     "example\",\"s\":\"r\",\"i\":null,\"a\":\"rsa-"
		     "sha256\"," COMMON
		     "1024,\"origin\":\"keys: line 1\"},{\"d\":"
		     "\"a.example\",\"s\":\"e\",\"i\":\"x@a.example\",\"a\":"
		     "\"ed25519-sha256\"," COMMON
		     "256,\"origin\":\"a\\n\\u001B[1m\"}],\"headers\":["
		     "{\"name\":\"From\",\"present\":1,\"signed\":1}],"
		     "\"warnings\":[\"nul\",\"no-date\"]}\n"),
		0);
	assert_int_equal(
		says(JSON, HEADER, "From", 1U << SIGN_PASSED,
		     "{\"input\":\"in\\n\",\"from\":\"a.example\",\"result\":"
		     "\"pass\",\"reason\":\"no \\u0001 key\",\"signatures\":[],"
		     "\"headers\":[],\"warnings\":[]}\n"),
		0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(made),
		cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
