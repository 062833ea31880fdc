/* keypair: a private key and its record as two files, both or none.
 *
 * keypair_begin, keypair_write for each pair, then keypair_commit for all of
 * them at once: until then nothing has a name, afterwards everything has. */
#ifndef KEYPAIR_H
#define KEYPAIR_H

#include "keyrec_form.h"
#include "newfile.h"

/* Where and how; owned by the caller. */
struct keypair_place {
	const char *folder;
	mode_t mode; /* of the private key, whatever the umask */
	uid_t user;  /* its owner; -1: as it comes */
	gid_t group;
	bool replace; /* existing files give way */
	bool traditional;
	bool append; /* the owner name ends in the domain */
	const char *domain;
	struct keyrec_form form;
};

/* Safe to free when zeroed. SELECTOR is the caller's. */
struct keypair {
	const char *selector;
	struct key *key; /* owned */
	struct newfile files[2];
};

/* keypair_begin: begin FOLDER/SELECTOR.private and SELECTOR.txt, so that what
 * cannot be written is known before a key is made. A file (or symlink) of that
 * name is ST_CANT_CREATE without REPLACE. ST_OK, ST_PERMISSION. */
enum status keypair_begin(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why) MUST_USE;

/* keypair_write: both files' content, from pair->key. ST_OK, ST_IO, and what
 * keyrec_format says. */
enum status keypair_write(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why) MUST_USE;

/* keypair_commit: name all files of the N pairs. On an error the new names are
 * taken away again (with REPLACE, where old files gave way already, they are
 * not: WHY then names the file). */
enum status keypair_commit(struct keypair *pairs, size_t n,
			   const struct keypair_place *at,
			   struct diag *why) MUST_USE;

void keypair_free(struct keypair *pair); /* aborts what was not committed */

#endif
