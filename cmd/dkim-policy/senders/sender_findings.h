/* sender_findings: what one message shows of the subjects of rules for senders,
 * from its header and signatures, DNS and the client's address. */
#ifndef SENDER_FINDINGS_H
#define SENDER_FINDINGS_H

#include "evaluate.h"
#include "sender_rules.h"

struct sender_finding {
	enum sender_result result;
	char text[LIMIT_DIAG]; /* why, and after a fail what to do */
	/* Unknown whatever is done, so that the verdict does not wait for it.
	 */
	bool beyond;
};

struct sender_findings {
	struct sender_finding v[SENDER_FINDINGS];
	bool no_answer; /* DNS gave none for one of them */
};

/* sender_findings: fill FOUND for the message of E, which was evaluated by RUN.
 * Asks DNS for the names of the client. */
void sender_findings(const struct policy_run *run, const struct evaluation *e,
		     struct sender_findings *found);

#endif
