/* keyknown: keys whose private half others have or can compute (RULES K-12). */
#ifndef KEYKNOWN_H
#define KEYKNOWN_H

#include "key.h"

/* keyknown_find: in words why K is no secret, or NULL: printed in an RFC, part
 * of a well-known test suite, made by the flawed generator of CVE-2017-15361
 * (ROCA), or of primes that lie close together (CVE-2022-26320). C must be the
 * caller's crypto; its failure counts as NULL. A finding is a warning, no
 * verdict. */
const char *keyknown_find(const struct key *k, const struct crypto *c);

#endif
