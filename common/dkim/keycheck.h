/* keycheck: whether DNS serves the record of a key (RFC 6376 3.6.2).
 *
 * One question to one source, and a private key to compare with or none. What a
 * receiver would make of the answer decides; no answer is never a "no" (RULES
 * N-1). */
#ifndef KEYCHECK_H
#define KEYCHECK_H

#include "dns.h"
#include "finding.h"
#include "key.h"

/* CONTRACT 7, best first. */
enum keycheck_result {
	KEYCHECK_MATCH,	   /* the key's own record, and receivers take it */
	KEYCHECK_VALID,	   /* no key was given, and receivers take the record */
	KEYCHECK_MISMATCH, /* another key's, or the servers do not agree */
	KEYCHECK_ABSENT,
	KEYCHECK_REVOKED,
	KEYCHECK_SEVERAL, /* several key records */
	KEYCHECK_BROKEN,  /* receivers ignore it */
	KEYCHECK_TEMPERROR,
};

/* Safe to free when zeroed. */
struct keycheck {
	enum keycheck_result result;
	struct diag why;	/* in words, unless it is well */
	struct dns_reply reply; /* what DNS said */
	struct span found;	/* the record that was judged; in `reply` */
	struct key *key;	/* that it holds, or NULL */
	struct findings findings;
};

/* keycheck_ask: NAME at DNS, against WANTED (may be NULL), within what CLOCK
 * leaves. SECURE: only what DNSSEC vouches for is taken. */
void keycheck_ask(struct dns *dns, const struct crypto *c,
		  const struct name *name, const struct key *wanted,
		  bool secure, struct dns_clock *clock, struct keycheck *out);

void keycheck_free(struct keycheck *k);

/* keycheck_well: MATCH or VALID. keycheck_word: "match", ... */
bool keycheck_well(enum keycheck_result r);
const char *keycheck_word(enum keycheck_result r);

#endif
