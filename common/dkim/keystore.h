/* keystore: key records by name, looked up once and decoded once in a run.
 *
 * Decoding a key costs more than verifying with it (PERF.md 0), so the decoded
 * keys are what is remembered. Bounded by LIMIT_KEYS_CACHED. */
#ifndef KEYSTORE_H
#define KEYSTORE_H

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

struct keystore;

/* keystore_new: DNS and CRYPTO stay the caller's and outlive the store. */
struct keystore *keystore_new(struct dns *dns, const struct crypto *crypto);

/* keystore_get: never NULL; valid until keystore_next. CLOCK is the message's.
 */
const struct keyset *keystore_get(struct keystore *s, const struct name *name,
				  struct dns_clock *clock);

/* keystore_next: between two messages: all is forgotten if it has grown too
 * large. */
void keystore_next(struct keystore *s);
void keystore_free(struct keystore *s);

#endif
