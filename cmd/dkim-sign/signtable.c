#include "signtable.h"

#include <stdlib.h>
#include <string.h>

#include "keytable.h"
#include "wild.h"

/* -- reading --------------------------------------------------------------- */

static enum status add(void *ctx, struct span line, struct diag *why)
{
	struct signtable *t = ctx;
	struct signtable_entry *e;

	if (t->n % 64 == 0)
		t->v = mem_array(t->v, t->n + 64, sizeof(*t->v));
	e = &t->v[t->n++];
	*e = (struct signtable_entry){ .line = t->lines.number };
	e->pattern = lines_word(&line);

	struct span value = lines_word(&line);

	(void)span_split(&value, ':', &e->key);
	e->identity = value.n ? value : lines_word(&line);
	if (e->key.n == 0 || line.n)
		return lines_bad(&t->lines, why,
				 "not PATTERN KEY, or PATTERN KEY IDENTITY");
	if (!t->patterns && !t->stars && e->pattern.n > 1 &&
	    e->pattern.p[0] == '*')
		t->stars = e->line;
	return ST_OK;
}

static int by_pattern(const void *a, const void *b)
{
	const struct signtable_entry *const *x = a, *const *y = b;
	int order = span_icmp((*x)->pattern, (*y)->pattern);

	return order ? order : ((*x)->line > (*y)->line) * 2 - 1;
}

static void sort(struct signtable *t)
{
	t->sorted =
		mem_array(NULL, t->n, sizeof(const struct signtable_entry *));
	for (size_t i = 0; i < t->n; i++)
		t->sorted[i] = &t->v[i];
	qsort(t->sorted, t->n, sizeof(const struct signtable_entry *),
	      by_pattern);
}

enum status signtable_read(const char *file, struct signtable *out,
			   struct diag *why)
{
	*out = (struct signtable){ 0 };
	const char *path = keytable_file(file, &out->patterns, why);

	if (!path)
		return ST_CONFIG;
	enum status st = lines_each(&out->lines, path, add, out, why);

	if (st == ST_OK && out->n)
		sort(out);
	return st;
}

void signtable_free(struct signtable *t)
{
	lines_free(&t->lines);
	free(t->v);
	free(t->sorted);
	*t = (struct signtable){ 0 };
}

/* -- looking up ------------------------------------------------------------ */

static const struct signtable_entry *find(const struct signtable *t,
					  struct span text)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (span_icmp(t->sorted[mid]->pattern, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < t->n && span_ieq(t->sorted[low]->pattern, text)
		       ? t->sorted[low]
		       : NULL;
}

/* The STEP-th thing that a table without patterns is asked for. False behind
 * the last one. */
static bool question(struct span local, const struct name *domain, size_t step,
		     struct buf *out)
{
	size_t labels = name_labels(domain);
	const char *host = domain->text;
	bool with_user = step % 2 == 0, any = step / 2 == labels;

	if (step / 2 > labels)
		return false;
	for (size_t up = step / 2; up && !any; up--)
		host = strchr(host + (*host == '.'), '.');
	if (with_user) {
		buf_put(out, local);
		buf_put(out, SPAN("@"));
	}
	buf_put(out, any ? SPAN("*") : span_str(host));
	return true;
}

const struct signtable_entry *signtable_next(const struct signtable *t,
					     struct span local,
					     const struct name *domain,
					     size_t *at)
{
	const struct signtable_entry *found = NULL;
	struct buf text;

	buf_init(&text, local.n + sizeof(domain->text) + 1);
	if (t->patterns) {
		(void)question(local, domain, 0, &text); /* user@host */
		while (*at < t->n && !found) {
			const struct signtable_entry *e = &t->v[(*at)++];

			if (wild_match(e->pattern, buf_span(&text)))
				found = e;
		}
	} else {
		while (!found && question(local, domain, (*at)++, &text)) {
			found = find(t, buf_span(&text));
			buf_reset(&text);
		}
	}
	buf_free(&text);
	return found;
}
