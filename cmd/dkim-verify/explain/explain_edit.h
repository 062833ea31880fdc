/* explain_edit: small changes to a text, and the search for those of them that
 * make a hash hold.
 *
 * A module that knows how software damages mail lists the places where it may
 * have done so, each with what would undo it; which of them it was is found
 * here by trying all at once, each alone, two, and runs from either end. What
 * a try costs is bounded by whoever answers. */
#ifndef EXPLAIN_EDIT_H
#define EXPLAIN_EDIT_H

#include "buf.h"

/* Does the text made of the pieces make the hash hold? `left` is for whoever
 * asks in a loop: false when it is time to give up. */
struct oracle {
	bool (*holds)(void *ctx, const struct span *v, size_t n);
	bool (*left)(void *ctx);
	void *ctx;
};

/* The edits of one group are made together or not at all. */
struct edit {
	size_t at, cut; /* octets of the text that go */
	struct span put;
	size_t group;
};

struct edits {
	struct span text;
	struct edit *v; /* by `at`, not overlapping */
	size_t n, room;
	size_t groups;
	bool *on; /* of each group, after edits_solve */
	size_t on_n;
	unsigned char **kept;
	size_t kept_n;
	struct span *pieces;
};

/* edits_init: of TEXT, which outlives E. */
void edits_init(struct edits *e, struct span text);

/* edits_add: a group of its own; edits_more: in the same group as the last.
 * PUT outlives E. In ascending order of AT. */
void edits_add(struct edits *e, size_t at, size_t cut, struct span put);
void edits_more(struct edits *e, size_t at, size_t cut, struct span put);

/* edits_keep: a copy of S that lives as long as E. */
struct span edits_keep(struct edits *e, struct span s);

enum { /* what to try, as a set */
       EDITS_ALL = 1,
       EDITS_ONE = 2,
       EDITS_TWO = 4,
       EDITS_RUNS = 8, /* the first ones, the last ones, all but one */
       EDITS_THREE = 16,
};

/* edits_solve: true when some groups make O hold; E->on says which. */
bool edits_solve(struct edits *e, struct oracle o, unsigned how);

/* edits_all: turn all on, without asking. */
void edits_all(struct edits *e);

/* edits_first: the offset of the first edit that is on. */
size_t edits_first(const struct edits *e);

/* edits_apply: append the text with the edits that are on. */
void edits_apply(const struct edits *e, struct buf *out);
void edits_free(struct edits *e);

#endif
