#include "explain_edit.h"

#include <stdlib.h>
#include <string.h>

void edits_init(struct edits *e, struct span text)
{
	*e = (struct edits){ .text = text };
}

void edits_more(struct edits *e, size_t at, size_t cut, struct span put)
{
	if (e->n == e->room) {
		e->room = e->room ? 2 * e->room : 64;
		e->v = mem_array(e->v, e->room, sizeof(*e->v));
	}
	e->v[e->n++] = (struct edit){ at, cut, put, e->groups - 1 };
}

void edits_add(struct edits *e, size_t at, size_t cut, struct span put)
{
	e->groups++;
	edits_more(e, at, cut, put);
}

struct span edits_keep(struct edits *e, struct span s)
{
	e->kept = mem_array(e->kept, e->kept_n + 1, sizeof(*e->kept));
	e->kept[e->kept_n] = (unsigned char *)mem_copy(s.p, s.n);
	return span_of(e->kept[e->kept_n++], s.n);
}

/* The text with what is on, as pieces. */
static size_t cut_up(const struct edits *e)
{
	size_t at = 0, n = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct edit *one = &e->v[i];

		if (!e->on[one->group])
			continue;
		e->pieces[n++] = span_of(e->text.p + at, one->at - at);
		e->pieces[n++] = one->put;
		at = one->at + one->cut;
	}
	e->pieces[n++] = span_from(e->text, at);
	return n;
}

static bool holds(struct edits *e, struct oracle o)
{
	return o.holds(o.ctx, e->pieces, cut_up(e));
}

static void set_all(struct edits *e, bool on)
{
	for (size_t i = 0; i < e->groups; i++)
		e->on[i] = on;
}

static bool try_one(struct edits *e, struct oracle o, bool on)
{
	for (size_t i = 0; i < e->groups && o.left(o.ctx); i++) {
		e->on[i] = on;
		if (holds(e, o))
			return true;
		e->on[i] = !on;
	}
	return false;
}

static bool try_two(struct edits *e, struct oracle o)
{
	for (size_t i = 0; i < e->groups; i++) {
		e->on[i] = true;
		for (size_t j = i + 1; j < e->groups && o.left(o.ctx); j++) {
			e->on[j] = true;
			if (holds(e, o))
				return true;
			e->on[j] = false;
		}
		e->on[i] = false;
	}
	return false;
}

static bool try_three(struct edits *e, struct oracle o)
{
	for (size_t i = 0; i < e->groups; i++)
		for (size_t j = i + 1; j < e->groups; j++)
			for (size_t k = j + 1; k < e->groups && o.left(o.ctx);
			     k++) {
				e->on[i] = e->on[j] = e->on[k] = true;
				if (holds(e, o))
					return true;
				e->on[i] = e->on[j] = e->on[k] = false;
			}
	return false;
}

/* All from I on, then all before I. */
static bool try_runs(struct edits *e, struct oracle o)
{
	for (int before = 0; before < 2; before++) {
		set_all(e, !before);
		for (size_t i = 0; i < e->groups && o.left(o.ctx); i++) {
			e->on[i] = before;
			if (holds(e, o))
				return true;
		}
	}
	set_all(e, true);
	if (try_one(e, o, false))
		return true;
	set_all(e, false);
	return false;
}

static bool search(struct edits *e, struct oracle o, unsigned how)
{
	if (how & EDITS_ALL) {
		set_all(e, true);
		if (holds(e, o))
			return true;
		set_all(e, false);
	}
	if (how & EDITS_ONE && try_one(e, o, true))
		return true;
	if (how & EDITS_RUNS && try_runs(e, o))
		return true;
	if (how & EDITS_TWO && try_two(e, o))
		return true;
	return how & EDITS_THREE && try_three(e, o);
}

static void make_room(struct edits *e)
{
	free(e->on);
	free(e->pieces);
	e->on = mem_alloc(e->groups * sizeof(*e->on));
	e->pieces = mem_array(NULL, 2 * e->n + 1, sizeof(*e->pieces));
}

void edits_all(struct edits *e)
{
	make_room(e);
	set_all(e, true);
	e->on_n = e->groups;
}

bool edits_solve(struct edits *e, struct oracle o, unsigned how)
{
	if (e->groups == 0)
		return false;
	make_room(e);
	bool found = search(e, o, how);

	e->on_n = 0;
	for (size_t i = 0; i < e->groups; i++)
		e->on_n += e->on[i];
	return found;
}

size_t edits_first(const struct edits *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->on[e->v[i].group])
			return e->v[i].at;
	return e->text.n;
}

void edits_apply(const struct edits *e, struct buf *out)
{
	size_t n = cut_up(e);

	for (size_t i = 0; i < n; i++)
		buf_put(out, e->pieces[i]);
}

void edits_free(struct edits *e)
{
	for (size_t i = 0; i < e->kept_n; i++)
		free(e->kept[i]);
	free(e->kept);
	free(e->v);
	free(e->on);
	free(e->pieces);
	*e = (struct edits){ 0 };
}
