/* spf_tree: an SPF record and all that it includes, for its publisher: what an
 * evaluation may cost at worst, and what is broken (RFC 7208 4.6.4).
 *
 * It asks for at most SPF_TREE_NODES records, as many names in them and as many
 * mail servers; names with macros depend on the message and are left out. */
#ifndef SPF_TREE_H
#define SPF_TREE_H

#include "spf.h"

enum { SPF_TREE_NODES = 40 };

struct spf_tree_node {
	unsigned depth;	       /* 0: the domain itself */
	struct buf label;      /* the domain, or the term, as written */
	enum spf_result found; /* SPF_PASS: there is `text` */
	bool loop;	       /* it is one of those that include it */
	struct buf text;       /* the record */
	struct diag why;
	unsigned lookups; /* of its own terms */
};

struct spf_tree {
	struct spf_tree_node
		v[SPF_TREE_NODES]; /* each before those it includes */
	size_t n;
	bool cut;	    /* there was more */
	unsigned lookups;   /* of all records, if no term matches */
	unsigned voids;	    /* names without such records */
	struct buf empty;   /* these names, a line each */
	struct buf crowds;  /* names with too many mail servers, the same */
	struct buf hosts;   /* mail servers without an address, the same */
	struct buf texts;   /* what is wrong with explanations, the same */
	uint64_t addresses; /* IPv4, that pass by all of it */
	bool wide6;	    /* spf_lint_addresses */
};

/* spf_tree_build: fill OUT for DOMAIN; release it with spf_tree_free. */
void spf_tree_build(const struct spf_client *client, const struct name *domain,
		    struct spf_tree *out);
void spf_tree_free(struct spf_tree *t);

#endif
