#include "keymatch.h"

#include "identity.h"
#include "limit.h"

/* t=s: the domain of i= is d= itself (RFC 6376 3.6.1). */
static bool below(const struct sign_key *k)
{
	struct name domain;
	struct span i = span_str(k->identity);

	return k->identity &&
	       name_parse(span_from(i, span_rfind(i, '@') + 1), NAME_UNDERSCORE,
			  &domain, NULL) == ST_OK &&
	       !name_eq(&domain, &k->domain);
}

static enum status judge(const struct keyrec *rec, const struct sign_key *k,
			 struct diag *why)
{
	enum status st = keyrec_allows(rec, key_type(k->key), HASH_SHA256, why);

	if (st != ST_OK)
		return st;
	if (!key_same(rec->key, k->key))
		return diag_set(why, ST_BAD_SIGNATURE, NULL,
				"the published key is another one");
	return rec->strict && below(k) ? ST_KEY_IDENTITY : ST_OK;
}

static enum status judge_set(const struct keyset *set, const struct sign_key *k,
			     struct diag *why)
{
	enum status st = set->st;

	if (st != ST_OK && why)
		*why = set->why;
	for (size_t i = 0; i < set->n; i++) {
		struct diag one = { 0 };

		st = judge(&set->v[i], k, &one);
		if (st == ST_OK)
			return ST_OK;
		if (why)
			*why = one;
	}
	return st;
}

enum status keymatch_check(struct key_record_cache *keys,
			   const struct sign_key *k, bool secure,
			   struct dns_clock *clock, struct diag *why)
{
	struct diag more = { 0 };
	struct name name;
	enum status st = name_key(&k->selector, &k->domain, &name, &more);

	if (st != ST_OK)
		return diag_set(why, ST_CONFIG, more.where, "%s", more.text);
	const struct keyset *set = key_record_cache_get(keys, &name, clock);

	st = judge_set(set, k, &more);
	if (st == ST_OK && secure && set->secure != DNS_SECURE)
		st = diag_set(&more, ST_CONFIG, NULL,
			      "DNSSEC does not vouch for the record");
	key_record_cache_put(keys, set);
	if (st == ST_OK)
		return ST_OK;
	const char *text = more.text[0] ? more.text : status_text(st);
	/* the key_record_cache's own words begin with it */
	bool named = span_starts(span_str(text), span_str(name.text));

	return diag_set(why, st == ST_DNS || st == ST_OS ? st : ST_CONFIG,
			more.where ? more.where : status_where(st), "%s%s%s",
			named ? "" : name.text, named ? "" : ": ", text);
}
