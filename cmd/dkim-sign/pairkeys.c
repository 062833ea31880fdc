#include "pairkeys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "b64.h"
#include "keyfile.h"
#include "keypath.h"
#include "limit.h"

struct pair {
	struct name selector;
	const char *typed; /* the same with its capital letters */
	const char *path;
	bool author; /* "%d" stands in it */
	bool sender; /* "%e" does */
};

/* Does the message tell which file it is? */
static bool is_template(const struct pair *one)
{
	return one->author || one->sender;
}

enum status pairkeys_add(struct pairkeys *p, const char *selector,
			 const char *path, struct diag *why)
{
	struct pair one = { .typed = selector, .path = path };
	struct diag more = { 0 };

	if (name_parse(span_str(selector), NAME_UNDERSCORE | NAME_SINGLE,
		       &one.selector, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "-s: %s", more.text);
	for (size_t i = 0; i < p->n; i++)
		if (name_eq(&one.selector, &p->v[i].selector))
			return diag_set(why, ST_USAGE, "RFC 8463 6",
					"-s %s stands twice: two keys need two "
					"selectors",
					one.selector.text);
	enum status st = keypath_check(path, &one.author, &one.sender, why);

	if (st == ST_OK) {
		p->v = mem_array(p->v, p->n + 1, sizeof(*p->v));
		p->v[p->n++] = one;
		p->by_author |= one.author;
		p->by_sender |= one.sender;
	}
	return st;
}

/* Some programs take a key where we take its file's name; it must not come out
 * in a message then (ATTACKS N12). */
static const char *shown(const char *path)
{
	struct buf octets;

	buf_init(&octets, LIMIT_KEY_FILE);
	bool is_key = strstr(path, "PRIVATE KEY") != NULL ||
		      (strlen(path) >= 43 && *path != '/' &&
		       b64_decode(span_str(path), &octets) == ST_OK);

	buf_wipe(&octets);
	return is_key ? "-k" : path;
}

struct file_source {
	unsigned how;
	struct span passphrase;
	const char *path;
};

static enum status read_file(void *ctx, struct key **out, struct diag *concern,
			     struct diag *why)
{
	struct file_source *f = ctx;
	struct diag more = { 0 };
	enum status st = keyfile_open(f->path, f->how, f->passphrase, out,
				      concern, &more);

	if (st == ST_OK)
		return ST_OK;
	return diag_set(why, st, more.where, "%s: %s", shown(f->path),
			more.text[0] ? more.text : status_text(st));
}

static enum status get_file(const struct pairkeys *p, const char *path,
			    struct sign_key *out, struct diag *why)
{
	struct file_source f = { p->how, p->passphrase, path };
	struct private_keys_source from = { path, shown(path), read_file, &f };

	return private_keys_get(p->ring, &from, &out->key, &out->own, why);
}

/* The folder that all keys of TEMPLATE are in is missing: mistyped, rather than
 * one sender's key that is not there. */
static void look_for_folder(const char *template, struct diag *why)
{
	struct span fixed = span_head(span_str(template),
				      span_find(span_str(template), '%'));
	size_t n = span_rfind(fixed, '/');
	struct stat info;

	if (n == fixed.n || n == 0)
		return;
	char *folder = mem_copy(template, n);

	if (stat(folder, &info) < 0 || !S_ISDIR(info.st_mode))
		status_ignore(diag_set(why, ST_OK, NULL,
				       "%s: there is no folder %s", template,
				       folder));
	free(folder);
}

/* A template's file could not be opened. CONTRACT 4: only one that does not
 * exist is no key; a symlink does, wherever it leads. */
static enum status judge_absent(const char *template, const char *path,
				struct diag *why)
{
	struct stat info;

	if (lstat(path, &info) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG))
		return ST_PERMISSION;
	look_for_folder(template, why);
	return ST_NO_SIGNER;
}

static enum status get(const struct pairkeys *p, const struct pair *one,
		       const struct name *author, struct sign_key *out,
		       struct diag *why)
{
	struct keypath_parts parts = { author,
				       p->has_sender ? &p->sender : NULL,
				       one->typed };
	struct buf path;

	/* the file is the key of the author's domain, and of no other */
	if (one->author && p->has_domain && !name_eq(author, &p->domain))
		return diag_set(why, ST_NO_SIGNER, NULL,
				"%s: the From domain is %s, not that of -d",
				one->path, author->text);
	buf_init(&path, KEYPATH_OCTETS);
	enum status st = keypath_expand(one->path, &parts, &path, why);

	if (st == ST_LIMIT)
		st = diag_set(why, ST_USAGE, NULL, "-k: the path is too long");
	else if (st == ST_OK)
		st = get_file(p, (const char *)path.p, out, why);
	if (st == ST_OK)
		snprintf(out->origin, sizeof(out->origin), "%s",
			 shown((const char *)path.p));
	if (st == ST_NO_INPUT && is_template(one))
		st = judge_absent(one->path, (const char *)path.p, why);
	buf_free(&path);
	out->selector = one->selector;
	return st;
}

enum status pairkeys_read(const struct pairkeys *p, struct diag *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < p->n && st == ST_OK; i++) {
		struct sign_key one = { .own = NULL };

		if (!is_template(&p->v[i]))
			st = get(p, &p->v[i], NULL, &one, why);
		key_free(one.own);
	}
	return st;
}

/* ONE has no key, for the reason WHY. */
static void add_missing(struct diag *missing, const struct pair *one,
			const struct diag *why)
{
	const struct diag before = *missing;

	if (before.text[0])
		status_ignore(diag_set(missing, ST_OK, NULL, "s=%s, %s",
				       one->selector.text, before.text));
	else
		status_ignore(diag_set(missing, ST_OK, NULL, "s=%s: %s",
				       one->selector.text, why->text));
}

enum status pairkeys_pick(const struct pairkeys *p, const struct name *author,
			  struct signers *out, struct diag *why)
{
	enum status st = ST_OK;
	struct diag more = { 0 };

	for (size_t i = 0; i < p->n && st == ST_OK; i++) {
		struct sign_key *one = signers_add(out);

		st = get(p, &p->v[i], author, one, &more);
		if (st == ST_OK && p->has_domain)
			one->domain = p->domain;
		else if (st == ST_OK)
			st = signers_domain(author, &one->domain, &more);
		if (st == ST_NO_SIGNER && p->some_do) {
			signers_drop(out);
			add_missing(&out->missing, &p->v[i], &more);
			st = ST_OK;
		}
	}
	if (st == ST_OK && out->n == 0)
		st = ST_NO_SIGNER;
	if (st != ST_OK && why)
		*why = more;
	return st;
}

void pairkeys_free(struct pairkeys *p)
{
	free(p->v);
	*p = (struct pairkeys){ 0 };
}
