#include "keytable.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "idn.h"
#include "key_read.h"

/* The longest path that is put together from a template. */
enum { PATH_OCTETS = 4096 };

/* -- reading --------------------------------------------------------------- */

static bool is_path(struct span s)
{
	return span_starts(s, SPAN("/")) || span_starts(s, SPAN("./")) ||
	       span_starts(s, SPAN("../"));
}

/* ST for a name in a line. A message does not repeat the text of a field, with
 * fields in the wrong order that would show a key; only the name of a key
 * record is no key. */
static enum status name_status(const struct keytable *t, enum status st,
			       const char *wrong, struct diag *why)
{
	struct diag more = why ? *why : (struct diag){ 0 };

	if (st == ST_OK || st == ST_DNS)
		return st;
	return lines_bad(&t->lines, why, "%s",
			 strstr(more.text, "._domainkey") ? more.text : wrong);
}

static enum status set_domain(const struct keytable *t, struct span text,
			      struct keytable_entry *e, struct diag *why)
{
	e->author = span_eq(text, SPAN("%")) || span_eq(text, SPAN("*"));
	if (e->author)
		return ST_OK;
	return name_status(t,
			   idn_domain(text, NAME_UNDERSCORE, &e->domain, why),
			   "DOMAIN is not a domain name", why);
}

static enum status set_selector(const struct keytable *t, struct span text,
				struct keytable_entry *e, struct diag *why)
{
	return name_status(t, idn_selector(text, &e->selector, why),
			   "SELECTOR is not a selector", why);
}

/* The fourth field: an algorithm, or the type of the key. */
static enum status set_algorithm(const struct keytable *t, struct span text,
				 struct keytable_entry *e, struct diag *why)
{
	struct span type = span_head(text, span_find(text, '-'));
	struct span hash = span_from(text, type.n);

	e->has_type = key_type_find(type, &e->type);
	if (e->has_type && (hash.n == 0 || span_ieq(hash, SPAN("-sha256"))))
		return ST_OK;
	return lines_bad(&t->lines, why, "ALGORITHM is not one to sign with");
}

/* NAME DOMAIN:SELECTOR:KEY[:ALGORITHM] */
static enum status add_named(const struct keytable *t, struct span line,
			     struct keytable_entry *e, struct diag *why)
{
	struct span domain, selector, algorithm;

	e->name = lines_word(&line);
	if (!span_split(&line, ':', &domain) ||
	    !span_split(&line, ':', &selector) ||
	    !span_split(&line, ':', &e->key))
		return lines_bad(&t->lines, why,
				 "not NAME DOMAIN:SELECTOR:KEY");
	enum status st = set_domain(t, span_trim(domain), e, why);

	if (st == ST_OK)
		st = set_selector(t, span_trim(selector), e, why);
	e->key = span_trim(e->key);
	e->in_place = !is_path(e->key);
	if (st == ST_OK && e->key.n == 0)
		st = lines_bad(&t->lines, why, "no key");
	if (st == ST_OK && span_split(&line, ':', &algorithm))
		st = set_algorithm(t, span_trim(algorithm), e, why);
	if (st == ST_OK && line.p)
		st = lines_bad(&t->lines, why, "more than four fields");
	return st;
}

/* PATTERN:DOMAIN:PATH or PATTERN:PATH */
static enum status add_listed(const struct keytable *t, struct span line,
			      struct keytable_entry *e, struct diag *why)
{
	struct span second;
	enum status st = ST_OK;

	e->listed = e->author = true;
	if (!span_split(&line, ':', &e->name) ||
	    !span_split(&line, ':', &second))
		return lines_bad(&t->lines, why, "not PATTERN:DOMAIN:PATH");
	e->name = span_trim(e->name);
	e->key = span_trim(line.p ? line : second);
	if (line.p)
		st = set_domain(t, span_trim(second), e, why);
	if (st != ST_OK)
		return st;
	if (e->name.n == 0 || e->key.n == 0)
		return lines_bad(&t->lines, why, "an empty field");
	size_t slash = span_rfind(e->key, '/');

	return set_selector(
		t, slash < e->key.n ? span_from(e->key, slash + 1) : e->key, e,
		why);
}

static bool is_named(struct span line, enum keytable_kind kind)
{
	size_t colon = span_find(line, ':');

	if (kind != KEYTABLE_ANY)
		return kind == KEYTABLE_NAMED;
	return lines_word(&line).n < colon;
}

/* Reading one. */
struct filling {
	struct keytable *t;
	enum keytable_kind kind;
};

static enum status add_entry(void *ctx, struct span line, struct diag *why)
{
	const struct filling *filling = ctx;
	struct keytable *t = filling->t;
	struct keytable_entry *e;

