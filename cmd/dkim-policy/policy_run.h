/* policy_run: what dkim-policy says about domains, from its inputs to what is
 * printed; and what its other jobs (policy_messages.h) share with it. */
#ifndef POLICY_RUN_H
#define POLICY_RUN_H

#include "evaluate.h"
#include "policytype.h"

struct policy_run {
	struct dns *dns;
	bool json, quiet;
	bool require_dnssec; /* what is found otherwise is a no */
	int to;		     /* descriptor for the results */
	int64_t now;	     /* %{t} of SPF */
	struct span trust;   /* evaluate.h */
	bool report_body;    /* a failure report may tell of it */
	size_t threads;
	bool progress; /* batch.h */

	/* Of the SMTP client; has_ip is false where it was not given. */
	bool has_ip;
	struct ip ip;
	struct span helo, mail_from;
	struct span receiver; /* %{r} and Received-SPF; may be empty */
};

/* policy_run_spf: SPF alone. The exit status: CONTRACT 6, or with SPFQUERY that
 * of the program of this name of Mail::SPF; or of what went wrong. */
int policy_run_spf(const struct policy_run *run, bool spfquery);

/* policy_run_lookup: what NAMES[0..N-1] publish, or the names on standard input
 * (a name a line) if there is none. TYPES is a set of 1 << POLICY_x; NAMED:
 * each of them must be there. The exit status of CONTRACT 6. */
int policy_run_lookup(const struct policy_run *run, char *const *names,
		      size_t n, unsigned types, bool named);

/* policy_run_write: OUT to the descriptor TO, and release it. 0, or the exit
 * status with the message said. */
int policy_run_write(int to, struct buf *out);

/* policy_run_query: what SPF is asked for the client of RUN. */
struct spf_query policy_run_query(const struct policy_run *run,
				  struct dns_clock *clock);

/* Room for one report, each octet of which may be escaped. */
enum { POLICY_RUN_REPORT = 64 * 1024 * 1024 };

#endif
