/* key_record_cache: key records by name, looked up once and decoded once in a
 * run, shared by threads.
 *
 * Decoding a key costs more than verifying with it (PERF.md 0), so the decoded
 * keys are what is remembered, and so is that there is none. Of several threads
 * that want one name the first asks and the others wait for its answer. Bounded
 * by LIMIT_KEYS_CACHED: what was not wanted for longest goes first; what is
 * still in use stays until it is put back. */
#ifndef KEY_RECORD_CACHE_H
#define KEY_RECORD_CACHE_H

#include "dns.h"
#include "keyrec.h"

/* All that DNS has to say under one name. Owned by the store. */
struct keyset {
	struct name name;
	/* ST_OK: v[0..n-1] are candidates, each with a status of its own.
	 * ST_NO_KEY, ST_KEY_SYNTAX (TXT, but no key record), ST_DNS: none. */
	enum status st;
	struct diag why;
	enum dns_secure secure;
	struct keyrec *v; /* in the order of their octets: what DNS shuffles
			   * changes nothing (RULES N-2) */
	size_t n;	  /* at most LIMIT_TXT_RECORDS */
	size_t records;	  /* candidates there were */
};

struct key_record_cache;

/* key_record_cache_new: DNS and CRYPTO stay the caller's and outlive the store.
 * Who waits for another's question waits until WAIT_MS after the start of its
 * own clock, which is to be the deadline of DNS; 0: as long as it takes. */
struct key_record_cache *key_record_cache_new(struct dns *dns,
					      const struct crypto *crypto,
					      unsigned wait_ms);

/* key_record_cache_keep_text: from now on records keep their text (keyrec.h),
 * for who shows it. */
void key_record_cache_keep_text(struct key_record_cache *s);

/* key_record_cache_get: never NULL; borrowed until key_record_cache_put. CLOCK
 * is the message's. A look-up that failed (ST_DNS) is remembered for
 * LIMIT_DNS_RETRY seconds only (RFC 2308 7). */
const struct keyset *key_record_cache_get(struct key_record_cache *s,
					  const struct name *name,
					  struct dns_clock *clock);

/* key_record_cache_put: give back what key_record_cache_get lent; NULL is fine.
 */
void key_record_cache_put(struct key_record_cache *s, const struct keyset *set);
void key_record_cache_free(struct key_record_cache *s);

#endif
