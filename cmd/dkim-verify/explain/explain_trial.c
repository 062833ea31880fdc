#include "explain_trial.h"

#include <stdlib.h>

/* What beginning and ending a hash costs, in octets hashed. */
enum { OVERHEAD = 600 };

struct run {
	struct canon_body canon;
	struct hasher *hasher;
	uint64_t room;	 /* of l= */
	uint64_t length; /* of the canonical body so far */
	enum status st;
};

struct trial {
	const struct sig *sig;
	uint64_t *left;
	uint64_t limit;
	struct run main, fork;
};

static enum status put(void *ctx, struct span piece)
{
	struct run *r = ctx;

	r->length += piece.n;
	if (piece.n > r->room)
		piece.n = (size_t)r->room;
	r->room -= piece.n;
	return piece.n ? hasher_put(r->hasher, piece) : ST_OK;
}

struct trial *trial_new(const struct crypto *crypto, const struct sig *s,
			uint64_t *left)
{
	struct trial *t = mem_alloc(sizeof(*t));

	t->sig = s;
	t->left = left;
	t->limit = s->has_l ? s->l : UINT64_MAX;
	t->main.hasher = hasher_new(crypto, s->hash);
	t->fork.hasher = hasher_new(crypto, s->hash);
	return t;
}

void trial_free(struct trial *t)
{
	if (!t)
		return;
	hasher_free(t->main.hasher);
	hasher_free(t->fork.hasher);
	free(t);
}

enum canon trial_canon(const struct trial *t)
{
	return t->sig->body;
}

static void start(const struct trial *t, struct run *r)
{
	canon_body_init(&r->canon, t->sig->body, (struct sink){ put, r });
	r->room = t->limit;
	r->length = 0;
	r->st = ST_OK;
}

void trial_charge(struct trial *t, uint64_t n)
{
	*t->left -= n < *t->left ? n : *t->left;
}

static void feed(struct trial *t, struct run *r, struct span piece)
{
	trial_charge(t, piece.n);
	if (r->st == ST_OK && piece.n)
		r->st = canon_body_push(&r->canon, piece);
}

static bool end(struct trial *t, struct run *r)
{
	struct digest found;

	trial_charge(t, OVERHEAD);
	if (r->st == ST_OK)
		r->st = canon_body_end(&r->canon);
	/* the hasher begins anew in any case */
	enum status st = hasher_end(r->hasher, &found);

	return r->st == ST_OK && st == ST_OK &&
	       (t->limit == UINT64_MAX || r->room == 0) &&
	       span_eq(digest_span(&found), digest_span(&t->sig->bh));
}

bool trial_holds(void *ctx, const struct span *v, size_t n)
{
	struct trial *t = ctx;

	if (!trial_left(t))
		return false;
	start(t, &t->fork);
	for (size_t i = 0; i < n; i++)
		feed(t, &t->fork, v[i]);
	trial_charge(t, 8 * n);
	return end(t, &t->fork);
}

bool trial_left(void *ctx)
{
	return *((struct trial *)ctx)->left > 0;
}

struct oracle trial_oracle(struct trial *t)
{
	return (struct oracle){ trial_holds, trial_left, t };
}

void trial_begin(struct trial *t)
{
	struct digest unused;

	/* whatever was fed before is forgotten */
	status_ignore(hasher_end(t->main.hasher, &unused));
	start(t, &t->main);
}

void trial_feed(struct trial *t, struct span piece)
{
	feed(t, &t->main, piece);
}

bool trial_fork(struct trial *t, const struct span *v, size_t n)
{
	struct hasher *hasher = t->fork.hasher;

	if (!trial_left(t))
		return false;
	t->fork = t->main;
	t->fork.hasher = hasher;
	t->fork.canon.to.ctx = &t->fork;
	if (hasher_copy(hasher, t->main.hasher) != ST_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		feed(t, &t->fork, v[i]);
	return end(t, &t->fork);
}

uint64_t trial_length(const struct trial *t)
{
	return t->fork.length;
}
