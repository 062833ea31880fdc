/* keymatch: is a signature's key the one that is published, and may it be used
 * so? (RULES G-13) */
#ifndef KEYMATCH_H
#define KEYMATCH_H

#include "key_record_cache.h"
#include "signers.h"

/* keymatch_check: ST_OK when a record under SELECTOR._domainkey.D holds the
 * public half of K and allows rsa-sha256 or ed25519-sha256, email and its i=,
 * and with SECURE, DNSSEC vouches for it; ST_CONFIG (78) with what is wrong;
 * ST_DNS (75). CLOCK is the message's. */
enum status keymatch_check(struct key_record_cache *keys,
			   const struct sign_key *k, bool secure,
			   struct dns_clock *clock, struct diag *why) MUST_USE;

#endif
