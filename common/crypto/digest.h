/* digest: hash functions, fetched once and fed by sinks.
 *
 * struct crypto is made once per program and shared read-only by threads: it
 * keeps OpenSSL from reading a configuration file (so that OPENSSL_CONF cannot
 * change a verdict) and holds the fetched algorithms. */
#ifndef DIGEST_H
#define DIGEST_H

#include "io.h"

enum hash { HASH_SHA256, HASH_SHA1, HASH_COUNT };

struct digest {
	unsigned char b[32];
	size_t n;
};

struct crypto;
struct hasher;

/* crypto_new: NULL only if OpenSSL fails, which the caller reports as ST_OS.
 * Release with crypto_free. */
struct crypto *crypto_new(void) MUST_USE;
void crypto_free(struct crypto *c);

/* hash_size: bytes of a digest. hash_word: "sha256", "sha1": as in h= of a key
 * record (RFC 6376 3.6.1). hash_find: the reverse, ASCII case-insensitive. */
size_t hash_size(enum hash h);
const char *hash_word(enum hash h);
bool hash_find(struct span word, enum hash *out);

/* hasher_new: begin a hash. SHA-1, which hardly any mail uses, is fetched when
 * it is needed, so that no start pays for it. Where the library fails, here and
 * below, the process ends (mem_exit): that is never a verdict about a
 * signature. */
struct hasher *hasher_new(const struct crypto *c, enum hash h);
/* hasher_free: releases H; NULL is fine. */
void hasher_free(struct hasher *h);

/* hasher_put: hash S. hasher_sink: a sink that does so. hasher_end: the digest,
 * and begin the next one. hasher_copy: TO continues from where FROM is; both
 * are of the same hash. */
void hasher_put(struct hasher *h, struct span s);
struct sink hasher_sink(struct hasher *h);
void hasher_end(struct hasher *h, struct digest *out);
void hasher_copy(struct hasher *to, const struct hasher *from);

/* hasher_new_pair: two hashers to compare two readings of one input. Their
 * digests are GMAC (NIST SP 800-38D) under a random key of this pair, so that
 * different inputs have the same digest once in 2^100 times; it takes a fifth
 * of the time of SHA-256. They end with hasher_end. Free both. */
void hasher_new_pair(struct hasher *pair[2]);

/* digest_span: the bytes of D, borrowed. */
struct span digest_span(const struct digest *d);

#endif
