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

/* bodyhash_push: a piece of the body, CRLF line ends. bodyhash_end: after the
 * last. ST_OK, or ST_OS when the library fails. */
enum status bodyhash_push(struct bodyhash *b, struct span chunk) MUST_USE;
enum status bodyhash_end(struct bodyhash *b) MUST_USE;

/* bodyhash_get: after the end. *LENGTH (may be NULL) gets the octets of the
 * whole canonical body, with which l= is compared (RFC 6376 3.5 l=). */
const struct digest *bodyhash_get(const struct bodyhash *b, size_t job,
				  uint64_t *length);

/* bodyhash_reset: nothing to hash, for the next body. */
void bodyhash_reset(struct bodyhash *b);
void bodyhash_free(struct bodyhash *b); /* NULL is fine */

#endif
