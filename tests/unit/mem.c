/* Without memory the process ends, whoever asked for it. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"

/* What no compiler may take for a mistake, or for nothing; more than any object
 * has, whatever the processor. */
static volatile size_t too_much = (size_t)PTRDIFF_MAX + 1;
static void *volatile kept;

static void by_malloc(void)
{
	kept = malloc(too_much);
}
static void by_calloc(void)
{
	kept = calloc(too_much, 4);
}
static void by_realloc(void)
{
	kept = realloc(NULL, too_much);
}
static void by_aligned_alloc(void)
{
	kept = aligned_alloc(64, too_much);
}
static void by_mem(void)
{
	kept = mem_array(NULL, too_much, 1);
}
static void by_library(void)
{
	mem_exit("the library failed");
}

static void by_library_silently(void)
{
	mem_exit_silent();
	mem_exit("the library failed");
}

static char said[200]; /* what it wrote on stderr */

/* The exit status of a process that does ACT; 0 if ACT comes back. */
static int status_of(void (*act)(void))
{
	int status = 0, ends_of_pipe[2];

	assert_int_equal(pipe(ends_of_pipe), 0);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)dup2(ends_of_pipe[1], STDERR_FILENO);
		act();
		_exit(0);
	}
	close(ends_of_pipe[1]);
	memset(said, 0, sizeof(said));
	assert_true(read(ends_of_pipe[0], said, sizeof(said) - 1) >= 0);
	close(ends_of_pipe[0]);
	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void ends(void **state)
{
	(void)state;
	assert_int_equal(status_of(by_library), 71);
	assert_string_equal(said, "the library failed\n");
	assert_int_equal(status_of(by_library_silently), 71);
	assert_string_equal(said, "");
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
	!defined(__SANITIZE_THREAD__)
	assert_int_equal(status_of(by_mem), 71);
	assert_int_equal(status_of(by_malloc), 71);
	assert_int_equal(status_of(by_calloc), 71);
	assert_int_equal(status_of(by_realloc), 71);
	assert_int_equal(status_of(by_aligned_alloc), 71);
	mem_exit_code(75); /* in a filter */
	assert_int_equal(status_of(by_malloc), 75);
	mem_exit_code(71);
#endif
}

/* What works goes on as in the C library. */
static void goes_on(void **state)
{
	void *p = malloc(0);

	(void)state;
	assert_non_null(p);
	/* cppcheck-suppress memleakOnRealloc; it does not fail */
	p = realloc(p, 100);
	assert_non_null(p);
	free(p);
	p = calloc(3, 5);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(((unsigned char *)p)[i], 0);
	free(p);
	assert_int_equal(posix_memalign(&p, 256, 100), 0);
	assert_int_equal((uintptr_t)p % 256, 0);
	free(p);
}

/* What the kernel says of the pages at P: "VmFlags: rd wr ... lo ... dd". */
static void flags_at(const void *p, char flags[256])
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool here = false;

	assert_non_null(maps);
	flags[0] = 0;
	while (fgets(flags, 256, maps)) {
		char *end;
		uintptr_t from = strtoull(flags, &end, 16);

		if (*end == '-')
			here = from <= (uintptr_t)p &&
			       (uintptr_t)p < strtoull(end + 1, NULL, 16);
		if (here && strncmp(flags, "VmFlags:", 8) == 0)
			break;
	}
	fclose(maps);
}

static bool may_lock(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return false; /* they leave mlock out */
#else
	struct rlimit most;

	return getrlimit(RLIMIT_MEMLOCK, &most) == 0 && most.rlim_cur >= 65536;
#endif
}

/* A secret is on pages of its own, which are locked, and gone afterwards; where
 * nothing may be locked it is there all the same. */
static void secrets(void **state)
{
	static const size_t sizes[] = { 1, 100, 4096, 4097, 65537 };
	char flags[256];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *p = mem_secret(sizes[i]);

		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(p[k], 0);
		memset(p, 'x', sizes[i]);
		flags_at(p, flags);
		assert_non_null(strstr(flags, " dd"));
		assert_true(!may_lock() || strstr(flags, " lo"));
		mem_secret_free(p, sizes[i]);
	}
	mem_secret_free(NULL, 0);

	struct rlimit before, none = { 0 };

	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	unsigned char *p = mem_secret(8192);

	memset(p, 'x', 8192);
	mem_secret_free(p, 8192);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),
		cmocka_unit_test(goes_on),
		cmocka_unit_test(secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
