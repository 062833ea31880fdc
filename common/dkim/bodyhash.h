/* bodyhash: one pass over the body, every hash that the signatures ask for.
 *
 * Jobs that agree in canonicalization, hash and l= are one job, so that ten
 * signatures cost what their distinct jobs cost (RULES H-11). */
#ifndef BODYHASH_H
#define BODYHASH_H

#include "canon.h"
#include "digest.h"

struct bodyhash_job {
	enum canon canon;
	enum hash hash;
	uint64_t limit; /* l=, or UINT64_MAX */
};

struct bodyhash;

struct bodyhash *bodyhash_new(const struct crypto *crypto);

/* bodyhash_add: before the first push; the number to ask for the result by. */
size_t bodyhash_add(struct bodyhash *b, struct bodyhash_job job);

enum status bodyhash_push(struct bodyhash *b, struct span chunk) MUST_USE;
enum status bodyhash_end(struct bodyhash *b) MUST_USE;

/* bodyhash_get: after the end. *LENGTH (may be NULL) gets the octets of the
 * whole canonical body, with which l= is compared (RFC 6376 3.5 l=). */
const struct digest *bodyhash_get(const struct bodyhash *b, size_t job,
				  uint64_t *length);

/* bodyhash_reset: no jobs, for the next body. */
void bodyhash_reset(struct bodyhash *b);
void bodyhash_free(struct bodyhash *b);

#endif
