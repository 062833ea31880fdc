/* signers: the signatures that a message is to get, each with its key. */
#ifndef SIGNERS_H
#define SIGNERS_H

#include "key.h"
#include "name.h"

struct sign_key {
	struct name selector;
	const struct key *key; /* private; a private_keys's or the caller's */
	struct key *own;       /* the same key, if it is to be freed here */
	struct name domain;    /* d= */
	char *identity;	       /* i=, owned, or NULL */
	char origin[200];      /* where the key comes from, for a report */
};

/* Safe to free when zeroed. */
struct signers {
	struct sign_key *v; /* topmost first */
	size_t n;
	struct diag missing; /* which others have no key, if any, and why */
};

/* signers_add: one more, zeroed; pointers to the others die. signers_drop: take
 * the last one back. */
struct sign_key *signers_add(struct signers *s);
void signers_drop(struct signers *s);

/* signers_keep: put number FROM into the place of number TO, which is not above
 * it, and that into its; for taking some out. */
void signers_keep(struct signers *s, size_t to, size_t from);

/* signers_domain: AUTHOR as d=, in OUT. ST_OK, or ST_REFUSED for a name that
 * cannot be one: it has one label, say. */
enum status signers_domain(const struct name *author, struct name *out,
			   struct diag *why) MUST_USE;

/* signers_double: does the last one repeat the d= and s= of another? */
bool signers_double(const struct signers *s);

void signers_free(struct signers *s);

#endif
