#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "io.h"
#include "when.h"

/* As the name of the program in message.c: there is one for the process. */
static struct {
	enum { TO_STDERR, TO_SYSLOG, TO_FILE } to;
	bool guarded;
	int file;
	char about[LOG_ABOUT_MAX]; /* as it is appended, or "" */
} log_state;

static void open_syslog(void)
{
	log_state.to = TO_SYSLOG;
	/* now, as long as it is allowed; without /dev/log there is no log */
	openlog(NULL, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

static bool is_output(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && fstat(STDOUT_FILENO, &b) == 0 &&
	       !S_ISCHR(a.st_mode) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

void log_guard(void)
{
	log_state.guarded = is_output(STDERR_FILENO);
	if (!log_state.guarded)
		return;
	mem_exit_silent();
	open_syslog();
}

enum status log_open(const char *to, struct diag *why)
{
	if (!to || strcmp(to, "stderr") == 0)
		return ST_OK;
	if (strcmp(to, "syslog") == 0) {
		open_syslog();
		return ST_OK;
	}
	if (!*to || strcmp(to, "-") == 0)
		return diag_set(why, ST_USAGE, NULL,
				"--log=%s: must be stderr, syslog or a file",
				to);
	int fd = open(to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		      0640);

	if (fd < 0) {
		enum status st = io_open_status(errno);

		return diag_set(why, st == ST_NO_INPUT ? ST_CANT_CREATE : st,
				NULL, "--log: cannot open %s: %s", to,
				strerror(errno));
	}
	if (is_output(fd)) {
		close(fd);
		return diag_set(why, ST_USAGE, NULL,
				"--log=%s is the standard output", to);
	}
	log_state.to = TO_FILE;
	log_state.file = fd;
	return ST_OK;
}

void log_about(const char *what)
{
	snprintf(log_state.about, sizeof(log_state.about), "%s", what);
}

/* -- the lines ------------------------------------------------------------- */

/* LINE is "program: text" without its line end. */
static void write_line(struct span line)
{
	size_t colon = span_find(line, ':');
	struct span program = span_head(line, colon),
		    text = span_from(line, colon + 2);
	char now[32];
	struct buf out;

	buf_init(&out, line.n + sizeof(log_state.about) + 256);
	if (log_state.to == TO_FILE) {
		when_format(when_now(), now);
		buf_putf(&out, "%s %.*s[%d]: ", now, (int)program.n,
			 (const char *)program.p, (int)getpid());
	}
	buf_put(&out, log_state.to == TO_STDERR ? line : text);
	buf_putf(&out, "%s", log_state.about);
	if (log_state.to == TO_SYSLOG) {
		syslog(LOG_WARNING, "%s", (const char *)out.p);
	} else {
		int fd = log_state.to == TO_FILE ? log_state.file
						 : STDERR_FILENO;

		buf_putf(&out, "\n");
		status_ignore(io_write(fd, buf_span(&out), NULL)); /* or lost */
	}
	buf_free(&out);
}

void log_write(struct span lines)
{
	struct span line;

	if (log_state.to == TO_STDERR && !log_state.about[0]) {
		/* it may be closed or full: there is nowhere else to say it */
		status_ignore(io_write(STDERR_FILENO, lines, NULL));
		return;
	}
	while (span_split(&lines, '\n', &line))
		if (line.n)
			write_line(line);
}
