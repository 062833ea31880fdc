/* check_run: dkim-txt --check from its options to its exit status. */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "keyservers.h"

struct check_options {
	const char *domain, *selector, *key; /* one key, or: */
	const char *key_table, *key_list;    /* a table */
	const char *report;    /* "text", "json", "nagios", "prometheus" */
	bool testkey;	       /* opendkim-testkey's words and codes instead */
	const char *on_change; /* path of the state, or NULL */
	unsigned verbose;
	bool quiet;
	int64_t now;
	struct keyservers_conf servers;
};

/* check_run: ask, write the report to TO, keep the state. The exit status; what
 * goes wrong is said on stderr, through cli_say. */
int check_run(const struct check_options *o, int to);

/* check_options_wrong: options that make no sense together, or NULL; DOMAIN and
 * SELECTOR are not in O yet. */
const char *check_options_wrong(const struct check_options *o,
				const char *domain, const char *selector);

#endif
