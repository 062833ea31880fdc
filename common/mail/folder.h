/* folder: the names in a directory, in an order that does not depend on the
 * file system.
 *
 * Names are ordered by their octets; those that begin with a dot are left out.
 * A Maildir (it has the folders cur and new) has these two and nothing else:
 * what is being delivered to tmp is no message yet. */
#ifndef FOLDER_H
#define FOLDER_H

#include "buf.h"

enum folder_kind {
	FOLDER_FILE,  /* a regular file, or a symbolic link to one */
	FOLDER_OTHER, /* a symbolic link to nothing */
	FOLDER_DIR,
};

struct folder {
	char *path;
	bool maildir;
	size_t n;
	const char **entry; /* its kind as one octet, then the name; sorted by
			     * name */
	struct buf bytes;   /* where they are */
};

/* folder_read: the directory FD, called PATH, into OUT; FD is closed. What is
 * neither file nor folder is left out, and so are links to folders. ST_OK, or
 * ST_IO, ST_LIMIT above LIMIT_FOLDER_BYTES. OUT is to be freed in any case. */
enum status folder_read(int fd, const char *path, struct folder *out,
			struct diag *why) MUST_USE;

enum folder_kind folder_kind(const struct folder *f, size_t i);

/* folder_path: PATH, "/" and the name; owned by the caller. */
char *folder_path(const struct folder *f, size_t i) MUST_USE;
void folder_free(struct folder *f);

#endif
