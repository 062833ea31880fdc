#include "tablekeys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "idn.h"

/* The longest path that is made from a template. */
enum { PATH_OCTETS = 4096 };

/* -- names and patterns ---------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct table_name *x = a, *y = b;

	return span_cmp(x->name, y->name);
}

static int by_pattern(const void *a, const void *b)
{
	const struct table_name *x = a, *y = b;

	return span_icmp(x->name, y->name);
}

/* Sort V by ORDER, and keep of equal names the first entry. Returns how many
 * are left. */
static size_t index_names(struct table_name *v, size_t n,
			  int (*order)(const void *, const void *))
{
	size_t kept = 0;

	if (n)
		qsort(v, n, sizeof(*v), order);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || order(&v[kept - 1], &v[i]) != 0)
			v[kept++] = v[i];
		else if (v[i].entry < v[kept - 1].entry)
			v[kept - 1] = v[i];
	return kept;
}

static const struct table_name *
find_name(const struct table_name *v, size_t n, struct span name,
	  int (*order)(const void *, const void *))
{
	const struct table_name wanted = { name, 0 };

	return n ? bsearch(&wanted, v, n, sizeof(*v), order) : NULL;
}

bool wild_match(struct span pattern, struct span text)
{
	/* after the last star, and the text that it was first tried with */
	struct span after = { NULL, 0 }, from = { NULL, 0 };

	while (text.n) {
		if (pattern.n && pattern.p[0] == '*') {
			pattern = after = span_from(pattern, 1);
			from = text;
		} else if (pattern.n && ascii_lower(pattern.p[0]) ==
						ascii_lower(text.p[0])) {
			pattern = span_from(pattern, 1);
			text = span_from(text, 1);
		} else if (after.p) { /* let that star take one more */
			pattern = after;
			text = from = span_from(from, 1);
		} else {
			return false;
		}
	}
	while (pattern.n && pattern.p[0] == '*')
		pattern = span_from(pattern, 1);
	return pattern.n == 0;
}

/* PATTERN, or the name of a key, as it is compared: see idn_pattern. */
static enum status read_pattern(struct lines *l, struct span *pattern,
				struct diag *why)
{
	struct buf text;
	struct diag more = { 0 };

	if (!span_8bit(*pattern) && !span_ends(*pattern, SPAN(".")))
		return ST_OK;
	buf_init(&text, 4 * LIMIT_TABLE_LINE);
	enum status st = idn_pattern(*pattern, &text, &more);

	if (st == ST_OK)
		*pattern = lines_keep(l, buf_span(&text));
	else
		diag_set(why, st, more.where, "%s", more.text);
	buf_free(&text);
	return st;
}

static enum status bad_pattern(const struct lines *l, size_t line,
			       enum status st, struct diag *why)
{
	struct diag more = why ? *why : (struct diag){ 0 };

	return st == ST_DNS
		       ? st
		       : diag_set(why, ST_CONFIG, more.where,
				  "%s: line %zu: %s", l->path, line, more.text);
}

/* -- the SigningTable ------------------------------------------------------ */

static enum status add_signing_line(void *ctx, struct span line,
				    struct diag *why)
{
	struct signtable *t = ctx;
	struct signtable_entry *e;

	t->v = array_grow(t->v, t->n, sizeof(*t->v));
	e = &t->v[t->n++];
	*e = (struct signtable_entry){ .line = t->lines.number };
	e->pattern = lines_word(&line);

	struct span value = lines_word(&line);

	(void)span_split(&value, ':', &e->key);
	e->identity = value.n ? value : lines_word(&line);
	if (e->key.n == 0 || line.n)
		return lines_bad(&t->lines, why,
				 "not PATTERN KEY, or PATTERN KEY IDENTITY");
	enum status st = read_pattern(&t->lines, &e->pattern, why);

	if (st != ST_OK)
		return bad_pattern(&t->lines, e->line, st, why);
	/* the name of a key need not be a domain name */
	status_ignore(read_pattern(&t->lines, &e->key, NULL));
	if (!t->lines.patterns && !t->stars && e->pattern.n > 1 &&
	    e->pattern.p[0] == '*')
		t->stars = e->line;
	return ST_OK;
}

enum status signtable_read(const char *file, struct signtable *out,
			   struct diag *why)
{
	*out = (struct signtable){ 0 };
	enum status st =
		lines_each(&out->lines, file, add_signing_line, out, why);

