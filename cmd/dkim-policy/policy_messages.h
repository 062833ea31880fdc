/* policy_messages: messages judged by dkim-policy, from their inputs to what is
 * printed, passed on or reported. */
#ifndef POLICY_MESSAGES_H
#define POLICY_MESSAGES_H

#include "filter.h"
#include "mailbox.h"
#include "policy_run.h"

/* policy_messages_report: all messages of FROM evaluated; CONF verifies them.
 * The exit status: the worst (exit_worse). */
int policy_messages_report(const struct policy_run *run,
			   const struct verify_conf *conf,
			   struct mailbox *from);

/* policy_messages_filter: the message in PATH ("-": standard input) passed on
 * with the fields of HOW->id on top (passon.h). DEFER: a temperror of DMARC or
 * SPF writes nothing, 75. */
int policy_messages_filter(const struct policy_run *run,
			   const struct verify_conf *conf,
			   const struct filter *how, bool defer,
			   const char *path);

/* policy_messages_failure: the report on a message that failed, where somebody
 * asks for one (failure.h), with FROM as its sender (NULL: none). The exit
 * status: 0 written, 2 nothing to report, 75 whether it may be sent has no
 * answer. */
int policy_messages_failure(const struct policy_run *run,
			    const struct verify_conf *conf, const char *from,
			    const char *path);

#endif
