#include "tally.h"

#include <stdlib.h>
#include <string.h>

/* A note is the result as one octet, d and s, each with a NUL. */
static void note(enum result result, const struct name *d, const struct name *s,
		 struct buf *notes)
{
	unsigned char octet = (unsigned char)result;

	buf_put(notes, span_of(&octet, 1));
	buf_put(notes, span_of(d->text, strlen(d->text) + 1));
	buf_put(notes, span_of(s->text, strlen(s->text) + 1));
}

void tally_note(const struct verification *all, struct buf *notes)
{
	static const struct name none = { "" };

	if (all->n == 0)
		note(RESULT_NONE, &none, &none, notes);
	for (size_t i = 0; i < all->n; i++)
		note(status_result(all->v[i].st), &all->v[i].sig.d,
		     &all->v[i].sig.s, notes);
}

static int compare(const struct tally_row *a, const struct tally_row *b)
{
	int order = strcmp(a->d, b->d);

	if (!order)
		order = strcmp(a->s, b->s);
	return order ? order : (int)a->result - (int)b->result;
}

static struct tally_row *new_row(const struct tally_row *from)
{
	size_t d = strlen(from->d) + 1, s = strlen(from->s) + 1;
	struct tally_row *row = mem_alloc(sizeof(*row) + d + s);
	char *text = (char *)(row + 1);

	memcpy(text, from->d, d);
	memcpy(text + d, from->s, s);
	row->d = text;
	row->s = text + d;
	row->result = from->result;
	return row;
}

static void count(struct tally *t, const struct tally_row *one)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(t->v[middle], one) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == t->n || compare(t->v[low], one) != 0) {
		if (t->n == LIMIT_TALLY_ROWS) {
			t->others++;
			return;
		}
		if (t->n % 64 == 0)
			t->v = mem_array(t->v, t->n + 64,
					 sizeof(struct tally_row *));
		memmove(t->v + low + 1, t->v + low,
			(t->n++ - low) * sizeof(struct tally_row *));
		t->v[low] = new_row(one);
	}
	t->v[low]->n++;
}

void tally_add(struct tally *t, struct span notes)
{
	struct span d = { 0 }, s = { 0 };

	while (notes.n) {
		enum result result = (enum result)notes.p[0];

		notes = span_from(notes, 1);
		/* tally_note wrote both, with their NUL */
		if (!span_split(&notes, 0, &d) || !span_split(&notes, 0, &s))
			return;
		count(t, &(struct tally_row){ .d = (const char *)d.p,
					      .s = (const char *)s.p,
					      .result = result });
	}
}

void tally_free(struct tally *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i]);
	free(t->v);
	*t = (struct tally){ 0 };
}
