#include "key_record_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "keyknown.h"
#include "when.h"

/* `set` comes first: a borrowed keyset is its entry. */
struct entry {
	struct keyset set; /* written by the thread that asks, until ready */
	bool ready;
	bool indexed;	    /* it can be found by its name */
	int64_t expires_ms; /* 0: never */
	size_t users;	    /* those that borrow it or wait for it */
	struct entry *newer, *older;
};

struct key_record_cache {
	struct dns *dns;
	const struct crypto *crypto;
	unsigned wait_ms;
	bool keep_text;

	pthread_mutex_t lock; /* over what follows, and all of the entries but
			       * `set` */
	pthread_cond_t answers;
	struct entry **v; /* sorted by name */
	size_t n;
	struct entry *newest, *oldest;
};

struct key_record_cache *key_record_cache_new(struct dns *dns,
					      const struct crypto *crypto,
					      unsigned wait_ms)
{
	struct key_record_cache *s = mem_alloc(sizeof(*s));
	pthread_condattr_t attr;

	s->dns = dns;
	s->crypto = crypto;
	s->wait_ms = wait_ms;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->answers, &attr);
	pthread_condattr_destroy(&attr);
	return s;
}

void key_record_cache_keep_text(struct key_record_cache *s)
{
	s->keep_text = true;
}

/* -- asking ---------------------------------------------------------------- */

/* RFC 6376 6.1.2: TXT records that are not key records, of SPF for example,
 * do not count; all others are candidates, of which LIMIT_TXT_RECORDS are kept.
 */
static void collect(const struct key_record_cache *s, struct keyset *set,
		    struct dns_reply *txt)
{
	for (size_t i = 0; i < txt->n; i++) {
		struct keyrec rec;

		keyrec_parse(buf_span(&txt->records[i]), &rec);
		if (rec.foreign) {
			set->why = rec.why;
			keyrec_free(&rec);
			continue;
		}
		set->records++;
		if (set->n == LIMIT_TXT_RECORDS) {
			keyrec_free(&rec);
			continue;
		}
		if (rec.key)
			rec.known = keyknown_find(rec.key, s->crypto);
		if (s->keep_text) {
			rec.text = txt->records[i];
			txt->records[i] = (struct buf){ 0 };
		}
		set->v = array_grow(set->v, set->n, sizeof(*set->v));
		set->v[set->n++] = rec;
	}
	set->st = set->n ? ST_OK : ST_KEY_SYNTAX;
}

static void ask_dns(struct key_record_cache *s, struct keyset *set,
		    struct dns_clock *clock)
{
	struct dns_reply txt = { 0 };

	dns_get_txt(s->dns, &set->name, clock, &txt);
	set->secure = txt.secure;
	switch (txt.answer) {
	case DNS_RECORDS:
		collect(s, set, &txt);
		break;
	case DNS_NODATA:
		set->st = diag_set(&set->why, ST_NO_KEY, NULL,
				   "%s has no TXT record", set->name.text);
		break;
	case DNS_NXDOMAIN:
		set->st = diag_set(&set->why, ST_NO_KEY, NULL,
				   "%s does not exist", set->name.text);
		break;
	case DNS_FAILED:
		set->st = diag_set(&set->why, ST_DNS, txt.why.where,
				   "%s could not be looked up: %s",
				   set->name.text, txt.why.text);
		break;
	}
	dns_reply_free(&txt);
}

/* -- the entries, with the lock held --------------------------------------- */

static int compare_name(const void *key, const void *item)
{
	return strcmp(((const struct name *)key)->text,
		      (*(struct entry *const *)item)->set.name.text);
}

/* Where NAME is, or belongs. */
static size_t place_of(const struct key_record_cache *s,
		       const struct name *name)
{
	return array_place(name, s->v, s->n, sizeof(struct entry *),
			   compare_name);
}

static void unlink_entry(struct key_record_cache *s, struct entry *e)
{
	*(e->newer ? &e->newer->older : &s->newest) = e->older;
	*(e->older ? &e->older->newer : &s->oldest) = e->newer;
	e->newer = e->older = NULL;
}

static void link_newest(struct key_record_cache *s, struct entry *e)
{
	e->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = e;
	s->newest = e;
}

static void free_entry(struct entry *e)
{
	for (size_t i = 0; i < e->set.n; i++)
		keyrec_free(&e->set.v[i]);
	free(e->set.v);
	free(e);
}

