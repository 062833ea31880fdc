#include "signfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line_endings.h"
#include "newfile.h"
#include "seal.h"
#include "spool.h"

/* One message on its way. */
struct job {
	const struct signfile *how;
	struct spool *spool;   /* NULL: the message is not written */
	struct seal *seal;     /* NULL: what is written is what was read */
	struct signer *signer; /* NULL: it is passed on */
	struct sink signer_sink;
	struct buf fields; /* the new ones, at octet `top` */
	uint64_t top;
	struct diag *why;
	/* writing: */
	int out;
	uint64_t written; /* octets of the message */
	struct sink to;	  /* as they are read again */
};

static enum status keep(void *ctx, struct span chunk)
{
	struct job *job = ctx;
	enum status st = spool_add(job->spool, chunk, job->why);

	return st == ST_OK && job->seal ? seal_put(job->seal, SEAL_FIRST, chunk)
					: st;
}

static enum status both(void *ctx, struct span chunk)
{
	const struct sink *to = ctx;
	enum status st = to[0].put ? to[0].put(to[0].ctx, chunk) : ST_OK;

	return st == ST_OK && to[1].put ? to[1].put(to[1].ctx, chunk) : st;
}

/* The message as it is to be signed and written: line ends repaired, if asked
 * for. */
static struct line_endings *repaired(const struct signfile *how,
				     struct sink *to)
{
	if (!how->fix)
		return NULL;
	struct line_endings *fix =
		line_endings_new(how->sign.lines == MSG_CRLF ? LINEFIX_CRLF
				 : how->sign.lines == MSG_LF ? LINEFIX_LF
							     : LINEFIX_AUTO,
				 *to);

	*to = line_endings_sink(fix);
	return fix;
}

static enum status take_in(struct job *job, int in, unsigned *notes)
{
	struct sink signer = job->signer_sink;
	struct line_endings *fix = job->signer ? repaired(job->how, &signer)
					       : NULL;
	struct sink to[2] = { { job->spool ? keep : NULL, job }, signer };
	enum status st = io_pump(in, (struct sink){ both, to }, job->why);

	if (st == ST_OK && fix)
		st = line_endings_end(fix);
	if (st == ST_LIMIT && job->signer)
		st = ST_OK; /* signer_end says it */
	if (fix && line_endings_changed(fix))
		*notes |= 1U << SIGN_REPAIRED;
	line_endings_free(fix);
	return st;
}

/* Octets of the message, with the fields between those before and behind. */
static enum status insert(void *ctx, struct span chunk)
{
	struct job *job = ctx;
	enum status st = ST_OK;

	if (job->fields.n && job->written <= job->top) {
		struct span before =
			span_head(chunk, (size_t)(job->top - job->written));

		st = io_write(job->out, before, job->why);
		job->written += before.n;
		chunk = span_from(chunk, before.n);
		if (st != ST_OK || job->written < job->top || !chunk.n)
			return st;
		st = io_write(job->out, buf_span(&job->fields), job->why);
		buf_reset(&job->fields);
	}
	job->written += chunk.n;
	return st == ST_OK ? io_write(job->out, chunk, job->why) : st;
}

static enum status give_again(void *ctx, struct span chunk)
{
	struct job *job = ctx;
	enum status st = job->seal ? seal_put(job->seal, SEAL_SECOND, chunk)
				   : ST_OK;

	return st == ST_OK ? job->to.put(job->to.ctx, chunk) : st;
}

static enum status give_out(struct job *job, bool changed)
{
	job->to = (struct sink){ insert, job };
	struct line_endings *fix = changed ? repaired(job->how, &job->to)
					   : NULL;
	enum status st = spool_replay(job->spool, 0, UINT64_MAX,
				      (struct sink){ give_again, job },
				      job->why);

	if (st == ST_OK && fix)
		st = line_endings_end(fix);
	line_endings_free(fix);
	if (st == ST_OK) /* an mbox line and nothing behind it */
		st = io_write(job->out, buf_span(&job->fields), job->why);
	return st == ST_OK && job->seal ? seal_compare(job->seal, job->why)
					: st;
}

/* That there is no key, or nothing to add, is no error where it was asked for:
 * WHY says which. */
static enum status decide(struct job *job, unsigned *notes)
{
	unsigned found = 0;
	enum status st = signer_end(job->signer, &job->fields, &job->top,
				    &found, job->why);

	*notes |= found;
	if (st == ST_NO_SIGNER && job->how->pass_unsigned)
		st = ST_OK;
	else if (st != ST_OK || job->fields.n)
		return st;
	*notes = 1U << SIGN_PASSED;
	return st;
}

static enum status write_out(struct job *job, unsigned notes)
{
	if (!job->spool)
		return io_write(job->out, buf_span(&job->fields), job->why);
	return give_out(job, (notes & 1U << SIGN_REPAIRED) != 0);
}

static void describe(const struct job *job, unsigned notes)
{
	static const struct sign_plan nothing;

	if (job->how->describe)
		job->how->describe(job->how,
				   job->signer ? signer_plan(job->signer)
					       : &nothing,
				   notes, job->why);
}

