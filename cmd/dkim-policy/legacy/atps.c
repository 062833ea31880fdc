#include "atps.h"

enum { NAME_ROOM = 1024 };

const char *atps_result_word(enum atps_result r)
{
	static const char *const words[] = {
		[ATPS_NONE] = "none",		[ATPS_PASS] = "pass",
		[ATPS_FAIL] = "fail",		[ATPS_TEMPERROR] = "temperror",
		[ATPS_PERMERROR] = "permerror",
	};

	return words[r];
}

static bool parse(struct span text, struct tags *t)
{
	const struct tag *v;

	if (tags_parse(t, text, TAGS_RECORD, NULL) != ST_OK)
		return false;
	v = tags_find(t, SPAN("v"));
	return v && span_eq(v->value, SPAN("ATPS1"));
}

bool atps_record_is(struct span text)
{
	struct tags t;

	return parse(text, &t);
}

/* RFC 4648 6, without padding. */
static void put_base32(struct span s, struct buf *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, value = 0;

	for (size_t i = 0; i < s.n; i++) {
		value = (value << 8) | s.p[i];
		for (bits += 8; bits >= 5; bits -= 5)
			buf_putf(out, "%c",
				 letters[(value >> (bits - 5)) & 31]);
		value &= (1U << bits) - 1;
	}
	if (bits)
		buf_putf(out, "%c", letters[(value << (5 - bits)) & 31]);
}

static enum status put_hash(const struct name *signer,
			    const struct crypto *crypto, struct buf *out)
{
	struct hasher *h = hasher_new(crypto, HASH_SHA256);
	struct digest digest;
	enum status st = h ? hasher_put(h, span_str(signer->text)) : ST_OS;

	if (st == ST_OK)
		st = hasher_end(h, &digest);
	if (st == ST_OK)
		put_base32(digest_span(&digest), out);
	hasher_free(h);
	return st;
}

enum status atps_name(const struct name *signer, struct span hash,
		      const struct name *author, const struct crypto *crypto,
		      struct buf *out)
{
	enum status st = ST_OK;

	if (span_ieq(hash, SPAN("none")))
		st = buf_add(out, span_str(signer->text));
	else if (span_ieq(hash, SPAN("sha256")))
		st = put_hash(signer, crypto, out);
	else
		return ST_ALGORITHM;
	return st == ST_OK ? buf_addf(out, "._atps.%s", author->text) : st;
}

/* d= of a record guards against two names with one hash (4.4). */
static bool names(const struct published *found, const struct name *signer)
{
	const struct tag *d;
	struct tags t;

	if (!parse(buf_span(&found->text), &t))
		return false;
	d = tags_find(&t, SPAN("d"));
	return !d || span_ieq(d->value, span_str(signer->text));
}

static enum atps_result ask(const struct published_from *from, struct span name,
			    const struct name *signer)
{
	static const struct name nothing = { "" };
	struct published found;
	enum atps_result r;

	(void)published_get(from, (const char *)name.p, &nothing,
			    atps_record_is, &found);
	r = found.at == PUBLISHED_FAILED ? ATPS_TEMPERROR
	    : found.at != PUBLISHED_NONE && names(&found, signer) ? ATPS_PASS
								  : ATPS_FAIL;
	published_free(&found);
	return r;
}

enum atps_result atps_check(const struct published_from *from,
			    const struct sig *s, const struct name *author,
			    const struct crypto *crypto)
{
	const struct tag *atps = tags_find(s->tags, SPAN("atps"));
	const struct tag *hash = tags_find(s->tags, SPAN("atpsh"));
	enum atps_result r = ATPS_PERMERROR;
	struct buf name;

	/* 4.3: for another author it must be ignored */
	if (!atps || !span_ieq(atps->value, span_str(author->text)))
		return ATPS_NONE;
	buf_init(&name, NAME_ROOM);
	if (hash &&
	    atps_name(&s->d, hash->value, author, crypto, &name) == ST_OK)
		r = ask(from, buf_span(&name), &s->d);
	buf_free(&name);
	return r;
}
