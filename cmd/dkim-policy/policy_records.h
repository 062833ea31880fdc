/* policy_records: records judged and made by dkim-policy, without DNS. */
#ifndef POLICY_RECORDS_H
#define POLICY_RECORDS_H

#include "policymake.h"

struct policy_records_lint {
	const char *path;   /* "-" is standard input */
	const char *origin; /* what relative names belong to, or NULL */
	const enum policytype *type; /* policylint_run.h */
	bool json;
	int to;
};

/* policy_records_lint: the findings about all policy records of an input. The
 * exit status: 0 all of it is valid, 1 if not, or of what went wrong. */
int policy_records_lint(const struct policy_records_lint *lint);

/* policy_records_make: the record that WISH asks for in FORMAT
 * (record_format.h), to the descriptor TO, warnings on stderr unless QUIET. The
 * exit status. */
struct policy_records_make {
	struct policymake wish;
	const char *format;
	uint64_t ttl;
	bool has_ttl, quiet;
	int to;
};

int policy_records_make(const struct policy_records_make *make);

#endif
