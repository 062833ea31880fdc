/* policy_run: what the modes of dkim-policy that ask DNS have in common. */
#ifndef POLICY_RUN_H
#define POLICY_RUN_H

#include "command.h"
#include "filter.h"
#include "spf.h"
#include "verify.h"

struct policy_run {
	struct dns *dns;
	bool json, quiet;
	bool require_dnssec; /* what is found otherwise is not valid */

	/* The SMTP client and its sender; the clock is that of each query.
	 * has_ip is false if nothing is known of a client. */
	bool has_ip;
	struct spf_query spf;

	/* messages only */
	struct verify_conf conf; /* how they are verified */
	struct span trust;	 /* evaluate.h */
	size_t threads;
	bool progress;		 /* batch.h */
	struct filter filter;	 /* with --filter */
	bool defer;		 /* pass no message on at a temperror */
	const char *mail_from;	 /* as it was given, or NULL */
	struct command command;	 /* ... to this, with --exec */
	unsigned senders;	 /* receivers whose rules are judged, a set of
				  * 1 << SENDER_x (sender_rules.h) */
	const char *report_from; /* sender of a failure report, or NULL */
	bool report_body;	 /* a failure report may contain the body */
};

/* policy_run_write: write OUT to standard output, and release it. 0, or the
 * exit status after a message. */
int policy_run_write(struct buf *out);

/* Bytes of one report, of which each may be escaped. */
enum { POLICY_RUN_REPORT = 64 * 1024 * 1024 };

#endif
