/* dmarc: the result and the policy of DMARC for one message (RFC 9989 5).
 *
 * Takes the Author Domain and what was authenticated; parses no mail and
 * verifies nothing. It asks DNS at most eight times for the Author Domain, once
 * for its existence, and eight times for each of the first ten identifiers that
 * could align. A domain outside the author's Organizational Domain cannot align
 * and costs no question, so that the slow DNS of a stranger changes no result.
 */
#ifndef DMARC_H
#define DMARC_H

#include "dmarc_walk.h"

enum dmarc_method { DMARC_DKIM, DMARC_SPF };

enum dmarc_alignment {
	DMARC_APART,   /* not aligned */
	DMARC_RELAXED, /* the same Organizational Domain */
	DMARC_STRICT,  /* the same domain */
	DMARC_UNSURE,  /* DNS gave no answer, or was not asked: the result
			* is permerror or none */
};

/* A domain that DKIM or SPF checked, and the result: RESULT_PASS counts,
 * RESULT_TEMPERROR could have counted. */
struct dmarc_identifier {
	enum dmarc_method method;
	enum result result;
	const char *word; /* the method's own result, such as "softfail" */
	struct name domain;
	bool agent; /* the domain is that of i=, and d= is it or above it: it
		     * never aligns in strict mode */
	enum dmarc_alignment aligned; /* set by dmarc_evaluate */
};

enum { DMARC_IDENTIFIERS = 10 };

struct dmarc_verdict {
	enum result result; /* pass, fail, none, temperror, permerror */
	/* What applies to this author after sp, np and t (4.10.1), if
	 * has_policy. */
	enum dmarc_policy policy;
	bool has_policy;
	const struct dmarc_place *place; /* of the record, or NULL; owned by the
					  * store */
	bool has_org;
	struct name org; /* the author's Organizational Domain */
	unsigned queries;
	struct diag why;
};

/* dmarc_is_aligned: ID, which dmarc_evaluate has seen, aligns in the mode that
 * R has for its method (adkim=, aspf=), whatever its result. */
bool dmarc_is_aligned(const struct dmarc_record *r,
		      const struct dmarc_identifier *id);

/* dmarc_evaluate: fill OUT for the Author Domain AUTHOR and what was
 * authenticated, IDS[0..N-1]. AUTHOR is NULL if From has no domain or several:
 * then the result is permerror, since no domain's policy applies (5.3.1). */
void dmarc_evaluate(struct dmarc_store *store, const struct name *author,
		    struct dmarc_identifier *ids, size_t n,
		    struct dmarc_verdict *out);

#endif
