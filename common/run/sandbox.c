#include "sandbox.h"

#include <sys/resource.h>

#if defined(__linux__) && !defined(NO_SANDBOX)
#define HAS_PRCTL
#include <sys/prctl.h>
#if defined(__x86_64__) || defined(__aarch64__)
#define SANDBOX_LINUX
#endif
#endif

void sandbox_protect(void)
{
	struct rlimit none = { 0, 0 };

	/* best effort: nothing depends on it */
	(void)setrlimit(RLIMIT_CORE, &none);
#ifdef HAS_PRCTL
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
}

#ifdef SANDBOX_LINUX

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli.h"

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* -- Landlock: which files ------------------------------------------------- */

/* Those of its first version, which every kernel with Landlock knows. */
enum {
	CHANGES =
		LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	TEMPORARY = LANDLOCK_ACCESS_FS_WRITE_FILE |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_REG,
	READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
};

/* Allow ACCESS to the file PATH, or to what is below it. */
static void allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr at = {
		.allowed_access = access,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (at.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		      &at, 0);
	close(at.parent_fd);
}

/* Where libraries are that are loaded later, and what finds them. */
static void allow_libraries(int rules)
{
	static const char *const places[] = {
		"/usr", "/lib", "/lib64", "/opt", "/nix/store", "/gnu/store"
	};
	const char *more = getenv("LD_LIBRARY_PATH");
	struct span rest = span_str(more ? more : ""), dir;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		allow(rules, places[i], READS);
	allow(rules, "/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE);
	while (rest.n && span_split(&rest, ':', &dir)) {
		char *path = mem_copy(dir.p, dir.n);

		allow(rules, path, READS);
		free(path);
	}
}

static bool restrict_files(const struct sandbox *s)
{
	const char *temporary = getenv("TMPDIR");
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
				     (s->writes ? 0U : (unsigned)CHANGES) |
				     (s->only ? (unsigned)READS : 0U),
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr,
				 sizeof(attr), 0);

	if (rules < 0)
		return false;
	/* temporary files (newfile_scratch) are still made */
	if (!s->writes || s->only)
		allow(rules, temporary && *temporary ? temporary : "/tmp",
		      (s->writes ? 0U : (unsigned)TEMPORARY) |
			      (s->only ? LANDLOCK_ACCESS_FS_READ_FILE : 0U));
	if (s->only) {
		allow_libraries(rules);
		if (strcmp(s->only, "-") != 0)
			allow(rules, s->only, LANDLOCK_ACCESS_FS_READ_FILE);
	}
	bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;

	close(rules);
	return done;
}

/* -- seccomp: which system calls ------------------------------------------- */

/* What every run may need: files that are read, memory, threads, time, and
 * descriptors that are open. */
static const short always[] = {
	/* files and descriptors */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64,
	SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx,
	SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64,
	SYS_getcwd, SYS_fcntl, SYS_dup, SYS_dup3, SYS_pipe2, SYS_fadvise64,
	SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_unlinkat, SYS_statfs,
	SYS_fstatfs, SYS_umask, SYS_ppoll, SYS_pselect6, SYS_sendto,
	SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_shutdown,
	/* memory and threads */
	SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk,
	SYS_mlock, SYS_munlock, SYS_futex, SYS_set_robust_list,
	SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_sched_yield,
	SYS_sched_getaffinity, SYS_membarrier, SYS_getcpu,
	/* the process, its time and its end */
	SYS_exit, SYS_exit_group, SYS_rt_sigaction, SYS_rt_sigprocmask,
	SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall, SYS_tgkill,
	SYS_gettid, SYS_getpid, SYS_getuid, SYS_geteuid, SYS_getgid,
	SYS_getegid, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep,
	SYS_nanosleep, SYS_gettimeofday, SYS_getrandom, SYS_sysinfo, SYS_uname,
	SYS_prlimit64, SYS_getrusage, SYS_wait4, SYS_waitid,
#ifdef SYS_stat /* the older calls, which new architectures do not have */
	SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_poll,
	SYS_select, SYS_time, SYS_getdents
#endif
};

static const short for_network[] = {
	SYS_socket,	 SYS_connect,	  SYS_bind,
	SYS_getsockname, SYS_getpeername, SYS_setsockopt,
	SYS_getsockopt,	 SYS_sendmmsg,	  SYS_recvmmsg,
};

static const short for_writes[] = {
	SYS_renameat, SYS_renameat2, SYS_linkat,   SYS_fchmod,
	SYS_fchmodat, SYS_fchown,    SYS_fchownat, SYS_utimensat,
#ifdef SYS_rename
	SYS_rename,   SYS_link,	     SYS_unlink,   SYS_chmod,
#endif
};

/* Not as if the kernel had none of them: they are forbidden. */
static const short forbidden[] = {
	/* programs and other processes */
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv,
	SYS_process_vm_writev, SYS_kill,
	/* the network */
	SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept4,
	SYS_socketpair
};

/* Ioctls that ask about a terminal or a pipe; TIOCSTI and its like do more. */
static const unsigned ioctls[] = { 0x5401, 0x802c542a, 0x5413, 0x541b };

struct program {
	struct sock_filter v[512];
	unsigned short n;
};

