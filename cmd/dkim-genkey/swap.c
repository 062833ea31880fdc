#include "swap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"

/* -- what has to go or to come back ---------------------------------------- */

static bool removed(const struct newfile *f, const char *name)
{
	return unlinkat(f->dir, name, 0) == 0 || errno == ENOENT;
}

/* The new file has its name. */
static bool is_named(const struct swap_file *s)
{
	const struct newfile *f = s->file;
	struct stat now;

	return fstatat(f->dir, f->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == s->dev && now.st_ino == s->ino;
}

/* As it was before; done as often as one likes. The old file may still have its
 * name beside the hidden one, and then renaming does nothing. */
static bool put_back(const struct swap_file *s)
{
	const struct newfile *f = s->file;

	if (renameat(f->dir, s->kept, f->dir, f->name) < 0 && errno != ENOENT)
		return false;
	return !is_named(s) || removed(f, f->name);
}

/* The name of a file that is left, or NULL. */
static const char *finish(const struct swap *s, bool committed)
{
	const char *left = NULL;

	for (size_t i = s->n; i--;) {
		const struct swap_file *v = &s->v[i];

		if (!committed && !put_back(v))
			left = v->kept;
		if (!removed(v->file, v->kept))
			left = v->kept;
		if (!removed(v->file, v->fresh))
			left = v->fresh;
	}
	return left;
}

/* -- the second process ---------------------------------------------------- */

static bool is_needed(const struct swap *s, int fd)
{
	for (size_t i = 0; i < s->n; i++)
		if (fd == s->v[i].file->dir)
			return true;
	return false;
}

/* One byte says that all names were given; then, or without it, the pipe ends
 * with the process at its other end. */
static void guard(const struct swap *s, int pipe_end)
{
	bool committed = false;
	ssize_t n;
	char c;

	/* what is sent to a terminal's processes is for the other one */
	(void)setsid();
	signal(SIGTERM, SIG_IGN);
	/* a lock or a pipe of the caller must not outlive the first process */
	for (int fd = 0; fd < 256; fd++)
		if (fd != pipe_end && !is_needed(s, fd))
			close(fd);
	while ((n = read(pipe_end, &c, 1)) > 0 || (n < 0 && errno == EINTR))
		committed |= n > 0;
	/* after an error the other one has to do it */
	_exit(n < 0 || finish(s, committed) != NULL);
}

enum status swap_begin(struct swap *s, struct newfile *const *files, size_t n,
		       struct diag *why)
{
	struct stat now;
	int ends[2];

	*s = (struct swap){ .tell = -1, .guard = -1 };
	for (; s->n < n; s->n++) {
		struct swap_file *v = &s->v[s->n];

		v->file = files[s->n];
		v->kept = newfile_hidden_name();
		v->fresh = v->file->temp ? mem_copy(v->file->temp,
						    strlen(v->file->temp))
					 : newfile_hidden_name();
		if (!v->kept || !v->fresh || fstat(v->file->fd, &now) < 0) {
			s->n++;
			return diag_set(why, ST_OS, NULL, "%s",
					strerror(errno));
		}
		v->dev = now.st_dev;
		v->ino = now.st_ino;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return diag_set(why, ST_OS, NULL, "pipe: %s", strerror(errno));
	s->guard = fork();
	if (s->guard == 0) {
		close(ends[1]);
		guard(s, ends[0]);
	}
	close(ends[0]);
	if (s->guard < 0) {
		close(ends[1]);
		return diag_set(why, ST_OS, NULL, "fork: %s", strerror(errno));
	}
	s->tell = ends[1];
	return ST_OK;
}

/* -- the names ------------------------------------------------------------- */

/* Give both files their hidden names, if there is one to be replaced: all that
 * can be refused is refused here, before anything changes. */
static enum status prepare(const struct swap_file *v, bool replace, bool *old,
			   struct diag *why)
{
	struct newfile *f = v->file;
	enum status st = newfile_replaceable(f, old, why);

	if (st != ST_OK || !*old || !replace)
		return st;
	if (!f->temp) {
		st = newfile_link(f, v->fresh, why);
		if (st == ST_OK)
			f->temp = mem_copy(v->fresh, strlen(v->fresh));
	}
	if (st == ST_OK && linkat(f->dir, f->name, f->dir, v->kept, 0) < 0)
		st = newfile_not_created(f, why, "cannot replace");
	return st;
}

enum status swap_commit(struct swap *s, bool replace, struct diag *why)
{
	bool old[SWAP_FILES] = { false };
	enum status st = ST_OK;

	for (size_t i = 0; i < s->n && st == ST_OK; i++)
		st = prepare(&s->v[i], replace, &old[i], why);
	for (size_t i = s->n; i-- && st == ST_OK;)
		st = newfile_name(s->v[i].file, replace && old[i], why);
	if (st == ST_OK)
		st = io_write(s->tell, SPAN("c"), why);
	s->committed = st == ST_OK;
	return st;
}

enum status swap_end(struct swap *s, struct diag *why)
{
	const char *left = NULL;
	int status = -1;

	if (s->tell >= 0)
		close(s->tell);
	if (s->guard > 0)
		while (waitpid(s->guard, &status, 0) < 0 && errno == EINTR)
			;
	/* it may have been killed, too */
	if (status != 0)
		left = finish(s, s->committed);
	enum status st =
		left ? diag_set(why, ST_IO, NULL,
				"cannot remove %s, which has a private key",
				left)
		     : ST_OK;

	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].kept);
		free(s->v[i].fresh);
	}
	*s = (struct swap){ .tell = -1 };
	return st;
}
