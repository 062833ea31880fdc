/* keyowner: whether a name is one where a receiver looks for a key record (RFC
 * 6376 3.6.2.1: SELECTOR._domainkey.DOMAIN). */
#ifndef KEYOWNER_H
#define KEYOWNER_H

#include "name.h"

/* An owner name without a final dot. */
struct keyowner {
	struct span selector; /* what precedes the label; may be empty */
	struct span label;    /* "_domainkey" or what was meant to be */
	struct span rest;     /* the domain after it; may be empty */
	bool exact;	      /* the label is right */
	bool policy; /* _domainkey itself, or a name that old policies have */
};

/* keyowner_parse: false when no label of OWNER is _domainkey or looks like it.
 * Spans borrow from OWNER. */
bool keyowner_parse(struct span owner, struct keyowner *out);

/* keyowner_wrong: name I, below KEYOWNER_WRONG, of those under which people
 * publish the key record of SELECTOR and DOMAIN by mistake, in *OUT; returns
 * what is wrong with it, in words, or NULL if there is no such name. */
enum { KEYOWNER_WRONG = 12 };
const char *keyowner_wrong(size_t i, const struct name *selector,
			   const struct name *domain, struct name *out);

#endif
