/* sender_report: how a message stands to the rules for senders, for people and
 * for programs. */
#ifndef SENDER_REPORT_H
#define SENDER_REPORT_H

#include "json_text.h"
#include "sender_judge.h"

/* sender_report_text: append a line for each rule of the receivers of J, and
 * their verdicts; NAME (may be NULL) goes before each line. */
void sender_report_text(const char *name, const struct sender_judgement *j,
			struct buf *out);

/* sender_report_json: set the keys sender_rules and sender_verdict of O. */
void sender_report_json(const struct sender_judgement *j, json_t *o);

#endif
