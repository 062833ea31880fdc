/* recover_run: dkim-txt --recover-key from its options to its exit status. */
#ifndef RECOVER_RUN_H
#define RECOVER_RUN_H

#include "digest.h"
#include "sandbox.h"

struct recover_options {
	const char *domain, *selector;
	char **messages; /* operands; none: standard input */
	size_t n;
	bool quiet, progress;
	const struct crypto *crypto;
	struct sandbox sandbox; /* entered before messages are read */
};

/* recover_run: find the RSA keys that made the signatures of the messages, and
 * write a zone-file line for each to TO. Returns the exit status: 0 if one key
 * made all of them, 1 if no key was found or a message does not verify with it,
 * 65 for fewer than two signatures that can be of one key, or that of an input
 * that cannot be read. */
int recover_run(const struct recover_options *o, int to);

#endif
