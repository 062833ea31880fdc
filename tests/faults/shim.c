/* A library for LD_PRELOAD that lets one call fail: the FAULT_Nth of the class
 * FAULT_CLASS, with the error FAULT_ERRNO, counted over all processes that
 * share the file FAULT_COUNT (two counters: calls, and calls that failed). With
 * FAULT_FROM set, all calls from then on fail; of the program FAULT_NOT none
 * does. Used by tests/faults/sweep. */
/* what it makes of some calls would be defined twice */
#undef _FORTIFY_SOURCE
/* open and open64 are two names here, as they are for a library's callers */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct counters {
	_Atomic long calls, failed;
};

static struct counters own, *counters = &own;
static const char *class = "";
static long at;
static int error = EIO;
static bool on, from;
static _Thread_local bool resolving;

static long number(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("FAULT_COUNT");

	const char *other = getenv("FAULT_NOT");

	if (!getenv("FAULT_CLASS") ||
	    (other && strcmp(other, program_invocation_short_name) == 0))
		return;
	class = getenv("FAULT_CLASS");
	at = number("FAULT_N", 0);
	error = (int)number("FAULT_ERRNO", EIO);
	from = getenv("FAULT_FROM") != NULL;
	/* not by open, which is counted */
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR, 0)
		      : -1;

	if (fd >= 0) {
		void *shared = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE,
				    MAP_SHARED, fd, 0);

		if (shared != MAP_FAILED)
			counters = shared;
		syscall(SYS_close, fd);
	}
	on = true;
}

/* This call is of the class KIND and fails; errno is set. */
static bool fails(const char *kind)
{
	if (!on || resolving || strcmp(kind, class) != 0)
		return false;
	long n = atomic_fetch_add(&counters->calls, 1) + 1;

	if (at == 0 || (from ? n < at : n != at))
		return false;
	atomic_fetch_add(&counters->failed, 1);
	errno = error;
	return true;
}

static void *real(const char *name)
{
	resolving = true;
	void *found = dlsym(RTLD_NEXT, name);

	resolving = false;
	return found;
}

/* a type and a list of parameters take no parentheses */
/* NOLINTBEGIN(bugprone-macro-parentheses) */

/* A call of CLASS that returns FAILED: its prototype in the library, and its
 * parameters once more. */
#define CALL(type, name, kind, failed, parameters, arguments) \
	type name parameters;                                 \
	type name parameters                                  \
	{                                                     \
		static type(*next) parameters;                \
		if (!next)                                    \
			*(void **)&next = real(#name);        \
		if (fails(kind))                              \
			return failed;                        \
		return next arguments;                        \
	}

/* --- memory ----------------------------------------------------------------
 */

/* The programs define malloc themselves and call these (common/base/mem.c). */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
static unsigned char early[4096]; /* while dlsym looks for the real ones */
static size_t early_used;

static void *early_alloc(size_t n)
{
	void *p = early + early_used;

	early_used += (n + 15) / 16 * 16;
	return early_used <= sizeof(early) ? p : NULL;
}

#define ALLOCATE(name, early_size, parameters, arguments) \
	void *name parameters;                            \
	void *name parameters                             \
	{                                                 \
		static void *(*next)parameters;           \
		if (resolving)                            \
			return early_alloc(early_size);   \
		if (!next)                                \
			*(void **)&next = real(#name);    \
		if (fails("malloc"))                      \
			return NULL;                      \
		return next arguments;                    \
	}

ALLOCATE(__libc_malloc, n, (size_t n), (n))
ALLOCATE(__libc_calloc, n *size, (size_t n, size_t size), (n, size))
ALLOCATE(__libc_realloc, n, (void *p, size_t n), (p, n))
ALLOCATE(__libc_memalign, n, (size_t a, size_t n), (a, n))

/* --- files ------------------------------------------------------------------
 */

static mode_t mode_of(int flags, va_list ap)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE
		       ? va_arg(ap, mode_t)
		       : 0;
}

#define OPEN(name, parameters, arguments)                   \
	int name parameters                                 \
	{                                                   \
		static int(*next) parameters;               \
		va_list ap;                                 \
		va_start(ap, flags);                        \
		mode_t mode = mode_of(flags, ap);           \
		va_end(ap);                                 \
		if (!next)                                  \
			*(void **)&next = real(#name);      \
		return fails("open") ? -1 : next arguments; \
	}

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int dir, const char *path, int flags, ...),
     (dir, path, flags, mode))
