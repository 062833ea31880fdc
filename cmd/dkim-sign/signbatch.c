#include "signbatch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "newfile.h"
#include "pool.h"
#include "progress.h"

struct job {
	const char *path;
	enum status st;
	unsigned notes;
	struct buf lines; /* of `describe` */
	struct diag why;
};

struct run {
	const struct signbatch *batch;
	struct progress progress;
	size_t taken, n;
	bool written; /* at least one */
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *output_of(const char *folder, const char *path)
{
	struct buf out;

	buf_init(&out, strlen(path) + (folder ? strlen(folder) : 0) + 1);
	if (folder)
		buf_putf(&out, "%s/", folder);
	buf_putf(&out, "%s", folder ? last_part(path) : path);
	return (char *)out.p;
}

/* An input, as the system knows it. */
struct place {
	dev_t dev;
	ino_t ino;
	bool regular;
	const char *path;
};

static int by_inode(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

/* Those of PATHS that are there, sorted; what is not, or is a folder, has its
 * own error later. */
static struct place *find_places(char *const *paths, size_t n, size_t *there)
{
	struct place *v = mem_array(NULL, n, sizeof(*v));
	struct stat info;

	*there = 0;
	for (size_t i = 0; i < n; i++)
		if (stat(paths[i], &info) == 0 && !S_ISDIR(info.st_mode))
			v[(*there)++] = (struct place){ info.st_dev,
							info.st_ino,
							S_ISREG(info.st_mode),
							paths[i] };
	qsort(v, *there, sizeof(*v), by_inode);
	return v;
}

/* Signed in place through two names, a file would be signed twice, or lose a
 * link; and a FIFO or device has no place. */
static enum status check_places(const struct place *v, size_t n,
				struct diag *why)
{
	for (size_t i = 0; i < n; i++)
		if (!v[i].regular)
			return diag_set(why, ST_USAGE, NULL,
					"--in-place: %s is no regular file",
					v[i].path);
	for (size_t i = 1; i < n; i++)
		if (by_inode(&v[i - 1], &v[i]) == 0)
			return diag_set(why, ST_USAGE, NULL,
					"--in-place: %s and %s are one file",
					v[i - 1].path, v[i].path);
	return ST_OK;
}

/* The first of V that is not before ONE. */
static size_t place_of(const struct place *v, size_t n, const struct place *one)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (by_inode(&v[middle], one) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* An output that is another input, which may not have been read yet. */
static enum status check_output(const char *folder, const char *path,
				const struct place *v, size_t n,
				struct diag *why)
{
	char *output = output_of(folder, path);
	struct stat info;
	enum status st = ST_OK;

	if (lstat(output, &info) == 0) {
		struct place here = { .dev = info.st_dev, .ino = info.st_ino };

		for (size_t i = place_of(v, n, &here);
		     i < n && by_inode(&v[i], &here) == 0; i++)
			if (strcmp(v[i].path, path) != 0)
				st = diag_set(why, ST_USAGE, NULL,
					      "%s would become %s, which is "
					      "the file %s",
					      path, output, v[i].path);
	}
	free(output);
	return st;
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static enum status check_names(const char *folder, char *const *paths, size_t n,
			       struct diag *why)
{
	const char **names = mem_array(NULL, n, sizeof(const char *));
	enum status st = ST_OK;

	for (size_t i = 0; i < n; i++)
		names[i] = last_part(paths[i]);
	if (n)
		qsort(names, n, sizeof(const char *), by_name);
	for (size_t i = 1; i < n && st == ST_OK; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			st = diag_set(why, ST_USAGE, NULL,
				      "two files would become %s/%s", folder,
				      names[i]);
	free(names);
	return st;
}

enum status signbatch_check(const char *folder, char *const *paths, size_t n,
			    struct diag *why)
{
	size_t there;

	/* an unset variable in a script, which would mean "/" */
	if (folder && !*folder)
		return diag_set(why, ST_USAGE, NULL,
				"--output-dir: \"\" is no folder");
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], "-") == 0)
			return diag_set(why, ST_USAGE, NULL,
					"%s goes with files, not with stdin",
					folder ? "--output-dir" : "--in-place");
	struct place *v = find_places(paths, n, &there);
	enum status st = folder ? check_names(folder, paths, n, why)
				: check_places(v, there, why);

	for (size_t i = 0; i < n && folder && st == ST_OK; i++)
		st = check_output(folder, paths[i], v, there, why);
	free(v);
	return st;
}

static void work(void *ctx, void *local, void *item)
{
	const struct signbatch *b = ((const struct run *)ctx)->batch;
	struct job *job = item;
	struct signfile how = *b->how;
	int in = -1;

	(void)local;
	how.lines = &job->lines;
	job->st = io_open_input(job->path, &in, &job->why);
	if (job->st == ST_OK) {
		char *output = output_of(b->folder, job->path);

		job->st = (b->folder ? signfile_anew : signfile_in_place)(
			&how, in, output, &job->notes, &job->why);
		free(output);
	}
	if (in > STDERR_FILENO)
		close(in);
}

static enum status done(void *ctx, void *item)
{
	struct run *run = ctx;
	const struct signbatch *b = run->batch;
	const struct job *job = item;

	run->written |= job->st == ST_OK;
	if (job->st != ST_OK || job->notes || job->lines.n)
		progress_clear(&run->progress);
	b->done(b->ctx, job->path, job->st, job->notes, buf_span(&job->lines),
		&job->why);
	progress_show(&run->progress, ++run->taken, run->n, false);
	return ST_OK;
}

/* Once for all files in it, since a flush costs more than a signature. */
static void settle(const struct run *run)
{
	const struct signbatch *b = run->batch;
	struct diag why = { 0 };

	if (!b->folder || !run->written)
		return;
	enum status st = newfile_settle_folder(b->folder, &why);

	if (st != ST_OK)
		b->done(b->ctx, b->folder, st, 0, SPAN(""), &why);
}

static void drop(void *item)
{
	struct job *job = item;

	buf_free(&job->lines);
	free(job);
}

void signbatch_run(const struct signbatch *b, char *const *paths, size_t n)
{
	struct run run = { .batch = b, .n = n };
	const struct pool_calls calls = {
		.work = work, .done = done, .drop = drop, .ctx = &run
	};
	struct pool *pool = pool_new(&calls, b->threads);
	enum status st = ST_OK;

	progress_init(&run.progress, b->progress && n > 1);
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct job *job = mem_alloc(sizeof(*job));

		job->path = paths[i];
		buf_init(&job->lines, 16 * LIMIT_HEADER_BYTES);
		st = pool_submit(pool, job);
	}
	status_ignore(pool_end(pool)); /* `done` never ends the run */
	progress_clear(&run.progress);
	settle(&run);
}
