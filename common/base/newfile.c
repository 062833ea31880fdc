#include "newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

enum status newfile_not_created(const struct newfile *f, struct diag *why,
				const char *what)
{
	enum status st = io_open_status(errno);

	return diag_set(why, st == ST_NO_INPUT ? ST_CANT_CREATE : st, NULL,
			"%s %s: %s", what, f->path, strerror(errno));
}

static bool split_path(struct newfile *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? mem_copy(path, (size_t)(slash - path) + 1)
			  : mem_copy(".", 1);

	f->path = mem_copy(path, strlen(path));
	f->name = mem_copy(slash ? slash + 1 : path,
			   strlen(slash ? slash + 1 : path));
	f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return f->dir >= 0;
}

char *newfile_hidden_name(void)
{
	unsigned char random[12];
	char text[40] = ".dkim-";

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return NULL;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(text + 6 + 2 * i, 3, "%02x", random[i]);
	return mem_copy(text, strlen(text));
}

static void open_hidden(struct newfile *f, int access, mode_t mode)
{
	f->temp = newfile_hidden_name();
	if (!f->temp)
		return;
	f->fd = openat(f->dir, f->temp,
		       access | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       mode);
	if (f->fd < 0) {
		free(f->temp);
		f->temp = NULL;
	}
}

/* A file without a name in DIR, which is relative to AT; -1 where there is
 * none: Linux alone has them, and not on every file system. */
static int open_nameless(int at, const char *dir, int access, mode_t mode)
{
#if defined(O_TMPFILE) && !defined(NO_TMPFILE)
	return openat(at, dir, O_TMPFILE | access | O_CLOEXEC, mode);
#else
	(void)at, (void)dir, (void)access, (void)mode;
	return -1;
#endif
}

static int open_scratch(const char *dir)
{
	struct newfile f = { .fd = open_nameless(AT_FDCWD, dir, O_RDWR, 0600) };

	if (f.fd >= 0)
		return f.fd;
	f.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f.dir < 0)
		return -1;
	open_hidden(&f, O_RDWR, 0600);
	if (f.temp)
		(void)unlinkat(f.dir, f.temp, 0);
	free(f.temp);
	close(f.dir);
	return f.fd;
}

int newfile_scratch(struct diag *why)
{
	const char *dir = getenv("TMPDIR");
	int fd = open_scratch(dir && *dir ? dir : "/tmp");

	if (fd < 0)
		diag_set(why, ST_IO, NULL, "cannot make a temporary file: %s",
			 strerror(errno));
	return fd;
}

/* A nameless file gets its name through /proc, which a chroot may lack. */
static bool can_link(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return access(path, F_OK) == 0;
}

enum status newfile_open(struct newfile *f, const char *path, mode_t mode,
			 struct diag *why)
{
	*f = (struct newfile){ .fd = -1, .dir = -1 };
	if (!split_path(f, path))
		return newfile_not_created(f, why, "cannot create");
	if (!*f->name)
		return diag_set(why, ST_CANT_CREATE, NULL,
				"cannot create \"%s\": no file name", path);
	f->fd = open_nameless(f->dir, ".", O_WRONLY, mode & 0600);
	if (f->fd >= 0 && !can_link(f->fd)) {
		close(f->fd);
		f->fd = -1;
	}
	if (f->fd < 0)
		open_hidden(f, O_WRONLY, mode & 0600);
	if (f->fd < 0)
		return newfile_not_created(f, why, "cannot create");
	if (fchmod(f->fd, mode) < 0)
		return newfile_not_created(f, why, "cannot set the mode of");
	return ST_OK;
}

enum status newfile_owner(struct newfile *f, uid_t user, gid_t group,
			  struct diag *why)
{
	if (user == (uid_t)-1 && group == (gid_t)-1)
		return ST_OK;
	struct stat now;

	if (fstat(f->fd, &now) < 0 || fchown(f->fd, user, group) < 0 ||
	    fchmod(f->fd, now.st_mode & 07777) < 0)
		return newfile_not_created(f, why, "cannot set the owner of");
	return ST_OK;
}

/* Give the nameless file the name NAME; EEXIST if that is taken. */
static bool link_as(struct newfile *f, const char *name)
{
	char path[64];

	if (f->temp)
		return linkat(f->dir, f->temp, f->dir, name, 0) == 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, path, f->dir, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Only a file or a symlink is replaced, never a device or a FIFO. */
static bool is_replaceable(const struct newfile *f, bool *old)
{
	struct stat now;

	*old = fstatat(f->dir, f->name, &now, AT_SYMLINK_NOFOLLOW) == 0;
	if (!*old || S_ISREG(now.st_mode) || S_ISLNK(now.st_mode))
		return true;
	errno = S_ISDIR(now.st_mode) ? EISDIR : EEXIST;
	return false;
}

enum status newfile_replaceable(const struct newfile *f, bool *old,
				struct diag *why)
{
	return is_replaceable(f, old)
		       ? ST_OK
		       : newfile_not_created(f, why, "cannot create");
}

enum status newfile_link(struct newfile *f, const char *name, struct diag *why)
{
	return link_as(f, name) ? ST_OK
				: newfile_not_created(f, why, "cannot create");
}

static bool replace_name(struct newfile *f)
{
	bool old;

	if (!is_replaceable(f, &old))
		return false;
	if (!f->temp) {
		char *temp = newfile_hidden_name();

		if (!temp || !link_as(f, temp)) {
			free(temp);
			return false;
		}
		f->temp = temp;
	}
	if (renameat(f->dir, f->temp, f->dir, f->name) < 0)
		return false;
	free(f->temp);
	f->temp = NULL;
	return true;
}

static enum status not_written(const struct newfile *f, struct diag *why)
{
	return diag_set(why, ST_IO, NULL, "cannot write %s: %s", f->path,
			strerror(errno));
}

enum status newfile_flush(struct newfile *f, struct diag *why)
{
	return fsync(f->fd) == 0 ? ST_OK : not_written(f, why);
}

enum status newfile_name(struct newfile *f, bool replace, struct diag *why)
{
	return (replace ? replace_name(f) : link_as(f, f->name))
		       ? ST_OK
		       : newfile_not_created(f, why, "cannot create");
}

enum status newfile_settle(struct newfile *f, struct diag *why)
{
	/* some file systems cannot */
	return fsync(f->dir) == 0 || errno == EINVAL || errno == EROFS
		       ? ST_OK
		       : not_written(f, why);
}

enum status newfile_settle_folder(const char *dir, struct diag *why)
{
	struct newfile f = { .fd = -1,
			     .dir = open(dir,
					 O_RDONLY | O_DIRECTORY | O_CLOEXEC),
			     .path = mem_copy(dir, strlen(dir)) };
	enum status st = f.dir < 0 ? not_written(&f, why)
				   : newfile_settle(&f, why);

	newfile_abort(&f);
	return st;
}

void newfile_abort(struct newfile *f)
{
	if (f->temp)
		(void)unlinkat(f->dir, f->temp, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir >= 0)
		close(f->dir);
	free(f->temp);
	free(f->path);
	free(f->name);
	*f = (struct newfile){ .fd = -1, .dir = -1 };
}