static void emit(struct program *p, unsigned code, uint32_t k, unsigned yes,
		 unsigned no)
{
	if (p->n < sizeof(p->v) / sizeof(*p->v))
		p->v[p->n++] = (struct sock_filter){ (uint16_t)code,
						     (uint8_t)yes, (uint8_t)no,
						     k };
}

static void load(struct program *p, size_t at)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

static void finish(struct program *p, uint32_t what)
{
	emit(p, BPF_RET | BPF_K, what, 0, 0);
}

static const uint32_t denied = SECCOMP_RET_ERRNO | EPERM,
		      unknown = SECCOMP_RET_ERRNO | ENOSYS;

/* What becomes of each call: 0 is `unknown`. */
enum { CALLS = 512 };
struct calls {
	uint32_t what[CALLS];
};

static void set(struct calls *c, const short *v, size_t n, uint32_t what)
{
	for (size_t i = 0; i < n; i++)
		c->what[v[i]] = what;
}
#define SET(c, v, what) set(c, v, sizeof(v) / sizeof(*(v)), what)

/* The calls from FIRST on, to the next range. */
struct range {
	uint32_t first, what;
};

/* The kernel tries the program once for each call when it is loaded: a search
 * through all numbers in turn would cost 0.15 ms more. */
static void search(struct program *p, const struct range *v, size_t n)
{
	size_t half = n / 2, at = p->n;

	if (n == 1) {
		finish(p, v->what ? v->what : unknown);
		return;
	}
	emit(p, BPF_JMP | BPF_JGE | BPF_K, v[half].first, 0, 0);
	search(p, v, half);
	p->v[at].jt = (uint8_t)(p->n - at - 1);
	search(p, v + half, n - half);
}

static void each(struct program *p, const struct calls *c)
{
	struct range v[CALLS] = { { 0, c->what[0] } };
	size_t n = 1;

	for (uint32_t nr = 1; nr < CALLS; nr++)
		if (c->what[nr] != c->what[nr - 1])
			v[n++] = (struct range){ nr, c->what[nr] };
	search(p, v, n);
}

/* Call NR with bits of MASK in its argument number AT is denied, unless it has
 * one of BUT, too. */
static void guard_flags(struct program *p, uint32_t nr, size_t at,
			uint32_t mask, uint32_t but)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 5);
	load(p, offsetof(struct seccomp_data, args) + 8 * at);
	emit(p, BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1);
	emit(p, BPF_JMP | BPF_JSET | BPF_K, but, 0, 1);
	finish(p, SECCOMP_RET_ALLOW);
	finish(p, denied);
}

/* A thread may be made, a process not; clone3 hides its flags in memory, and
 * the C library does without it. */
static void guard_clone(struct program *p)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	load(p, offsetof(struct seccomp_data, args));
	emit(p, BPF_JMP | BPF_JSET | BPF_K, 0x10000 /* CLONE_THREAD */, 0, 1);
	finish(p, SECCOMP_RET_ALLOW);
	finish(p, denied);
}

static void guard_ioctl(struct program *p)
{
	size_t n = sizeof(ioctls) / sizeof(*ioctls);

	emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, (unsigned)(2 * n + 2));
	load(p, offsetof(struct seccomp_data, args) + 8);
	for (size_t i = 0; i < n; i++) {
		emit(p, BPF_JMP | BPF_JEQ | BPF_K, ioctls[i], 0, 1);
		finish(p, SECCOMP_RET_ALLOW);
	}
	finish(p, denied);
}

static void guard_opening(struct program *p, bool writes)
{
	uint32_t changes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
	uint32_t temporary = O_EXCL | (O_TMPFILE & ~O_DIRECTORY);

	guard_flags(p, SYS_openat, 2, writes ? 0 : changes, temporary);
#ifdef SYS_open
	guard_flags(p, SYS_open, 1, writes ? 0 : changes, temporary);
#endif
}

static bool restrict_calls(const struct sandbox *s)
{
	struct program p = { .n = 0 };
	struct calls c = { { 0 } };

	load(&p, offsetof(struct seccomp_data, arch));
	emit(&p, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	finish(&p, unknown);
	load(&p, offsetof(struct seccomp_data, nr));
	guard_opening(&p, s->writes);
	guard_clone(&p);
	guard_ioctl(&p);
	SET(&c, forbidden, denied);
	SET(&c, always, SECCOMP_RET_ALLOW);
	if (s->network)
		SET(&c, for_network, SECCOMP_RET_ALLOW);
	if (s->writes)
		SET(&c, for_writes, SECCOMP_RET_ALLOW);
	each(&p, &c);
	const struct sock_fprog program = { p.n, p.v };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

void sandbox_enter(const struct sandbox *s)
{
	sandbox_protect();
	if (s->off)
		return;
	if (!restrict_files(s) && s->verbose)
		cli_say(NULL, "this kernel has no Landlock: files are not "
			      "protected by the sandbox");
	if (!restrict_calls(s) && s->verbose)
		cli_say(NULL, "this kernel has no seccomp filters: system "
			      "calls are not restricted");
}

#else

void sandbox_enter(const struct sandbox *s)
{
	(void)s;
	sandbox_protect();
}

#endif
