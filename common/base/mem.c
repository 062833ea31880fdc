#include "mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int exit_code = 71;
static bool silent;

void mem_exit_code(int code)
{
	exit_code = code;
}

void mem_exit_silent(void)
{
	silent = true;
}

void mem_exit(const char *why)
{
	char text[128];
	size_t n = strnlen(why, sizeof(text) - 1);

	memcpy(text, why, n);
	text[n++] = '\n';
	ssize_t ignored = silent ? 0 : write(STDERR_FILENO, text, n);

	(void)ignored; /* there is nowhere else to say it */
	_exit(exit_code);
}

static void out_of_memory(void)
{
	mem_exit("out of memory");
}

void *mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_array(void *old, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory();
	void *p = realloc(old, count && size ? count * size : 1);

	if (!p)
		out_of_memory();
	return p;
}

char *mem_copy(const void *p, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, p, n);
	return copy;
}

void mem_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

void *mem_secret(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		out_of_memory();
	/* best effort: a key that may be swapped still signs */
	(void)mlock(p, n);
#ifdef MADV_DONTDUMP
	(void)madvise(p, n, MADV_DONTDUMP);
#endif
	return p;
}

void mem_secret_free(void *p, size_t n)
{
	if (!p)
		return;
	mem_wipe(p, n);
	(void)munmap(p, n);
}

/* --- the memory of the libraries -------------------------------------------
 */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define MEM_OF_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEM_OF_SANITIZER
#endif

#if defined(__GLIBC__) && !defined(MEM_OF_SANITIZER)

/* Those of the C library, which a program may define anew: every library of
 * the process then calls ours (glibc manual, "Replacing malloc"). */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

#ifndef __clang__
/* What these return is the caller's, and no leak. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

void *malloc(size_t n)
{
	void *p = __libc_malloc(n);

	if (!p)
		out_of_memory();
	return p;
}

void *calloc(size_t count, size_t size)
{
	void *p = __libc_calloc(count, size);

	if (!p)
		out_of_memory();
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = __libc_realloc(old, n);

	if (!p && (n || !old)) /* of 0 bytes it has freed OLD */
		out_of_memory();
	return p;
}

void *aligned_alloc(size_t alignment, size_t n)
{
	void *p = __libc_memalign(alignment, n);

	if (!p)
		out_of_memory();
	return p;
}

int posix_memalign(void **out, size_t alignment, size_t n)
{
	*out = aligned_alloc(alignment, n);
	return 0;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

#endif
