#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "io.h"
#include "newfile.h"

/* What the child keeps besides standard input, output and error. */
enum { CHILD_LINK = STDERR_FILENO + 1 };

enum status command_alone(const struct opt_program *program, const char *one_of,
			  size_t operands, struct diag *why)
{
	const struct opt_rule rule = { one_of, NULL };
	enum status st = operands > 1
				 ? diag_set(why, ST_USAGE, NULL,
					    "--exec hands over one message")
				 : opt_rules(program, &rule, 1, why);

	if (st != ST_OK)
		cli_mail_path_end();
	return st;
}

/* The programs ignore SIGPIPE, and a mail server may have made them ignore
 * others. */
static void default_signals(void)
{
	sigset_t none;

	for (int n = 1; n < NSIG; n++)
		(void)signal(n,
			     SIG_DFL); /* SIGKILL and SIGSTOP cannot be set */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The child: LINK closes on exec, and carries errno if that fails. */
static _Noreturn void wait_and_exec(int out, int link, char **argv, char **envp)
{
	ssize_t got;
	char go;
	int err;

	/* cli_start has made sure that OUT and LINK are above stderr */
	if (dup2(out, STDIN_FILENO) < 0 ||
	    (link != CHILD_LINK && dup2(link, CHILD_LINK) < 0) ||
	    fcntl(CHILD_LINK, F_SETFD, FD_CLOEXEC) < 0)
		_exit(EXIT_TEMPORARY);
	closefrom(CHILD_LINK + 1);
	while ((got = read(CHILD_LINK, &go, 1)) < 0 && errno == EINTR)
		;
	if (got != 1)
		_exit(EXIT_TEMPORARY);
	default_signals();
	execvpe(argv[0], argv, envp);
	err = errno;
	if (write(CHILD_LINK, &err, sizeof(err)) < 0)
		_exit(EXIT_TEMPORARY); /* as below: the status tells it, too */
	_exit(EXIT_TEMPORARY);
}

enum status command_fork(struct command *c, char **argv, char **envp,
			 struct diag *why)
{
	int ends[2];

	*c = (struct command){ .out = newfile_scratch(why),
			       .name = argv[0],
			       .pid = -1,
			       .link = -1 };
	if (c->out < 0)
		return ST_IO;
	/* a parent that ignores it would hide the status of the command */
	(void)signal(SIGCHLD, SIG_DFL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
		c->link = ends[0];
		c->pid = fork();
		if (c->pid == 0)
			wait_and_exec(c->out, ends[1], argv, envp);
		close(ends[1]);
	}
	if (c->pid > 0)
		return ST_OK;
	enum status st = diag_set(why, ST_OS, NULL, "cannot run %s: %s",
				  c->name, strerror(errno));

	command_end(c);
	return st;
}

/* *FAILED becomes the errno of the exec, 0 if the command is running. */
static bool tell_go(struct command *c, int *failed)
{
	ssize_t got;

	*failed = 0;
	if (io_write(c->link, SPAN("!"), NULL) != ST_OK) {
		/* the child waits for it, or for the end */
		close(c->link);
		c->link = -1;
		return false;
	}
	while ((got = read(c->link, failed, sizeof(*failed))) < 0 &&
	       errno == EINTR)
		;
	/* where that cannot be read, its exit status tells */
	return got <= 0 || (got == sizeof(*failed) && *failed);
}

static int wait_for(struct command *c)
{
	int status = -1;
	pid_t got;

	while ((got = waitpid(c->pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (got < 0)
		status = -1;
	c->pid = -1;
	return status;
}

enum status command_run(struct command *c, struct diag *why)
{
	off_t end = lseek(c->out, 0, SEEK_END);
	int failed = 0;

	if (end < 0 || lseek(c->out, 0, SEEK_SET) != 0)
		return diag_set(why, ST_IO, NULL, "cannot hand over to %s: %s",
				c->name, strerror(errno));
	bool begun = tell_go(c, &failed);
	int status = wait_for(c);

	if (failed)
		return diag_set(why, ST_IO, NULL, "cannot run %s: %s", c->name,
				strerror(failed));
	if (!begun)
		return diag_set(why, ST_IO, NULL,
				"cannot run %s: its process has ended",
				c->name);
	if (status >= 0 && WIFSIGNALED(status))
		return diag_set(why, ST_IO, NULL, "%s was ended by signal %d",
				c->name, WTERMSIG(status));
	if (status < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		return diag_set(why, ST_IO, NULL, "%s ended with status %d",
				c->name, status < 0 ? -1 : WEXITSTATUS(status));
	/* the offset is shared: what it did not read, nobody has got */
	off_t at = lseek(c->out, 0, SEEK_CUR);

	/* it has taken the message: an error here would hand it over twice */
	if (at >= 0 && at != end)
		return diag_set(why, ST_IO, NULL,
				"%s ended without reading all of its standard "
				"input",
				c->name);
	return ST_OK;
}

void command_end(struct command *c)
{
	if (!c->name)
		return;
	if (c->link >= 0)
		close(c->link);
	if (c->pid > 0)
		(void)wait_for(c);
	if (c->out >= 0)
		close(c->out);
	*c = (struct command){ 0 };
}
