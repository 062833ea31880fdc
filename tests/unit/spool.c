/* A stream read once can be had again: from memory, a nameless file, or its
 * source. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"
#include "spool.h"

/* N octets that tell where they stand. */
static struct span pattern(size_t n)
{
	unsigned char *p = malloc(n + 1);

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(i ^ i >> 8 ^ i >> 16);
	return span_of(p, n);
}

static void drop(struct span s)
{
	free((void *)(uintptr_t)s.p);
}

static enum status add(void *ctx, struct span s)
{
	return spool_add(ctx, s, NULL);
}

static void replays(struct spool *s, struct span all)
{
	const uint64_t n = all.n, end = UINT64_MAX;
	const struct {
		uint64_t from, to;
	} rows[] = {
		{ 0, end },	  { 0, n },	    { 0, 0 },	  { 0, 1 },
		{ n / 2, n / 2 }, { n / 3, n / 2 }, { n - 1, n }, { n, end },
		{ n - 1, end },	  { 1, n - 1 },	    { end, end }, { 2, 1 },
		{ n + 5, n + 9 }, { n - 1, n + 9 }, { 0, end }, /* again */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t from = rows[i].from < n ? rows[i].from : n;
		uint64_t to = rows[i].to < n ? rows[i].to : n;
		struct span wanted = { all.p, 0 };
		struct buf out;

		if (from < to)
			wanted = span_from(span_head(all, (size_t)to),
					   (size_t)from);
		buf_init(&out, all.n + 1);
		assert_int_equal(spool_replay(s, rows[i].from, rows[i].to,
					      catch_in(&out), NULL),
				 ST_OK);
		assert_int_equal(out.n, wanted.n);
		assert_true(span_eq(buf_span(&out), wanted));
		buf_free(&out);
	}
}

static const size_t sizes[] = { 1,
				2,
				LIMIT_CHUNK,
				LIMIT_SPOOL_MEMORY - 1,
				LIMIT_SPOOL_MEMORY,
				LIMIT_SPOOL_MEMORY + 1,
				3 * LIMIT_SPOOL_MEMORY + 7 };

/* A pipe cannot be read again: memory up to its ceiling, then a file. */
static void from_pipe(void **state)
{
	static const size_t steps[] = { 7919, LIMIT_CHUNK,
					4 * LIMIT_SPOOL_MEMORY };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t j = 0; j < COUNT(steps); j++) {
			struct span all = pattern(sizes[i]);
			struct spool *s = spool_new(fds[0]);

			assert_int_equal(push_in_steps((struct sink){ add, s },
						       all, steps[j]),
					 ST_OK);
			assert_false(spool_rereads(s));
			replays(s, all);
			spool_free(s);
			drop(all);
		}
	close(fds[0]);
	close(fds[1]);
}

/* A regular file is read again, from the offset it had, without moving it. */
static void from_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		FILE *file = tmpfile();
		int fd = fileno(file);
		struct span all = pattern(sizes[i]);
		struct spool *s;

		assert_int_equal(io_write(fd, SPAN("before"), NULL), ST_OK);
		assert_int_equal(io_write(fd, all, NULL), ST_OK);
		assert_int_equal(lseek(fd, 6, SEEK_SET), 6);
		s = spool_new(fd);
		assert_int_equal(io_pump(fd, (struct sink){ add, s }, NULL),
				 ST_OK);
		assert_int_equal(spool_rereads(s), all.n > LIMIT_SPOOL_MEMORY);
		replays(s, all);
		assert_int_equal(lseek(fd, 0, SEEK_CUR), (off_t)(6 + all.n));
		spool_free(s);
		fclose(file);
		drop(all);
	}
}

static void source_shrinks(void **state)
{
	FILE *file = tmpfile();
	int fd = fileno(file);
	struct span all = pattern(2 * LIMIT_SPOOL_MEMORY);
	struct spool *s;
	struct diag why = { 0 };
	struct buf out;

	(void)state;
	assert_int_equal(io_write(fd, all, NULL), ST_OK);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	s = spool_new(fd);
	assert_int_equal(io_pump(fd, (struct sink){ add, s }, NULL), ST_OK);
	assert_int_equal(ftruncate(fd, (off_t)all.n - 1), 0);
	buf_init(&out, all.n);
	assert_int_equal(spool_replay(s, 0, UINT64_MAX, catch_in(&out), &why),
			 ST_IO);
	assert_non_null(strstr(why.text, "shorter"));
	buf_reset(&out);
	assert_int_equal(spool_replay(s, 5, all.n - 1, catch_in(&out), NULL),
			 ST_OK);
	assert_int_equal(out.n, all.n - 6);
	buf_free(&out);
	spool_free(s);
	fclose(file);
	drop(all);
}

static enum status refuse(void *ctx, struct span s)
{
	*(size_t *)ctx += s.n;
	return ST_BUG;
}

static void sink_refuses(void **state)
{
	struct span all = pattern(2 * LIMIT_SPOOL_MEMORY);
	size_t seen = 0;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	struct spool *s = spool_new(fds[0]);

	assert_int_equal(spool_add(s, all, NULL), ST_OK);
	assert_int_equal(spool_replay(s, 0, UINT64_MAX,
				      (struct sink){ refuse, &seen }, NULL),
			 ST_BUG);
	assert_true(seen > 0 && seen <= LIMIT_CHUNK);
	spool_free(s);
	spool_free(NULL);
	drop(all);
	close(fds[0]);
	close(fds[1]);
}

/* TMPDIR that does not exist: ST_IO, and no octet is lost silently. */
static void no_folder(void **state)
{
	struct span all = pattern(LIMIT_SPOOL_MEMORY + 1);
	struct diag why = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
	struct spool *s = spool_new(fds[0]);

	assert_int_equal(spool_add(s, all, &why), ST_IO);
	assert_true(why.text[0]);
	unsetenv("TMPDIR");
	spool_free(s);
	drop(all);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_pipe),
		cmocka_unit_test(from_file),
		cmocka_unit_test(source_shrinks),
		cmocka_unit_test(sink_refuses),
		cmocka_unit_test(no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