/* No new user finds E any more; the last user frees it. */
static void forget(struct key_record_cache *s, struct entry *e)
{
	size_t at = place_of(s, &e->set.name);

	memmove(s->v + at, s->v + at + 1,
		(--s->n - at) * sizeof(struct entry *));
	unlink_entry(s, e);
	e->indexed = false;
	if (e->users == 0)
		free_entry(e);
}

static struct entry *remember(struct key_record_cache *s,
			      const struct name *name)
{
	if (s->n >= LIMIT_KEYS_CACHED)
		forget(s, s->oldest);
	struct entry *e = mem_alloc(sizeof(*e));
	size_t at = place_of(s, name);

	e->set.name = *name;
	e->indexed = true;
	s->v = array_grow(s->v, s->n, sizeof(struct entry *));
	memmove(s->v + at + 1, s->v + at,
		(s->n++ - at) * sizeof(struct entry *));
	s->v[at] = e;
	link_newest(s, e);
	return e;
}

/* The entry for NAME, unless it has expired. */
static struct entry *recall(struct key_record_cache *s, const struct name *name)
{
	size_t at = place_of(s, name);
	struct entry *e = at < s->n ? s->v[at] : NULL;

	if (!e || !name_eq(&e->set.name, name))
		return NULL;
	if (e->expires_ms && when_ticks() >= e->expires_ms) {
		forget(s, e);
		return NULL;
	}
	unlink_entry(s, e);
	link_newest(s, e);
	return e;
}

static void release(struct entry *e)
{
	if (--e->users == 0 && !e->indexed)
		free_entry(e);
}

/* -- borrowing ------------------------------------------------------------- */

/* Wait until E is ready, or until CLOCK has run down: false. */
static bool wait_for(struct key_record_cache *s, const struct entry *e,
		     struct dns_clock *clock)
{
	if (clock && !clock->start_ms)
		clock->start_ms = when_ticks();
	int64_t until = s->wait_ms && clock ? clock->start_ms + s->wait_ms : 0;
	struct timespec t = { .tv_sec = (time_t)(until / 1000),
			      .tv_nsec = (long)(until % 1000) * 1000000 };
	int error = 0;

	dns_wait_begin(s->dns);
	while (!e->ready && !error)
		error = until ? pthread_cond_timedwait(&s->answers, &s->lock,
						       &t)
			      : pthread_cond_wait(&s->answers, &s->lock);
	/* not with the lock: another thread may need it to let this one on */
	pthread_mutex_unlock(&s->lock);
	dns_wait_end(s->dns);
	pthread_mutex_lock(&s->lock);
	return e->ready;
}

/* A set for one caller alone. */
static struct entry *time_is_over(const struct name *name)
{
	struct entry *e = mem_alloc(sizeof(*e));

	e->set.name = *name;
	e->set.st = diag_set(&e->set.why, ST_DNS, NULL,
			     "%s could not be looked up: no time left",
			     name->text);
	e->ready = true;
	e->users = 1;
	return e;
}

const struct keyset *key_record_cache_get(struct key_record_cache *s,
					  const struct name *name,
					  struct dns_clock *clock)
{
	pthread_mutex_lock(&s->lock);
	struct entry *e = recall(s, name);

	if (!e) {
		e = remember(s, name);
		e->users++;
		pthread_mutex_unlock(&s->lock);
		ask_dns(s, &e->set, clock);
		pthread_mutex_lock(&s->lock);
		if (e->set.st == ST_DNS)
			e->expires_ms = when_ticks() + LIMIT_DNS_RETRY * 1000;
		e->ready = true;
		pthread_cond_broadcast(&s->answers);
	} else {
		e->users++;
		if (!e->ready && !wait_for(s, e, clock)) {
			release(e);
			e = time_is_over(name);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return &e->set;
}

void key_record_cache_put(struct key_record_cache *s, const struct keyset *set)
{
	if (!set)
		return;
	pthread_mutex_lock(&s->lock);
	/* its own entry was lent, as const */
	release((struct entry *)(uintptr_t)set);
	pthread_mutex_unlock(&s->lock);
}

void key_record_cache_free(struct key_record_cache *s)
{
	if (!s)
		return;
	while (s->n)
		forget(s, s->v[s->n - 1]);
	pthread_cond_destroy(&s->answers);
	pthread_mutex_destroy(&s->lock);
	free(s->v);
	free(s);
}
