#include "keycheck.h"

#include "limit.h"

static enum keycheck_result broken(enum status st, const char *where,
				   struct diag *why)
{
	if (!why->text[0])
		diag_set(why, st, NULL, "%s", status_text(st));
	if (!why->where)
		why->where = where ? where : status_where(st);
	return KEYCHECK_BROKEN;
}

/* One record, as a verifier of a signature with SHA-256 evaluates it. */
static enum keycheck_result check_record(const struct keyrec *rec,
					 const struct key *key, bool below,
					 struct diag *why)
{
	enum status st = keyrec_allows(rec, rec->type, HASH_SHA256, why);

	if (st == ST_KEY_REVOKED) {
		diag_set(why, st, "RFC 6376 3.6.1",
			 "the key is revoked (p= is empty)");
		return KEYCHECK_REVOKED;
	}
	if (st != ST_OK)
		return broken(st, NULL, why);
	/* some verifiers discard such a record, though 3.6.1 names only "a
	 * v= tag with any other value" */
	if (rec->notes & KEYREC_VERSION_NOT_FIRST)
		return broken(diag_set(why, ST_KEY_SYNTAX, NULL,
				       "v= is not the first tag"),
			      "RFC 6376 3.6.1", why);
	st = key_check(rec->key, LIMIT_RSA_BITS_MIN, why);
	if (st != ST_OK)
		return broken(st, "RFC 8301 3.2", why);
	if (!key)
		return KEYCHECK_VALID;
	if (!key_same(key, rec->key)) {
		diag_set(why, ST_OK, "RFC 6376 3.6.1",
			 "DNS publishes a different key");
		return KEYCHECK_MISMATCH;
	}
	if (rec->strict && below)
		return broken(ST_KEY_IDENTITY, NULL, why);
	return KEYCHECK_MATCH;
}

enum keycheck_result keycheck_records(const struct keyrec *v, size_t n,
				      const struct key *key, bool below,
				      size_t *at, struct diag *why)
{
	enum keycheck_result r = KEYCHECK_SEVERAL;

	for (*at = 0; *at < n && (key || n == 1); ++*at) {
		*why = (struct diag){ 0 };
		r = check_record(&v[*at], key, below, why);
		if (keycheck_well(r))
			return r;
	}
	*at = 0;
	if (n == 1)
		return r;
	diag_set(why, ST_OK, "RFC 6376 3.6.2.2",
		 "%zu key records under one name%s", n,
		 key ? ", and this key is in none of them"
		     : ": verifiers take any of them or none");
	return KEYCHECK_SEVERAL;
}

void keycheck_ours(const struct key *key, size_t n, struct diag *out)
{
	enum { SHOWN = 16 };
	struct buf p;

	buf_init(&p, LIMIT_TXT_BYTES);
	*out = (struct diag){ 0 };
	if (key_to_p(key, &p) == ST_OK && p.n >= SHOWN)
		diag_set(out, ST_OK, NULL,
			 "of %zu, that of this key has the p= "
			 "which ends in %s",
			 n, (const char *)p.p + p.n - SHOWN);
	buf_free(&p);
}

bool keycheck_well(enum keycheck_result r)
{
	return r == KEYCHECK_MATCH || r == KEYCHECK_VALID;
}
