#include "signfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "newfile.h"
#include "spool.h"

/* Reading: each chunk to the spool and the signer. Writing: to the output and,
 * when it comes from the source again, to the signer. */
struct tee {
	struct spool *spool;	   /* may be NULL */
	struct sink first, second; /* put may be NULL */
	struct diag *why;
};

static enum status put(void *ctx, struct span chunk)
{
	struct tee *tee = ctx;
	enum status st = ST_OK;

	if (tee->spool)
		st = spool_add(tee->spool, chunk, tee->why);
	if (st == ST_OK && tee->first.put)
		st = tee->first.put(tee->first.ctx, chunk);
	if (st == ST_OK && tee->second.put)
		st = tee->second.put(tee->second.ctx, chunk);
	return st;
}

struct output {
	int fd;
	struct diag *why;
};

static enum status put_output(void *ctx, struct span chunk)
{
	struct output *out = ctx;

	return io_write(out->fd, chunk, out->why);
}

/* The message with FIELDS at octet TOP. */
static enum status write_signed(struct signer *signer, struct spool *spool,
				uint64_t top, const struct buf *fields, int fd,
				struct diag *why)
{
	struct output out = { fd, why };
	struct tee tee = { .first = { put_output, &out } };
	struct sink to = { put, &tee };
	bool again = spool_rereads(spool);

	if (again)
		tee.second = signer_again(signer);
	enum status st = spool_replay(spool, 0, top, to, why);

	if (st == ST_OK)
		st = io_write(fd, buf_span(fields), why);
	if (st == ST_OK)
		st = spool_replay(spool, top, UINT64_MAX, to, why);
	return st == ST_OK && again ? signer_same(signer, why) : st;
}

/* Writing to the file that is being read would eat the message. */
static bool same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && S_ISREG(x.st_mode) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

enum status signfile_stream(const struct signfile *how, int in, int out,
			    unsigned *notes, struct diag *why)
{
	struct tee tee = { .why = why };
	struct buf fields;
	uint64_t top;

	*notes = 0;
	if (same_file(in, out))
		return diag_set(why, ST_USAGE, NULL,
				"input and output are one file; use "
				"--in-place");
	struct signer *signer = signer_new(&how->sign);

	tee.first = signer_sink(signer);
	if (!how->header_only)
		tee.spool = spool_new(in);
	buf_init(&fields, LIMIT_HEADER_BYTES);
	enum status st = io_pump(in, (struct sink){ put, &tee }, why);

	if (st == ST_OK)
		st = signer_end(signer, &fields, &top, notes, why);
	if (st == ST_OK && how->header_only)
		st = io_write(out, buf_span(&fields), why);
	else if (st == ST_OK)
		st = write_signed(signer, tee.spool, top, &fields, out, why);
	buf_free(&fields);
	spool_free(tee.spool);
	signer_free(signer);
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

/* Replacing a file that somebody has written to meanwhile would lose that. */
static enum status unchanged(const char *path, const struct stat *old,
			     struct diag *why)
{
	struct stat now;

	if (stat(path, &now) == 0 && now.st_dev == old->st_dev &&
	    now.st_ino == old->st_ino && now.st_size == old->st_size &&
	    now.st_mtim.tv_sec == old->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == old->st_mtim.tv_nsec)
		return ST_OK;
	return diag_set(why, ST_IO, NULL,
			"%s changed while it was being signed", path);
}

static enum status to_file(const struct signfile *how, int in, const char *path,
			   const struct stat *old, unsigned *notes,
			   struct diag *why)
{
	struct newfile f;
	mode_t mask = umask(0);

	umask(mask);
	enum status st = newfile_open(
		&f, path, old ? old->st_mode & 07777 : 0666 & ~mask, why);

	if (st == ST_OK && old)
		st = newfile_owner(&f, old->st_uid, old->st_gid, why);
	if (st == ST_OK)
		st = signfile_stream(how, in, f.fd, notes, why);
	if (st == ST_OK && old)
		st = unchanged(path, old, why);
	if (st == ST_OK)
		st = newfile_commit(&f, true, why);
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
		return to_file(how, in, path, NULL, notes, why);
	/* /dev/stdout: what stands in the file behind it is not ours */
	if (fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == old.st_dev &&
	    out.st_ino == old.st_ino)
		return signfile_stream(how, in, STDOUT_FILENO, notes, why);
	if (!S_ISREG(old.st_mode))
		return to_special(how, in, path, notes, why);
	char *real = realpath(path, NULL);
	enum status st = to_file(how, in, real ? real : path, &old, notes, why);

	free(real);
	return st;
}
