#include "private_keys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

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

/* The first place whose id is not before ID. */
static size_t place(const struct private_keys *r, const char *id)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(r->v[mid].id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert(struct private_keys *r, size_t at, const char *id,
		   struct key *key)
{
	if (r->n % 64 == 0)
		r->v = mem_array(r->v, r->n + 64, sizeof(*r->v));
	memmove(r->v + at + 1, r->v + at, (r->n - at) * sizeof(*r->v));
	r->v[at] = (struct remembered){ mem_copy(id, strlen(id)), key };
	r->n++;
}

static enum status judge(const struct private_keys *r,
			 const struct private_keys_source *from,
			 const struct key *key, const struct diag *concern,
			 struct diag *why)
{
	char text[LIMIT_DIAG];
	struct diag more = { 0 };

	if (key_check(key, LIMIT_RSA_BITS_MIN, &more) != ST_OK)
		return diag_set(why, ST_NOT_KEY, more.where, "%s: %s",
				from->file, more.text);
	if (concern->text[0] && r->warn)
		r->warn(from->file, concern->text);
	if (key_type(key) != KEY_RSA || key_bits(key) >= 2048 || !r->warn)
		return ST_OK;
	snprintf(text, sizeof(text),
		 "%u bits; RFC 8301 3.2 asks for 2048 at least", key_bits(key));
	r->warn(from->file, text);
	return ST_OK;
}

static enum status get(struct private_keys *r,
		       const struct private_keys_source *from,
		       const struct key **out, struct key **own,
		       struct diag *why)
{
	size_t at = place(r, from->id);
	struct diag concern = { 0 };
	struct key *key = NULL;

	if (at < r->n && strcmp(r->v[at].id, from->id) == 0) {
		*out = r->v[at].key;
		return ST_OK;
	}
	enum status st = from->read(from->ctx, &key, &concern, why);

	if (st == ST_OK)
		st = judge(r, from, key, &concern, why);
	if (st != ST_OK) {
		key_free(key);
		return st;
	}
	if (r->n < LIMIT_KEYS_CACHED)
		insert(r, at, from->id, key);
	else
		*own = key;
	*out = key;
	return ST_OK;
}

enum status private_keys_get(struct private_keys *r,
			     const struct private_keys_source *from,
			     const struct key **out, struct key **own,
			     struct diag *why)
{
	*out = *own = NULL;
	pthread_mutex_lock(&r->lock);
	enum status st = get(r, from, out, own, why);

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
