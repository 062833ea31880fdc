#include "sender_judge.h"

#include "exit_status.h"

static enum sender_result verdict_of(const struct sender_judgement *j,
				     enum sender_receiver receiver)
{
	enum sender_result verdict = SENDER_PASS;
	size_t n;
	const struct sender_rule *rules = sender_rules(&n);

	for (size_t i = 0; i < n; i++) {
		const struct sender_finding *f = &j->found.v[rules[i].finding];

		if (rules[i].receiver != receiver)
			continue;
		if (f->result == SENDER_FAIL)
			return SENDER_FAIL;
		if (f->result == SENDER_UNKNOWN && !rules[i].hidden &&
		    !f->beyond)
			verdict = SENDER_UNKNOWN;
	}
	return verdict;
}

void sender_judge(const struct policy_run *run, const struct evaluation *e,
		  unsigned receivers, struct sender_judgement *out)
{
	*out = (struct sender_judgement){ .receivers = receivers };
	sender_findings(run, e, &out->found);
	for (int r = 0; r < SENDER_RECEIVERS; r++)
		out->verdict[r] = verdict_of(out, (enum sender_receiver)r);
}

int sender_exit(const struct sender_judgement *j)
{
	for (int r = 0; r < SENDER_RECEIVERS; r++)
		if (j->receivers & 1U << r && j->verdict[r] == SENDER_FAIL)
			return EXIT_FAILED;
	return j->found.no_answer ? EXIT_TEMPORARY : 0;
}
