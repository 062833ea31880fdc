/* policy_messages: what policies mean for messages, from an input to what is
 * printed, passed on or reported. */
#ifndef POLICY_MESSAGES_H
#define POLICY_MESSAGES_H

#include "mailbox.h"
#include "policy_run.h"

/* policy_messages_report: evaluate all messages of FROM and write a report on
 * each to standard output. The exit status: the worst (exit_worse). */
int policy_messages_report(const struct policy_run *run, struct mailbox *from);

/* policy_messages_filter: pass on the message in PATH ("-": standard input)
 * with the fields of run->filter.id on top to standard output or run->command
 * (passon.h). The exit status: 0 once
 * all is written, whatever the result. */
int policy_messages_filter(struct policy_run *run, const char *path);

/* policy_messages_failure: write the report on a message that failed, if it is
 * asked for (failure.h). The exit status: 0 written, 2 nothing to report, 75
 * DNS did not answer whether it may be sent. */
int policy_messages_failure(const struct policy_run *run, const char *path);

#endif
