/* policy_run: the jobs of dkim-policy that take DNS, from their inputs to what
 * is printed. */
#ifndef POLICY_RUN_H
#define POLICY_RUN_H

#include "evaluate.h"
#include "filter.h"
#include "mailbox.h"
#include "policymake.h"

struct policy_run {
	struct dns *dns;
	bool json, quiet;
	int to;		   /* descriptor for the results */
	int64_t now;	   /* %{t} of SPF */
	struct span trust; /* evaluate.h */
	size_t threads;

	/* Of the SMTP client; has_ip is false where it was not given. */
	bool has_ip;
	struct ip ip;
	struct span helo, mail_from;
	struct span receiver; /* %{r} and Received-SPF; may be empty */
};

/* policy_run_spf: SPF alone. *FOUND gets its result. The exit status of what
 * went wrong, or 0. */
int policy_run_spf(const struct policy_run *run, enum spf_result *found);

/* policy_run_lookup: what NAMES[0..N-1] publish, or the names on standard input
 * (a name a line) if there is none. TYPES is a set of 1 << POLICY_x; NAMED:
 * each of them must be there. The exit status of CONTRACT 6. */
int policy_run_lookup(const struct policy_run *run, char *const *names,
		      size_t n, unsigned types, bool named);

/* policy_run_messages: all messages of FROM evaluated; CONF verifies them. The
 * exit status: the worst (exit_worse). */
int policy_run_messages(const struct policy_run *run,
			const struct verify_conf *conf, struct mailbox *from);

/* policy_run_filter: the message in PATH ("-": standard input) passed on with
 * the fields of HOW->id on top (passon.h). DEFER: a temperror of DMARC or SPF
 * writes nothing, 75. */
int policy_run_filter(const struct policy_run *run,
		      const struct verify_conf *conf, const struct filter *how,
		      bool defer, const char *path);

/* policy_run_failure: the report on a message that failed, where somebody asks
 * for one (failure.h), with FROM as its sender (NULL: none). The exit status: 0
 * written, 2 nothing to report, 75 whether it may be sent has no answer. */
int policy_run_failure(const struct policy_run *run,
		       const struct verify_conf *conf, const char *from,
		       const char *path);

struct policy_lint {
	const char *path;   /* "-" is standard input */
	const char *origin; /* what relative names belong to, or NULL */
	const enum policytype *type; /* policyread.h */
	bool json;
	int to;
};

/* policy_run_lint: the findings about all policy records of an input. The exit
 * status: 0 all of it is valid, 1 if not, or of what went wrong. */
int policy_run_lint(const struct policy_lint *lint);

/* policy_run_make: the record that WISH asks for in FORMAT (record_format.h),
 * to the descriptor TO, warnings on stderr unless QUIET. The exit status. */
struct policy_make {
	struct policymake wish;
	const char *format;
	uint64_t ttl;
	bool has_ttl, quiet;
	int to;
};

int policy_run_make(const struct policy_make *make);

#endif
