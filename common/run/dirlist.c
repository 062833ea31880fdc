#include "dirlist.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* False: D is left out. A device is never opened, not even to see what it is.
 */
static bool is_wanted(DIR *dir, const struct dirent *d, bool *is_dir)
{
	struct stat info;

	*is_dir = d->d_type == DT_DIR;
	if (d->d_name[0] == '.')
		return false;
	if (d->d_type == DT_DIR || d->d_type == DT_REG)
		return true;
	if ((d->d_type != DT_LNK && d->d_type != DT_UNKNOWN) ||
	    fstatat(dirfd(dir), d->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		return false; /* or it has just gone */
	*is_dir = S_ISDIR(info.st_mode);
	/* a link to nothing is an input that cannot be read */
	if (S_ISLNK(info.st_mode) &&
	    fstatat(dirfd(dir), d->d_name, &info, 0) != 0)
		return true;
	return *is_dir || S_ISREG(info.st_mode);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Point at the names, which do not move any more, and sort them. */
static void sort_names(struct dirlist *f)
{
	const char *at = (const char *)f->bytes.p;

	f->name = mem_array(NULL, f->n + 2, sizeof(*f->name));
	for (size_t i = 0; i < f->n; i++) {
		f->name[i] = at;
		at += strlen(at) + 1;
	}
	qsort(f->name, f->n, sizeof(*f->name), compare_names);
	if (f->maildir) {
		f->name[0] = "cur";
		f->name[1] = "new";
		f->n = 2;
	}
}

enum status dirlist_read(int fd, const char *path, struct dirlist *out,
			 struct diag *why)
{
	bool is_dir, has_cur = false, has_new = false;
	enum status st = ST_OK;
	const struct dirent *d;
	DIR *dir = fdopendir(fd);

	*out = (struct dirlist){ .path = mem_copy(path, strlen(path)) };
	buf_init(&out->bytes, LIMIT_FOLDER_BYTES);
	if (!dir) {
		st = diag_set(why, ST_IO, NULL, "cannot read: %s",
			      strerror(errno));
		close(fd);
		return st;
	}
	for (errno = 0; st == ST_OK && (d = readdir(dir)) != NULL; errno = 0) {
		if (!is_wanted(dir, d, &is_dir))
			continue;
		has_cur |= is_dir && strcmp(d->d_name, "cur") == 0;
		has_new |= is_dir && strcmp(d->d_name, "new") == 0;
		st = buf_add(&out->bytes,
			     span_of(d->d_name, strlen(d->d_name) + 1));
		out->n += st == ST_OK;
	}
	if (st == ST_LIMIT)
		diag_set(why, st, NULL,
			 "the names in this directory are more "
			 "than %d MiB",
			 LIMIT_FOLDER_BYTES >> 20);
	else if (errno)
		st = diag_set(why, ST_IO, NULL, "cannot read: %s",
			      strerror(errno));
	closedir(dir);
	out->maildir = has_cur && has_new;
	sort_names(out);
	return st;
}

char *dirlist_path(const struct dirlist *f, size_t i)
{
	bool slash = span_ends(span_str(f->path), SPAN("/"));
	struct buf path;

	buf_init(&path, LIMIT_CHUNK); /* no system takes longer ones */
	status_ignore(buf_addf(&path, "%s%s%s", f->path, slash ? "" : "/",
			       f->name[i]));
	return (char *)path.p;
}

void dirlist_free(struct dirlist *f)
{
	free(f->path);
	free(f->name);
	buf_free(&f->bytes);
	*f = (struct dirlist){ 0 };
}
