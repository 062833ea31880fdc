#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "key_read.h"
#include "limit.h"
#include "wrongfile.h"

const char *keyfile_unsafe(mode_t mode)
{
	if (mode & S_IWOTH)
		return "others can write it";
	if (mode & S_IROTH)
		return "others can read it";
	if (mode & S_IWGRP)
		return "its group can write it";
	return NULL;
}

static void concern_set(struct diag *concern, const char *what)
{
	diag_set(concern, ST_OK, NULL, "%s", what);
}

/* Can others put another file in the place of this one? */
static bool is_dir_open_to_others(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? mem_copy(path, (size_t)(slash - path) + 1)
			  : mem_copy(".", 1);
	struct stat info;
	bool open_to = stat(dir, &info) == 0 && (info.st_mode & S_IWOTH) &&
		       !(info.st_mode & S_ISVTX);

	free(dir);
	return open_to;
}

static void check_private(const char *path, const struct stat *info,
			  struct diag *concern)
{
	const char *unsafe = keyfile_unsafe(info->st_mode);

	if (unsafe)
		diag_set(concern, ST_OK, NULL,
			 "unsafe private key file: %s (mode "
			 "%04o)",
			 unsafe, (unsigned)(info->st_mode & 07777));
	else if (info->st_uid != 0 && info->st_uid != geteuid())
		concern_set(concern, "the private key file is owned by neither "
				     "root nor you");
	else if (is_dir_open_to_others(path))
		concern_set(concern, "the private key file is in a directory "
				     "that others can write");
}

/* O_NONBLOCK: opening a FIFO would wait for its writer. */
static enum status open_file(const char *path, int *fd, struct stat *info,
			     struct diag *why)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, info) < 0) {
		const char *is = errno == ENOENT ? wrongfile_operand(path)
						 : NULL;

		return diag_set(why, io_open_status(errno), NULL,
				"cannot open: %s%s%s%s", strerror(errno),
				is ? " (it looks like " : "", is ? is : "",
				is ? "; keys are read from files, as "
				     "dkim-genkey writes them)"
				   : "");
	}
	if (!S_ISREG(info->st_mode))
		return diag_set(why, ST_NOT_KEY, NULL, "is not a regular file");
	return ST_OK;
}

/* WHAT the file contains, for a message. Checked after the content, so that
 * nobody makes a public file secret to learn that it is not a key. */
static enum status check_mode(mode_t mode, unsigned how, const char *what,
			      struct diag *why)
{
	const char *unsafe = keyfile_unsafe(mode);

	if (!unsafe || !(how & KEYFILE_PRIVATE) || (how & KEYFILE_UNSAFE_OK))
		return ST_OK;
	return diag_set(why, ST_PERMISSION, NULL,
			"unsafe %s file: %s (mode %04o); chmod 600 makes it "
			"safe",
			what, unsafe, (unsigned)(mode & 07777));
}

static enum status read_key(int fd, unsigned how, struct span passphrase,
			    struct key **out, struct diag *why)
{
	struct buf text;
	enum status st;

	buf_init_secret(&text, LIMIT_KEY_FILE);
	st = io_read_all(fd, &text, why);
	if (st == ST_LIMIT)
		st = diag_set(why, ST_NOT_KEY, NULL,
			      "no key: larger than %d bytes", LIMIT_KEY_FILE);
	if (st == ST_OK)
		st = key_open(buf_span(&text), passphrase,
			      how & KEYFILE_PRIVATE, out, why);
	buf_wipe(&text);
	return st;
}

enum status keyfile_passphrase(const char *path, unsigned how, struct buf *out,
			       struct diag *why)
{
	struct diag more = { 0 };
	struct stat info;
	int fd = -1;
	enum status st = open_file(path, &fd, &info, &more);

	if (st == ST_OK)
		st = io_read_all(fd, out, &more);
	if (fd >= 0)
		close(fd);
	if (st == ST_OK) {
		out->n = span_find(buf_span(out), '\n');
		out->n -= span_ends(buf_span(out), SPAN("\r"));
	}
	if (st == ST_LIMIT ||
	    (st == ST_OK && span_unmarked(buf_span(out)).n == 0))
		return diag_set(why, ST_NOT_KEY, NULL,
				"%s: no passphrase in its first line", path);
	if (st == ST_OK)
		st = check_mode(info.st_mode, how | KEYFILE_PRIVATE,
				"passphrase", &more);
	if (st == ST_OK)
		return ST_OK;
	return diag_set(why, st, more.where, "%s: %s", path, more.text);
}

enum status keyfile_open(const char *path, unsigned how, struct span passphrase,
			 struct key **out, struct diag *concern,
			 struct diag *why)
{
	bool is_stdin = (how & KEYFILE_STDIN) && strcmp(path, "-") == 0;
	int fd = STDIN_FILENO;
	struct stat info;
	enum status st = ST_OK;

	*out = NULL;
	if (concern)
		*concern = (struct diag){ 0 };
	if (!is_stdin)
		st = open_file(path, &fd, &info, why);
	if (st == ST_OK)
		st = read_key(fd, how, passphrase, out, why);
	if (st == ST_OK && !is_stdin) {
		st = check_mode(info.st_mode, how, "private key", why);
		if (st != ST_OK) {
			key_free(*out);
			*out = NULL;
		}
	}
	if (st == ST_OK && !is_stdin && key_is_private(*out))
		check_private(path, &info, concern);
	if (!is_stdin && fd >= 0)
		close(fd);
	return st;
}