OPEN(openat64, (int dir, const char *path, int flags, ...),
     (dir, path, flags, mode))
CALL(int, __open_2, "open", -1, (const char *p, int f), (p, f))
CALL(int, __openat_2, "open", -1, (int d, const char *p, int f), (d, p, f))
CALL(int, __open64_2, "open", -1, (const char *p, int f), (p, f))
CALL(int, __openat64_2, "open", -1, (int d, const char *p, int f), (d, p, f))

CALL(ssize_t, read, "read", -1, (int fd, void *p, size_t n), (fd, p, n))
CALL(ssize_t, __read_chk, "read", -1, (int fd, void *p, size_t n, size_t room),
     (fd, p, n, room))
CALL(ssize_t, pread, "pread", -1, (int fd, void *p, size_t n, off_t at_),
     (fd, p, n, at_))
CALL(ssize_t, pread64, "pread", -1, (int fd, void *p, size_t n, off64_t at_),
     (fd, p, n, at_))
CALL(ssize_t, __pread_chk, "pread", -1,
     (int fd, void *p, size_t n, off_t at_, size_t room), (fd, p, n, at_, room))
CALL(ssize_t, __pread64_chk, "pread", -1,
     (int fd, void *p, size_t n, off64_t at_, size_t room),
     (fd, p, n, at_, room))
CALL(int, fsync, "fsync", -1, (int fd), (fd))
CALL(int, fdatasync, "fsync", -1, (int fd), (fd))
CALL(int, rename, "rename", -1, (const char *a, const char *b), (a, b))
CALL(int, renameat, "rename", -1, (int d, const char *a, int e, const char *b),
     (d, a, e, b))
CALL(int, renameat2, "rename", -1,
     (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f))
CALL(int, link, "link", -1, (const char *a, const char *b), (a, b))
CALL(int, linkat, "link", -1,
     (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f))
CALL(int, symlink, "link", -1, (const char *a, const char *b), (a, b))
CALL(int, symlinkat, "link", -1, (const char *a, int d, const char *b),
     (a, d, b))
CALL(int, unlink, "unlink", -1, (const char *a), (a))
CALL(int, unlinkat, "unlink", -1, (int d, const char *a, int f), (d, a, f))
CALL(int, stat, "stat", -1, (const char *a, struct stat *s), (a, s))
CALL(int, lstat, "stat", -1, (const char *a, struct stat *s), (a, s))
CALL(int, fstat, "stat", -1, (int fd, struct stat *s), (fd, s))
CALL(int, fstatat, "stat", -1, (int d, const char *a, struct stat *s, int f),
     (d, a, s, f))
CALL(int, fchmod, "owner", -1, (int fd, mode_t m), (fd, m))
CALL(int, fchown, "owner", -1, (int fd, uid_t u, gid_t g), (fd, u, g))
CALL(off_t, lseek, "seek", -1, (int fd, off_t n, int how), (fd, n, how))
CALL(off64_t, lseek64, "seek", -1, (int fd, off64_t n, int how), (fd, n, how))
CALL(int, ftruncate, "seek", -1, (int fd, off_t n), (fd, n))
CALL(void *, opendir, "open", NULL, (const char *p), (p))
CALL(void *, fdopendir, "open", NULL, (int fd), (fd))
CALL(void *, readdir, "read", NULL, (void *p), (p))
CALL(char *, realpath, "stat", NULL, (const char *p, char *to), (p, to))

/* Messages to people are no result. */
ssize_t write(int fd, const void *p, size_t n)
{
	static ssize_t (*next)(int, const void *, size_t);

	if (!next)
		*(void **)&next = real("write");
	return fd != STDERR_FILENO && fails("write") ? -1 : next(fd, p, n);
}

/* The descriptor is closed all the same, as Linux does. */
int close(int fd)
{
	static int (*next)(int);

	if (!next)
		*(void **)&next = real("close");
	if (!fails("close"))
		return next(fd);
	next(fd);
	errno = error;
	return -1;
}

/* --- processes and the network ----------------------------------------------
 */

CALL(int, pthread_create, "thread", EAGAIN,
     (pthread_t * t, const pthread_attr_t *a, void *(*f)(void *), void *x),
     (t, a, f, x))
