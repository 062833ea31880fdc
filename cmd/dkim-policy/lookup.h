/* lookup: the policies that domains publish, one result for each type of
 * record, linted and with everything that they refer to. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "dmarc_walk.h"
#include "finding.h"
#include "policy_run.h"
#include "policytype.h"
#include "spf_tree.h"

enum lookup_result {
	LOOKUP_FOUND,
	LOOKUP_NONE,
	LOOKUP_INVALID,
	LOOKUP_TEMPERROR, /* DNS gave no answer */
};

struct lookup {
	enum policytype type;
	struct name domain;
	enum lookup_result result;
	struct buf at;		  /* the name that was asked; owned */
	struct buf text;	  /* the record; owned */
	struct findings findings; /* owned */
	struct spf_tree *tree;	  /* of SPF; owned, or NULL */
	const char *dnssec; /* of what was found, or not: dns_clock_word */
	struct diag why;    /* LOOKUP_TEMPERROR, unless a finding says it */
};

/* lookup: find, read and lint the record of TYPE at DOMAIN. FROM has a clock;
 * STORE is for DMARC's walks, and new for each domain. With REQUIRE_DNSSEC a
 * record that DNSSEC does not authenticate is invalid. Release OUT with
 * lookup_free. */
void lookup(const struct published_from *from, struct dmarc_store *store,
	    enum policytype type, const struct name *domain,
	    bool require_dnssec, struct lookup *out);
void lookup_free(struct lookup *l);

/* lookup_is_there: the domain has the record. With LOOKUP_TEMPERROR, only what
 * the record refers to has no answer. */
bool lookup_is_there(const struct lookup *l);

#endif
