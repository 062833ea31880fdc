/* sandbox: what a program gives up before it reads bytes from outside.
 *
 * With these rights gone, somebody who takes over the process by a message, a
 * key or a DNS answer cannot start programs, open connections or change files
 * that the run did not need anyway. Linux only; elsewhere, with a sanitizer,
 * for coverage or with NO_LINUX=1 (NO_SANDBOX in the Makefile) there is none.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>

/* What the run needs. */
struct sandbox {
	bool off;     /* --no-sandbox: only sandbox_protect's part */
	bool network; /* DNS is asked */
	bool writes;  /* files are made or replaced; without it only temporary
		       * ones in TMPDIR, or /tmp */
	bool verbose; /* say what this kernel lacks */
	/* the one file that is opened from now on, "-" for none, besides those
	 * of libraries and temporary ones; NULL: any file is read */
	const char *only;
};

/* sandbox_protect: no core file, no debugger of the same user, and no right
 * gained by a set-user-id program (no_new_privs). */
void sandbox_protect(void);

/* sandbox_enter: sandbox_protect, and from now on no program is started
 * (EPERM), no socket made without `network`, and no file opened for writing
 * without `writes`, nor another one than `only`; system calls that the tools do
 * not need fail with ENOSYS, as on a kernel that does not have them. All files
 * that are written later, the log and the libraries must be open. Call it while
 * there is one thread. What the kernel lacks (Landlock, seccomp) is left out.
 */
void sandbox_enter(const struct sandbox *s);

#endif
