#include "keystore.h"

#include <stdlib.h>
#include <string.h>

#include "keyknown.h"

struct keystore {
	struct dns *dns;
	const struct crypto *crypto;
	struct keyset **v; /* sorted by name */
	size_t n;
};

struct keystore *keystore_new(struct dns *dns, const struct crypto *crypto)
{
	struct keystore *s = mem_alloc(sizeof(*s));

	s->dns = dns;
	s->crypto = crypto;
	return s;
}

/* RFC 6376 6.1.2: what is no key record is set aside, the rest are candidates.
 */
static void collect(struct keyset *set, struct dns_reply *txt,
		    const struct crypto *crypto)
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
			rec.known = keyknown_find(rec.key, crypto);
		set->v = mem_array(set->v, set->n + 1, sizeof(*set->v));
		set->v[set->n++] = rec;
	}
	set->st = set->n ? ST_OK : ST_KEY_SYNTAX;
}

static void look_up(struct keystore *s, struct keyset *set,
		    struct dns_clock *clock)
{
	struct dns_reply txt = { 0 };

	dns_get_txt(s->dns, &set->name, clock, &txt);
	set->secure = txt.secure;
	switch (txt.answer) {
	case DNS_RECORDS:
		collect(set, &txt, s->crypto);
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

/* Where NAME stands or belongs. */
static size_t place_of(const struct keystore *s, const struct name *name)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->v[middle]->name.text, name->text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct keyset *keystore_get(struct keystore *s, const struct name *name,
				  struct dns_clock *clock)
{
	size_t at = place_of(s, name);

	if (at < s->n && name_eq(&s->v[at]->name, name))
		return s->v[at];
	struct keyset *set = mem_alloc(sizeof(*set));

	set->name = *name;
	look_up(s, set, clock);
	s->v = mem_array(s->v, s->n + 1, sizeof(struct keyset *));
	for (size_t i = s->n++; i > at; i--)
		s->v[i] = s->v[i - 1];
	s->v[at] = set;
	return set;
}

static void forget(struct keystore *s)
{
	for (size_t i = 0; i < s->n; i++) {
		for (size_t j = 0; j < s->v[i]->n; j++)
			keyrec_free(&s->v[i]->v[j]);
		free(s->v[i]->v);
		free(s->v[i]);
	}
	s->n = 0;
}

void keystore_next(struct keystore *s)
{
	if (s->n > LIMIT_KEYS_CACHED)
		forget(s);
}

void keystore_free(struct keystore *s)
{
	if (!s)
		return;
	forget(s);
	free(s->v);
	free(s);
}
