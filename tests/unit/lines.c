/* Configuration files, whatever they hold. */
#include "folder.h"

#include "lines.h"

static enum status join(void *all, struct span line, struct diag *why)
{
	(void)why;
	buf_put(all, line);
	buf_put(all, SPAN("|"));
	return ST_OK;
}

/* The lines of TEXT, joined by "|", or why not. */
static void gives(struct span text, const char *wanted)
{
	struct lines l;
	struct diag why = { 0 };
	struct buf all;

	put_span("file", text);
	buf_init(&all, 100000);
	enum status st = lines_each(&l, "file", join, &all, &why);

	if (st != ST_OK)
		buf_put(&all, span_str(why.text));
	assert_int_equal(st == ST_OK || st == ST_CONFIG, true);
	assert_int_equal(
		row_is_span("lines", "text", buf_span(&all), span_str(wanted)),
		0);
	buf_free(&all);
	lines_free(&l);
}

static void reads(void **state)
{
	(void)state;
	gives(SPAN(""), "");
	gives(SPAN("\n\n"), "");
	gives(SPAN("a b\nc"), "a b|c|");
	gives(SPAN("a\r\n \t b \t\r\n"), "a|b|");
	gives(SPAN("# all\na # some\n#\n"), "a|");
	gives(SPAN("a\nb\0c\n"), "a|file: line 2: a NUL byte");
	gives(SPAN("a#\0\nb"), "a|b|");
	gives(SPAN("\xff\xfe"
		   "a\0"),
	      "file: is UTF-16 text; convert it with: iconv -f UTF-16 "
	      "-t UTF-8 FILE >NEW");
	/* a byte order mark: the first octets alone */
	gives(SPAN("\xef\xbb\xbf"
		   "a\n"),
	      "a|");
	gives(SPAN("\xef\xbb\xbf# all\na"), "a|");
	gives(SPAN("\xef\xbb\xbf"), "");
	gives(SPAN("\xef\xbb"
		   "a"),
	      "\xef\xbb"
	      "a|");
	gives(SPAN("a\n\xef\xbb\xbf"
		   "b"),
	      "a|\xef\xbb\xbf"
	      "b|");
}

static void long_lines(void **state)
{
	static char text[2 * LIMIT_TABLE_LINE];

	(void)state;
	memset(text, 'x', sizeof(text));
	gives(span_of(text, LIMIT_TABLE_LINE + 1),
	      "file: line 1: longer than 16384 bytes");
	memset(text, ' ', LIMIT_TABLE_LINE);
	text[0] = 'a';
	text[sizeof(text) - 1] = '\n';
	text[LIMIT_TABLE_LINE] = '#';
	gives(span_of(text, sizeof(text)), "a|");
}

static void not_there(void **state)
{
	struct lines l;
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(lines_each(&l, "none", join, NULL, &why), ST_CONFIG);
	assert_string_equal(why.text,
			    "none: cannot open: No such file or directory");
	lines_free(&l);
	assert_int_equal(lines_each(&l, ".", join, NULL, &why), ST_CONFIG);
	lines_free(&l);
	assert_int_equal(lines_each(&l, "/dev/zero", join, NULL, &why),
			 ST_CONFIG);
	assert_string_equal(why.text, "/dev/zero: larger than 16777216 bytes");
	lines_free(&l);
}

static void words(void **state)
{
	struct span line = SPAN("one\t two  three");

	(void)state;
	assert_true(span_eq(lines_word(&line), SPAN("one")));
	assert_true(span_eq(lines_word(&line), SPAN("two")));
	assert_true(span_eq(lines_word(&line), SPAN("three")));
	assert_int_equal(lines_word(&line).n, 0);
}

/* The data sets of opendkim(8) that are files, and those that are not. */
static void data_sets(void **state)
{
	static const struct {
		const char *file, *path;
		bool patterns;
	} rows[] = {
		{ "table", "table", false },
		{ "file:table", "table", false },
		{ "refile:table", "table", true },
		{ "files:x", "files:x", false },
		{ "./ldap:x", "./ldap:x", false },
		{ "ldap:x", NULL, false },
		{ "csl:a,b", NULL, false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diag why = { 0 };
		bool patterns = !rows[i].patterns;
		const char *path = lines_file(rows[i].file, &patterns, &why);

		bad += row_is_span(rows[i].file, "path", span_str(path),
				   span_str(rows[i].path));
		bad += row_is(rows[i].file, "patterns", patterns,
			      rows[i].patterns);
		bad += row_is(rows[i].file, "an error", why.text[0] != 0,
			      !rows[i].path);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_sets),
		cmocka_unit_test_teardown(reads, clean),
		cmocka_unit_test_teardown(long_lines, clean),
		cmocka_unit_test_teardown(not_there, clean),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
