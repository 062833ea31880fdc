/* signfile: signed messages as files: one message to a path, and many messages,
 * each in place or into a directory, by several threads. */
#ifndef SIGNFILE_H
#define SIGNFILE_H

#include "sign.h"

/* signfile_path: sign the message IN into the file PATH, whole or not at all,
 * with the mode and owner that it has now; a new one gets the mode that the
 * umask leaves, without the permissions that IN does not have (but always the
 * owner's). Symlinks are followed; one that leads nowhere is ST_CANT_CREATE. A
 * device or FIFO, or stdout, is written to. A file that somebody else changes
 * meanwhile is ST_IO and stays. Also the errors of sign_stream and newfile.h.
 */
enum status signfile_path(struct signing *s, int in, const char *path) MUST_USE;

/* signfile_in_place: sign the message IN, which is the file PATH (through
 * symlinks), into that file; the rest is as in signfile_path. If another file
 * has taken the name meanwhile, or somebody has written to it, that stays:
 * ST_IO.
 */
enum status signfile_in_place(struct signing *s, int in,
			      const char *path) MUST_USE;

struct signbatch {
	const struct sign_conf *conf;
	const char *folder; /* output: the same name in here; NULL: in place */
	size_t threads;
	bool progress; /* show how far it is, if there are several */
	/* appends to LINES what is to be said of a message that was signed;
	 * called by several threads; may be NULL */
	void (*describe)(void *ctx, const char *path, const struct signing *s,
			 struct buf *lines);
	/* the result of one input, in the order of the inputs, with those
	 * lines; may write to a terminal */
	void (*done)(void *ctx, const char *path, enum status st,
		     unsigned notes, struct span lines, const struct diag *why);
	void *ctx;
};

/* signbatch_check: whether PATHS can be inputs of a batch. ST_OK; ST_USAGE for
 * stdin, for two that would be one file in the directory or are one in place,
 * for an output that is another input, for a device or a FIFO in place, or for
 * a directory without a name. */
enum status signbatch_check(const char *folder, char *const *paths, size_t n,
			    struct diag *why) MUST_USE;

/* signbatch_run: sign all of them, whatever the results are. */
void signbatch_run(const struct signbatch *b, char *const *paths, size_t n);

#endif
