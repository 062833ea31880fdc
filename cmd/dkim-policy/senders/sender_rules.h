/* sender_rules: the rules that Google, Yahoo and Microsoft publish for senders
 * of many messages, as a table. */
#ifndef SENDER_RULES_H
#define SENDER_RULES_H

#include "status.h"

enum sender_receiver {
	SENDER_GOOGLE,
	SENDER_YAHOO,
	SENDER_MICROSOFT,
	SENDER_RECEIVERS
};

/* What a message shows of a rule's subject (sender_findings.h). */
enum sender_found {
	FOUND_SPF,
	FOUND_DKIM,
	FOUND_KEY,
	FOUND_LENGTH,
	FOUND_RECORD,
	FOUND_ALIGNMENT,
	FOUND_FROM,
	FOUND_FORMAT,
	FOUND_GMAIL,
	FOUND_ONE_CLICK,
	FOUND_UNSUBSCRIBE,
	FOUND_REVERSE,
	FOUND_TLS,
	FOUND_SPAM,
	SENDER_FINDINGS
};

enum sender_result { SENDER_PASS, SENDER_FAIL, SENDER_UNKNOWN };

/* A row of the table, which dkim-policy(1) describes by its codes. */
struct sender_rule {
	enum sender_receiver receiver;
	const char *code;   /* never renamed */
	const char *text;   /* the rule in our words */
	const char *since;  /* date from which it holds */
	const char *source; /* NULL: that of the receiver */
	enum sender_found finding;
	/* A message cannot show it, so that the verdict does not wait for it.
	 */
	bool hidden;
};

/* sender_rules: the table, in order of the receivers; *N rows. */
const struct sender_rule *sender_rules(size_t *n);

/* sender_receiver_word: "google", ... sender_source: where R has published its
 * rules. */
const char *sender_receiver_word(enum sender_receiver r);
const char *sender_source(enum sender_receiver r);

/* sender_result_word: "pass", "fail", "unknown". */
const char *sender_result_word(enum sender_result r);

/* The day on which the table was compared with what the receivers publish. */
#define SENDER_RULES_DATE "2026-06-21"

/* sender_rules_old: the table is more than a year old at NOW. */
bool sender_rules_old(int64_t now);

/* sender_receivers: LIST, names with commas between ("" for all), as a set of
 * 1 << SENDER_x. ST_OK or ST_USAGE. */
enum status sender_receivers(const char *list, unsigned *set,
			     struct diag *why) MUST_USE;

#endif
