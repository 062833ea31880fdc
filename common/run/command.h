/* command: another program that takes the result on its standard input
 * (--exec).
 *
 * Its process is forked early, before keys are read and before the program
 * gives up rights that the other one may need (a set-group-id bit has no effect
 * after no_new_privs). It waits, and runs the command only when it is told that
 * the whole result is there; without that word, when the program has failed or
 * was killed, it ends and runs nothing. The result is a file and no pipe, so
 * that a command never takes a part of it for all of it. */
#ifndef COMMAND_H
#define COMMAND_H

#include <sys/types.h>

#include "opt.h"

struct command {
	const char *name; /* NULL: there is none */
	int out;	  /* where the result is written, from its beginning */

	/* private */
	pid_t pid;
	int link; /* to the process that waits */
};

/* command_alone: --exec hands over one message, and only the command gets it.
 * ST_OK; ST_USAGE if there are several OPERANDS, or two of the options ONE_OF
 * (opt.h), and the mail path ends (cli_mail_path_end): that is 64 also where a
 * mail server waits, since no mail can ever have been handed over so. */
enum status command_alone(const struct opt_program *program, const char *one_of,
			  size_t operands, struct diag *why) MUST_USE;

/* command_fork: the words ARGV, which end with NULL, are to be run with the
 * environment ENVP; call it before there are threads. ST_OK, and C ends with
 * command_end; ST_IO if there is no room for a temporary file (in TMPDIR, or
 * /tmp), or ST_OS. */
enum status command_fork(struct command *c, char **argv, char **envp,
			 struct diag *why) MUST_USE;

/* command_run: c->out is complete: run the command with it, and with default
 * signal actions and no other descriptors than standard input, output and
 * error. ST_OK if it read all and ended with 0; else ST_IO. */
enum status command_run(struct command *c, struct diag *why) MUST_USE;

/* command_end: whatever happened, release C, which may be all zero. If the
 * command has not been run, it never is. */
void command_end(struct command *c);

#endif
