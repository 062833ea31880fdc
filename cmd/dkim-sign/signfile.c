#include "signfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "cli.h"
#include "newfile.h"
#include "pool.h"
#include "progress.h"

/* -- one file -------------------------------------------------------------- */

/* A device or FIFO. */
static enum status to_special(struct signing *s, int in, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		enum status st = io_open_status(errno);

		return diag_set(&s->why,
				st == ST_NO_INPUT ? ST_CANT_CREATE : st, NULL,
				"cannot write %s: %s", path, strerror(errno));
	}
	enum status st = sign_stream(s, in, fd);

	if (close(fd) < 0 && st == ST_OK)
		st = diag_set(&s->why, ST_IO, NULL, "cannot write %s: %s", path,
			      strerror(errno));
	return st;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Replacing a file that somebody has written to meanwhile, or another one that
 * took its name, would lose it. */
static enum status check_unchanged(const struct newfile *f,
				   const struct stat *old, struct diag *why)
{
	struct stat now;

	if (fstatat(f->dir, f->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	    now.st_dev == old->st_dev && now.st_ino == old->st_ino &&
	    now.st_size == old->st_size &&
	    same_time(now.st_mtim, old->st_mtim) &&
	    same_time(now.st_ctim, old->st_ctim))
		return ST_OK;
	return diag_set(why, ST_IO, NULL,
			"%s changed while it was being signed", f->path);
}

/* A copy of a message has no permissions that the message does not have. */
static mode_t new_mode(const struct sign_conf *conf, int in)
{
	mode_t mode = 0666 & ~conf->mask;
	struct stat info;

	if (fstat(in, &info) == 0 && S_ISREG(info.st_mode))
		mode &= info.st_mode | 0600;
	return mode;
}

/* OLD: the file to be replaced, or NULL. SETTLE: flush the directory, too. */
static enum status to_file(struct signing *s, int in, const char *path,
			   const struct stat *old, bool settle)
{
	struct diag *why = &s->why, unsettled = { 0 };
	struct newfile f;
	enum status st = newfile_open(
		&f, path, old ? old->st_mode & 07777 : new_mode(s->conf, in),
		why);

	if (st == ST_OK && old)
		st = newfile_owner(&f, old->st_uid, old->st_gid, why);
	if (st == ST_OK)
		st = sign_stream(s, in, f.fd);
	if (st == ST_OK)
		st = newfile_flush(&f, why); /* it takes long */
	if (st == ST_OK && old)
		st = check_unchanged(&f, old, why);
	if (st == ST_OK)
		st = newfile_name(&f, true, why);
	/* it is signed, and after an error it would be signed once more */
	if (st == ST_OK && settle && newfile_settle(&f, &unsettled) != ST_OK)
		cli_say(path, "warning: %s", unsettled.text);
	newfile_abort(&f);
	return st;
}

/* PATH, which may be a symlink, is or becomes a regular file. */
static enum status to_real_file(struct signing *s, int in, const char *path,
				const struct stat *old)
{
	char *real = realpath(path, NULL);
	enum status st = real ? to_file(s, in, real, old, true)
			      : diag_set(&s->why, ST_IO, NULL,
					 "cannot find %s: %s", path,
					 strerror(errno));

	free(real);
	return st;
}

enum status signfile_path(struct signing *s, int in, const char *path)
{
	struct stat old, link, out;

	if (stat(path, &old) < 0)
		return lstat(path, &link) == 0
			       ? diag_set(&s->why, ST_CANT_CREATE, NULL,
					  "cannot create %s: a symlink that "
					  "leads nowhere",
					  path)
			       : to_file(s, in, path, NULL, true);
	/* /dev/stdout may be a file of another program */
	if (fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == old.st_dev &&
	    out.st_ino == old.st_ino)
		return sign_stream(s, in, STDOUT_FILENO);
	return S_ISREG(old.st_mode) ? to_real_file(s, in, path, &old)
				    : to_special(s, in, path);
}

enum status signfile_in_place(struct signing *s, int in, const char *path)
{
	struct stat old;

	if (fstat(in, &old) < 0)
		return diag_set(&s->why, ST_IO, NULL, "cannot find %s: %s",
				path, strerror(errno));
	return to_real_file(s, in, path, &old);
}

/* PATH in a directory of output: a symlink is replaced, and what it leads to
 * stays. The directory is flushed once for all. */
static enum status to_directory(struct signing *s, int in, const char *path)
{
	struct stat old;
	bool is_file = lstat(path, &old) == 0 && S_ISREG(old.st_mode);

	return to_file(s, in, path, is_file ? &old : NULL, false);
}

/* -- checking the names of a batch ----------------------------------------- */

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

/* An input, by its place in a file system. */
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

/* Those of PATHS that exist, sorted; one that does not, or is a directory, has
 * its own error later. */
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
 * link; and a FIFO or device cannot be replaced. */
static enum status check_places(const struct place *v, size_t n,
				struct diag *why)
{
	for (size_t i = 0; i < n; i++)
		if (!v[i].regular)
			return diag_set(why, ST_USAGE, NULL,
					"--in-place: %s is not a regular file",
					v[i].path);
	for (size_t i = 1; i < n; i++)
		if (by_inode(&v[i - 1], &v[i]) == 0)
			return diag_set(why, ST_USAGE, NULL,
					"--in-place: %s and %s are one file",
					v[i - 1].path, v[i].path);
	return ST_OK;
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
		const struct place here = { .dev = info.st_dev,
					    .ino = info.st_ino };
		size_t i = array_place(&here, v, n, sizeof(*v), by_inode);

		for (; i < n && by_inode(&v[i], &here) == 0; i++)
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
				"--output-dir: \"\" is not a directory");
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], "-") == 0)
			return diag_set(why, ST_USAGE, NULL,
					"%s needs files, not standard input",
					folder ? "--output-dir" : "--in-place");
	struct place *v = find_places(paths, n, &there);
	enum status st = folder ? check_names(folder, paths, n, why)
				: check_places(v, there, why);

	for (size_t i = 0; i < n && folder && st == ST_OK; i++)
		st = check_output(folder, paths[i], v, there, why);
	free(v);
	return st;
}

