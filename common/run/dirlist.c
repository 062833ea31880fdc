#include "dirlist.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* False: nothing to read. A device is never opened, not even to see what it
 * is. */
static bool find_kind(DIR *dir, const struct dirent *d, enum dirlist_kind *out)
{
	struct stat info;

	*out = d->d_type == DT_DIR ? DIRLIST_DIR : DIRLIST_FILE;
	if (d->d_type == DT_DIR || d->d_type == DT_REG)
		return true;
	if (d->d_type != DT_LNK && d->d_type != DT_UNKNOWN)
		return false;
	if (fstatat(dirfd(dir), d->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		return false; /* it has just gone */
	if (S_ISDIR(info.st_mode))
		*out = DIRLIST_DIR;
	else if (S_ISLNK(info.st_mode) &&
		 fstatat(dirfd(dir), d->d_name, &info, 0) != 0)
		*out = DIRLIST_OTHER;
	else if (!S_ISREG(info.st_mode))
		return false;
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

/* Point at the entries, whose bytes have come to rest, and sort them. */
static void sort_entries(struct dirlist *f)
{
	const char *at = (const char *)f->bytes.p, *both[2] = { NULL, NULL };

	f->entry = mem_array(NULL, f->n, sizeof(*f->entry));
	for (size_t i = 0; i < f->n; i++) {
		bool dir = at[0] - '0' == DIRLIST_DIR;

		if (dir && strcmp(at + 1, "cur") == 0)
			both[0] = at;
		if (dir && strcmp(at + 1, "new") == 0)
			both[1] = at;
		f->entry[i] = at;
		at += strlen(at) + 1;
	}
	f->maildir = both[0] && both[1];
	if (f->maildir) {
		memcpy(f->entry, both, sizeof(both));
		f->n = 2;
	} else if (f->n) {
		qsort(f->entry, f->n, sizeof(*f->entry), compare_names);
	}
}

enum status dirlist_read(int fd, const char *path, struct dirlist *out,
			 struct diag *why)
{
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
		enum dirlist_kind kind;

		if (d->d_name[0] == '.' || !find_kind(dir, d, &kind))
			continue;
		st = buf_addf(&out->bytes, "%c%s%c", '0' + (int)kind, d->d_name,
			      0);
		out->n += st == ST_OK;
	}
	if (st == ST_LIMIT)
		status_ignore(diag_set(why, st, NULL,
				       "the names in this directory are more "
				       "than %d MiB",
				       LIMIT_FOLDER_BYTES >> 20));
	if (st == ST_OK && errno)
		st = diag_set(why, ST_IO, NULL, "cannot read: %s",
			      strerror(errno));
	closedir(dir);
	sort_entries(out);
	return st;
}

enum dirlist_kind dirlist_kind(const struct dirlist *f, size_t i)
{
	return (enum dirlist_kind)(f->entry[i][0] - '0');
}

char *dirlist_path(const struct dirlist *f, size_t i)
{
	struct buf path;

	buf_init(&path, LIMIT_CHUNK); /* no system takes longer ones */
	status_ignore(buf_add(&path, span_str(f->path)));
	if (!span_ends(buf_span(&path), SPAN("/")))
		status_ignore(buf_addc(&path, '/'));
	status_ignore(buf_add(&path, span_str(f->entry[i] + 1)));
	return (char *)path.p;
}

void dirlist_free(struct dirlist *f)
{
	free(f->path);
	free(f->entry);
	buf_free(&f->bytes);
	*f = (struct dirlist){ 0 };
}
