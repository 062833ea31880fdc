/* bodyhash: computes, in one pass over a body, every hash that its signatures
 * need for bh= (RFC 6376 3.7).
 *
 * Signatures that agree in canonicalization, hash and l= share one. */
#ifndef BODYHASH_H
#define BODYHASH_H

#include "sig.h"

struct bodyhash;

/* bodyhash_new: CRYPTO outlives it. */
struct bodyhash *bodyhash_new(const struct crypto *crypto);

/* bodyhash_add: before the first push: the hash of the body for S, of which are
 * used `body`, `hash`, `has_l` and `l`. Returns the number to ask for it by. */
size_t bodyhash_add(struct bodyhash *b, const struct sig *s);

/* bodyhash_add_domainkeys: the same for DomainKeys, c=simple or nofws (RFC 4870
 * 3.4.2), which has one SHA-1 for header and body: the caller first puts the
 * header fields into *HASHER, which stays the bodyhash's. */
size_t bodyhash_add_domainkeys(struct bodyhash *b, bool nofws,
			       struct hasher **hasher);

/* bodyhash_is_fws: white space or a line end, which nofws drops. */
static inline bool bodyhash_is_fws(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* bodyhash_push: a piece of the body, CRLF line ends. bodyhash_end: after the
 * last. */
void bodyhash_push(struct bodyhash *b, struct span chunk);
void bodyhash_end(struct bodyhash *b);

/* bodyhash_get: after the end. *LENGTH (may be NULL) gets the octets of the
 * whole canonical body, with which l= is compared (RFC 6376 3.5 l=). */
const struct digest *bodyhash_get(const struct bodyhash *b, size_t job,
				  uint64_t *length);

/* bodyhash_reset: nothing to hash, for the next body. */
void bodyhash_reset(struct bodyhash *b);
/* bodyhash_free: releases B and its hashes. */
void bodyhash_free(struct bodyhash *b); /* NULL is fine */

#endif