/* -- many files ------------------------------------------------------------ */

struct sign_job {
	const char *path;
	enum status st;
	unsigned notes;
	struct buf lines; /* of `describe` */
	struct diag why;
};

struct batch_run {
	const struct signbatch *batch;
	struct progress progress;
	size_t taken, n;
	bool written; /* at least one */
};

static void sign_job(void *ctx, void *local, void *item)
{
	const struct signbatch *b = ((const struct batch_run *)ctx)->batch;
	struct sign_job *job = item;
	struct signing s;
	int in = -1;

	(void)local;
	signing_begin(&s, b->conf);
	job->st = io_open_input(job->path, &in, &s.why);
	if (job->st == ST_OK) {
		char *output = output_of(b->folder, job->path);

		job->st = b->folder ? to_directory(&s, in, output)
				    : signfile_in_place(&s, in, output);
		free(output);
	}
	if (job->st == ST_OK && b->describe)
		b->describe(b->ctx, job->path, &s, &job->lines);
	if (in > STDERR_FILENO)
		close(in);
	job->notes = s.notes;
	job->why = s.why;
	signing_free(&s);
}

static enum status report_job(void *ctx, void *item)
{
	struct batch_run *run = ctx;
	const struct signbatch *b = run->batch;
	const struct sign_job *job = item;

	run->written |= job->st == ST_OK;
	if (job->st != ST_OK || job->notes || job->lines.n)
		progress_clear(&run->progress);
	b->done(b->ctx, job->path, job->st, job->notes, buf_span(&job->lines),
		&job->why);
	progress_show(&run->progress, ++run->taken, run->n, false);
	return ST_OK;
}

static void free_job(void *item)
{
	struct sign_job *job = item;

	buf_free(&job->lines);
	free(job);
}

void signbatch_run(const struct signbatch *b, char *const *paths, size_t n)
{
	struct batch_run run = { .batch = b, .n = n };
	const struct pool_calls calls = { .work = sign_job,
					  .done = report_job,
					  .drop = free_job,
					  .ctx = &run };
	struct pool *pool = pool_new(&calls, b->threads, 0);
	struct diag why = { 0 };
	enum status st = ST_OK;

	progress_init(&run.progress, b->progress && n > 1);
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct sign_job *job = mem_alloc(sizeof(*job));

		job->path = paths[i];
		buf_init(&job->lines, 16 * LIMIT_HEADER_BYTES);
		st = pool_submit(pool, job);
	}
	status_ignore(pool_end(pool)); /* `report_job` never ends the run */
	progress_clear(&run.progress);
	/* once for all files in it, since a flush costs more than a signature
	 */
	if (!b->folder || !run.written)
		return;
	if (newfile_settle_folder(b->folder, &why) != ST_OK)
		cli_say(b->folder, "warning: %s", why.text);
}
