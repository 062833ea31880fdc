#include "keypair.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "limit.h"
#include "zoneline.h"

enum { PRIVATE, TXT, FILES };

static enum status begin_file(struct keypair *pair,
			      const struct keypair_place *at, mode_t mode,
			      const char *ending, struct newfile *f,
			      struct diag *why)
{
	struct stat old;
	struct buf path;
	enum status st;

	buf_init(&path, 16384);
	st = buf_addf(&path, "%s/%s%s", at->directory, pair->selector, ending);
	if (st != ST_OK)
		st = diag_set(why, ST_CANT_CREATE, NULL,
			      "the path is too long");
	if (st == ST_OK)
		st = newfile_open(f, (const char *)path.p, mode, why);
	if (st == ST_OK &&
	    fstatat(f->dir, f->name, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (!at->replace || S_ISDIR(old.st_mode)))
		st = diag_set(why, ST_CANT_CREATE, NULL, "%s %s",
			      (const char *)path.p,
			      S_ISDIR(old.st_mode)
				      ? "is a directory"
				      : "exists and is not overwritten (see "
					"--force)");
	buf_free(&path);
	return st;
}

enum status keypair_begin(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why)
{
	mode_t mask = umask(0);
	enum status st;

	umask(mask);
	for (size_t i = 0; i < FILES; i++)
		pair->files[i] = (struct newfile){ .fd = -1, .dir = -1 };
	st = begin_file(pair, at, at->mode, ".private", &pair->files[PRIVATE],
			why);
	if (st == ST_OK)
		st = newfile_owner(&pair->files[PRIVATE], at->user, at->group,
				   why);
	if (st == ST_OK)
		st = begin_file(pair, at, 0644 & ~mask, ".txt",
				&pair->files[TXT], why);
	return st;
}

/* Append the lines of SELECTOR.txt to OUT, as opendkim-genkey writes them. */
static enum status put_record(const struct keypair *pair,
			      const struct keypair_place *at, struct buf *out,
			      struct diag *why)
{
	const char *dot = at->append ? "." : "";
	struct buf head, p, owner, comment;
	enum status st;

	buf_init(&head, LIMIT_TXT_BYTES);
	buf_init(&p, LIMIT_TXT_BYTES);
	buf_init(&owner, 2048);
	buf_init(&comment, 2048);
	st = keyrec_format(&at->form, pair->key, &head, &p, why);
	buf_putf(&owner, "%s._domainkey%s%s%s", pair->selector, dot,
		 at->append ? at->domain : "", dot);
	buf_putf(&comment, "----- DKIM key %s for %s", pair->selector,
		 at->domain);
	const struct zone_txt z = {
		.owner = (const char *)owner.p,
		.comment = (const char *)comment.p,
		.head = buf_span(&head),
		.p = buf_span(&p),
	};

	if (st == ST_OK)
		zoneline_genkey(&z, out);
	buf_free(&comment);
	buf_free(&owner);
	buf_free(&p);
	buf_free(&head);
	return st;
}

static enum status put_file(const struct newfile *f, const struct buf *text,
			    struct diag *why)
{
	struct diag detail = { 0 };
	enum status st = io_write(f->fd, buf_span(text), &detail);

	return st == ST_OK ? st
			   : diag_set(why, st, NULL, "%s: %s", f->path,
				      detail.text);
}

enum status keypair_write(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why)
{
	struct buf private, txt;
	enum status st;

	buf_init_secret(&private, LIMIT_KEY_FILE);
	/* escapes make a record four times as long at most */
	/* each byte of the record becomes four at most */
	buf_init(&txt, 9 * (size_t)LIMIT_TXT_BYTES);
	st = put_record(pair, at, &txt, why);
	if (st == ST_OK) {
		st = key_write_private(pair->key, at->traditional, &private);
		if (st == ST_USAGE)
			st = diag_set(why, st, NULL,
				      "--traditional is for RSA keys only "
				      "(PKCS#1)");
	}
	if (st == ST_OK)
		st = put_file(&pair->files[PRIVATE], &private, why);
	if (st == ST_OK)
		st = put_file(&pair->files[TXT], &txt, why);
	buf_wipe(&private);
	buf_free(&txt);
	return st;
}

enum status keypair_guard(struct keypair *pairs, size_t n, struct swap *swap,
			  struct diag *why)
{
	struct newfile *files[KEY_TYPES * FILES] = { 0 };

	for (size_t i = 0; i < n * FILES; i++)
		files[i] = &pairs[i / FILES].files[i % FILES];
	return swap_begin(swap, files, n * FILES, why);
}

enum status keypair_commit(struct swap *swap, bool replace, struct diag *why)
{
	struct newfile *first = swap->v[0].file;
	enum status st = ST_OK;

	for (size_t i = 0; i < swap->n && st == ST_OK; i++)
		st = newfile_flush(swap->v[i].file, why);
	if (st != ST_OK)
		return st;
	/* of two runs with --force one pair stays, not half of each; where the
	 * file system has no locks there is nothing to wait for */
	(void)flock(first->dir, LOCK_EX);
	return swap_commit(swap, replace, why);
}

void keypair_free(struct keypair *pair)
{
	for (size_t i = 0; i < FILES; i++)
		if (pair->files[i].path)
			newfile_abort(&pair->files[i]);
	key_free(pair->key);
	free(pair->selector);
	*pair = (struct keypair){ 0 };
}
