/* recordcheck: one question for a key record to one DNS source, the answer
 * compared with a private key, and what there is to say of it. */
#ifndef RECORDCHECK_H
#define RECORDCHECK_H

#include "dns.h"
#include "finding.h"
#include "keycheck.h"

/* Safe to free when zeroed. */
struct recordcheck {
	enum keycheck_result result;
	struct diag why;	/* the reason in words, unless it is well */
	struct dns_reply reply; /* the answer of DNS */
	struct span found;	/* the record that decided; in `reply` */
	struct key *key;	/* the key in it, or NULL */
	struct buf print;	/* the fingerprint of that key, or empty */
	struct findings findings;
};

/* recordcheck_ask: ask DNS for NAME within the time that CLOCK leaves, and
 * compare the answer with WANTED (may be NULL). SECURE: a record that DNSSEC
 * does not protect is broken. A failed question is TEMPERROR, never ABSENT
 * (RFC 6376 6.1.2). Always free OUT. */
void recordcheck_ask(struct dns *dns, const struct crypto *c,
		     const struct name *name, const struct key *wanted,
		     bool secure, struct dns_clock *clock,
		     struct recordcheck *out);

/* recordcheck_alias: the name that the last alias of REPLY leads to; empty
 * without one. Borrowed. */
struct span recordcheck_alias(const struct dns_reply *reply);

/* recordcheck_word: the stable name of R: "match", ... */
const char *recordcheck_word(enum keycheck_result r);

/* recordcheck_free: releases the records and findings; K may be zeroed. */
void recordcheck_free(struct recordcheck *k);

#endif
