#include "tally_report.h"

#include <string.h>

#include "json_text.h"

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
		width[0] = wider(width[0], tally->v[i]->d);
		width[1] = wider(width[1], tally->v[i]->s);
	}
	buf_putf(out, "%-*s  %-*s  %-9s %8s\n", width[0], "d=", width[1],
		 "s=", "result", "count");
	for (size_t i = 0; i < tally->n; i++)
		put_row(width, tally->v[i]->d, tally->v[i]->s,
			result_word(tally->v[i]->result), tally->v[i]->n, out);
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
		const struct tally_row *row = tally->v[i];
		json_t *item = json_object();

		json_object_set_new(item, "d", name_or_null(row->d));
		json_object_set_new(item, "s", name_or_null(row->s));
		json_object_set_new(item, "result",
				    json_string(result_word(row->result)));
		json_object_set_new(item, "count",
				    json_integer((json_int_t)row->n));
		json_array_append_new(rows, item);
	}
	json_object_set_new(o, "summary", rows);
	json_object_set_new(o, "others",
			    json_integer((json_int_t)tally->others));
	json_object_set_new(o, "errors",
			    json_integer((json_int_t)tally->unread));
	json_line(o, out);
}
