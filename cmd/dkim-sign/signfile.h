/* signfile: a message from a descriptor, signed, to a descriptor or a file.
 *
 * Nothing is written before the signatures are known to be good. The message is
 * read once where it fits into memory; a longer file is read again, and hashed
 * again on its way out; a longer pipe is kept in a nameless file (spool.h). */
#ifndef SIGNFILE_H
#define SIGNFILE_H

#include <sys/types.h>

#include "sign.h"

struct signfile {
	struct sign_conf sign;
	mode_t mask;	    /* umask(2): what a new file's mode lacks */
	bool header_only;   /* write just the new fields */
	bool pass;	    /* sign nothing: the mail is not ours */
	bool pass_unsigned; /* no key for the author: as it is */
	bool fix;	    /* make line ends uniform first */
	bool dry_run;	    /* write nothing */
	/* if not NULL: called with what was decided, and done unless in a dry
	 * run; what it appends to `lines` is the caller's to show */
	void (*describe)(const struct signfile *how,
			 const struct sign_plan *plan, unsigned notes,
			 const struct diag *why);
	struct buf *lines;
	const void *ctx;
};

/* signfile_stream: what IN holds, signed, to OUT. *NOTES as signer_end;
 * with SIGN_PASSED in it the message was written as it is, and WHY says why.
 * ST_OK; an error of signer_end; ST_USAGE (64) when both are one file; ST_IO.
 */
enum status signfile_stream(const struct signfile *how, int in, int out,
			    unsigned *notes, struct diag *why) MUST_USE;

/* signfile_path: the same into the file PATH, whole or not at all, with the
 * mode and owner that it has now; a new one has the mode that the umask leaves,
 * without what a file IN lacks, the owner's bits aside; symlinks are followed,
 * and one that leads nowhere is ST_CANT_CREATE. What is no regular file (a
 * device, a FIFO), or is stdout, is written to. A file that changes meanwhile
 * is ST_IO and stays. Also newfile.h's errors. */
enum status signfile_path(const struct signfile *how, int in, const char *path,
			  unsigned *notes, struct diag *why) MUST_USE;

/* signfile_in_place: the file that IN is, which PATH names (through symlinks),
 * becomes the signed message, with its mode and owner. Once another file has
 * taken the name, or somebody has written to it, that stays, and it is ST_IO.
 */
enum status signfile_in_place(const struct signfile *how, int in,
			      const char *path, unsigned *notes,
			      struct diag *why) MUST_USE;

/* signfile_anew: as signfile_path, but what stands at PATH itself gives way: a
 * symlink is replaced and where it leads stays; what is no file is
 * ST_CANT_CREATE. It is left to the caller to flush the folder
 * (newfile_settle_folder). */
enum status signfile_anew(const struct signfile *how, int in, const char *path,
			  unsigned *notes, struct diag *why) MUST_USE;

#endif
