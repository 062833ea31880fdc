/* cli: what every program does at its start and its end, and its one voice on
 * stderr. */
#ifndef CLI_H
#define CLI_H

#include "message.h"

/* cli_start: name the program for messages; a standard descriptor that is
 * closed is opened so that no other file lands on it and its use fails (EBADF);
 * SIGPIPE and SIGXFSZ are ignored (EPIPE and EFBIG are then I/O errors, 74);
 * environment variables that could change a verdict are dropped. Call first in
 * main. */
void cli_start(const char *program);

/* cli_protect: no core file and no debugger for a process that holds keys. */
void cli_protect(void);

/* cli_say: one line "program: FILE: text" on stderr; FILE may be NULL. All of
 * it is escaped (text.h), so input may be quoted in it. */
void cli_say(const char *file, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* cli_fail: the same for ST and WHY (may be NULL), with the RFC section;
 * returns the exit status of ST. */
int cli_fail(const char *file, enum status st, const struct diag *why);

/* cli_put_fail: the same line, appended to OUT, for a later write. */
int cli_put_fail(struct buf *out, const char *file, enum status st,
		 const struct diag *why);

/* cli_mta_code: exit_for_mta; if that is not CODE, a line says what it was. */
int cli_mta_code(int code, bool refused);

/* cli_finish: close stdout; CODE, or 74 with a message if that fails. */
int cli_finish(int code);

#endif
