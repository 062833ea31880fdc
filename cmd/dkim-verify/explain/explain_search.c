#include "explain_search.h"

#include <stdlib.h>

/* -- scripts --------------------------------------------------------------- */

void script_begin(struct script *s, struct span text)
{
	/* an empty one has an address, too, for those who walk it */
	*s = (struct script){ .text = text.p ? text : SPAN("") };
}

void script_edit(struct script *s, size_t at, size_t cut, struct span put)
{
	if (s->n == SCRIPT_EDITS || at > s->text.n || cut > s->text.n - at) {
		s->incomplete = true;
		return;
	}
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->v = mem_array(s->v, s->room, sizeof(*s->v));
	}
	s->v[s->n++] =
		(struct edit){ at, cut, put, s->by, s->note, s->forced, false };
}

struct span script_keep(struct script *s, struct span text)
{
	if (text.n > SCRIPT_OCTETS - s->kept_octets) {
		s->incomplete = true;
		return SPAN("");
	}
	if (s->kept_n % 64 == 0)
		s->kept = mem_array(s->kept, s->kept_n + 64, sizeof(*s->kept));
	s->kept_octets += text.n;
	s->kept[s->kept_n] = (unsigned char *)mem_copy(
		text.p ? text.p : (const void *)"", text.n);
	return span_of(s->kept[s->kept_n++], text.n);
}

struct span script_join(struct script *s, const struct span *v, size_t n)
{
	struct span all = { 0 };
	struct buf text;

	for (size_t i = 0; i < n; i++)
		all.n += v[i].n;
	buf_init(&text, all.n);
	for (size_t i = 0; i < n; i++)
		buf_put(&text, v[i]);
	all = script_keep(s, buf_span(&text));
	buf_free(&text);
	return all;
}

void script_octets(struct script *s, size_t from, size_t to,
		   const char *alphabet)
{
	for (size_t at = from; at <= to; at++) {
		if (at < to)
			script_edit(s, at, 1, SPAN(""));
		if (at + 1 < to) {
			unsigned char two[2] = { s->text.p[at + 1],
						 s->text.p[at] };

			script_edit(s, at, 2, script_keep(s, span_of(two, 2)));
		}
		for (const char *c = alphabet; *c; c++) {
			script_edit(s, at, 0, span_of(c, 1));
			if (at < to && s->text.p[at] != (unsigned char)*c)
				script_edit(s, at, 1, span_of(c, 1));
		}
	}
}

void script_end(struct script *s)
{
	for (size_t i = 0; i < s->kept_n; i++)
		free(s->kept[i]);
	free(s->kept);
	free(s->v);
	*s = (struct script){ 0 };
}

void script_apply(const struct script *s, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct edit *e = &s->v[i];

		if (!e->on || e->at < at)
			continue;
		buf_put(out, span_of(s->text.p + at, e->at - at));
		buf_put(out, e->put);
		at = e->at + e->cut;
	}
	buf_put(out, span_from(s->text, at));
}

size_t script_count(const struct script *s, const void *by,
		    const struct edit **first)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].on && s->v[i].by == by && n++ == 0 && first)
			*first = &s->v[i];
	return n;
}

/* -- the search ------------------------------------------------------------ */

struct search {
	struct script *s;
	const struct machine *m;
	const size_t *forced; /* for each edit, the first forced one from it on
			       * (the number of edits: none) */
};

/* Feed the text from AT to a state: with the edits from I on, or only with
 * those that are forced. */
static void feed_rest(const struct search *r, int state, size_t i, size_t at,
		      bool edited)
{
	const struct machine *m = r->m;
	struct span text = r->s->text;

	for (;; i++) {
		if (!edited)
			i = r->forced[i];
		if (i == r->s->n)
			break;
		const struct edit *e = &r->s->v[i];

		if (e->at < at)
			continue;
		m->feed(m->ctx, state, span_of(text.p + at, e->at - at));
		m->feed(m->ctx, state, e->put);
		at = e->at + e->cut;
	}
	m->feed(m->ctx, state, span_from(text, at));
}

/* Each choice of so many edits from FIRST on that state DEPTH, which was fed
 * the text up to AT, does not have yet. */
static bool search_from(const struct search *r, size_t first, size_t at,
			int depth, int most)
{
	const struct machine *m = r->m;
	struct span text = r->s->text;

	for (size_t i = first; i < r->s->n && *m->left; i++) {
		struct edit *e = &r->s->v[i];

		if (e->at < at)
			continue;
		m->feed(m->ctx, depth, span_of(text.p + at, e->at - at));
		at = e->at;
		if (e->forced) {
			m->feed(m->ctx, depth, e->put);
			at += e->cut;
			continue;
		}
		e->on = true;
		m->copy(m->ctx, depth + 1, depth);
		m->feed(m->ctx, depth + 1, e->put);
		if (depth + 1 < most) {
			/* at most SEARCH_STATES deep */
			if (search_from(r, i + 1, at + e->cut, depth + 1, most))
				return true;
		} else {
			feed_rest(r, depth + 1, i + 1, at + e->cut, false);
			if (m->verifies(m->ctx, depth + 1))
				return true;
		}
		e->on = false;
	}
	return false;
}

static bool search_some(const struct search *r, int most)
{
	r->m->start(r->m->ctx);
	return search_from(r, 0, 0, 0, most);
}

