/* lookup_run: the mode that reports what domains publish. */
#ifndef LOOKUP_RUN_H
#define LOOKUP_RUN_H

#include "policy_run.h"

/* lookup_run: look up what NAMES[0..N-1] publish, or the names on standard
 * input (one on a line) if N is 0 or for "-", and write a report on each to
 * standard output. TYPES is a set of 1 << POLICY_x; with NAMED each of them
 * must be there. The exit status: 0 found and valid, 1 invalid, 2 not found, 75
 * no answer from DNS, 64 for a name that cannot be one or none at all. */
int lookup_run(const struct policy_run *run, char *const *names, size_t n,
	       unsigned types, bool named);

#endif
