/* pairkeys: signers from pairs of a selector and a file (-s and -k). */
#ifndef PAIRKEYS_H
#define PAIRKEYS_H

#include "private_keys.h"
#include "signers.h"

struct pair;

/* Safe to free when zeroed. What it points to is the caller's. */
struct pairkeys {
	bool has_domain, has_sender;
	bool by_author;	    /* the author tells the file of one: %d */
	bool by_sender;	    /* the sender does: %e */
	struct name domain; /* d= of all, else the author's */
	struct name sender; /* for %e; see keypath.h */
	bool some_do;	    /* one key is enough, whatever others lack */
	unsigned how;	    /* KEYFILE_* */
	struct span passphrase;
	struct private_keys *ring;
	struct pair *v;
	size_t n;
};

/* pairkeys_add: one more pair. ST_OK, or ST_USAGE. */
enum status pairkeys_add(struct pairkeys *p, const char *selector,
			 const char *path, struct diag *why) MUST_USE;

/* pairkeys_read: the files that are no templates. ST_OK, or as keyfile_read and
 * private_keys_get. */
enum status pairkeys_read(const struct pairkeys *p, struct diag *why) MUST_USE;

/* pairkeys_pick: append to OUT what signs mail of AUTHOR (NULL: not known,
 * which needs `has_domain` and no `by_author`). ST_OK; ST_NO_SIGNER if the file
 * of a template does not exist, or is that of an AUTHOR who is not of `domain`,
 * or with `some_do` if that holds for all of them, and OUT->missing tells of
 * the others; ST_REFUSED for an author that cannot be d=; and what is wrong
 * with a key. */
enum status pairkeys_pick(const struct pairkeys *p, const struct name *author,
			  struct signers *out, struct diag *why) MUST_USE;

void pairkeys_free(struct pairkeys *p);

#endif
