#include "tablekeys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "identity.h"
#include "keypath.h"
#include "wild.h"

/* -- looking up ------------------------------------------------------------ */

static int by_name(const void *name, const void *item)
{
	const struct keytable_entry *const *e = item;

	return span_cmp(*(const struct span *)name, (*e)->name);
}

const struct keytable_entry *tablekeys_find(const struct keytable *keys,
					    struct span name,
					    const struct keytable_entry *after)
{
	const struct keytable_entry *e = after ? after + 1 : keys->v;

	if (keys->patterns) {
		for (; e < keys->v + keys->n; e++)
			if (wild_match(e->name, name))
				return e;
		return NULL;
	}
	size_t at = array_place(&name, keys->sorted, keys->n,
				sizeof(const struct keytable_entry *), by_name);

	return !after && at < keys->n && span_eq(keys->sorted[at]->name, name)
		       ? keys->sorted[at]
		       : NULL;
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
	buf_init(&file, KEYPATH_OCTETS + 64);
	buf_putf(&id, "%zu %s", e->line, part ? author->text : "");
	status_ignore(buf_addf(&file, "%s: line %zu", t->keys.lines.path,
			       e->line)); /* a longer path opens no file */
	struct private_keys_source from = { (const char *)id.p,
					    (const char *)file.p, read_entry,
					    &s };
	enum status st =
		private_keys_get(t->ring, &from, &out->key, &out->own, why);

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

	if (st == ST_OK && signers_double(out))
		signers_drop(out);
	return st;
}

/* -- lines that match ------------------------------------------------------ */

/* The second field of a SigningTable. One that does not fit d= is left out, as
 * opendkim(8) does. */
static enum status set_identity(const struct tablekeys *t,
				const struct signtable_entry *line,
				const struct name *author, struct sign_key *out,
				struct diag *why)
{
	struct span rest = line->identity, part;
	struct diag more = { 0 };
	struct buf text;
	bool first = true;

	buf_init(&text, 2 * LIMIT_TABLE_LINE);
	while (span_split(&rest, '%', &part)) {
		status_ignore(buf_add(&text, first ? SPAN("")
						   : span_str(author->text)));
		status_ignore(buf_add(&text, part)); /* checked below */
		first = false;
	}
	enum status st = identity_check((const char *)text.p, &more);

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
	const struct keytable_entry *e = tablekeys_find(&t->keys, key, NULL);
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
	       (e = tablekeys_find(&t->keys, buf_span(&address), e)) != NULL)
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
	signtable_free(&t->signing);
}
