/* dmarc_walk: the DNS tree walk of RFC 9989 4.10, and what it leads to: the
 * Organizational Domain and the policy record.
 *
 * A walk asks at most eight times. Answers are kept in a store for one message,
 * because walks share their upper ends. */
#ifndef DMARC_WALK_H
#define DMARC_WALK_H

#include "dmarc_record.h"
#include "published.h"

enum dmarc_at {
	DMARC_ABSENT,  /* no record that counts */
	DMARC_FOUND,   /* one, in `record` */
	DMARC_SEVERAL, /* more than one: all discarded (4.10 step 2) */
	DMARC_BROKEN,  /* one, but no list of tags (4.7) */
	DMARC_FAILED,  /* no answer */
};

/* What is published for one name. Owned by the store. */
struct dmarc_place {
	struct name name; /* without "_dmarc." */
	enum dmarc_at at;
	struct diag why; /* DMARC_FAILED */
	struct buf text; /* of the record: FOUND, BROKEN */
	struct dmarc_record record;
};

struct dmarc_store;

/* dmarc_store_new: an empty store that asks FROM, for one message; release it
 * with dmarc_store_free, which takes NULL. */
struct dmarc_store *dmarc_store_new(const struct published_from *from);
void dmarc_store_free(struct dmarc_store *s);

/* dmarc_store_queries: how many questions S has asked. */
unsigned dmarc_store_queries(const struct dmarc_store *s);

/* dmarc_store_exists: set *EXISTS to whether the domain NAME exists (3.2.13).
 * ST_OK, or ST_DNS if there is no answer. */
enum status dmarc_store_exists(struct dmarc_store *s, const struct name *name,
			       bool *exists, struct diag *why) MUST_USE;

enum { DMARC_STEPS = 8 };

struct dmarc_walk {
	const struct dmarc_place *v[DMARC_STEPS]; /* longest name first */
	size_t n;
	bool failed; /* a question went unanswered; the walk ended there */
};

/* dmarc_walk_steps: the names that a walk from START asks about, longest first,
 * unless an answer ends it. Returns how many. */
size_t dmarc_walk_steps(const struct name *start, struct name out[DMARC_STEPS]);

/* dmarc_walk: walk from START up to where the walk stops (4.10). */
void dmarc_walk(struct dmarc_store *s, const struct name *start,
		struct dmarc_walk *out);

/* dmarc_walk_org: fill OUT with the Organizational Domain that W leads to,
 * which did not fail (4.10.2). */
void dmarc_walk_org(const struct dmarc_walk *w, struct name *out);

/* dmarc_walk_policy: the place of the policy record for the Author Domain that
 * W started from (4.10.1), or NULL. */
const struct dmarc_place *dmarc_walk_policy(const struct dmarc_walk *w);

#endif
