/* private_keys: the private keys of a run, and the signers made of them: a key
 * with the d=, s= and i= of a signature (RFC 6376 3.5).
 *
 * Each key is read and checked once in a run. At most LIMIT_KEYS_CACHED are
 * kept; further ones are read each time. A struct private_keys may be shared by
 * threads, a struct signers belongs to one message. */
#ifndef PRIVATE_KEYS_H
#define PRIVATE_KEYS_H

#include "key.h"
#include "name.h"

/* -- signers --------------------------------------------------------------- */

struct sign_key {
	struct name selector;  /* s= */
	const struct key *key; /* borrowed from private_keys, or `own` */
	struct key *own;       /* the same key, if it is freed with this */
	struct name domain;    /* d= */
	char *identity;	       /* i=, owned, or NULL */
	char origin[200];      /* where the key comes from, for a report */
};

/* The signatures that a message is to get. Safe to free when zeroed. */
struct signers {
	struct sign_key *v; /* topmost first */
	size_t n;
	struct diag missing; /* which others have no key, if any, and why */
};

/* signers_add: one more, zeroed; pointers to the others die. signers_remove:
 * free V[I], the others keep their order. */
struct sign_key *signers_add(struct signers *s);
void signers_remove(struct signers *s, size_t i);

/* signers_domain: AUTHOR as d=, in OUT. ST_OK, or ST_REFUSED for a name that
 * cannot be one: it has one label, say. */
enum status signers_domain(const struct name *author, struct name *out,
			   struct diag *why) MUST_USE;

/* signers_free: releases the list and the identities; the keys stay. */
void signers_free(struct signers *s);

/* -- i= -------------------------------------------------------------------- */

/* identity_check: whether TEXT can be i=, as far as that is known without d=.
 * What is wrong is refused and never cleaned. ST_OK or ST_USAGE. */
enum status identity_check(const char *text, struct diag *why) MUST_USE;

/* identity_fits: whether the domain of TEXT, which identity_check accepts, is D
 * or a subdomain of it. identity_below: whether it is a subdomain, which a key
 * record with t=s forbids (RFC 6376 3.6.1). */
bool identity_fits(const char *text, const struct name *d);
bool identity_below(const char *text, const struct name *d);

/* -- keys ------------------------------------------------------------------ */

/* Where a key comes from. `read` is as keyfile_open. */
struct private_keys_source {
	const char *id;	  /* of the key; no other has the same */
	const char *file; /* named by warnings */
	enum status (*read)(void *ctx, struct key **out, struct diag *concern,
			    struct diag *why);
	void *ctx;
};

struct private_keys;

/* private_keys_new: WARN (may be NULL) is called with each warning, one at a
 * time. */
struct private_keys *private_keys_new(void (*warn)(const char *file,
						   const char *text));

/* private_keys_get: the key FROM there, read or remembered, in OUT->key (and in
 * OUT->own beyond the limit). ST_OK; ST_NOT_KEY for one that no verifier
 * accepts (RFC 8301 3.2); the error of reading, which is not remembered. */
enum status private_keys_get(struct private_keys *r,
			     const struct private_keys_source *from,
			     struct sign_key *out, struct diag *why) MUST_USE;

/* private_keys_free: releases R with all keys in it. */
void private_keys_free(struct private_keys *r); /* and its keys */

#endif