CALL(pid_t, fork, "process", -1, (void), ())
CALL(int, pipe, "process", -1, (int v[2]), (v))
CALL(int, pipe2, "process", -1, (int v[2], int f), (v, f))
CALL(pid_t, waitpid, "wait", -1, (pid_t p, int *s, int f), (p, s, f))
CALL(ssize_t, getrandom, "random", -1, (void *p, size_t n, unsigned f),
     (p, n, f))
CALL(int, poll, "poll", -1, (struct pollfd * p, nfds_t n, int ms), (p, n, ms))
CALL(int, __poll_chk, "poll", -1,
     (struct pollfd * p, nfds_t n, int ms, size_t room), (p, n, ms, room))
CALL(int, socket, "socket", -1, (int a, int b, int c), (a, b, c))
CALL(int, socketpair, "socket", -1, (int a, int b, int c, int v[2]),
     (a, b, c, v))
CALL(int, connect, "socket", -1, (int fd, __CONST_SOCKADDR_ARG to, socklen_t n),
     (fd, to, n))
CALL(int, bind, "socket", -1, (int fd, __CONST_SOCKADDR_ARG to, socklen_t n),
     (fd, to, n))
CALL(ssize_t, send, "socket", -1, (int fd, const void *p, size_t n, int f),
     (fd, p, n, f))
CALL(ssize_t, sendto, "socket", -1,
     (int fd, const void *p, size_t n, int f, __CONST_SOCKADDR_ARG to,
      socklen_t m),
     (fd, p, n, f, to, m))
CALL(ssize_t, recv, "socket", -1, (int fd, void *p, size_t n, int f),
     (fd, p, n, f))
CALL(ssize_t, __recv_chk, "socket", -1,
     (int fd, void *p, size_t n, size_t room, int f), (fd, p, n, room, f))
CALL(ssize_t, recvfrom, "socket", -1,
     (int fd, void *p, size_t n, int f, __SOCKADDR_ARG o, socklen_t *m),
     (fd, p, n, f, o, m))

int fcntl(int fd, int what, ...)
{
	static int (*next)(int, int, ...);
	va_list ap;

	va_start(ap, what);
	void *argument = va_arg(ap, void *);
	va_end(ap);
	if (!next)
		*(void **)&next = real("fcntl");
	return fails("fcntl") ? -1 : next(fd, what, argument);
}

/* --- libraries --------------------------------------------------------------
 */

static uintptr_t program_from, program_to;

static int find_program(struct dl_phdr_info *info, size_t n, void *ctx)
{
	(void)n;
	(void)ctx;
	program_from = info->dlpi_addr;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t end = program_from + p->p_vaddr + p->p_memsz;

		if (p->p_type == PT_LOAD && end > program_to)
			program_to = end;
	}
	return 1; /* the first one is the program */
}

/* A call of the program, not of the library to itself: those fail for want of
 * memory only, which is another class. */
static bool is_ours(void *caller)
{
	if (!program_to)
		dl_iterate_phdr(find_program, NULL);
	return (uintptr_t)caller >= program_from &&
	       (uintptr_t)caller < program_to;
}

