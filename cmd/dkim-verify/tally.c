#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "json_text.h"

/* A note is the result as one byte, then d and s, each with a NUL. */
static void put_note(enum result result, const struct name *d,
		     const struct name *s, struct buf *notes)
{
	unsigned char byte = (unsigned char)result;

	buf_put(notes, span_of(&byte, 1));
	buf_put(notes, span_of(d->text, strlen(d->text) + 1));
	buf_put(notes, span_of(s->text, strlen(s->text) + 1));
}

void tally_note(const struct verification *all, struct buf *notes)
{
	static const struct name none = { "" };

	if (all->n == 0)
		put_note(RESULT_NONE, &none, &none, notes);
	for (size_t i = 0; i < all->n; i++)
		put_note(status_result(all->v[i].st), &all->v[i].sig.d,
			 &all->v[i].sig.s, notes);
}

static int compare_rows(const void *key, const void *item)
{
	const struct tally_row *a = key, *b = item;
	int order = strcmp(a->d, b->d);

	if (!order)
		order = strcmp(a->s, b->s);
	return order ? order : (int)a->result - (int)b->result;
}

/* Count ONE, whose names are copied if it is the first of its kind. */
static void count_row(struct tally *t, const struct tally_row *one)
{
	size_t at = array_place(one, t->v, t->n, sizeof(*t->v), compare_rows);

	if (at == t->n || compare_rows(one, &t->v[at]) != 0) {
		if (t->n == LIMIT_TALLY_ROWS) {
			t->others++;
			return;
		}
		t->v = array_grow(t->v, t->n, sizeof(*t->v));
		memmove(t->v + at + 1, t->v + at,
			(t->n++ - at) * sizeof(*t->v));
		t->v[at] = (struct tally_row){
			.d = mem_copy(one->d, strlen(one->d)),
			.s = mem_copy(one->s, strlen(one->s)),
			.result = one->result,
		};
	}
	t->v[at].n++;
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
		count_row(t, &(struct tally_row){ .d = (char *)(uintptr_t)d.p,
						  .s = (char *)(uintptr_t)s.p,
						  .result = result });
	}
}

void tally_free(struct tally *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].d);
		free(t->v[i].s);
	}
	free(t->v);
	*t = (struct tally){ 0 };
}

/* -- the table ------------------------------------------------------------- */

static int wider(int width, const char *text)
{
	/* a name longer than this moves its own row only */
	size_t n = strlen(text);

	return n > (size_t)width ? (int)(n < 40 ? n : 40) : width;
}

static void put_row(const int width[2], const char *d, const char *s,
		    const char *word, uint64_t n, struct buf *out)
{
	buf_putf(out, "%-*s  %-*s  %-9s %8llu\n", width[0], *d ? d : "-",
		 width[1], *s ? s : "-", word, (unsigned long long)n);
}

void tally_text(const struct tally *tally, struct buf *out)
{
	int width[2] = { 2, 2 };

	for (size_t i = 0; i < tally->n; i++) {
		width[0] = wider(width[0], tally->v[i].d);
		width[1] = wider(width[1], tally->v[i].s);
	}
	buf_putf(out, "%-*s  %-*s  %-9s %8s\n", width[0], "d=", width[1],
		 "s=", "result", "count");
	for (size_t i = 0; i < tally->n; i++)
		put_row(width, tally->v[i].d, tally->v[i].s,
			result_word(tally->v[i].result), tally->v[i].n, out);
	if (tally->others)
		put_row(width, "", "", "others", tally->others, out);
	if (tally->unread)
		put_row(width, "", "", "error", tally->unread, out);
}

static json_t *name_or_null(const char *name)
{
	return *name ? json_string(name) : json_null();
}

void tally_json(const struct tally *tally, struct buf *out)
{
	json_t *o = json_object(), *rows = json_array();

	for (size_t i = 0; i < tally->n; i++) {
		const struct tally_row *row = &tally->v[i];
		json_t *item = json_object();

		json_set(item, "d", name_or_null(row->d));
		json_set(item, "s", name_or_null(row->s));
		json_set_text(item, "result", result_word(row->result));
		json_set(item, "count", json_integer((json_int_t)row->n));
		json_array_append_new(rows, item);
	}
	json_set(o, "summary", rows);
	json_set(o, "others", json_integer((json_int_t)tally->others));
	json_set(o, "errors", json_integer((json_int_t)tally->unread));
	json_line(o, out);
}
