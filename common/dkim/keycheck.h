/* keycheck: whether the key records that DNS has under one name serve a key
 * (RFC 6376 3.6.1, 3.6.2.2). It is the one answer of dkim-sign --check-dns and
 * dkim-txt --check. */
#ifndef KEYCHECK_H
#define KEYCHECK_H

#include "keyrec.h"

/* Best first; keycheck_records returns one of those without a remark. */
enum keycheck_result {
	KEYCHECK_MATCH,	   /* the key's own record, and verifiers take it */
	KEYCHECK_VALID,	   /* no key was given, and verifiers take the record */
	KEYCHECK_MISMATCH, /* another key's */
	KEYCHECK_ABSENT,   /* there is no record (said by the caller) */
	KEYCHECK_REVOKED,  /* p= is empty */
	KEYCHECK_SEVERAL,  /* several key records, and none of them matches */
	KEYCHECK_BROKEN,   /* verifiers ignore it */
	KEYCHECK_TEMPERROR, /* DNS gave no answer (said by the caller) */
};

/* keycheck_records: what V[0] to V[N - 1], the key records of one name (N is at
 * least 1, none of them foreign), are to KEY (NULL: to any key). BELOW: its i=
 * will name a subdomain of d=, which t=s forbids. RFC 6376 3.6.2.2 leaves it to
 * the verifier which of several records it takes; one that matches is a match
 * here, and a caller that finds N above 1 warns. *AT is the index of the record
 * that decided. WHY gets the reason in words, and its section, unless it is
 * MATCH or VALID. */
enum keycheck_result keycheck_records(const struct keyrec *v, size_t n,
				      const struct key *key, bool below,
				      size_t *at, struct diag *why);

/* keycheck_ours: OUT gets words that say which of N records under one name is
 * that of KEY: the end of its p=, since DNS has no order and the p= of all RSA
 * keys begin alike. */
void keycheck_ours(const struct key *key, size_t n, struct diag *out);

/* keycheck_well: whether R is MATCH or VALID. */
bool keycheck_well(enum keycheck_result r);

#endif
