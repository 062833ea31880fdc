/* policylint: all that is wrong with a policy record, of whatever type. */
#ifndef POLICYLINT_H
#define POLICYLINT_H

#include "policytype.h"

/* policylint: add what there is to say of TEXT, a record of type T, to F. */
void policylint(enum policytype t, struct span text, struct findings *f);

/* policylint_each_tag: CALL for each tag or term of TEXT: WHOLE as it stands
 * there, NAME, VALUE (empty without one), and what it means in WORDS ("" if
 * that is not known). */
void policylint_each_tag(enum policytype t, struct span text,
			 void (*call)(void *ctx, struct span whole,
				      struct span name, struct span value,
				      const char *words),
			 void *ctx);

#endif
