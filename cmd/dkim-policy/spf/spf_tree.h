/* spf_tree: an SPF record and all that it includes, for whoever publishes it:
 * what an evaluation may cost at worst, and what is broken (RFC 7208 4.6.4).
 *
 * At most SPF_TREE_NODES records and as many questions again for the names in
 * them; what macros make is not known before a message comes. */
#ifndef SPF_TREE_H
#define SPF_TREE_H

#include "spf.h"

enum { SPF_TREE_NODES = 40 };

struct spf_tree_node {
	unsigned depth;	       /* 0: the domain itself */
	struct buf label;      /* the domain, or the term, as written */
	enum spf_result found; /* SPF_PASS: `text`; else why there is none */
	bool loop;	       /* the walk came from there, and ended */
	struct buf text;       /* the record */
	struct diag why;
	unsigned lookups; /* its own terms that ask */
};

struct spf_tree {
	struct spf_tree_node v[SPF_TREE_NODES]; /* in the order of a drawing */
	size_t n;
	bool cut;	    /* there was more */
	unsigned lookups;   /* of all, as if no term before the last matched */
	unsigned voids;	    /* names without such records */
	struct buf empty;   /* these names, a line each */
	uint64_t addresses; /* IPv4, that all of it lets pass */
	bool wide6;
};

/* spf_tree_build: of DOMAIN. Release OUT with spf_tree_free. */
void spf_tree_build(const struct spf_client *client, const struct name *domain,
		    struct spf_tree *out);
void spf_tree_free(struct spf_tree *t);

#endif
