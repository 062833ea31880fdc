/* policywords: what the tags and terms of a policy record mean, in words. */
#ifndef POLICYWORDS_H
#define POLICYWORDS_H

#include "policytype.h"

/* Called for each tag or term: WHOLE as written, NAME, VALUE (empty without
 * one), and what it means in WORDS ("" if that is not known). */
typedef void policywords_call(void *ctx, struct span whole, struct span name,
			      struct span value, const char *words);

/* policywords_each: CALL for each tag or term of TEXT, a record of type T. */
void policywords_each(enum policytype t, struct span text,
		      policywords_call *call, void *ctx);

#endif
