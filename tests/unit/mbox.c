/* Messages in one file, and the quoting of mboxrd (RFC 4155). */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mbox.h"

static int scratch(struct span text)
{
	char path[] = "/tmp/mbox-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(io_write(fd, text, NULL), ST_OK);
	return fd;
}

/* The messages in TEXT, a "|" behind each. */
static void split(struct span text, struct buf *out)
{
	int fd = scratch(text);
	struct mbox *m = mbox_open(fd);
	enum status st = ST_OK;
	struct mbox_part part = { 0 };
	uint64_t n = 0;

	buf_init(out, 4 * LIMIT_CHUNK);
	while (m && mbox_next(m, &part, &st, NULL)) {
		assert_int_equal(st, ST_OK);
		assert_int_equal(part.number, ++n);
		assert_int_equal(io_replay(fd, part.start, part.length,
					   catch_in(out), NULL),
				 ST_OK);
		buf_put(out, SPAN("|"));
	}
	assert_true(!m || part.last);
	mbox_free(m);
	close(fd);
}

#define X34 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X204 X34 X34 X34 X34 X34 X34
#define LONG X204 X204 X204 X204 X204 X204 X204 X204 X204 X204 "xx"

static void separators(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "no mbox", "A: b\n\nFrom c\n", "" },
		{ "too short", "From", "" },
		{ "empty", "", "" },
		{ "one, empty", "From ", "|" },
		{ "one, empty, line end", "From x\n", "|" },
		{ "one", "From x\nA: b\n\nc\n", "A: b\n\nc\n|" },
		{ "two", "From x\nA: b\n\nc\n\nFrom y\nd: e\n\n",
		  "A: b\n\nc\n|d: e\n\n|" },
		{ "CRLF", "From x\r\na\r\n\r\nFrom y\r\nb:", "a\r\n|b:|" },
		{ "a sentence", "From x\na\n\nFrom now on\nb\n",
		  "a\n\nFrom now on\nb\n|" },
		/* 2,042 octets after "From " and no more */
		{ "a long separator", "From x\na\n\nFrom " LONG "\nb: c\n",
		  "a\n|b: c\n|" },
		{ "too long for one", "From x\na\n\nFrom " LONG "x\nb: c\n",
		  "a\n\nFrom " LONG "x\nb: c\n|" },
		{ "a sentence, CRLF", "From x\r\na\r\n\r\nFrom now on\r\n",
		  "a\r\n\r\nFrom now on\r\n|" },
		{ "a sentence and an empty line",
		  "From x\na\n\nFrom now on\n\nb\n",
		  "a\n\nFrom now on\n\nb\n|" },
		{ "a sentence at the end", "From x\na\n\nFrom now on",
		  "a\n\nFrom now on|" },
		{ "a sentence with a time or a year only",
		  "From x\na\n\nFrom Monday 10:30 on\n\nFrom May 2003 on\n",
		  "a\n\nFrom Monday 10:30 on\n\nFrom May 2003 on\n|" },
		{ "a word and text", "From x\na\n\nFrom me\nb\n",
		  "a\n\nFrom me\nb\n|" },
		{ "RFC 4155: a date, whatever follows",
		  "From x\na\n\nFrom j@e Fri Jul 11 21:00:37 2003\nb\n",
		  "a\n|b\n|" },
		{ "a date with a zone, no seconds",
		  "From x\na\n\nFrom j@e Fri Jul  1 21:00 +0200 2003\nb\n",
		  "a\n|b\n|" },
		{ "an ISO date",
		  "From x\na\n\nFrom j 2003-07-11T21:00:37Z\r\nb\n",
		  "a\n|b\n|" },
		{ "no date, and a field", "From x\na\n\nFrom \nb: c\n",
		  "a\n|b: c\n|" },
		{ "Thunderbird", "From x\na\n\nFrom - \nX-Mozilla : 1\n",
		  "a\n|X-Mozilla : 1\n|" },
		{ "an address, no date, and a field",
		  "From x\na\n\nFrom y@z here\nb: c\n", "a\n|b: c\n|" },
		{ "an address, words and text",
		  "From x\na\n\nFrom y@z here\nb\n",
		  "a\n\nFrom y@z here\nb\n|" },
		{ "several words and a field", "From x\na\n\nFrom y z\nb: c\n",
		  "a\n\nFrom y z\nb: c\n|" },
		{ "a colon, but no field", "From x\na\n\nFrom y z\nb c: d\n",
		  "a\n\nFrom y z\nb c: d\n|" },
		{ "an mbox line of another program",
		  "From x\na\n\nFrom y\n>From z\nb: c\n",
		  "a\n|>From z\nb: c\n|" },
		{ "no empty line before", "From x\na\nFrom y\n",
		  "a\nFrom y\n|" },
		{ "first line of the body", "From x\nA: b\n\nFrom y\n",
		  "A: b\n||" },
		{ "empty messages", "From x\n\nFrom y\n\nFrom z", "|||" },
		{ "two empty lines", "From x\na\n\n\nFrom y\n", "a\n\n||" },
		{ "a blank is not empty", "From x\na\n \nFrom y\n",
		  "a\n \nFrom y\n|" },
		{ "bare CR is not a line", "From x\na\n\rFrom y\n",
		  "a\n\rFrom y\n|" },
		{ "other words",
		  "From x\n\nFrom: y\n\nfrom z\n\nFromage\n\n>From a\n",
		  "\nFrom: y\n\nfrom z\n\nFromage\n\n>From a\n|" },
		{ "ends in the word", "From x\na\n\nFrom", "a\n\nFrom|" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf got;

		split(span_str(rows[i].text), &got);
		bad += row_is_span(rows[i].name, "messages", buf_span(&got),
				   span_str(rows[i].want));
		buf_free(&got);
	}
	assert_int_equal(bad, 0);
}

