/* policylint_run: the policy records of a text, whatever it was copied from,
 * linted one by one and together, without DNS. */
#ifndef POLICYLINT_RUN_H
#define POLICYLINT_RUN_H

#include "policytype.h"

struct policylint_run {
	const char *path;   /* "-" is standard input */
	const char *origin; /* what relative names belong to, or NULL */
	/* The type of bare records; NULL: their beginning decides. Of a zone
	 * only records of this type are taken, or all policies. */
	const enum policytype *type;
	bool json;
};

/* policylint_run: write the findings about all policy records of an input, in
 * order, to standard output. The exit status: 0 if there is one and all are
 * valid, 1 if not, else of what went wrong, after a message. */
int policylint_run(const struct policylint_run *run);

#endif