	out->patterns = out->lines.patterns;
	if (st != ST_OK || out->patterns)
		return st;
	out->names = mem_array(NULL, out->n, sizeof(*out->names));
	for (size_t i = 0; i < out->n; i++)
		out->names[i] = (struct table_name){ out->v[i].pattern, i };
	out->names_n = index_names(out->names, out->n, by_pattern);
	return ST_OK;
}

void signtable_free(struct signtable *t)
{
	lines_free(&t->lines);
	free(t->v);
	free(t->names);
	*t = (struct signtable){ 0 };
}

/* The STEP-th name that a table without patterns is asked for. False after the
 * last one. */
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
			const struct table_name *name =
				find_name(t->names, t->names_n, buf_span(&text),
					  by_pattern);

			found = name ? &t->v[name->entry] : NULL;
			buf_reset(&text);
		}
	}
	buf_free(&text);
	return found;
}

/* -- the KeyTable and the key list ----------------------------------------- */

enum status tablekeys_read(struct tablekeys *t, const char *keys,
			   const char *signing, struct diag *why)
{
	t->list = signing == NULL;
	enum status st = keytable_read(
		keys, t->list ? KEYTABLE_LIST : KEYTABLE_NAMED, &t->keys, why);

	for (size_t i = 0; i < t->keys.n && st == ST_OK; i++) {
		struct keytable_entry *e = &t->keys.v[i];

		st = read_pattern(&t->keys.lines, &e->name, why);
		if (st != ST_OK && e->listed)
			return bad_pattern(&t->keys.lines, e->line, st, why);
		st = ST_OK;
	}
	if (st == ST_OK && !t->keys.patterns) {
		t->names = mem_array(NULL, t->keys.n, sizeof(*t->names));
		for (size_t i = 0; i < t->keys.n; i++)
			t->names[i] =
				(struct table_name){ t->keys.v[i].name, i };
		t->names_n = index_names(t->names, t->keys.n, by_name);
	}
	return st == ST_OK && signing
		       ? signtable_read(signing, &t->signing, why)
		       : st;
}

const struct keytable_entry *tablekeys_find(const struct tablekeys *t,
					    struct span name,
					    const struct keytable_entry *after)
{
	const struct keytable *keys = &t->keys;

	if (!keys->patterns) {
		const struct table_name *found =
			after ? NULL
			      : find_name(t->names, t->names_n, name, by_name);

		return found ? &keys->v[found->entry] : NULL;
	}
	for (size_t i = after ? (size_t)(after - keys->v) + 1 : 0; i < keys->n;
	     i++)
		if (wild_match(keys->v[i].name, name))
			return &keys->v[i];
	return NULL;
}

/* -- one entry ------------------------------------------------------------- */

struct entry_source {
	const struct tablekeys *t;
	const struct keytable_entry *e;
	const struct name *author;
};

static enum status read_entry(void *ctx, struct key **out, struct diag *concern,
			      struct diag *why)
{
	struct entry_source *s = ctx;

	return keytable_key(&s->t->keys, s->e, s->author, s->t->how, out,
			    concern, why);
}

static enum status get_entry(const struct tablekeys *t,
			     const struct keytable_entry *e,
			     const struct name *author, struct sign_key *out,
			     struct diag *why)
{
	struct entry_source s = { t, e, author };
	struct buf id, file;
	bool part = !e->in_place && span_find(e->key, '%') < e->key.n;

	buf_init(&id, sizeof(author->text) + 32);
	buf_init(&file, PATH_OCTETS + 64);
	buf_putf(&id, "%zu %s", e->line, part ? author->text : "");
	status_ignore(buf_addf(&file, "%s: line %zu", t->keys.lines.path,
			       e->line)); /* a longer path opens no file */
	struct private_keys_source from = { (const char *)id.p,
					    (const char *)file.p, read_entry,
					    &s };
	enum status st = private_keys_get(t->ring, &from, out, why);

	snprintf(out->origin, sizeof(out->origin), "%s", (const char *)file.p);
	out->selector = e->selector;
	out->domain = e->domain;
	if (st == ST_OK && e->author)
		st = signers_domain(author, &out->domain, why);
	buf_free(&id);
	buf_free(&file);
	return st;
}

static enum status add_entry(const struct tablekeys *t,
			     const struct keytable_entry *e,
			     const struct name *author, struct signers *out,
			     struct diag *why)
{
	enum status st = get_entry(t, e, author, signers_add(out), why);