/* Wherever a chunk ends: the same messages. */
static void edges(void **state)
{
	(void)state;
	for (size_t n = LIMIT_CHUNK - 24; n < LIMIT_CHUNK + 8; n++) {
		struct buf text, got;

		buf_init(&text, 4 * LIMIT_CHUNK);
		buf_init(&got, 0);
		buf_put(&text, SPAN("From x\n"));
		while (text.n < n)
			buf_put(&text, SPAN("y"));
		size_t first = text.n - 7;

		buf_put(&text, SPAN("\r\n\r\nFrom z\nA: b\n"));
		split(buf_span(&text), &got);
		assert_int_equal(got.n, first + 2 + 1 + 5 + 1);
		assert_int_equal(got.p[first + 2], '|');
		buf_free(&got);
		buf_free(&text);
	}
}

static void shrinks(void **state)
{
	int fd = scratch(SPAN("From x\na\n\nFrom y\nb\n"));
	struct mbox *m = mbox_open(fd);
	struct mbox_part part;
	enum status st;

	(void)state;
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_true(mbox_next(m, &part, &st, NULL));
	assert_int_equal(part.length, 0);
	assert_false(mbox_next(m, &part, &st, NULL));
	mbox_free(m);
	close(fd);
}

static void quoting(void **state)
{
	static const struct {
		const char *name, *quoted, *want;
	} rows[] = {
		{ "none", "A: b\n\nFrom x\n", "A: b\n\nFrom x\n" },
		{ "one", "A: b\n\n>From x\n", "A: b\n\nFrom x\n" },
		{ "more", "A: b\n\n>>>>From x\n>From\n",
		  "A: b\n\n>>>From x\n>From\n" },
		{ "CRLF", "A: b\r\n\r\n>From x\r\n>From y",
		  "A: b\r\n\r\nFrom x\r\nFrom y" },
		{ "not in a header", ">From x\nA: b\n>From y\n\nc",
		  ">From x\nA: b\n>From y\n\nc" },
		{ "no header", "\n>From x", "\nFrom x" },
		{ "not within a line", "\na >From x\n >From y\n",
		  "\na >From x\n >From y\n" },
		{ "other words", "\n>Fromx\n>from x\n>> From x\n>Fro\n>\n>>>",
		  "\n>Fromx\n>from x\n>> From x\n>Fro\n>\n>>>" },
		{ "ends in between", "\n>From", "\n>From" },
		{ "ends behind it", "\n>From ", "\nFrom " },
		{ "words inside", "\n>F>From x\n>From >From x\n",
		  "\n>F>From x\nFrom >From x\n" },
		{ "CR is no line end", "A: b\r\r\n>From x\n\r\r\n>From x\n",
		  "A: b\r\r\n>From x\n\r\r\n>From x\n" },
	};
	static const size_t steps[] = { 0, 1, 2, 3, 5, 100 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t s = 0; s < COUNT(steps); s++) {
			struct mbox_unquote u;
			struct buf got;

			buf_init(&got, 1000);
			mbox_unquote_init(&u, catch_in(&got));
			struct span rest = span_str(rows[i].quoted);

			while (rest.n) {
				size_t n = steps[s] ? steps[s] : rest.n % 4 + 1;

				assert_int_equal(
					mbox_unquote_push(&u,
							  span_head(rest, n)),
					ST_OK);
				rest = span_from(rest, n);
			}
			assert_int_equal(mbox_unquote_end(&u), ST_OK);
			bad += row_is_span(rows[i].name, "text", buf_span(&got),
					   span_str(rows[i].want));
			buf_free(&got);
		}
	assert_int_equal(bad, 0);
}

/* A line of ">" as long as you like costs a number. */
static void many_quotes(void **state)
{
	enum { MANY = 200000 };
	struct mbox_unquote u;
	struct buf got;

	(void)state;
	buf_init(&got, MANY + 10);
	mbox_unquote_init(&u, catch_in(&got));
	assert_int_equal(mbox_unquote_push(&u, SPAN("\n")), ST_OK);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(mbox_unquote_push(&u, SPAN(">")), ST_OK);
	assert_int_equal(got.n, 1);
	assert_int_equal(mbox_unquote_push(&u, SPAN("From ")), ST_OK);
	assert_int_equal(got.n, 1 + MANY - 1 + 5);
	buf_free(&got);
}

static enum status full(void *ctx, struct span s)
{
	(void)ctx;
	(void)s;
	return ST_IO;
}

static void sink_fails(void **state)
{
	struct mbox_unquote u;

	(void)state;
	mbox_unquote_init(&u, (struct sink){ full, NULL });
	assert_int_equal(mbox_unquote_push(&u, SPAN("a\n\n>x")), ST_IO);
	mbox_unquote_init(&u, (struct sink){ full, NULL });
	assert_int_equal(mbox_unquote_push(&u, SPAN("a")), ST_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(separators),  cmocka_unit_test(edges),
		cmocka_unit_test(shrinks),     cmocka_unit_test(quoting),
		cmocka_unit_test(many_quotes), cmocka_unit_test(sink_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
