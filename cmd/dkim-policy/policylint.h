/* policylint: all that is wrong with a policy record, of whatever type. */
#ifndef POLICYLINT_H
#define POLICYLINT_H

#include "policytype.h"

/* policylint: add what there is to say of TEXT, a record of type T, to F. */
void policylint(enum policytype t, struct span text, struct findings *f);

#endif
