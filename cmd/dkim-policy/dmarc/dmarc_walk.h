/* dmarc_walk: the DNS tree walk of RFC 9989 4.10, and what follows from it.
 *
 * At most eight questions a walk. Answers are remembered in a store for one
 * message, because walks share their upper ends. */
#ifndef DMARC_WALK_H
#define DMARC_WALK_H

#include "dmarc_record.h"
#include "published.h"

enum dmarc_at {
	DMARC_ABSENT,  /* no record that counts */
	DMARC_FOUND,   /* one, in `record` */
	DMARC_SEVERAL, /* more than one: all discarded (4.10 step 2) */
	DMARC_BROKEN,  /* one, but no list of tags (RULES D-4) */
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

/* dmarc_store_new: for one message. */
struct dmarc_store *dmarc_store_new(const struct published_from *from);
void dmarc_store_free(struct dmarc_store *s);

/* dmarc_store_get: never NULL; valid as long as the store. */
const struct dmarc_place *dmarc_store_get(struct dmarc_store *s,
					  const struct name *name);

/* dmarc_store_queries: how many questions it has asked. */
unsigned dmarc_store_queries(const struct dmarc_store *s);

/* dmarc_store_exists: does the domain NAME itself exist (3.2.13)? ST_OK with
 * *EXISTS, or ST_DNS. */
enum status dmarc_store_exists(struct dmarc_store *s, const struct name *name,
			       bool *exists, struct diag *why) MUST_USE;

enum { DMARC_STEPS = 8 };

struct dmarc_walk {
	const struct dmarc_place *v[DMARC_STEPS]; /* longest name first */
	size_t n;
	bool failed; /* a question went unanswered; the walk ended there */
};

/* dmarc_walk: from START to where it stops. */
void dmarc_walk(struct dmarc_store *s, const struct name *start,
		struct dmarc_walk *out);

/* dmarc_walk_org: the Organizational Domain that W, which did not fail, leads
 * to (4.10.2). */
void dmarc_walk_org(const struct dmarc_walk *w, struct name *out);

/* dmarc_walk_policy: the place of the policy record for the author domain that
 * W started from (4.10.1), or NULL. */
const struct dmarc_place *dmarc_walk_policy(const struct dmarc_walk *w);

#endif
