/* sender_judge: whether one message obeys the rules for senders.
 *
 * A rule is obeyed, or it is not and what to do is said, or why that is not
 * known. Nothing here is a promise: receivers judge by reputation, too. */
#ifndef SENDER_JUDGE_H
#define SENDER_JUDGE_H

#include "sender_findings.h"

struct sender_judgement {
	unsigned receivers; /* 1 << SENDER_x */
	struct sender_findings found;
	enum sender_result verdict[SENDER_RECEIVERS];
};

/* sender_judge: fill OUT for the message of E, which was evaluated by RUN, and
 * RECEIVERS. The verdict is fail if a rule is not obeyed, else unknown if that
 * is not known of one that a message can show. */
void sender_judge(const struct policy_run *run, const struct evaluation *e,
		  unsigned receivers, struct sender_judgement *out);

/* sender_exit: the exit status: 1 if a rule is not obeyed, else 75 if DNS gave
 * no answer, else 0. */
int sender_exit(const struct sender_judgement *j);

#endif
