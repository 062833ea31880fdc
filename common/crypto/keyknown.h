/* keyknown: public keys whose private half others have or can compute. */
#ifndef KEYKNOWN_H
#define KEYKNOWN_H

#include "key.h"

/* keyknown_find: why K is not secret, in words, or NULL: printed in an RFC,
 * part of a well-known test suite, made by the flawed generator of
 * CVE-2017-15361 (ROCA), or of primes that lie close together (CVE-2022-26320).
 * C must be the caller's crypto; its failure ends the process (mem_exit). A
 * finding is a warning, not a verdict. */
const char *keyknown_find(const struct key *k, const struct crypto *c);

#endif
