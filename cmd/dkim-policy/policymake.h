/* policymake: a policy record from what somebody wants it to say. It passes its
 * own lint, or is not made. */
#ifndef POLICYMAKE_H
#define POLICYMAKE_H

#include "buf.h"
#include "policylint.h"

struct policymake {
	enum policytype type; /* dmarc, adsp, domainkeys, spf, report-auth */
	const char *domain;
	/* TAG=VALUE each; terms of SPF. For report-auth: a domain without "="
	 * whose reports are welcome at `domain`, "*" for all; or rua=mailto:
	 * ADDRESS at the domain that is to welcome those of `domain`. */
	char *const *operands;
	size_t n;
};

/* policymake: append owner, with a final dot, and text to the bufs, and what
 * there is to say of the record to F. ST_OK; ST_USAGE with what would be wrong
 * in WHY. */
enum status policymake(const struct policymake *wish, struct buf *owner,
		       struct buf *text, struct findings *f,
		       struct diag *why) MUST_USE;

#endif