	t->v = array_grow(t->v, t->n, sizeof(*t->v));
	e = &t->v[t->n++];
	*e = (struct keytable_entry){ .line = t->lines.number };
	return is_named(line, filling->kind) ? add_named(t, line, e, why)
					     : add_listed(t, line, e, why);
}

enum status keytable_read(const char *file, enum keytable_kind kind,
			  struct keytable *out, struct diag *why)
{
	struct filling filling = { out, kind };

	*out = (struct keytable){ 0 };
	enum status st =
		lines_each(&out->lines, file, add_entry, &filling, why);

	out->patterns = out->lines.patterns || kind == KEYTABLE_LIST;
	return st;
}

void keytable_free(struct keytable *t)
{
	lines_free(&t->lines);
	free(t->v);
	*t = (struct keytable){ 0 };
}

/* -- the key --------------------------------------------------------------- */

static enum status bad_key(const struct keytable *t,
			   const struct keytable_entry *e, enum status st,
			   const char *what, struct diag *why)
{
	return diag_set(why, st, NULL, "%s: line %zu: %s", t->lines.path,
			e->line, what);
}

enum status keytable_path(const struct keytable *t,
			  const struct keytable_entry *e,
			  const struct name *author, struct buf *out,
			  struct diag *why)
{
	struct span rest = e->key, part;
	bool first = true;
	enum status st = ST_OK;

	while (st == ST_OK && span_split(&rest, '%', &part)) {
		if (!first && !author)
			return bad_key(t, e, ST_CONFIG,
				       "\"%\" in the path needs an author",
				       why);
		if (!first)
			st = buf_add(out, span_str(author->text));
		if (st == ST_OK)
			st = buf_add(out, part);
		first = false;
	}
	return st == ST_OK
		       ? ST_OK
		       : bad_key(t, e, ST_CONFIG, "the path is too long", why);
}

/* dkim-filter: the name as written, then with its usual endings. */
static void add_ending(struct buf *path)
{
	static const char *const endings[] = { "", ".pem", ".private" };
	size_t n = path->n;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		path->n = n;
		buf_put(path, span_str(endings[i]));
		if (access((const char *)path->p, F_OK) == 0)
			return;
	}
	path->n = n;
	buf_put(path, SPAN(""));
}

static enum status key_of_file(const struct keytable *t,
			       const struct keytable_entry *e,
			       const struct name *author, unsigned how,
			       struct key **out, struct diag *concern,
			       struct diag *why)
{
	struct diag more = { 0 };
	struct buf path;

	buf_init(&path, PATH_OCTETS);
	enum status st = keytable_path(t, e, author, &path, why);

	if (st == ST_OK && e->listed)
		add_ending(&path);
	if (st != ST_OK) {
		buf_free(&path);
		return st;
	}
	st = keyfile_open((const char *)path.p, how, t->passphrase, out,
			  concern, &more);
	if (st != ST_OK)
		st = diag_set(why, st == ST_NO_INPUT ? ST_CONFIG : st,
			      more.where, "%s: line %zu: %s: %s", t->lines.path,
			      e->line, (const char *)path.p,
			      more.text[0] ? more.text : status_text(st));
	buf_free(&path);
	return st;
}

static enum status key_in_place(const struct keytable *t,
				const struct keytable_entry *e, unsigned how,
				struct key **out, struct diag *why)
{
	struct diag more = { 0 };
	const char *unsafe = keyfile_unsafe(t->lines.mode);

	/* the words never repeat the field, which may be a key */
	if (key_open(e->key, t->passphrase, true, out, &more) != ST_OK)
		return diag_set(why, ST_NOT_KEY, more.where,
				"%s: line %zu: %s%s", t->lines.path, e->line,
				more.text,
				span_starts(span_str(more.text), SPAN("no key"))
					? " (a path begins with /, ./ or ../)"
					: "");
	if (!unsafe || (how & KEYFILE_UNSAFE_OK))
		return ST_OK;
	key_free(*out);
	*out = NULL;
	diag_set(&more, ST_OK, NULL, "unsafe private key: of the table, %s",
		 unsafe);
	return bad_key(t, e, ST_PERMISSION, more.text, why);
}

enum status keytable_key(const struct keytable *t,
			 const struct keytable_entry *e,
			 const struct name *author, unsigned how,
			 struct key **out, struct diag *concern,
			 struct diag *why)
{
	enum status st;

	*out = NULL;
	if (concern)
		*concern = (struct diag){ 0 };
	how |= KEYFILE_PRIVATE;
	st = e->in_place ? key_in_place(t, e, how, out, why)
			 : key_of_file(t, e, author, how, out, concern, why);
	if (st != ST_OK || !e->has_type || key_type(*out) == e->type)
		return st;
	key_free(*out);
	*out = NULL;
	return bad_key(t, e, ST_CONFIG, "the key does not fit ALGORITHM", why);
}
