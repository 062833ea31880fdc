/* log: where the messages of a program go (--log). */
#ifndef LOG_H
#define LOG_H

#include "status.h"

/* log_guard: the program passes mail on through standard output. If standard
 * error is the same open file (Exim's transport_filter joins them), messages
 * go to syslog from now on, since each would become a part of the mail. A
 * character device, such as a terminal or /dev/null, is nobody's mail. */
void log_guard(void);

/* log_open: messages go to TO from now on: "stderr" (NULL is the same; it does
 * not lift the guard), "syslog" (facility mail), or a file, which gets lines
 * with the time (UTC) and the process. What cannot be logged is dropped. ST_OK;
 * ST_USAGE for a file that is standard output, or "" or "-"; ST_CANT_CREATE,
 * ST_PERMISSION. */
enum status log_open(const char *to, struct diag *why) MUST_USE;

/* log_about: each line from now on ends with WHAT, safe to show (text.h). */
enum { LOG_ABOUT_MAX = 2200 };
void log_about(const char *what);

/* log_write: write complete lines that message.h has made. */
void log_write(struct span lines);

#endif
