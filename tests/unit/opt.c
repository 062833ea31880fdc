/* Options that are given together; the rest of opt is in tests/cli. */
#include "unit.h"

#include <stdlib.h>

#include "opt.h"

static bool flag, toggle;
static unsigned count;
static const char *text, *domain;
static struct opt_number number = { .most = 9 }, maybe = { .most = 9 };
static struct opt_list list;
static char **rest;

static const struct opt table[] = {
	{ 'f', "flag", NULL, "", OPT_FLAG, &flag },
	{ 0, "toggle", NULL, "", OPT_TOGGLE, &toggle },
	{ 'c', "count", NULL, "", OPT_COUNT, &count },
	{ 0, "text", "T", "", OPT_TEXT, &text },
};
static const struct opt more[] = {
	{ 0, "number", "N", "", OPT_NUMBER, &number },
	{ 0, "maybe", "N", "", OPT_MAYBE, &maybe },
	{ 0, "list", "L", "", OPT_LIST, &list },
	{ 'd', "domain", "D", "", OPT_DOMAIN, &domain },
	{ 0, "rest", "WORD ...", "", OPT_REST, &rest },
};
static const struct opt_program program = {
	.options = table,
	.n = COUNT(table),
	.more = more,
	.mores = COUNT(more),
};

static void given_together(void **state)
{
	static const struct opt_rule exclude[] = {
		{ "flag|toggle|count|text|number|maybe|list", NULL },
	};
	static const struct opt_rule need[] = {
		{ "flag|count|maybe", "text|list" },
		{ "toggle|number", "flag" },
	};
	static const struct {
		const char *args[4];
		const char *exclude, *need; /* NULL: ST_OK */
	} rows[] = {
		{ { NULL }, NULL, NULL },
		{ { "--text=" }, NULL, NULL },
		{ { "--list=" }, NULL, NULL },
		{ { "-f" }, NULL, "--flag needs --text or --list" },
		{ { "-cc" }, NULL, "--count needs --text or --list" },
		{ { "--maybe" }, NULL, "--maybe needs --text or --list" },
		{ { "--toggle" }, NULL, "--toggle needs --flag" },
		{ { "--toggle", "--notoggle" }, NULL, NULL },
		{ { "--number=0" }, NULL, "--number needs --flag" },
		{ { "-f", "--text=a" },
		  "--flag and --text exclude each other",
		  NULL },
		{ { "--list=a", "--maybe=1" },
		  "--maybe and --list exclude each other",
		  NULL },
		{ { "-f", "--number=1" },
		  "--flag and --number exclude each other",
		  "--flag needs --text or --list" },
		{ { "-f", "--toggle", "--list=" },
		  "--flag and --toggle exclude each other",
		  NULL },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *argv[6] = { (char *)(uintptr_t) "x" };
		int argc = 1, code;
		struct diag why = { 0 };
		const char *row = rows[i].args[0] ? rows[i].args[0] : "none";

		flag = toggle = number.given = maybe.given = false;
		count = 0;
		text = NULL;
		free(list.v);
		list = (struct opt_list){ 0 };
		for (; argc < 5 && rows[i].args[argc - 1]; argc++)
			argv[argc] = (char *)(uintptr_t)rows[i].args[argc - 1];
		bad += row_is(row, "operands",
			      opt_parse(&program, &argc, argv, &code), argc);
		bad += row_is(
			row, "exclude",
			opt_rules(&program, exclude, COUNT(exclude), &why),
			rows[i].exclude ? ST_USAGE : ST_OK);
		bad += row_is_span(row, "exclude", span_str(why.text),
				   span_str(rows[i].exclude));
		why = (struct diag){ 0 };
		bad += row_is(row, "need",
			      opt_rules(&program, need, COUNT(need), &why),
			      rows[i].need ? ST_USAGE : ST_OK);
		bad += row_is_span(row, "need", span_str(why.text),
				   span_str(rows[i].need));
	}
	free(list.v);
	assert_int_equal(bad, 0);
}

static void domains(void **state)
{
	static const char *const rows[][2] = {
		{ "a.b", "a.b" }, { "a.b.", "a.b" }, { "a..", "a.." },
		{ "a", "a" },	  { ".", "." },	     { "", "" },
	};
	const struct opt_rule rule = { "domain", "flag" };
	int bad = 0, code;

	(void)state;
	flag = false;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char given[8];
		char *argv[] = { (char *)(uintptr_t) "x",
				 (char *)(uintptr_t) "-d", given, NULL };
		int argc = 3;

		domain = NULL;
		snprintf(given, sizeof(given), "%s", rows[i][0]);
		assert_int_equal(opt_parse(&program, &argc, argv, &code), 3);
		bad += row_is_span(rows[i][0], "domain", span_str(domain),
				   span_str(rows[i][1]));
		assert_int_equal(opt_rules(&program, &rule, 1, NULL), ST_USAGE);
	}
	assert_int_equal(bad, 0);
}

static void rest_of_words(void **state)
{
	char *argv[] = {
		(char *)(uintptr_t) "x",      (char *)(uintptr_t) "one",
		(char *)(uintptr_t) "-f",     (char *)(uintptr_t) "two",
		(char *)(uintptr_t) "--rest", (char *)(uintptr_t) "-c",
		(char *)(uintptr_t) "--text", NULL
	};
	int argc = 7, code;

	(void)state;
	flag = false;
	count = 0;
	text = NULL;
	rest = NULL;
	assert_false(opt_wants(&program, argc, argv, "text"));
	assert_true(opt_wants(&program, argc, argv, "rest"));
	assert_int_equal(opt_parse(&program, &argc, argv, &code), 3);
	assert_int_equal(argc, 5);
	assert_string_equal(argv[3], "one");
	assert_string_equal(argv[4], "two");
	assert_string_equal(rest[0], "-c");
	assert_string_equal(rest[1], "--text");
	assert_null(rest[2]);
	assert_true(flag);
	assert_int_equal(count, 0);
	char *none[] = { argv[0], (char *)(uintptr_t) "--rest", NULL };

	argc = 2;
	assert_int_equal(opt_parse(&program, &argc, none, &code), -1);
	assert_int_equal(code, 64);
}

static void wants(void **state)
{
	static const struct {
		const char *args[3];
		bool text;
	} rows[] = {
		{ { NULL }, false },
		{ { "--text=a" }, true },
		{ { "--text", "a" }, true },
		{ { "--text" }, true }, /* its argument is missing */
		{ { "--te=a" }, true },
		{ { "--t=a" }, false }, /* or is that --toggle? */
		{ { "--list", "--text" }, false },
		{ { "--list=--text=a" }, false },
		{ { "--", "--text=a" }, false },
		{ { "x", "--text=a" }, true },
		{ { "--none", "-y", "--text=a" }, true },
		{ { "--help", "--text=a" }, true },
		{ { "--textual" }, false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *argv[5] = { (char *)(uintptr_t) "x" };
		int argc = 1;

		for (; argc < 4 && rows[i].args[argc - 1]; argc++)
			argv[argc] = (char *)(uintptr_t)rows[i].args[argc - 1];
		const char *first = argv[1];

		bad += row_is(first ? first : "none", "wants",
			      opt_wants(&program, argc, argv, "text"),
			      rows[i].text);
		assert_ptr_equal(first, argv[1]);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_together),
		cmocka_unit_test(domains),
		cmocka_unit_test(rest_of_words),
		cmocka_unit_test(wants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
