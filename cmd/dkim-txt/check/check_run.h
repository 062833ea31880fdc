/* check_run: dkim-txt --check from its options to its exit status. */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "keyservers.h"
#include "sandbox.h"

struct check_options {
	const char *domain, *selector, *key; /* one key, or: */
	const char *key_table, *key_list;    /* a table */
	const char *report;    /* "text", "json", "nagios", "prometheus" */
	bool testkey;	       /* the words and codes of opendkim-testkey(8) */
	const char *on_change; /* path of the state, or NULL */
	unsigned verbose;
	bool quiet;
	int64_t now; /* seconds since 1970 */
	struct keyservers_conf servers;
	struct sandbox sandbox; /* entered before DNS is asked */
};

/* check_run: check the keys, write the report to TO and keep the state. Returns
 * the exit status; errors are reported on stderr, through cli_say. */
int check_run(const struct check_options *o, int to);

/* check_options_wrong: why these options cannot be used together, or NULL. */
const char *check_options_wrong(const struct check_options *o);

#endif