enum status signfile_stream(const struct signfile *how, int in, int out,
			    unsigned *notes, struct diag *why)
{
	struct job job = { .how = how, .out = out, .why = why };

	*notes = 0;
	if (io_same_file(in, out))
		return diag_set(why, ST_USAGE, NULL,
				"input and output are one file; use "
				"--in-place");
	if (how->pass) {
		*notes = 1U << SIGN_PASSED;
		status_ignore(diag_set(why, ST_OK, NULL,
				       "it is not from a trusted host"));
	} else {
		job.signer = signer_new(&how->sign);
		job.signer_sink = signer_sink(job.signer);
	}
	if (!how->header_only && !how->dry_run)
		job.spool = spool_new(in);
	if (job.spool && job.signer && spool_rereads(job.spool))
		job.seal = seal_new();
	buf_init(&job.fields, LIMIT_HEADER_BYTES);
	enum status st = take_in(&job, in, notes);

	if (st == ST_OK && job.signer)
		st = decide(&job, notes);
	if (st == ST_OK && !how->dry_run)
		st = write_out(&job, *notes);
	if (st == ST_OK)
		describe(&job, *notes);
	buf_free(&job.fields);
	spool_free(job.spool);
	seal_free(job.seal);
	signer_free(job.signer);
	return st;
}

static enum status to_special(const struct signfile *how, int in,
			      const char *path, unsigned *notes,
			      struct diag *why)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		enum status st = io_open_status(errno);

		return diag_set(why, st == ST_NO_INPUT ? ST_CANT_CREATE : st,
				NULL, "cannot write %s: %s", path,
				strerror(errno));
	}
	enum status st = signfile_stream(how, in, fd, notes, why);

	if (close(fd) < 0 && st == ST_OK)
		st = diag_set(why, ST_IO, NULL, "cannot write %s: %s", path,
			      strerror(errno));
	return st;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Replacing a file that somebody has written to meanwhile, or another that took
 * its name, would lose that. */
static enum status unchanged(const struct newfile *f, const struct stat *old,
			     struct diag *why)
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

/* Who could not read the message is not to read its copy. */
static mode_t new_mode(const struct signfile *how, int in)
{
	mode_t mode = 0666 & ~how->mask;
	struct stat info;

	if (fstat(in, &info) == 0 && S_ISREG(info.st_mode))
		mode &= info.st_mode | 0600;
	return mode;
}

static enum status to_file(const struct signfile *how, int in, const char *path,
			   const struct stat *old, bool settle, unsigned *notes,
			   struct diag *why)
{
	struct newfile f;
	enum status st = newfile_open(
		&f, path, old ? old->st_mode & 07777 : new_mode(how, in), why);

	if (st == ST_OK && old)
		st = newfile_owner(&f, old->st_uid, old->st_gid, why);
	if (st == ST_OK)
		st = signfile_stream(how, in, f.fd, notes, why);
	if (st == ST_OK)
		st = newfile_flush(&f, why); /* it takes long */
	if (st == ST_OK && old)
		st = unchanged(&f, old, why);
	if (st == ST_OK)
		st = newfile_name(&f, true, why);
	if (st == ST_OK && settle)
		st = newfile_settle(&f, why);
	newfile_abort(&f);
	return st;
}

enum status signfile_path(const struct signfile *how, int in, const char *path,
			  unsigned *notes, struct diag *why)
{
	struct stat old, link, out;
	bool exists = stat(path, &old) == 0;

	*notes = 0;
	if (!exists && lstat(path, &link) == 0)
		return diag_set(why, ST_CANT_CREATE, NULL,
				"cannot create %s: a symlink that leads "
				"nowhere",
				path);
	if (!exists)
		return to_file(how, in, path, NULL, true, notes, why);
	/* /dev/stdout: what stands in the file behind it is not ours */
	if (fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == old.st_dev &&
	    out.st_ino == old.st_ino)
		return signfile_stream(how, in, STDOUT_FILENO, notes, why);
	if (!S_ISREG(old.st_mode))
		return to_special(how, in, path, notes, why);
	char *real = realpath(path, NULL);
	enum status st =
		to_file(how, in, real ? real : path, &old, true, notes, why);

	free(real);
	return st;
}

enum status signfile_in_place(const struct signfile *how, int in,
			      const char *path, unsigned *notes,
			      struct diag *why)
{
	struct stat old;
	char *real = realpath(path, NULL);

	*notes = 0;
	enum status st =
		!real || fstat(in, &old) < 0
			? diag_set(why, ST_IO, NULL, "cannot find %s: %s", path,
				   strerror(errno))
			: to_file(how, in, real, &old, true, notes, why);

	free(real);
	return st;
}

enum status signfile_anew(const struct signfile *how, int in, const char *path,
			  unsigned *notes, struct diag *why)
{
	struct stat old;
	bool is_file = lstat(path, &old) == 0 && S_ISREG(old.st_mode);

	*notes = 0;
	return to_file(how, in, path, is_file ? &old : NULL, false, notes, why);
}
