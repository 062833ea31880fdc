/* keypair: write private keys and their records, two files each, all or none.
 *
 * keypair_begin for each pair, keypair_guard for all of them, keypair_write for
 * each, then keypair_commit for all of them at once: before that nothing has a
 * name, afterwards everything has. */
#ifndef KEYPAIR_H
#define KEYPAIR_H

#include "keyrec_form.h"
#include "swap.h"

/* Where the files go and how they look; owned by the caller. */
struct keypair_place {
	const char *directory;
	mode_t mode; /* of the private key, whatever the umask */
	uid_t user;  /* its owner; -1: not changed */
	gid_t group;
	bool replace; /* overwrite existing files */
	bool traditional;
	bool append; /* the owner name of the record ends in the domain */
	const char *domain;
	struct keyrec_form form;
};

/* Safe to free when zeroed. */
struct keypair {
	enum key_type type;
	char *selector;	 /* owned */
	struct key *key; /* owned; made between begin and write */
	struct newfile files[2];
};

/* keypair_begin: begin DIRECTORY/SELECTOR.private and SELECTOR.txt, so that
 * errors show before a key is made. ST_OK; ST_CANT_CREATE, also if a file or
 * symlink of that name exists and REPLACE is not set; ST_PERMISSION. */
enum status keypair_begin(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why) MUST_USE;

/* keypair_write: write both files of pair->key. ST_OK, ST_IO, or the error of
 * keyrec_format; ST_USAGE if the key has no traditional form. */
enum status keypair_write(struct keypair *pair, const struct keypair_place *at,
			  struct diag *why) MUST_USE;

/* keypair_guard: guard the files of N PAIRS that were begun, before they have a
 * key; as swap_begin. */
enum status keypair_guard(struct keypair *pairs, size_t n, struct swap *swap,
			  struct diag *why) MUST_USE;

/* keypair_commit: give all files their names, as swap_commit, after which
 * swap_end follows. */
enum status keypair_commit(struct swap *swap, bool replace,
			   struct diag *why) MUST_USE;

/* keypair_free: also drops files that were not committed. */
void keypair_free(struct keypair *pair);

#endif
