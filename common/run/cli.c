#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_status.h"
#include "log.h"
#include "message.h"

/* Leave out of the environment what would let getopt, OpenSSL and resolvers
 * change a result. The original stays as it was. */
static char **clean_environment(void)
{
	static const char *const ignored[] = {
		"POSIXLY_CORRECT", "OPENSSL_CONF", "OPENSSL_MODULES",
		"LOCALDOMAIN",	   "RES_OPTIONS",  "HOSTALIASES",
	};
	char **given = environ;
	size_t n = 0;

	while (given && given[n])
		n++;
	environ = mem_array(NULL, n + 1, sizeof(*environ));
	if (n)
		memcpy(environ, given, n * sizeof(*environ));
	environ[n] = NULL;
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		unsetenv(ignored[i]);
	return given;
}

void cli_expect_mail(char **argv, const char *option)
{
	for (; *argv; argv++)
		if (strncmp(*argv, option, strlen(option)) == 0)
			mem_exit_code(EXIT_TEMPORARY);
}

char **cli_start(const char *program)
{
	message_program(program);
	/* opened the wrong way round, so that its use fails */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(exit_status(ST_OS));
	/* EPIPE and EFBIG instead: a short write is an I/O error (74) */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return clean_environment();
}

/* As the name of the program in message.c: there is one for the process. */
static struct {
	bool on;
	bool told; /* that the exit status is another one */
} mail_path;

void cli_mail_path(void)
{
	mail_path.on = true;
	mem_exit_code(EXIT_TEMPORARY);
	log_guard();
}

void cli_mail_path_end(void)
{
	mail_path.on = false;
}

static void write_lines(struct buf *lines)
{
	log_write(buf_span(lines));
	buf_free(lines);
}

void cli_say(const char *file, const char *fmt, ...)
{
	struct buf line;
	va_list args;

	buf_init(&line, MESSAGE_MAX);
	va_start(args, fmt);
	message_putv(&line, file, fmt, args);
	va_end(args);
	write_lines(&line);
}

int cli_put_fail(struct buf *out, const char *file, enum status st,
		 const struct diag *why)
{
	bool refused = st == ST_REFUSED || st == ST_NOT_MESSAGE;
	int code = exit_status(st);
	char after[8] = "";

	if (!mail_path.on || refused) {
		message_put_status(out, "", file, st, why, "");
		return code;
	}
	if (code != EXIT_TEMPORARY)
		snprintf(after, sizeof(after), " (%d)", code);
	message_put_status(out, "temporary failure (75): ", file, st, why,
			   after);
	mail_path.told = true;
	return code;
}

/* Whoever reads our output has seen enough ("| head -1"). */
static bool reader_left(enum status st, const struct diag *why)
{
	char text[LIMIT_DIAG];

	snprintf(text, sizeof(text), "cannot write: %s", strerror(EPIPE));
	return st == ST_IO && why && strcmp(why->text, text) == 0;
}

int cli_fail(const char *file, enum status st, const struct diag *why)
{
	struct buf line;

	if (reader_left(st, why))
		return exit_status(st);
	buf_init(&line, MESSAGE_MAX);
	int code = cli_put_fail(&line, file, st, why);

	write_lines(&line);
	return code;
}

int cli_finish(int code, bool refused)
{
	if (close(STDOUT_FILENO) < 0 && errno != EBADF) {
		cli_say(NULL, "cannot write: %s", strerror(errno));
		code = exit_worse(code, exit_status(ST_IO));
		refused = false;
	}
	return cli_end(code, refused);
}

int cli_end(int code, bool refused)
{
	if (!mail_path.on)
		return code;
	int as = exit_for_mta(code, refused);

	if (as != code && !mail_path.told)
		cli_say(NULL, "temporary failure (%d): %s (%d)", as,
			exit_text(code), code);
	return as;
}
