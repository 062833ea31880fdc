/* keyowner: whether a record stands where a receiver looks for it (RFC 6376
 * 3.6.2.1: SELECTOR._domainkey.DOMAIN). */
#ifndef KEYOWNER_H
#define KEYOWNER_H

#include "buf.h"
#include "finding.h"

/* An owner name without a final dot. */
struct keyowner {
	struct span selector; /* before the label; may be empty */
	struct span label;    /* "_domainkey" or what was meant to be */
	struct span rest;     /* the domain behind it; may be empty */
	bool exact;	      /* the label is right */
	bool policy; /* _domainkey itself, or a name that old policies have */
};

/* keyowner_parse: false when no label of OWNER is _domainkey or looks like it.
 * Spans borrow from OWNER. */
bool keyowner_parse(struct span owner, struct keyowner *out);

/* keyowner_lint: what is wrong with the OWNER of a key record; ABSOLUTE says
 * that it is whole, so that nothing will be added to it. Appends the right name
 * to CORRECTED if it can be known and is another. */
void keyowner_lint(struct span owner, bool absolute, struct findings *f,
		   struct buf *corrected);

#endif
