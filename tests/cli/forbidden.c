/* Preloaded into a tool: at its end, in the process, it tries what the sandbox
 * forbids, and writes the outcome of each to the file in OUTCOME. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static FILE *out, *status;

__attribute__((constructor)) static void begin(void)
{
	out = fopen(getenv("OUTCOME"), "we");
	status = fopen("/proc/self/status", "re"); /* read at the end */
}

static void tell(const char *what, long result)
{
	fprintf(out, "%s=%s ", what,
		result >= 0 ? "done" : strerrorname_np(errno));
}

__attribute__((destructor)) static void end(void)
{
	char *none[] = { NULL }, line[200];
	struct rlimit core;

	if (!out)
		return;
	tell("exec", execve("/missing", none, none));
	tell("socket", socket(AF_INET, SOCK_DGRAM, 0));
	tell("ptrace", ptrace(PTRACE_ATTACH, 1 << 29, 0, 0));
	tell("open", open("existing", O_WRONLY));
	tell("read", open("existing", O_RDONLY));
	tell("create", open("new", O_WRONLY | O_CREAT, 0600));
	tell("truncate", open("existing", O_RDONLY | O_TRUNC));
	long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child == 0)
		syscall(SYS_exit_group, 0);
	tell("fork", child);
	tell("unknown", syscall(9999));
	getrlimit(RLIMIT_CORE, &core);
	fprintf(out, "core=%lu ", (unsigned long)core.rlim_cur);
	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "NoNewPrivs:", 11) == 0)
			fprintf(out, "nnp=%c", line[12]);
	if (status)
		fclose(status);
	fprintf(out, "\n");
	fclose(out);
}