	/* one d= and s= signs once, however many lines lead to it */
	for (size_t i = 0; st == ST_OK && i + 1 < out->n; i++)
		if (name_eq(&out->v[i].selector,
			    &out->v[out->n - 1].selector) &&
		    name_eq(&out->v[i].domain, &out->v[out->n - 1].domain)) {
			signers_remove(out, out->n - 1);
			break;
		}
	return st;
}

/* -- lines that match ------------------------------------------------------ */

/* i= from a line of the SigningTable. One that does not fit d= is left out, as
 * opendkim(8) does. */
static enum status set_identity(const struct tablekeys *t,
				const struct signtable_entry *line,
				const struct name *author, struct sign_key *out,
				struct diag *why)
{
	struct span rest = line->identity, part;
	struct diag more = { 0 };
	struct buf typed, text;
	bool first = true;

	buf_init(&typed, 2 * LIMIT_TABLE_LINE);
	buf_init(&text, 8 * LIMIT_TABLE_LINE);
	while (span_split(&rest, '%', &part)) {
		status_ignore(buf_add(&typed, first ? SPAN("")
						    : span_str(author->text)));
		status_ignore(buf_add(&typed, part)); /* checked below */
		first = false;
	}
	enum status st = idn_pattern(buf_span(&typed), &text, &more);

	buf_free(&typed);
	if (st == ST_OK)
		st = identity_check((const char *)text.p, &more);

	if (st != ST_OK)
		st = diag_set(why, ST_CONFIG, more.where, "%s: line %zu: %s",
			      t->signing.lines.path, line->line, more.text);
	else if (identity_fits((const char *)text.p, &out->domain))
		out->identity = mem_copy(text.p, text.n);
	buf_free(&text);
	return st;
}

static void add_origin(struct sign_key *k, const char *path, size_t line)
{
	size_t n = strlen(k->origin);

	snprintf(k->origin + n, sizeof(k->origin) - n, ", %s: line %zu", path,
		 line);
}

static enum status add_line(const struct tablekeys *t,
			    const struct signtable_entry *line,
			    const struct name *author, struct signers *out,
			    struct diag *why)
{
	struct span key = span_eq(line->key, SPAN("%")) ? span_str(author->text)
							: line->key;
	const struct keytable_entry *e = tablekeys_find(t, key, NULL);
	size_t n = out->n;

	if (!e)
		return diag_set(why, ST_CONFIG, NULL,
				"%s: line %zu: %s has no entry \"%.*s\"",
				t->signing.lines.path, line->line,
				t->keys.lines.path, (int)key.n,
				(const char *)key.p);
	enum status st = add_entry(t, e, author, out, why);

	if (st == ST_OK && out->n > n)
		add_origin(&out->v[n], t->signing.lines.path, line->line);
	if (st == ST_OK && out->n > n && line->identity.n)
		st = set_identity(t, line, author, &out->v[n], why);
	return st;
}

static enum status pick_tables(const struct tablekeys *t, struct span local,
			       const struct name *author, struct signers *out,
			       struct diag *why)
{
	const struct signtable_entry *line;
	enum status st = ST_OK;
	size_t at = 0;

	while (st == ST_OK && (t->all || out->n == 0) &&
	       (line = signtable_next(&t->signing, local, author, &at)) != NULL)
		st = add_line(t, line, author, out, why);
	return st;
}

static enum status pick_list(const struct tablekeys *t, struct span local,
			     const struct name *author, struct signers *out,
			     struct diag *why)
{
	const struct keytable_entry *e = NULL;
	struct buf address;
	enum status st = ST_OK;

	buf_init(&address, local.n + sizeof(author->text) + 1);
	buf_put(&address, local);
	buf_put(&address, SPAN("@"));
	buf_put(&address, span_str(author->text));
	while (st == ST_OK && (t->all || out->n == 0) &&
	       (e = tablekeys_find(t, buf_span(&address), e)) != NULL)
		st = add_entry(t, e, author, out, why);
	buf_free(&address);
	return st;
}

enum status tablekeys_pick(const struct tablekeys *t, struct span local,
			   const struct name *author, struct signers *out,
			   struct diag *why)
{
	enum status st = t->list ? pick_list(t, local, author, out, why)
				 : pick_tables(t, local, author, out, why);

	if (st != ST_OK || out->n)
		return st;
	return diag_set(why, ST_NO_SIGNER, NULL,
			"no line of %s matches %.*s@%s",
			t->list ? t->keys.lines.path : t->signing.lines.path,
			(int)local.n, (const char *)local.p, author->text);
}

void tablekeys_free(struct tablekeys *t)
{
	keytable_free(&t->keys);
	free(t->names);
	signtable_free(&t->signing);
}
