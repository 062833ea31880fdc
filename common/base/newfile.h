/* newfile: a file that appears whole or not at all.
 *
 * The content goes to a file that has no name yet (O_TMPFILE), or where the
 * file system cannot do that to a hidden one beside PATH with an unguessable
 * name (O_EXCL, O_NOFOLLOW). Committing flushes it to disk and gives it its
 * name in one step. Its mode holds from the first byte, whatever the umask. */
#ifndef NEWFILE_H
#define NEWFILE_H

#include <sys/types.h>

#include "status.h"

struct newfile {
	int fd;	    /* write here; -1 when none is open */
	int dir;    /* the folder it will stand in */
	char *path; /* for messages */
	char *name; /* last component of path */
	char *temp; /* its hidden name, NULL if it has none */
};

/* newfile_open: begin the file PATH with MODE. ST_OK, ST_CANT_CREATE (73),
 * ST_PERMISSION (77). newfile_abort it in the end, also after an error. */
enum status newfile_open(struct newfile *f, const char *path, mode_t mode,
			 struct diag *why) MUST_USE;

/* newfile_owner: give the file to these (-1: leave); before writing secrets. */
enum status newfile_owner(struct newfile *f, uid_t user, gid_t group,
			  struct diag *why) MUST_USE;

/* newfile_commit: name it. With REPLACE an existing file (or symlink) of that
 * name gives way atomically, never a device or a FIFO; without, its existence
 * is ST_CANT_CREATE and it stays untouched. ST_IO if it did not reach the
 * disk. */
enum status newfile_commit(struct newfile *f, bool replace,
			   struct diag *why) MUST_USE;

/* The three steps of it, for files that belong together: all data to the disk,
 * then all names in a row, then the folder. */
enum status newfile_flush(struct newfile *f, struct diag *why) MUST_USE;
enum status newfile_name(struct newfile *f, bool replace,
			 struct diag *why) MUST_USE;
enum status newfile_settle(struct newfile *f, struct diag *why) MUST_USE;

/* newfile_settle_folder: that last step once for many files in FOLDER. */
enum status newfile_settle_folder(const char *folder,
				  struct diag *why) MUST_USE;

/* newfile_scratch: a file in FOLDER that never gets a name, to be written and
 * read; its descriptor, or -1 with errno. */
int newfile_scratch(const char *folder) MUST_USE;

/* newfile_abort: drop what was not committed; harmless otherwise. */
void newfile_abort(struct newfile *f);

#endif
