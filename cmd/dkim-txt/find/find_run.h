/* find_run: dkim-txt --find from its options to its exit status. */
#ifndef FIND_RUN_H
#define FIND_RUN_H

#include "digest.h"
#include "dns_source.h"

struct find_options {
	const char *domain;
	const char *selectors; /* a file, or NULL */
	char **messages;       /* operands */
	size_t n;
	uint64_t rate; /* questions a second */
	bool json, quiet, verbose, progress;
	int64_t now; /* seconds since 1970 */
	const struct dns_options *dns;
	const struct crypto *crypto;
};

/* find_run: ask DNS for the key records of the domain and write those found to
 * TO. Returns the exit status: 0 found, 2 none, 75 without an answer to some
 * question, or that of an input that cannot be read; messages go to standard
 * error. */
int find_run(const struct find_options *o, int to);

#endif
