#include "find_names.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "idn.h"
#include "lines.h"
#include "msg.h"
#include "sig.h"

static int by_name(const void *name, const void *item)
{
	return strcmp(name, (*(struct find_name *const *)item)->name);
}

enum status find_names_add(struct find_names *all, const struct name *domain,
			   const struct name *selector, enum find_source source,
			   const struct selector_row *row, struct diag *why)
{
	struct name name;
	struct find_name *one;
	size_t at;

	if (name_key(selector, domain, &name, NULL) != ST_OK)
		return ST_OK;
	at = array_place(name.text, all->v, all->n, sizeof(struct find_name *),
			 by_name);
	if (at < all->n && strcmp(all->v[at]->name, name.text) == 0) {
		all->v[at]->source |= source;
		all->v[at]->row = row ? row : all->v[at]->row;
		return ST_OK;
	}
	if (all->n == LIMIT_FIND_NAMES)
		return diag_set(why, ST_LIMIT, NULL,
				"more than %d selectors to look for",
				LIMIT_FIND_NAMES);
	one = mem_alloc(sizeof(*one));
	one->name = mem_copy(name.text, strlen(name.text));
	one->selector_n = strlen(selector->text);
	one->domain = one->name + strlen(name.text) - strlen(domain->text);
	one->source = source;
	one->row = row;
	all->v = array_grow(all->v, all->n, sizeof(struct find_name *));
	memmove(all->v + at + 1, all->v + at,
		(all->n - at) * sizeof(struct find_name *));
	all->v[at] = one;
	all->n++;
	return ST_OK;
}

/* -- the table ------------------------------------------------------------- */

static enum status add_row(struct find_names *all, const struct name *domain,
			   const struct selector_row *row, struct span first,
			   enum find_source source, int64_t now,
			   struct diag *why)
{
	char texts[SELECTOR_WORDS][SELECTOR_LONGEST];
	struct span rest = span_str(row->selectors), word = { 0 };
	enum status st = ST_OK;

	while (st == ST_OK && row->selectors && span_split(&rest, ' ', &word)) {
		size_t n = selector_expand(word, now, first, texts);

		for (size_t i = 0; i < n && st == ST_OK; i++) {
			struct name selector;

			/* "%1" may be anything */
			if (name_parse(span_str(texts[i]),
				       NAME_SINGLE | NAME_UNDERSCORE, &selector,
				       NULL) == ST_OK)
				st = find_names_add(
					all, domain, &selector, source,
					source == FIND_PROVIDER ? row : NULL,
					why);
		}
	}
	return st;
}

enum status find_names_builtin(struct find_names *all,
			       const struct name *domain, int64_t now,
			       struct diag *why)
{
	size_t n;
	const struct selector_row *rows = selector_rows(&n);
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = add_row(all, domain, &rows[i], (struct span){ 0 },
			     FIND_BUILTIN, now, why);
	return st;
}

enum status find_names_provider(struct find_names *all,
				const struct name *domain,
				const struct selector_row *row,
				struct span host, int64_t now, struct diag *why)
{
	return add_row(all, domain, row, span_head(host, span_find(host, '.')),
		       FIND_PROVIDER, now, why);
}

/* -- a file ---------------------------------------------------------------- */

struct file_reader {
	struct find_names *all;
	const struct name *domain;
	struct lines lines;
};

static enum status take_line(void *ctx, struct span line, struct diag *why)
{
	struct file_reader *r = ctx;
	struct span word = lines_word(&line);
	struct diag detail = { 0 };
	struct name selector;

	if (line.n)
		return lines_bad(&r->lines, why, "one selector on a line");
	if (idn_selector(word, &selector, &detail) != ST_OK)
		return lines_bad(&r->lines, why, "%s", detail.text);
	return find_names_add(r->all, r->domain, &selector, FIND_FILE, NULL,
			      why);
}

enum status find_names_file(struct find_names *all, const struct name *domain,
			    const char *file, struct diag *why)
{
	struct file_reader r = { .all = all, .domain = domain };
	enum status st = lines_each(&r.lines, file, take_line, &r, why);

	lines_free(&r.lines);
	return st;
}

/* -- messages -------------------------------------------------------------- */

struct message_reader {
	struct find_names *all;
	const struct name *domain;
	size_t *n;
	struct diag *why;
};

/* The names in S are there even if the signature is not valid. */
static enum status add_signature(struct message_reader *r, const struct sig *s)
{
	unsigned how = NAME_SINGLE | NAME_UNDERSCORE;
	struct name domain, selector;

	if (idn_parse(s->text_d, how, &domain, NULL) != ST_OK ||
	    idn_parse(s->text_s, how, &selector, NULL) != ST_OK ||
	    !name_within(&domain, r->domain))
		return ST_OK;
	++*r->n;
	return find_names_add(r->all, &domain, &selector, FIND_MESSAGE, NULL,
			      r->why);
}

static enum status on_header(void *ctx, const struct fields *f)
{
	struct message_reader *r = ctx;
	size_t n = fields_count(f, SPAN("DKIM-Signature"));
	enum status st = ST_OK;

	if (f->st == ST_NOT_MESSAGE)
		return diag_set(r->why, f->st, f->why.where, "%s", f->why.text);
	if (n > LIMIT_SIGNATURES_SEEN)
		n = LIMIT_SIGNATURES_SEEN;
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct sig s;

		/* whether it is valid does not matter */
		status_ignore(sig_parse(
			fields_find(f, SPAN("DKIM-Signature"), i), &s, NULL));
		st = add_signature(r, &s);
		sig_free(&s);
	}
	return st;
}

enum status find_names_message(struct find_names *all,
			       const struct name *domain,
			       const struct mailbox_message *message, size_t *n,
			       struct diag *why)
{
	struct message_reader r = { all, domain, n, why };
	struct msg *msg = msg_new(MSG_AUTO, false,
				  (struct msg_handler){ on_header, NULL, &r });
	enum status st = mailbox_read(message, msg_sink(msg), why);

	if (st == ST_OK)
		st = msg_end(msg);
	msg_free(msg);
	return st;
}

static void name_free(struct find_name *one)
{
	free(one->name);
	free(one);
}

void find_names_leave(struct find_names *all, const struct name *domain)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i]->domain, domain->text) == 0)
			name_free(all->v[i]);
		else
			all->v[kept++] = all->v[i];
	all->n = kept;
}

void find_names_free(struct find_names *all)
{
	for (size_t i = 0; i < all->n; i++)
		name_free(all->v[i]);
	free(all->v);
	*all = (struct find_names){ 0 };
}
