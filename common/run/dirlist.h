/* dirlist: the names in a directory, sorted by their bytes.
 *
 * Names that begin with a dot are left out, and so is what is neither a file
 * nor a directory, and links to directories, which may lead back. A Maildir
 * (with the directories cur and new) has only these two names: what is being
 * delivered to tmp is not a message yet. */
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

/* dirlist_read: read the directory FD, called PATH, into OUT; FD is closed.
 * ST_OK; ST_IO; ST_LIMIT if the names have more than LIMIT_FOLDER_BYTES. The
 * caller frees OUT in any case. */
enum status dirlist_read(int fd, const char *path, struct dirlist *out,
			 struct diag *why) MUST_USE;

/* dirlist_kind: the kind of entry I. */
enum dirlist_kind dirlist_kind(const struct dirlist *f, size_t i);

/* dirlist_path: PATH, "/" and the name of entry I; owned by the caller. */
char *dirlist_path(const struct dirlist *f, size_t i) MUST_USE;
void dirlist_free(struct dirlist *f);

#endif
