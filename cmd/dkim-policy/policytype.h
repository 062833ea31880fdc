/* policytype: the types of policy records, by name, owner and beginning. */
#ifndef POLICYTYPE_H
#define POLICYTYPE_H

#include "finding.h"

enum policytype {
	POLICY_DMARC,
	POLICY_ADSP,
	POLICY_SSP,
	POLICY_DOMAINKEYS,
	POLICY_SPF,
	POLICY_SENDER_ID,
	POLICY_REPORT,
	POLICY_REPORT_AUTH, /* consent to DMARC reports; not looked up */
	POLICY_TYPES,
};

/* What is looked up for a domain: all but POLICY_REPORT_AUTH. */
#define POLICY_LOOKUPS POLICY_REPORT_AUTH

/* policytype_word: the name of T, such as "dmarc". policytype_find: the type
 * called WORD; false if there is none. */
const char *policytype_word(enum policytype t);
bool policytype_find(struct span word, enum policytype *out);

/* policytype_option: the same for WORD of --type. ST_OK or ST_USAGE. */
enum status policytype_option(struct span word, enum policytype *out,
			      struct diag *why) MUST_USE;

/* policytype_set: LIST with commas as a set of 1 << POLICY_x that can be looked
 * up; all of these for NULL. ST_OK or ST_USAGE. */
enum status policytype_set(const char *list, unsigned *set,
			   struct diag *why) MUST_USE;

/* policytype_where: what goes before the domain, "_dmarc." or "". */
const char *policytype_where(enum policytype t);

/* policytype_is: TEXT begins as a record of type T. */
bool policytype_is(enum policytype t, struct span text);

/* policytype_of: the type of a record at OWNER (its name, or empty) with TEXT;
 * the owner decides if it can. False: not a policy. */
bool policytype_of(struct span owner, struct span text, enum policytype *out);

#endif
