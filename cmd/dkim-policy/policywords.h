/* policywords: what the tags and terms of a policy record mean, in words. */
#ifndef POLICYWORDS_H
#define POLICYWORDS_H

#include "policytype.h"

/* A tag or term. Borrows from the text. */
struct policywords {
	struct span whole;	 /* as written */
	struct span name, value; /* the value is empty without one */
	const char *words;	 /* what it means; "" if that is not known */
};

/* policywords_next: cut the next tag or term off *REST, a record of type T.
 * False at the end. */
bool policywords_next(enum policytype t, struct span *rest,
		      struct policywords *out);

#endif
