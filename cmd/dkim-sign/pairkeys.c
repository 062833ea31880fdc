#include "pairkeys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "b64.h"
#include "idn.h"
#include "keyfile.h"
#include "limit.h"

/* -- templates ------------------------------------------------------------- */

enum status keypath_check(const char *path, bool *author, bool *sender,
			  struct diag *why)
{
	*author = *sender = false;
	for (const char *at = path; (at = strchr(at, '%')) != NULL; at += 2) {
		if (!at[1] || !strchr("des%", at[1]))
			return diag_set(why, ST_USAGE, NULL,
					"-k %s: only %%d, %%e, %%s and %%%% "
					"have a meaning",
					path);
		*author |= at[1] == 'd';
		*sender |= at[1] == 'e';
	}
	return ST_OK;
}

/* The text for "%" and LETTER; NULL: not known. */
static const char *template_part(const struct keypath_parts *parts,
				 unsigned char letter)
{
	const struct name *name = letter == 'd' ? parts->author : parts->sender;

	if (letter == '%')
		return "%";
	if (letter == 's')
		return parts->selector;
	return name ? name->text : NULL;
}

enum status keypath_expand(const char *path, const struct keypath_parts *parts,
			   struct buf *out, struct diag *why)
{
	struct span rest = span_str(path);
	enum status st = ST_OK;

	while (rest.n && st == ST_OK) {
		size_t n = span_find(rest, '%');

		st = buf_add(out, span_head(rest, n));
		rest = span_from(rest, n);
		if (rest.n == 0 || st != ST_OK)
			break;
		const char *text = template_part(parts, rest.p[1]);

		if (!text)
			return diag_set(why, ST_NO_SIGNER, NULL,
					"%s needs a domain that is not known",
					path);
		st = buf_add(out, span_str(text));
		rest = span_from(rest, 2);
	}
	return st == ST_OK ? buf_add(out, SPAN("")) : st;
}

/* -- pairs ----------------------------------------------------------------- */

struct pair {
	struct name selector;
	const char *typed; /* the same with its capital letters; NULL: no
			      difference */
	const char *path;
	bool author; /* the path contains "%d" */
	bool sender; /* ... or "%e" */
};

/* Whether the file depends on the message. */
static bool is_template(const struct pair *one)
{
	return one->author || one->sender;
}

enum status pairkeys_add(struct pairkeys *p, const char *selector,
			 const char *path, struct diag *why)
{
	struct pair one = { .typed = selector, .path = path };
	struct diag more = { 0 };

	if (idn_selector(span_str(selector), &one.selector, &more) != ST_OK)
		return strstr(more.text, "_domainkey")
			       ? diag_set(why, ST_USAGE, more.where, "-s: %s",
					  more.text)
			       : diag_set(why, ST_USAGE, "RFC 6376 3.1",
					  "-s: \"%s\" is not a selector",
					  strlen(selector) <= 253 ? selector
								  : "...");
	if (!span_ieq(span_str(selector), span_str(one.selector.text)))
		one.typed = NULL; /* without a final dot, with A-labels */
	for (size_t i = 0; i < p->n; i++)
		if (name_eq(&one.selector, &p->v[i].selector))
			return diag_set(
				why, ST_USAGE, "RFC 8463 6",
				"-s %s is given twice: two keys need two "
				"selectors",
				one.selector.text);
	enum status st = keypath_check(path, &one.author, &one.sender, why);

	if (st == ST_OK) {
		p->v = array_grow(p->v, p->n, sizeof(*p->v));
		p->v[p->n++] = one;
		p->by_author |= one.author;
		p->by_sender |= one.sender;
	}
	return st;
}

/* Some programs take a key where we take its file's name: no message may show
 * it then. */
static const char *shown(const char *path)
{
	struct buf octets;

	buf_init_secret(&octets, LIMIT_KEY_FILE);
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

	return private_keys_get(p->ring, &from, out, why);
}

/* PATH, made from TEMPLATE for mail of DOMAIN, could not be opened. Only a file
 * that does not exist is "no key"; a symlink exists, wherever it leads. If not
 * even the directory exists that the keys of all senders are in, that is named:
 * it is probably mistyped. */
static enum status check_absent(const char *template, const char *path,
				const struct name *domain, struct diag *why)
{
	struct span fixed = span_head(span_str(template),
				      span_find(span_str(template), '%'));
	size_t n = span_rfind(fixed, '/');
	struct stat info;

	if (lstat(path, &info) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG))
		return ST_PERMISSION;
	char *folder = mem_copy(template, n < fixed.n ? n : 0);
	bool missing = *folder &&
		       (stat(folder, &info) < 0 || !S_ISDIR(info.st_mode));

	diag_set(why, ST_OK, NULL, "no key for %s (no such %s: %s)",
		 domain->text, missing ? "directory" : "file",
		 missing ? folder : shown(path));
	free(folder);
	return ST_NO_SIGNER;
}

static enum status get_pair(const struct pairkeys *p, const struct pair *one,
			    const struct name *author, struct sign_key *out,
			    struct diag *why)
{
	struct keypath_parts parts = { author,
				       p->has_sender ? &p->sender : NULL,
				       one->typed ? one->typed
						  : one->selector.text };
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
		st = check_absent(one->path, (const char *)path.p,
				  one->author ? author : &p->sender, why);
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
			st = get_pair(p, &p->v[i], NULL, &one, why);
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
		diag_set(missing, ST_OK, NULL, "s=%s, %s", one->selector.text,
			 before.text);
	else
		diag_set(missing, ST_OK, NULL, "s=%s: %s", one->selector.text,
			 why->text);
}

enum status pairkeys_pick(const struct pairkeys *p, const struct name *author,
			  struct signers *out, struct diag *why)
{
	enum status st = ST_OK;
	struct diag more = { 0 };

	for (size_t i = 0; i < p->n && st == ST_OK; i++) {
		struct sign_key *one = signers_add(out);

		st = get_pair(p, &p->v[i], author, one, &more);
		if (st == ST_OK && p->has_domain)
			one->domain = p->domain;
		else if (st == ST_OK)
			st = signers_domain(author, &one->domain, &more);
		if (st == ST_NO_SIGNER && p->some_do) {
			signers_remove(out, out->n - 1);
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
