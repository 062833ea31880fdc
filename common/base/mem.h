/* mem: allocation that does not fail.
 *
 * Ceilings keep every allocation small, so that no input can exhaust memory.
 * When the system has none left, the process ends with exit status 71 after one
 * line on stderr (or with the status given to mem_exit_code). This is the one
 * place of common/ that ends the process.
 *
 * With the GNU C library that holds for the memory of the libraries, too: mem
 * defines malloc and its like for the whole process. Without memory, OpenSSL,
 * ldns, jansson and libidn2 give results that read like those of their input:
 * a signature that does not verify, a record without some of its strings, an
 * object without some of its members. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_USE
#define PRINTF_LIKE(fmt, args)
#endif

/* mem_exit_code: exit with CODE instead of 71 (dkim-sign --mta: 75). */
void mem_exit_code(int code);

/* mem_exit_silent: exit without the line on stderr, which would get into the
 * output. */
void mem_exit_silent(void);

/* mem_exit: end the process in that way for WHY, what a library could not do
 * for want of memory or of a part of itself. */
void mem_exit(const char *why) __attribute__((noreturn));

/* mem_alloc: N zeroed bytes, owned by the caller; release with free(). */
void *mem_alloc(size_t n) MUST_USE;

/* mem_array: realloc OLD (may be NULL) to COUNT items of SIZE bytes, owned by
 * the caller. */
void *mem_array(void *old, size_t count, size_t size) MUST_USE;

/* mem_copy: a copy of N bytes with a NUL after them, owned by the caller. */
char *mem_copy(const void *p, size_t n) MUST_USE;

/* mem_wipe: overwrite in a way the compiler keeps; for secrets. */
void mem_wipe(void *p, size_t n);

/* mem_secret: N zeroed bytes in pages of their own, for a secret: they are not
 * written to swap, where RLIMIT_MEMLOCK allows it, nor to a core file.
 * mem_secret_free: wipe and release them; N as before. P may be NULL. */
void *mem_secret(size_t n) MUST_USE;
void mem_secret_free(void *p, size_t n);

#endif