#define CRYPTO(type, name, failed, parameters, arguments)         \
	type name parameters;                                     \
	type name parameters                                      \
	{                                                         \
		static type(*next) parameters;                    \
		if (!next)                                        \
			*(void **)&next = real(#name);            \
		if (on && is_ours(__builtin_return_address(0)) && \
		    fails("crypto"))                              \
			return failed;                            \
		return next arguments;                            \
	}

CALL(void *, dlopen, "library", NULL, (const char *p, int f), (p, f))
CALL(void *, iconv_open, "library", (void *)-1, (const char *a, const char *b),
     (a, b))
CALL(FILE *, fmemopen, "library", NULL, (void *p, size_t n, const char *how),
     (p, n, how))
CALL(void *, EVP_MD_fetch, "fetch", NULL,
     (void *c, const char *a, const char *q), (c, a, q))
CALL(void *, EVP_MAC_fetch, "fetch", NULL,
     (void *c, const char *a, const char *q), (c, a, q))
CALL(void *, EVP_CIPHER_fetch, "fetch", NULL,
     (void *c, const char *a, const char *q), (c, a, q))
CALL(void *, EVP_KEYMGMT_fetch, "fetch", NULL,
     (void *c, const char *a, const char *q), (c, a, q))
CALL(void *, EVP_SIGNATURE_fetch, "fetch", NULL,
     (void *c, const char *a, const char *q), (c, a, q))
CRYPTO(void *, EVP_PKEY_CTX_new_from_name, NULL,
       (void *c, const char *a, const char *q), (c, a, q))
CRYPTO(void *, EVP_PKEY_CTX_new_from_pkey, NULL,
       (void *c, void *k, const char *q), (c, k, q))
CRYPTO(int, OPENSSL_init_crypto, 0, (uint64_t o, const void *s), (o, s))
CRYPTO(int, EVP_DigestInit_ex2, 0, (void *c, const void *m, const void *p),
       (c, m, p))
CRYPTO(int, EVP_DigestUpdate, 0, (void *c, const void *p, size_t n), (c, p, n))
CRYPTO(int, EVP_DigestFinal_ex, 0, (void *c, unsigned char *to, unsigned *n),
       (c, to, n))
CRYPTO(int, EVP_MD_CTX_copy_ex, 0, (void *a, const void *b), (a, b))
CRYPTO(int, EVP_DigestSignInit_ex, 0,
       (void *a, void **b, const char *d, void *e, const char *q, void *k,
	const void *p),
       (a, b, d, e, q, k, p))
CRYPTO(int, EVP_DigestVerifyInit_ex, 0,
       (void *a, void **b, const char *d, void *e, const char *q, void *k,
	const void *p),
       (a, b, d, e, q, k, p))
CRYPTO(int, EVP_DigestSign, 0,
       (void *a, unsigned char *s, size_t *n, const unsigned char *p, size_t m),
       (a, s, n, p, m))
CRYPTO(int, EVP_DigestVerify, -1,
       (void *a, const unsigned char *s, size_t n, const unsigned char *p,
	size_t m),
       (a, s, n, p, m))
CRYPTO(int, EVP_PKEY_sign_init_ex, 0, (void *a, const void *p), (a, p))
CRYPTO(int, EVP_PKEY_verify_init_ex, 0, (void *a, const void *p), (a, p))
CRYPTO(int, EVP_PKEY_verify_recover_init_ex, 0, (void *a, const void *p),
       (a, p))
CRYPTO(int, EVP_PKEY_sign, -1,
       (void *a, unsigned char *s, size_t *n, const unsigned char *p, size_t m),
       (a, s, n, p, m))
CRYPTO(int, EVP_PKEY_verify, -1,
       (void *a, const unsigned char *s, size_t n, const unsigned char *p,
	size_t m),
       (a, s, n, p, m))
CRYPTO(int, EVP_PKEY_verify_recover, -1,
       (void *a, unsigned char *s, size_t *n, const unsigned char *p, size_t m),
       (a, s, n, p, m))
CRYPTO(int, EVP_PKEY_fromdata_init, 0, (void *a), (a))
CRYPTO(int, EVP_PKEY_fromdata, 0, (void *a, void **k, int how, void *p),
       (a, k, how, p))
CRYPTO(int, EVP_PKEY_get_bn_param, 0, (const void *k, const char *a, void **n),
       (k, a, n))
CRYPTO(int, EVP_PKEY_get_raw_public_key, 0,
       (const void *k, unsigned char *to, size_t *n), (k, to, n))
CRYPTO(void *, EVP_PKEY_new_raw_private_key_ex, NULL,
       (void *c, const char *a, const char *q, const unsigned char *p,
	size_t n),
       (c, a, q, p, n))
CRYPTO(void *, EVP_PKEY_new_raw_public_key_ex, NULL,
       (void *c, const char *a, const char *q, const unsigned char *p,
	size_t n),
       (c, a, q, p, n))
CRYPTO(int, EVP_MAC_init, 0,
       (void *c, const unsigned char *k, size_t n, const void *p), (c, k, n, p))
CRYPTO(int, EVP_MAC_update, 0, (void *c, const unsigned char *p, size_t n),
       (c, p, n))
CRYPTO(int, EVP_MAC_final, 0,
       (void *c, unsigned char *to, size_t *n, size_t room), (c, to, n, room))
CALL(int, RAND_bytes, "random", 0, (unsigned char *p, int n), (p, n))
CRYPTO(void *, BN_bin2bn, NULL, (const unsigned char *p, int n, void *to),
       (p, n, to))
CRYPTO(int, BN_mul, 0, (void *r, const void *a, const void *b, void *c),
       (r, a, b, c))
CRYPTO(int, PEM_write_bio_PKCS8PrivateKey, 0,
       (void *b, const void *k, const void *e, const char *p, int n, void *f,
	void *u),
       (b, k, e, p, n, f, u))
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
/* NOLINTEND(bugprone-macro-parentheses) */
