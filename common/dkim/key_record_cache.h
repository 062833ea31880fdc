/* key_record_cache: key records by name, looked up once and decoded once in a
 * run, shared by threads.
 *
 * Decoding a key takes longer than verifying with it, so that decoded keys are
 * kept; that there is none is kept, too. Of several threads that want one name
 * the first asks and the others wait for its answer. Of more than
 * LIMIT_KEYS_CACHED names the one not used for longest is dropped; what is
 * borrowed stays until it is put back. */
#ifndef KEY_RECORD_CACHE_H
#define KEY_RECORD_CACHE_H

#include "dns.h"
#include "keyrec.h"

/* The key records at one name. Owned by the cache. */
struct keyset {
	struct name name;
	/* ST_OK: v[0..n-1] are candidates, each with a status of its own.
	 * ST_NO_KEY, ST_KEY_SYNTAX (TXT, but no key record), ST_DNS: none. */
	enum status st;
	struct diag why;
	enum dns_secure secure;
	struct keyrec *v; /* in the order of their octets, since DNS has none
			   * (RFC 6376 3.6.2.2) */
	size_t n;	  /* at most LIMIT_TXT_RECORDS */
	size_t records;	  /* candidates that DNS has */
};

struct key_record_cache;

/* key_record_cache_new: DNS and CRYPTO stay the caller's and outlive the cache.
 * A thread that waits for the question of another one waits until WAIT_MS after
 * the start of its own clock, which should be the deadline of DNS; 0: as long
 * as it takes. */
struct key_record_cache *key_record_cache_new(struct dns *dns,
					      const struct crypto *crypto,
					      unsigned wait_ms);

/* key_record_cache_keep_text: from now on records keep their text (keyrec.h),
 * for reports. */
void key_record_cache_keep_text(struct key_record_cache *s);

/* key_record_cache_get: the key records at NAME, never NULL; borrowed until
 * key_record_cache_put. CLOCK is that of the message. A look-up that failed
 * (ST_DNS) is remembered for LIMIT_DNS_RETRY seconds only (RFC 2308 7). */
const struct keyset *key_record_cache_get(struct key_record_cache *s,
					  const struct name *name,
					  struct dns_clock *clock);

/* key_record_cache_put: return a borrowed keyset; NULL is fine.
 * key_record_cache_free: after all were returned. */
void key_record_cache_put(struct key_record_cache *s, const struct keyset *set);
void key_record_cache_free(struct key_record_cache *s); /* NULL is fine */

#endif
