#include "keylist.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "idn.h"
#include "keyfile.h"
#include "text.h"

/* Names as dkim-sign takes them. */
enum { HOW = NAME_SINGLE | NAME_UNDERSCORE };

static struct keylist_item *add_item(struct keylist *l)
{
	l->v = array_grow(l->v, l->n, sizeof(*l->v));
	l->v[l->n] = (struct keylist_item){ 0 };
	return &l->v[l->n++];
}

static bool is_shared(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
	       (info.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH));
}

enum status keylist_one(const char *domain, const char *selector,
			const char *file, struct keylist *out, struct diag *why)
{
	struct keylist_item *it = add_item(out);
	struct diag more = { 0 };

	if (idn_domain(span_str(domain), HOW, &it->domain, &more) != ST_OK ||
	    idn_selector(span_str(selector), &it->selector, &more) != ST_OK ||
	    name_key(&it->selector, &it->domain, &it->name, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "%s", more.text);
	if (!file)
		return ST_OK;
	it->file = mem_copy(file, strlen(file));
	it->shared = is_shared(file);
	it->st = keyfile_open(file, KEYFILE_STDIN, SPAN(""), &it->key,
			      &it->concern, &it->why);
	return ST_OK;
}

/* --- tables -------------------------------------------------------------- */

/* The domain to check for an entry that signs for the author's domain: the one
 * in its own name ("mail._domainkey.example.com", "*@example.com",
 * "example.com"), else GIVEN. False when neither is known. */
static bool author_of(const struct keytable_entry *e, const char *given,
		      struct name *out)
{
	static const char label[] = "._domainkey.";
	struct span s = e->name;
	const unsigned char *at = memmem(s.p, s.n, label, sizeof(label) - 1);

	if (at)
		s = span_from(s, (size_t)(at - s.p) + sizeof(label) - 1);
	else if (span_rfind(s, '@') < s.n)
		s = span_from(s, span_rfind(s, '@') + 1);
	return idn_typed(s, NAME_UNDERSCORE, out, NULL) == ST_OK ||
	       (given && idn_typed(span_str(given), HOW, out, NULL) == ST_OK);
}

/* The name of the entry, where it is the name of another record than NAME, or
 * NULL. Owned by the caller. */
static char *other_name(const struct keytable_entry *e, const struct name *name)
{
	struct name called;

	if (e->listed || !memmem(e->name.p, e->name.n, "._domainkey.", 12) ||
	    (idn_typed(e->name, NAME_UNDERSCORE, &called, NULL) == ST_OK &&
	     name_eq(&called, name)))
		return NULL;
	return mem_copy(e->name.p, e->name.n);
}

static void add_table_entry(const struct keytable *t,
			    const struct keytable_entry *e, const char *given,
			    struct keylist *out)
{
	struct keylist_item *it = add_item(out);
	struct name author = { 0 };
	bool known = author_of(e, given, &author);
	struct buf path;

	it->entry = mem_copy(e->name.p, e->name.n);
	it->selector = e->selector;
	it->domain = e->author ? author : e->domain;
	buf_init(&path, LIMIT_TABLE_LINE);
	if (e->in_place)
		buf_putf(&path, "line %zu", e->line);
	else
		status_ignore(keytable_path(t, e, known ? &author : &it->domain,
					    &path, NULL));
	if (path.n)
		it->file = mem_copy(path.p, path.n);
	it->shared = it->file && !e->in_place && is_shared(it->file);
	buf_free(&path);
	if (e->author && !known) {
		it->st = diag_set(&it->why, ST_CONFIG, NULL,
				  "%s: line %zu signs for any domain: say with "
				  "-d which one to check",
				  t->lines.path, e->line);
		return;
	}
	it->st = name_key(&it->selector, &it->domain, &it->name, &it->why);
	if (it->st != ST_OK)
		return;
	it->called = other_name(e, &it->name);
	it->st = keytable_key(t, e, known ? &author : &it->domain,
			      KEYFILE_UNSAFE_OK, &it->key, &it->concern,
			      &it->why);
}

/* --- selectors that share a key ------------------------------------------ */

static int by_p(const void *a, const void *b)
{
	const struct keylist_item *x = *(struct keylist_item *const *)a;
	const struct keylist_item *y = *(struct keylist_item *const *)b;

	return span_cmp(buf_span(&x->p), buf_span(&y->p));
}

static void mark_reused(struct keylist *l)
{
	struct keylist_item **v =
		mem_alloc(l->n * sizeof(struct keylist_item *));
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		buf_init(&l->v[i].p, LIMIT_TXT_BYTES);
		if (l->v[i].key && key_to_p(l->v[i].key, &l->v[i].p) == ST_OK)
			v[n++] = &l->v[i];
	}
	qsort(v, n, sizeof(struct keylist_item *), by_p);
	for (size_t i = 1; i < n; i++)
		if (by_p(&v[i - 1], &v[i]) == 0 &&
		    !name_eq(&v[i - 1]->name, &v[i]->name))
			v[i - 1]->reused = v[i]->reused = true;
	free(v);
}

enum status keylist_table(const char *file, enum keytable_kind kind,
			  const char *domain, struct keylist *out,
			  struct diag *why)
{
	struct keytable t = { 0 };
	enum status st = keytable_read(file, kind, &t, why);

	if (st == ST_OK && t.n == 0)
		st = diag_set(why, ST_CONFIG, NULL, "%s has no entries", file);
	for (size_t i = 0; i < t.n && st == ST_OK; i++)
		add_table_entry(&t, &t.v[i], domain, out);
	if (st == ST_OK)
		mark_reused(out);
	keytable_free(&t);
	return st;
}

enum status keylist_print(const char *file, enum keytable_kind kind,
			  struct buf *out, struct diag *why)
{
	struct keytable t = { 0 };
	enum status st = keytable_read(file, kind, &t, why);

	for (size_t i = 0; i < t.n && st == ST_OK; i++) {
		const struct keytable_entry *e = &t.v[i];

		/* a key in the table stays there */
		st = text_escape(e->name, out);
		if (st == ST_OK)
			st = buf_addf(out, "\t%s\t%s\t",
				      e->author ? "%" : e->domain.text,
				      e->selector.text);
		if (st == ST_OK && !e->in_place)
			st = text_escape(e->key, out);
		if (st == ST_OK)
			st = buf_addc(out, '\n');
	}
	keytable_free(&t);
	return st;
}

void keylist_free(struct keylist *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].file);
		free(l->v[i].entry);
		free(l->v[i].called);
		key_free(l->v[i].key);
		buf_free(&l->v[i].p);
	}
	free(l->v);
	*l = (struct keylist){ 0 };
}
