#include "private_keys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "limit.h"

/* -- signers --------------------------------------------------------------- */

struct sign_key *signers_add(struct signers *s)
{
	s->v = array_grow(s->v, s->n, sizeof(*s->v));
	s->v[s->n] = (struct sign_key){ 0 };
	return &s->v[s->n++];
}

void signers_remove(struct signers *s, size_t i)
{
	key_free(s->v[i].own);
	free(s->v[i].identity);
	s->n--;
	memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(*s->v));
}

enum status signers_domain(const struct name *author, struct name *out,
			   struct diag *why)
{
	struct diag more = { 0 };

	if (name_parse(span_str(author->text), NAME_UNDERSCORE, out, &more) ==
	    ST_OK)
		return ST_OK;
	return diag_set(why, ST_REFUSED, more.where,
			"no domain to sign for: %s", more.text);
}

void signers_free(struct signers *s)
{
	while (s->n)
		signers_remove(s, s->n - 1);
	free(s->v);
	*s = (struct signers){ 0 };
}

/* -- i= -------------------------------------------------------------------- */

/* i= is not folded, and a line has at most 998 bytes (RFC 5322 2.1.1). */
enum { IDENTITY_OCTETS = 512 };

static enum status parse_domain(const char *text, struct name *out,
				struct diag *why)
{
	struct span i = span_str(text);

	return name_parse(span_from(i, span_rfind(i, '@') + 1), NAME_UNDERSCORE,
			  out, why);
}

enum status identity_check(const char *text, struct diag *why)
{
	struct span i = span_str(text);
	struct name ignored;
	struct diag more = { 0 };

	for (size_t k = 0; k < i.n; k++)
		if (i.p[k] <= ' ' || i.p[k] >= 0x7f || i.p[k] == ';' ||
		    i.p[k] == '=')
			return diag_set(why, ST_USAGE, "RFC 6376 3.5",
					"i= cannot contain byte 0x%02x",
					i.p[k]);
	if (i.n > IDENTITY_OCTETS)
		return diag_set(why, ST_USAGE, "RFC 5322 2.1.1",
				"i= has at most %d bytes", IDENTITY_OCTETS);
	if (span_rfind(i, '@') == i.n)
		return diag_set(why, ST_USAGE, "RFC 6376 3.5",
				"the identity \"%s\" has no @", text);
	if (parse_domain(text, &ignored, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "i=: %s", more.text);
	return ST_OK;
}

bool identity_fits(const char *text, const struct name *d)
{
	struct name domain;

	return parse_domain(text, &domain, NULL) == ST_OK &&
	       name_within(&domain, d);
}

bool identity_below(const char *text, const struct name *d)
{
	struct name domain;

	return parse_domain(text, &domain, NULL) == ST_OK &&
	       !name_eq(&domain, d);
}

/* -- keys ------------------------------------------------------------------ */

struct remembered {
	char *id;
	struct key *key;
};

struct private_keys {
	void (*warn)(const char *file, const char *text);
	pthread_mutex_t lock;
	struct remembered *v; /* by id */
	size_t n;
};

struct private_keys *private_keys_new(void (*warn)(const char *file,
						   const char *text))
{
	struct private_keys *r = mem_alloc(sizeof(*r));

	r->warn = warn;
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

static int by_id(const void *id, const void *item)
{
	return strcmp(id, ((const struct remembered *)item)->id);
}

static void remember(struct private_keys *r, size_t at, const char *id,
		     struct key *key)
{
	r->v = array_grow(r->v, r->n, sizeof(*r->v));
	memmove(r->v + at + 1, r->v + at, (r->n - at) * sizeof(*r->v));
	r->v[at] = (struct remembered){ mem_copy(id, strlen(id)), key };
	r->n++;
}

/* RFC 8301 3.2: no key of fewer than 1024 bits signs, and one of fewer than
 * 2048 gets a warning. */
static enum status check_key(const struct private_keys *r, const char *file,
			     const struct key *key, const struct diag *concern,
			     struct diag *why)
{
	char text[LIMIT_DIAG];
	struct diag more = { 0 };

	if (key_check(key, LIMIT_RSA_BITS_MIN, &more) != ST_OK)
		return diag_set(why, ST_NOT_KEY, more.where, "%s: %s", file,
				more.text);
	if (concern->text[0] && r->warn)
		r->warn(file, concern->text);
	if (key_type(key) != KEY_RSA || key_bits(key) >= 2048 || !r->warn)
		return ST_OK;
	snprintf(text, sizeof(text),
		 "%u bits; RFC 8301 3.2 asks for 2048 at least", key_bits(key));
	r->warn(file, text);
	return ST_OK;
}

static enum status get_locked(struct private_keys *r,
			      const struct private_keys_source *from,
			      struct sign_key *out, struct diag *why)
{
	size_t at = array_place(from->id, r->v, r->n, sizeof(*r->v), by_id);
	struct diag concern = { 0 };
	struct key *key = NULL;

	if (at < r->n && strcmp(r->v[at].id, from->id) == 0) {
		out->key = r->v[at].key;
		return ST_OK;
	}
	enum status st = from->read(from->ctx, &key, &concern, why);

	if (st == ST_OK)
		st = check_key(r, from->file, key, &concern, why);
	if (st != ST_OK) {
		key_free(key);
		return st;
	}
	if (r->n < LIMIT_KEYS_CACHED)
		remember(r, at, from->id, key);
	else
		out->own = key;
	out->key = key;
	return ST_OK;
}

enum status private_keys_get(struct private_keys *r,
			     const struct private_keys_source *from,
			     struct sign_key *out, struct diag *why)
{
	out->key = out->own = NULL;
	pthread_mutex_lock(&r->lock);
	enum status st = get_locked(r, from, out, why);

	pthread_mutex_unlock(&r->lock);
	return st;
}

void private_keys_free(struct private_keys *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		key_free(r->v[i].key);
		free(r->v[i].id);
	}
	free(r->v);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
