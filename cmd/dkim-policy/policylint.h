/* policylint: the findings about a policy record, as far as its text shows. */
#ifndef POLICYLINT_H
#define POLICYLINT_H

#include "policytype.h"

/* policylint: add the findings about TEXT, a record of type T, to F. */
void policylint(enum policytype t, struct span text, struct findings *f);

#endif
