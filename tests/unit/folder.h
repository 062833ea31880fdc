/* folder: the group set-up of tests that need files: a folder of their own, in
 * which they work. */
#ifndef FOLDER_H
#define FOLDER_H

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/unit-test-XXXXXX";

static inline int enter(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder) < 0;
}

static inline int leave(void **state)
{
	(void)state;
	return chdir("/") < 0 || rmdir(folder) < 0;
}

/* How many names the folder has; with REMOVING, none in the end. */
static inline int names(bool removing)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		n++;
		if (removing)
			assert_int_equal(remove(entry->d_name), 0);
	}
	closedir(dir);
	return n;
}

static inline int clean(void **state)
{
	(void)state;
	umask(022);
	names(true);
	return 0;
}

static inline void put_span(const char *path, struct span text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(io_write(fd, text, NULL), ST_OK);
	close(fd);
}

static inline void put(const char *path, const char *text)
{
	put_span(path, span_str(text));
}

/* PATH itself holds TEXT. */
static inline void holds(const char *path, const char *text)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW);
	struct buf b;

	assert_true(fd >= 0);
	buf_init(&b, 4096);
	assert_int_equal(io_read_all(fd, &b, NULL), ST_OK);
	assert_true(span_eq(buf_span(&b), span_str(text)));
	buf_free(&b);
	close(fd);
}

#endif
