/* Line endings made uniform (RFC 6376 5.3). */
#include "unit.h"

#include "line_endings.h"

static const struct {
	struct span in, out;
	enum line_endings_end end;
	bool changed;
} rows[] = {
	{ T(""), T(""), 0, false },
	{ T("a"), T("a"), 0, false },
	{ T("a\r\nb\r\n"), T("a\r\nb\r\n"), 0, false },
	{ T("a\nb\n"), T("a\nb\n"), 0, false },
	{ T("a\r\nb\nc"), T("a\r\nb\r\nc"), 0, true },
	{ T("a\nb\r\nc"), T("a\nb\nc"), 0, true },
	{ T("a\rb\r\n"), T("a\r\nb\r\n"), 0, true },
	{ T("a\rb\n"), T("a\nb\n"), 0, true },
	{ T("a\r\r\nb"), T("a\r\nb"), 0, true },
	{ T("a\n\r\r\r\nb\n"), T("a\n\nb\n"), 0, true },
	{ T("a\rb\r\rc\r"), T("a\r\nb\r\n\r\nc\r\n"), 0, true },
	{ T("\n\n"), T("\n\n"), 0, false },
	{ T("\r"), T("\r\n"), 0, true },
	{ T("a\nb"), T("a\r\nb"), LINEFIX_CRLF, true },
	{ T("a\r\nb"), T("a\nb"), LINEFIX_LF, true },
	{ T("a\0\xff\nb"), T("a\0\xff\nb"), 0, false },
};

static struct line_endings *run(enum line_endings_end end, struct span in,
				size_t step, struct buf *out)
{
	struct line_endings *f = line_endings_new(end, catch_in(out));

	assert_int_equal(push_in_steps(line_endings_sink(f), in, step), ST_OK);
	assert_int_equal(line_endings_end(f), ST_OK);
	return f;
}

static void repairs(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 5; step++) {
			struct buf out, again;

			buf_init(&out, 100);
			buf_init(&again, 100);
			struct line_endings *f =
				run(rows[i].end, rows[i].in, step, &out);

			bad += row_is_span((const char *)rows[i].in.p, "text",
					   buf_span(&out), rows[i].out);
			bad += row_is((const char *)rows[i].in.p, "changed",
				      line_endings_changed(f), rows[i].changed);
			line_endings_free(f);
			f = run(rows[i].end, rows[i].out, 3, &again);
			bad += row_is((const char *)rows[i].out.p, "changed",
				      line_endings_changed(f), false);
			line_endings_free(f);
			buf_free(&out);
			buf_free(&again);
		}
	assert_int_equal(bad, 0);
}

/* The first LF decides if it comes in time, however the input was cut. */
static void late(void **state)
{
	static const size_t steps[] = { 0, 4095, LIMIT_CHUNK, 1000000 };

	(void)state;
	for (size_t at = LIMIT_CHUNK - 2; at <= LIMIT_CHUNK + 1; at++)
		for (size_t i = 0; i < COUNT(steps); i++) {
			struct buf in, out;

			buf_init(&in, 300000);
			buf_init(&out, 300000);
			for (size_t n = 0; n < at; n++)
				buf_put(&in, SPAN("x"));
			buf_put(&in, SPAN("\ny\n"));
			struct line_endings *f =
				run(0, buf_span(&in), steps[i], &out);

			assert_int_equal(line_endings_changed(f),
					 at >= LIMIT_CHUNK);
			assert_int_equal(out.n - in.n,
					 at >= LIMIT_CHUNK ? 2 : 0);
			line_endings_free(f);
			buf_free(&in);
			buf_free(&out);
		}
}

static enum status refuse(void *ctx, struct span chunk)
{
	(void)ctx;
	(void)chunk;
	return ST_IO;
}

static void failing_sink(void **state)
{
	struct line_endings *f =
		line_endings_new(LINEFIX_AUTO, (struct sink){ refuse, NULL });

	(void)state;
	assert_int_equal(push_in_steps(line_endings_sink(f), SPAN("a\n"), 9),
			 ST_OK);
	assert_int_equal(line_endings_end(f), ST_IO);
	line_endings_free(f);
	line_endings_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(repairs),
		cmocka_unit_test(late),
		cmocka_unit_test(failing_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
