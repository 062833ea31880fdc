#include "dmarc_walk.h"

#include <stdlib.h>
#include <string.h>

/* Callers keep pointers to places, so that these must not move. */
struct node {
	struct node *next;
	struct dmarc_place place;
};

struct dmarc_store {
	struct published_from from;
	struct node *first;
	unsigned queries;
};

struct dmarc_store *dmarc_store_new(const struct published_from *from)
{
	struct dmarc_store *s = mem_alloc(sizeof(*s));

	s->from = *from;
	return s;
}

void dmarc_store_free(struct dmarc_store *s)
{
	if (!s)
		return;
	while (s->first) {
		struct node *node = s->first;

		s->first = node->next;
		buf_free(&node->place.text);
		free(node);
	}
	free(s);
}

unsigned dmarc_store_queries(const struct dmarc_store *s)
{
	return s->queries;
}

static void read_published(struct published *found, struct dmarc_place *p)
{
	static const enum dmarc_at at[] = {
		[PUBLISHED_NONE] = DMARC_ABSENT,
		[PUBLISHED_ONE] = DMARC_FOUND,
		[PUBLISHED_SEVERAL] = DMARC_SEVERAL,
		[PUBLISHED_FAILED] = DMARC_FAILED,
	};

	p->at = at[found->at];
	p->why = found->why;
	if (p->at != DMARC_FOUND)
		return;
	p->text = found->text;
	found->text = (struct buf){ 0 };
	dmarc_record_parse(buf_span(&p->text), &p->record);
	if (p->record.duplicate)
		p->at = DMARC_BROKEN;
}

static const struct dmarc_place *dmarc_store_get(struct dmarc_store *s,
						 const struct name *name)
{
	struct published found;
	struct node *node;

	for (node = s->first; node; node = node->next)
		if (name_eq(&node->place.name, name))
			return &node->place;
	node = mem_alloc(sizeof(*node));
	node->next = s->first;
	s->first = node;
	node->place.name = *name;
	s->queries += published_get(&s->from, "_dmarc.", name, dmarc_record_is,
				    &found);
	read_published(&found, &node->place);
	published_free(&found);
	return &node->place;
}

enum status dmarc_store_exists(struct dmarc_store *s, const struct name *name,
			       bool *exists, struct diag *why)
{
	struct published found;
	enum status st = ST_OK;

	s->queries += published_get(&s->from, "", name, NULL, &found);
	*exists = found.exists;
	if (found.at == PUBLISHED_FAILED)
		st = diag_set(why, ST_DNS, "RFC 9989 3.2.13", "%s",
			      found.why.text);
	published_free(&found);
	return st;
}

/* --- the walk ------------------------------------------------------------ */

/* NAME without its first LABELS labels. */
static void parent_name(const struct name *name, size_t labels,
			struct name *out)
{
	const char *p = name->text;
	struct name copy = { "" };

	for (; labels; labels--)
		p = strchr(p, '.') + 1;
	memcpy(copy.text, p, strlen(p) + 1);
	*out = copy;
}

size_t dmarc_walk_steps(const struct name *start, struct name out[DMARC_STEPS])
{
	size_t labels = name_labels(start), n = 1;

	out[0] = *start;
	for (; labels > 1; n++) {
		/* 4.10 step 4: from the second question on, 7 at most */
		size_t drop = labels >= DMARC_STEPS ? labels - 7 : 1;

		parent_name(&out[n - 1], drop, &out[n]);
		labels -= drop;
	}
	return n;
}

void dmarc_walk(struct dmarc_store *s, const struct name *start,
		struct dmarc_walk *out)
{
	struct name steps[DMARC_STEPS];
	size_t n = dmarc_walk_steps(start, steps);

	*out = (struct dmarc_walk){ 0 };
	while (out->n < n && !out->failed) {
		const struct dmarc_place *p =
			dmarc_store_get(s, &steps[out->n]);

		out->v[out->n++] = p;
		out->failed = p->at == DMARC_FAILED;
		if (p->at == DMARC_FOUND && p->record.psd != 'u')
			return;
	}
}

void dmarc_walk_org(const struct dmarc_walk *w, struct name *out)
{
	const struct name *start = &w->v[0]->name;

	*out = *start;
	for (size_t i = 0; i < w->n; i++) {
		const struct dmarc_place *p = w->v[i];

		if (p->at != DMARC_FOUND)
			continue;
		if (p->record.psd == 'y' && i > 0) {
			/* one label below the public suffix */
			parent_name(start,
				    name_labels(start) - name_labels(&p->name) -
					    1,
				    out);
			return;
		}
		*out = p->name;
	}
}

const struct dmarc_place *dmarc_walk_policy(const struct dmarc_walk *w)
{
	const struct dmarc_place *last = w->v[w->n - 1];
	struct name org;

	if (w->v[0]->at == DMARC_FOUND)
		return w->v[0];
	dmarc_walk_org(w, &org);
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i]->at == DMARC_FOUND && name_eq(&w->v[i]->name, &org))
			return w->v[i];
	/* else the record of a public suffix applies */
	return last->at == DMARC_FOUND && last->record.psd == 'y' ? last : NULL;
}
