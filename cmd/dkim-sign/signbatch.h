/* signbatch: many messages signed, each to a file, by several threads. */
#ifndef SIGNBATCH_H
#define SIGNBATCH_H

#include "signfile.h"

struct signbatch {
	const struct signfile *how;
	const char *folder; /* output: the same name in here; NULL: in place */
	size_t threads;
	bool progress; /* show how far it is, if there are several */
	/* what became of one input, in the order of the inputs, with the lines
	 * that `how->describe` wrote of it; may write to a terminal */
	void (*done)(void *ctx, const char *path, enum status st,
		     unsigned notes, struct span lines, const struct diag *why);
	void *ctx;
};

/* signbatch_check: can PATHS be outputs? ST_OK; ST_USAGE for stdin, for two
 * that would be one file in the folder or are one in place, for an output that
 * is another input, for a device or a FIFO in place, or for a folder without a
 * name. */
enum status signbatch_check(const char *folder, char *const *paths, size_t n,
			    struct diag *why) MUST_USE;

/* signbatch_run: all of them, whatever becomes of each. */
void signbatch_run(const struct signbatch *b, char *const *paths, size_t n);

#endif
