/* explain_search: the one search of --explain: which small changes to a text
 * make a hash or a signature verify.
 *
 * A generator fills a script with edits, each of which may undo what some
 * software did. The search tries them all, one, several, or runs of them. What
 * a try means is up to a machine: it has a few states that are fed with text
 * and can be copied, so that tries which begin alike share that work, and it
 * counts the work against a budget. */
#ifndef EXPLAIN_SEARCH_H
#define EXPLAIN_SEARCH_H

#include "buf.h"

enum { SEARCH_STATES = 8 };

/* State 0 is emptied by `start`. `verifies` may destroy its state. Each charges
 * its work to *left; the search ends when that is 0. */
struct machine {
	void *ctx;
	void (*start)(void *ctx);
	void (*copy)(void *ctx, int to, int from);
	void (*feed)(void *ctx, int state, struct span piece);
	bool (*verifies)(void *ctx, int state);
	uint64_t *left;
};

/* CUT octets of the text at AT become PUT. A forced edit belongs to every try,
 * unless another edit has cut its place away. */
struct edit {
	size_t at, cut;
	struct span put;
	const void *by, *note; /* what proposed it, and what it knows of it */
	bool forced, on;
};

/* Most edits of a script, and most octets kept for it: generators stop there,
 * and a script that was not complete is not tried. */
enum { SCRIPT_EDITS = 300 * 1000, SCRIPT_OCTETS = 32 * 1024 * 1024 };

struct script {
	struct span text;
	struct edit *v; /* owned */
	size_t n, room;
	unsigned char **kept; /* owned, and each of them */
	size_t kept_n, kept_octets;
	bool incomplete;
	const void *by, *note; /* of the edits added from now on */
	bool forced;
};

/* script_begin: no edits of TEXT, which outlives S. */
void script_begin(struct script *s, struct span text);

/* script_edit: add one, which lies in the text; PUT outlives S. script_keep: a
 * copy of TEXT that lives as long as S (empty when there is no room: S is then
 * incomplete). */
void script_edit(struct script *s, size_t at, size_t cut, struct span put);
struct span script_keep(struct script *s, struct span text);

/* script_join: the same of the N texts at V, one after the other. */
struct span script_join(struct script *s, const struct span *v, size_t n);
#define JOIN(s, ...)                                         \
	script_join(s, (struct span[]){ __VA_ARGS__ },       \
		    sizeof((struct span[]){ __VA_ARGS__ }) / \
			    sizeof(struct span))

/* octet_at: octet I of S, or 0. */
static inline unsigned char octet_at(struct span s, size_t i)
{
	return i < s.n ? s.p[i] : 0;
}

/* script_octets: add every way in which one octet in [FROM, TO] may have been
 * replaced by one of ALPHABET, lost, added, or swapped with the next. */
void script_octets(struct script *s, size_t from, size_t to,
		   const char *alphabet);
#define SCRIPT_BASE64                                        \
	"+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv" \
	"wxyz0123456789="

enum { /* what to try, as a set */
       TRY_ALL = 1,
       TRY_ONE = 2,
       TRY_TWO = 4,
       TRY_RUNS = 16,	/* the first ones, the last ones, all but one */
       TRY_MANY = 32,	/* up to seven, where there are few edits */
       TRY_FORCED = 64, /* the forced ones alone */
};

/* script_solve: true when some edits make M verify; `on` says which. */
bool script_solve(struct script *s, const struct machine *m, unsigned how);

/* script_apply: append the text with the edits that are on. script_count: how
 * many of those that BY proposed are on; *FIRST (may be NULL) gets one. */
void script_apply(const struct script *s, struct buf *out);
size_t script_count(const struct script *s, const void *by,
		    const struct edit **first);
void script_end(struct script *s);

/* script_solve_text: the same for a short text, which goes as a whole to
 * VERIFIES with CTX. That counts its work against *LEFT itself. */
bool script_solve_text(struct script *s,
		       bool (*verifies)(void *ctx, struct span text), void *ctx,
		       uint64_t *left, unsigned how);

#endif
