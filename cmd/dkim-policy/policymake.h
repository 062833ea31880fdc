/* policymake: a policy record from what it is to say. It passes its own lint,
 * or is not made. */
#ifndef POLICYMAKE_H
#define POLICYMAKE_H

#include "policytype.h"

struct policymake {
	enum policytype type; /* dmarc, adsp, domainkeys, spf, report-auth */
	const char *domain;
	/* TAG=VALUE each; terms of SPF. For report-auth: a domain without "="
	 * whose reports are welcome at `domain`, "*" for all; or rua=mailto:
	 * ADDRESS at the domain that is to welcome those of `domain`. */
	char *const *operands;
	size_t n;
	const char *format; /* record_format.h */
	uint64_t ttl;
	bool has_ttl;
	bool quiet; /* no warnings */
};

/* policymake_run: write the record to standard output and what there is to say
 * about it to standard error. The exit status: 0, or 64 with what would be
 * wrong in the message. */
int policymake_run(const struct policymake *make);

#endif
