/* dirlist: the names in a directory, in an order that does not depend on the
 * file system.
 *
 * Names are ordered by their octets; those that begin with a dot are left out.
 * A Maildir (it has the folders cur and new) has these two and nothing else:
 * what is being delivered to tmp is no message yet. */
#ifndef DIRLIST_H
#define DIRLIST_H

#include "buf.h"

enum dirlist_kind {
	DIRLIST_FILE,  /* a regular file, or a symbolic link to one */
	DIRLIST_OTHER, /* a symbolic link to nothing */
	DIRLIST_DIR,
};

struct dirlist {
	char *path;
	bool maildir;
	size_t n;
	const char **entry; /* its kind as one octet, then the name; sorted by
			     * name */
	struct buf bytes;   /* where they are */
};

/* dirlist_read: the directory FD, called PATH, into OUT; FD is closed. What is
 * neither file nor folder is left out, and so are links to folders. ST_OK, or
 * ST_IO, ST_LIMIT above LIMIT_FOLDER_BYTES. OUT is to be freed in any case. */
enum status dirlist_read(int fd, const char *path, struct dirlist *out,
			 struct diag *why) MUST_USE;

enum dirlist_kind dirlist_kind(const struct dirlist *f, size_t i);

/* dirlist_path: PATH, "/" and the name; owned by the caller. */
char *dirlist_path(const struct dirlist *f, size_t i) MUST_USE;
void dirlist_free(struct dirlist *f);

#endif
