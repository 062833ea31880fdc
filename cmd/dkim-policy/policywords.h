/* policywords: what the tags and terms of policy records mean, in words. */
#ifndef POLICYWORDS_H
#define POLICYWORDS_H

#include "policytype.h"

/* policywords_tag: what NAME=VALUE means in a record of type T; "" if that is
 * not known. */
const char *policywords_tag(enum policytype t, struct span name,
			    struct span value);

/* policywords_term: the same of a term of SPF. */
const char *policywords_term(struct span term);

#endif
