/* lookup: what one domain publishes of one kind, found and judged. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "policylint.h"
#include "report_auth.h"
#include "spf_lint.h"
#include "spf_tree.h"

enum lookup_result {
	LOOKUP_FOUND,
	LOOKUP_NONE,
	LOOKUP_INVALID,
	LOOKUP_TEMPERROR,
};

const char *lookup_word(enum lookup_result r);

struct lookup {
	enum policytype type;
	struct name domain;
	enum lookup_result result;
	struct buf at;		  /* the name that was asked */
	struct buf text;	  /* the record */
	struct findings findings; /* owned */
	struct spf_tree *tree;	  /* of SPF; owned, or NULL */
	const char *dnssec; /* of what was found, or not: dns_clock_word */
	struct diag why;    /* LOOKUP_TEMPERROR, unless a finding says it */
};

/* lookup_is_there: it has a record; with LOOKUP_TEMPERROR, something that the
 * record refers to has no answer, and nothing is known to be invalid. */
bool lookup_is_there(const struct lookup *l);

/* lookup: fill OUT; release with lookup_free. STORE is for DMARC's walks, and
 * new for each domain. REQUIRE_DNSSEC: what DNSSEC does not vouch for is
 * invalid; FROM has a clock. */
void lookup(const struct published_from *from, struct dmarc_store *store,
	    enum policytype type, const struct name *domain,
	    bool require_dnssec, struct lookup *out);
void lookup_free(struct lookup *l);

/* lookup_exit: 0 found and valid, 1 invalid, 2 none, 75 no answer. */
int lookup_exit(const struct lookup *l);

#endif
