/* swap: several new files get their names, all of them or none, also when the
 * process is killed in between.
 *
 * A second process waits for the end of the first one. Unless all names were
 * given by then, it puts the old files back and removes the new ones. It is
 * forked before the files have any content, so that it never holds a key. */
#ifndef SWAP_H
#define SWAP_H

#include "newfile.h"

enum { SWAP_FILES = 4 };

struct swap_file {
	struct newfile *file; /* borrowed */
	char *fresh;	      /* a hidden name for the new file, */
	char *kept;	      /* and one for the file that is replaced */
	dev_t dev;	      /* the new file */
	ino_t ino;
};

struct swap {
	struct swap_file v[SWAP_FILES];
	size_t n;
	pid_t guard; /* the second process */
	int tell;    /* a pipe to it; -1 when there is none */
	bool committed;
};

/* swap_begin: guard the N FILES (at most SWAP_FILES), which newfile_open has
 * begun. ST_OK or ST_OS. In any case swap_end follows. */
enum status swap_begin(struct swap *s, struct newfile *const *files, size_t n,
		       struct diag *why) MUST_USE;

/* swap_commit: give the files, whose content is on disk, their names; the first
 * one last. With REPLACE as newfile_name. On an error swap_end puts the old
 * files back. ST_OK, ST_CANT_CREATE, ST_PERMISSION, ST_IO. */
enum status swap_commit(struct swap *s, bool replace,
			struct diag *why) MUST_USE;

/* swap_end: remove what is not needed any more: the old files after
 * swap_commit, or else the new ones. ST_OK, or ST_IO, where a file with a
 * hidden name is left, which WHY names. */
enum status swap_end(struct swap *s, struct diag *why) MUST_USE;

#endif
