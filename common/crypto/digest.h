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

/* crypto_new: NULL only if OpenSSL refuses (then ST_OS is the thing to say). */
struct crypto *crypto_new(void) MUST_USE;
void crypto_free(struct crypto *c);

/* hash_size: octets of a digest. hash_word: "sha256", "sha1": as in h= of a key
 * record (RFC 6376 3.6.1). hash_find: the reverse, ASCII case-insensitive. */
size_t hash_size(enum hash h);
const char *hash_word(enum hash h);
bool hash_find(struct span word, enum hash *out);

/* hasher_new: a hash begun. SHA-1, which next to no mail wants, is fetched when
 * it is asked for, so that no start pays for it. Feed hasher_sink; hasher_end
 * gives the digest and begins the next. A failing library is ST_OS, never a
 * verdict (RULES H-10). */
struct hasher *hasher_new(const struct crypto *c, enum hash h);
enum status hasher_put(struct hasher *h, struct span s) MUST_USE;
struct sink hasher_sink(struct hasher *h);
enum status hasher_end(struct hasher *h, struct digest *out) MUST_USE;
/* hasher_copy: TO goes on from where FROM is; both of the same hash. */
enum status hasher_copy(struct hasher *to, const struct hasher *from) MUST_USE;
void hasher_free(struct hasher *h);

/* hasher_new_pair: two hashers for two readings of what must be the same
 * octets. Their digests are GMAC (NIST SP 800-38D) under a random key of this
 * pair, so that different octets have one digest once in 2^100 times, whatever
 * was changed; it takes a fifth of the time of SHA-256. hasher_end ends them.
 * What fails here makes hasher_put fail. Free both. */
void hasher_new_pair(struct hasher *pair[2]);

struct span digest_span(const struct digest *d);

#endif
