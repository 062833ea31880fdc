/* Reads and writes go on after short counts and say what went wrong. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limit.h"

static void opens(void **state)
{
	struct diag why = { 0 };
	int fd = -1;

	(void)state;
	assert_int_equal(io_open_input("-", &fd, &why), ST_OK);
	assert_int_equal(fd, STDIN_FILENO);
	assert_int_equal(io_open_input("/dev/null", &fd, &why), ST_OK);
	assert_true(fd > STDERR_FILENO);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(io_open_input("/", &fd, &why), ST_NO_INPUT);
	assert_non_null(strstr(why.text, "directory"));
	assert_int_equal(io_open_input("/nonexistent", &fd, &why), ST_NO_INPUT);
	assert_non_null(strstr(why.text, strerror(ENOENT)));
	assert_int_equal(io_open_input("", &fd, NULL), ST_NO_INPUT);
}

static void permission(void **state)
{
	char path[] = "/tmp/io-test-XXXXXX";
	int fd = mkstemp(path), opened;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0), 0);
	close(fd);
	enum status st = io_open_input(path, &opened, NULL);

	unlink(path);
	if (st == ST_OK)
		close(opened);
	assert_int_equal(st, geteuid() == 0 ? ST_OK : ST_PERMISSION);
}

/* Writes TEXT to FD in pieces of STEP octets, as another process. */
static pid_t writer(int fds[2], struct span text, size_t step)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	close(fds[0]);
	for (; text.n; text = span_from(text, step))
		if (write(fds[1], text.p, step < text.n ? step : text.n) < 0)
			_exit(1);
	_exit(0);
}

static void wait_for(pid_t child, int wanted)
{
	int how;

	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), wanted);
}

static struct span pattern(size_t n)
{
	unsigned char *p = malloc(n + 1);

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(i ^ i >> 8);
	return span_of(p, n);
}

static void drop(struct span s)
{
	free((void *)(uintptr_t)s.p);
}

static void short_reads(void **state)
{
	static const size_t steps[] = { 1, 3, 1000, 70000 };
	struct span text = pattern(200000);

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		/* the reader's end non-blocking: it is waited for */
		for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
			struct span part = span_head(text, steps[i] * 20000);
			struct buf out;
			int fds[2];

			assert_int_equal(pipe(fds), 0);
			assert_int_equal(fcntl(fds[0], F_SETFL, flags), 0);
			pid_t child = writer(fds, part, steps[i]);

			close(fds[1]);
			buf_init(&out, part.n);
			assert_int_equal(io_read_all(fds[0], &out, NULL),
					 ST_OK);
			assert_true(span_eq(buf_span(&out), part));
			buf_free(&out);
			close(fds[0]);
			wait_for(child, 0);
		}
	}
	drop(text);
}

/* A full, non-blocking pipe: the rest is written when there is room. */
static void short_writes(void **state)
{
	struct span text = pattern(1000000);
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct buf out;

		close(fds[1]);
		buf_init(&out, text.n);
		bool same = io_read_all(fds[0], &out, NULL) == ST_OK &&
			    span_eq(buf_span(&out), text);

		buf_free(&out);
		_exit(!same);
	}
	close(fds[0]);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(io_write(fds[1], text, NULL), ST_OK);
	close(fds[1]);
	wait_for(child, 0);
	drop(text);
}

static void fails(void **state)
{
	struct diag why = { 0 };
	struct buf out;
	int fds[2], full = open("/dev/full", O_WRONLY), folder = open("/", 0);

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_true(full >= 0);
	assert_int_equal(io_write(full, SPAN("x"), &why), ST_IO);
	assert_non_null(strstr(why.text, strerror(ENOSPC)));
	close(full);
	assert_int_equal(io_write(full, SPAN("x"), &why), ST_IO);
	assert_non_null(strstr(why.text, strerror(EBADF)));
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_int_equal(io_write(fds[1], SPAN("x"), &why), ST_IO);
	assert_non_null(strstr(why.text, strerror(EPIPE)));
	close(fds[1]);
	buf_init(&out, 10);
	assert_int_equal(io_read_all(-1, &out, &why), ST_IO);
	assert_non_null(strstr(why.text, strerror(EBADF)));
	assert_int_equal(io_read_all(folder, &out, &why), ST_IO);
	assert_non_null(strstr(why.text, strerror(EISDIR)));
	close(folder);
	buf_free(&out);
}

/* A file of N bytes into room for MAX, which has some already. */
static void read_with(size_t n, size_t max)
{
	FILE *file = tmpfile();
	int fd = fileno(file);
	struct span text = pattern(n);
	struct buf out;

	assert_int_equal(io_write(fd, text, NULL), ST_OK);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	buf_init(&out, max + 3);
	buf_put(&out, SPAN("abc"));
	assert_int_equal(io_read_all(fd, &out, NULL),
			 n > max ? ST_LIMIT : ST_OK);
	if (n <= max) {
		assert_true(span_eq(span_from(buf_span(&out), 3), text));
		assert_int_equal(out.p[out.n], 0);
	}
	buf_free(&out);
	drop(text);
	fclose(file);
}

static void ceiling(void **state)
{
	static const size_t sizes[] = { 1,    10,   4091, 4092,	 4093,	4095,
					4096, 4097, 8188, 20000, 100000 };

	(void)state;
	read_with(0, 0);
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t max = sizes[i] - 1; max <= sizes[i] + 1; max++)
			read_with(sizes[i], max);
}

static void replay(void **state)
{
	FILE *file = tmpfile();
	int fd = fileno(file);
	struct span text = pattern(3 * LIMIT_CHUNK + 5);
	struct diag why = { 0 };
	struct buf out;

	(void)state;
	assert_int_equal(io_write(fd, text, NULL), ST_OK);
	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	buf_init(&out, text.n + 1);
	assert_int_equal(io_replay(fd, 3, text.n - 3, catch_in(&out), &why),
			 ST_OK);
	assert_true(span_eq(buf_span(&out), span_from(text, 3)));
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
	buf_reset(&out);
	assert_int_equal(io_replay(fd, 0, 0, catch_in(&out), &why), ST_OK);
	assert_int_equal(out.n, 0);
	assert_int_equal(io_replay(fd, 1, text.n, catch_in(&out), &why), ST_IO);
	assert_int_equal(io_replay(-1, 0, 1, catch_in(&out), &why), ST_IO);
	buf_free(&out);
	fclose(file);
	drop(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),       cmocka_unit_test(permission),
		cmocka_unit_test(short_reads), cmocka_unit_test(short_writes),
		cmocka_unit_test(fails),       cmocka_unit_test(ceiling),
		cmocka_unit_test(replay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
