/* dirlist: the names in a directory, sorted by their bytes.
 *
 * Names that begin with a dot are left out, and so is what is neither a file
 * nor a directory, and links to directories, which may lead back. A Maildir
 * (with the directories cur and new) has only these two names: what is being
 * delivered to tmp is not a message yet. */
#ifndef DIRLIST_H
#define DIRLIST_H

#include "buf.h"

struct dirlist {
	char *path;
	bool maildir;
	size_t n;
	const char **name; /* sorted */
	struct buf bytes;  /* where the names are */
};

/* dirlist_read: read the directory FD, called PATH, into OUT; FD is closed.
 * ST_OK; ST_IO; ST_LIMIT if the names have more than LIMIT_FOLDER_BYTES. The
 * caller frees OUT in any case. */
enum status dirlist_read(int fd, const char *path, struct dirlist *out,
			 struct diag *why) MUST_USE;

/* dirlist_path: PATH, "/" and name I; owned by the caller. */
char *dirlist_path(const struct dirlist *f, size_t i) MUST_USE;
/* dirlist_free: releases the names; F may be zeroed. */
void dirlist_free(struct dirlist *f);

#endif
