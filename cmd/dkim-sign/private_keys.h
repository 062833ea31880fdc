/* private_keys: private keys to sign with, each read and judged once in a run.
 *
 * Bounded by LIMIT_KEYS_CACHED; what goes beyond is read each time. May be
 * shared by threads. */
#ifndef PRIVATE_KEYS_H
#define PRIVATE_KEYS_H

#include "key.h"

/* Where a key comes from. `read` is as keyfile_read. */
struct private_keys_source {
	const char *id;	  /* of the key; tells it from all others */
	const char *file; /* what warnings name */
	enum status (*read)(void *ctx, struct key **out, struct diag *concern,
			    struct diag *why);
	void *ctx;
};

struct private_keys;

/* private_keys_new: WARN (may be NULL) gets what deserves a warning, under a
 * lock.
 */
struct private_keys *private_keys_new(void (*warn)(const char *file,
						   const char *text));

/* private_keys_get: *OUT is the ring's; or *OWN is not NULL: the same key,
 * which the caller frees. ST_OK; ST_NOT_KEY for one that no receiver accepts
 * (RFC 8301 3.2); what reading said, which is not remembered. */
enum status private_keys_get(struct private_keys *r,
			     const struct private_keys_source *from,
			     const struct key **out, struct key **own,
			     struct diag *why) MUST_USE;

void private_keys_free(struct private_keys *r); /* and its keys */

#endif
