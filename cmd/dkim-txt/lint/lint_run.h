/* lint_run: dkim-txt --lint from its options to its exit status. */
#ifndef LINT_RUN_H
#define LINT_RUN_H

#include "digest.h"

struct lint_options {
	const char *path;   /* NULL or "-": standard input */
	const char *origin; /* what relative names belong to, or NULL */
	bool json;
};

/* lint_run: check the records of the input, and write a report to TO. Returns
 * the exit status: 1 when one is not valid; errors are reported on stderr,
 * through cli_say. */
int lint_run(const struct lint_options *o, const struct crypto *c, int to);

#endif
