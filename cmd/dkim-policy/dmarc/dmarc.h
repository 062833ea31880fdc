/* dmarc: does the author's domain stand behind a message? RFC 9989 5.
 *
 * Takes the author domain and what was authenticated; parses no mail, verifies
 * nothing. Questions: eight for the author domain, one for its existence, and
 * eight for each identifier that could align, of which ten are looked at. A
 * domain outside the author's Organizational Domain cannot align and costs
 * none, so that a stranger's slow DNS changes no verdict (ATTACKS K10). */
#ifndef DMARC_H
#define DMARC_H

#include "dmarc_walk.h"

enum dmarc_method { DMARC_DKIM, DMARC_SPF };

enum dmarc_alignment {
	DMARC_APART,
	DMARC_RELAXED, /* one Organizational Domain */
	DMARC_STRICT,  /* one domain */
	DMARC_UNSURE,  /* DNS gave no answer, or was not asked */
};

/* A domain that a method was about, and what it found: RESULT_PASS counts,
 * RESULT_TEMPERROR could have. */
struct dmarc_identifier {
	enum dmarc_method method;
	enum result result;
	const char *word; /* the method's own for it, as "softfail" */
	struct name domain;
	enum dmarc_alignment aligned; /* set by dmarc_evaluate */
};

enum { DMARC_IDENTIFIERS = 10 };

struct dmarc_verdict {
	enum result result; /* pass, fail, none, temperror, permerror */
	/* The policy that applies to this author after sp, np and t (4.10.1);
	 * with `place`. */
	enum dmarc_policy policy;
	bool has_policy;		 /* it is known */
	const struct dmarc_place *place; /* of the record; the store's; or NULL
					  */
	bool has_org;
	struct name org; /* the author's Organizational Domain */
	unsigned queries;
	struct diag why;
};

/* dmarc_is_aligned: ID, which dmarc_evaluate has seen, aligns as the mode of R
 * wants it, whatever its result. */
bool dmarc_is_aligned(const struct dmarc_record *r,
		      const struct dmarc_identifier *id);

/* dmarc_evaluate: AUTHOR is NULL when From names no domain or several: then
 * the result is permerror (RULES D-8). */
void dmarc_evaluate(struct dmarc_store *store, const struct name *author,
		    struct dmarc_identifier *ids, size_t n,
		    struct dmarc_verdict *out);

#endif
