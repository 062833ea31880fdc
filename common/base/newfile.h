/* newfile: a file that appears whole or not at all.
 *
 * The content goes to a temporary file without a name (O_TMPFILE), or where the
 * file system has none, to a hidden one next to PATH with an unguessable name
 * (O_EXCL, O_NOFOLLOW). It gets its name in one step, once it is on disk. Its
 * mode applies from the first byte, in spite of the umask. */
#ifndef NEWFILE_H
#define NEWFILE_H

#include <sys/types.h>

#include "status.h"

struct newfile {
	int fd;	    /* write here; -1 when none is open */
	int dir;    /* the directory it will be in */
	char *path; /* for messages */
	char *name; /* last component of path */
	char *temp; /* its hidden name, NULL if it has none */
};

/* newfile_open: begin the file PATH with MODE. ST_OK, ST_CANT_CREATE (73),
 * ST_PERMISSION (77). newfile_abort it in the end, also after an error. */
enum status newfile_open(struct newfile *f, const char *path, mode_t mode,
			 struct diag *why) MUST_USE;

/* newfile_owner: change the owner (-1: keep); before writing secrets. ST_OK, or
 * as newfile_open. */
enum status newfile_owner(struct newfile *f, uid_t user, gid_t group,
			  struct diag *why) MUST_USE;

/* The three steps in which files get their names: newfile_flush brings the data
 * of one to disk; newfile_name names it; newfile_settle brings the directory to
 * disk, once for all files in it. With REPLACE an existing file (or symlink) of
 * that name is replaced atomically, never a device or a FIFO; without, its
 * existence is ST_CANT_CREATE and it stays untouched. ST_OK; ST_CANT_CREATE and
 * ST_PERMISSION from newfile_name, ST_IO from the others. Where newfile_settle
 * fails, the file is there and complete: that is for a warning, since an error
 * would have the work done twice. */
enum status newfile_flush(struct newfile *f, struct diag *why) MUST_USE;
enum status newfile_name(struct newfile *f, bool replace,
			 struct diag *why) MUST_USE;
enum status newfile_settle(struct newfile *f, struct diag *why) MUST_USE;

/* newfile_replaceable: *OLD says whether a file or symlink of F's name exists;
 * ST_CANT_CREATE when it is anything else. newfile_link: give F another NAME in
 * its directory, which must be free. newfile_hidden_name: such a name, that
 * nobody guesses, owned by the caller; NULL when the system has no random
 * numbers. newfile_not_created: the error in errno, after WHAT and the path. */
enum status newfile_replaceable(const struct newfile *f, bool *old,
				struct diag *why) MUST_USE;
enum status newfile_link(struct newfile *f, const char *name,
			 struct diag *why) MUST_USE;
char *newfile_hidden_name(void) MUST_USE;
enum status newfile_not_created(const struct newfile *f, struct diag *why,
				const char *what) MUST_USE;

/* newfile_settle_folder: newfile_settle for the directory DIR. */
enum status newfile_settle_folder(const char *dir, struct diag *why) MUST_USE;

/* newfile_scratch: the descriptor of a temporary file in TMPDIR, or /tmp, that
 * never gets a name, to be written and read; -1 with WHY (ST_IO) on failure. */
int newfile_scratch(struct diag *why) MUST_USE;

/* newfile_abort: close F, and remove it if it did not get its name. */
void newfile_abort(struct newfile *f);

#endif
