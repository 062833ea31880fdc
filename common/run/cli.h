/* cli: the start and the end of every program, and its messages to standard
 * error. */
#ifndef CLI_H
#define CLI_H

#include "message.h"

/* cli_expect_mail: before cli_start, and without memory: if ARGV has OPTION, of
 * a run in a mail path, want of memory is a temporary failure (75) from now on.
 */
void cli_expect_mail(char **argv, const char *option);

/* cli_start: call it first in main. PROGRAM is the name in messages. A standard
 * descriptor that is closed is opened so that no other file gets its number and
 * its use fails (EBADF); SIGPIPE and SIGXFSZ are ignored, so that EPIPE and
 * EFBIG are I/O errors (74); environment variables that could change a result
 * are removed. Returns the environment before that, for command.h. */
char **cli_start(const char *program);

/* cli_mail_path: call it when a mail server waits for the exit status (--mta,
 * --filter), before options are parsed: every failure but a refused message
 * ends with 75, and its message says so; messages never get into the mail on
 * standard output (log_guard). */
void cli_mail_path(void);

/* cli_mail_path_end: the command line is such that no run can take a message,
 * so that the exit status is that of a run by hand. */
void cli_mail_path_end(void);

/* cli_say: write the line "program: FILE: text" to the log (log.h), which is
 * standard error by default; FILE may be NULL. All of it is escaped (text.h),
 * so that input may be quoted in it. */
void cli_say(const char *file, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* cli_fail: write the same line for ST and WHY (may be NULL), with the RFC
 * section; returns exit_status(ST). */
int cli_fail(const char *file, enum status st, const struct diag *why);

/* cli_put_fail: append the same line to OUT instead. */
int cli_put_fail(struct buf *out, const char *file, enum status st,
		 const struct diag *why);

/* cli_finish: close standard output; returns CODE, or 74 after a message if
 * that fails. In a mail path it returns exit_for_mta(that, REFUSED), after a
 * line if nothing has said so yet. */
int cli_finish(int code, bool refused);

/* cli_end: the same without standard output, which got nothing. */
int cli_end(int code, bool refused);

#endif