enum run { RUN_FIRST, RUN_LAST, RUN_BUT_ONE };

static bool search_run(const struct search *r, enum run run)
{
	const struct machine *m = r->m;
	struct script *s = r->s;
	size_t at = 0;

	m->start(m->ctx);
	for (size_t i = 0; i < s->n && *m->left; i++) {
		const struct edit *e = &s->v[i];
		size_t end = e->at + e->cut;

		if (e->at < at) /* the edits of a run must not overlap */
			return false;
		m->feed(m->ctx, 0, span_of(s->text.p + at, e->at - at));
		at = e->at;
		if (run == RUN_FIRST) {
			m->feed(m->ctx, 0, e->put);
			at = end;
		}
		m->copy(m->ctx, 1, 0);
		feed_rest(r, 1, i + (run != RUN_LAST), at, run != RUN_FIRST);
		if (m->verifies(m->ctx, 1)) {
			for (size_t j = 0; j < s->n; j++)
				s->v[j].on = run == RUN_FIRST  ? j <= i
					     : run == RUN_LAST ? j >= i
							       : j != i;
			return true;
		}
		if (run == RUN_BUT_ONE) {
			m->feed(m->ctx, 0, e->put);
			at = end;
		}
	}
	return false;
}

static bool search_whole(const struct search *r, bool edited)
{
	r->m->start(r->m->ctx);
	feed_rest(r, 0, 0, 0, edited);
	if (!r->m->verifies(r->m->ctx, 0))
		return false;
	for (size_t i = 0; i < r->s->n; i++)
		r->s->v[i].on = edited;
	return true;
}

static bool search_ways(const struct search *r, unsigned how)
{
	if (how & TRY_FORCED && search_whole(r, false))
		return true;
	if (how & TRY_ALL && search_whole(r, true))
		return true;
	if (how & TRY_ONE && search_some(r, 1))
		return true;
	if (how & TRY_RUNS && r->s->n > 1 && r->s->n < 20000 &&
	    (search_run(r, RUN_FIRST) || search_run(r, RUN_LAST) ||
	     search_run(r, RUN_BUT_ONE)))
		return true;
	if (how & TRY_TWO && search_some(r, 2))
		return true;
	size_t choices = 0;

	for (size_t i = 0; i < r->s->n; i++)
		choices += !r->s->v[i].forced;
	for (int n = 2; how & TRY_MANY && n < SEARCH_STATES && choices < 24;
	     n++)
		if (search_some(r, n))
			return true;
	return false;
}

/* Earlier edits first; of those at one place forced ones last, so that a cut
 * goes before what it takes away. */
static int edit_order(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->forced != y->forced)
		return x->forced ? 1 : -1;
	return x->cut < y->cut ? -1 : x->cut > y->cut;
}

bool script_solve(struct script *s, const struct machine *m, unsigned how)
{
	bool sorted = true;

	if (s->n == 0 || s->incomplete || *m->left == 0)
		return false;
	for (size_t i = 1; i < s->n && sorted; i++)
		sorted = edit_order(&s->v[i - 1], &s->v[i]) <= 0;
	if (!sorted)
		qsort(s->v, s->n, sizeof(*s->v), edit_order);
	size_t *forced = mem_array(NULL, s->n + 1, sizeof(*forced)), at = 0;

	forced[s->n] = s->n;
	for (size_t i = s->n; i-- > 0;)
		forced[i] = s->v[i].forced ? i : forced[i + 1];
	const struct search r = { s, m, forced };
	bool found = search_ways(&r, how);

	free(forced);

	for (size_t i = 0; found && i < s->n; i++) {
		s->v[i].on = (s->v[i].on || s->v[i].forced) && s->v[i].at >= at;
		if (s->v[i].on)
			at = s->v[i].at + s->v[i].cut;
	}
	return found;
}

/* -- short texts ----------------------------------------------------------- */

struct text_machine {
	bool (*verifies)(void *ctx, struct span text);
	void *ctx;
	struct buf state[SEARCH_STATES];
};

static void text_start(void *ctx)
{
	struct text_machine *t = ctx;

	buf_reset(&t->state[0]);
}

static void text_feed(void *ctx, int state, struct span piece)
{
	struct text_machine *t = ctx;

	status_ignore(buf_add(&t->state[state], piece)); /* cut: no match */
}

static void text_copy(void *ctx, int to, int from)
{
	struct text_machine *t = ctx;

	buf_reset(&t->state[to]);
	text_feed(t, to, buf_span(&t->state[from]));
}

static bool text_verifies(void *ctx, int state)
{
	struct text_machine *t = ctx;

	return t->verifies(t->ctx, buf_span(&t->state[state]));
}

bool script_solve_text(struct script *s,
		       bool (*verifies)(void *ctx, struct span text), void *ctx,
		       uint64_t *left, unsigned how)
{
	struct text_machine t = { .verifies = verifies, .ctx = ctx };
	struct machine m = { &t,	text_start,    text_copy,
			     text_feed, text_verifies, left };

	for (int i = 0; i < SEARCH_STATES; i++)
		buf_init(&t.state[i], 1024 * 1024);
	bool found = script_solve(s, &m, how);

	for (int i = 0; i < SEARCH_STATES; i++)
		buf_free(&t.state[i]);
	return found;
}
