#include "verify.h"

#include <stdlib.h>

#include "address.h"
#include "bodyhash.h"
#include "coverage.h"
#include "received.h"

struct verifier {
	struct verify_conf conf;
	struct msg *msg;
	struct bodyhash *bodies;
	struct dns_clock clock;
	size_t *job;		       /* of each verdict */
	struct domainkeys *domainkeys; /* NULL: there is no such signature */
	size_t *domainkeys_job;
	struct verification all;
};

/* -- when the header is complete ------------------------------------------- */

static void find_author(struct verifier *v, const struct fields *f)
{
	const struct field *from = fields_find(f, SPAN("From"), 0);

	/* several From fields: no author can be told (RULES D-8) */
	if (from && fields_count(f, SPAN("From")) == 1)
		v->all.has_author = address_author(from->value, &v->all.author,
						   NULL) == ST_OK;
}

static enum alignment align(const struct verification *all,
			    const struct name *d)
{
	if (!all->has_author || !d->text[0])
		return ALIGNED_NOT;
	if (name_eq(&all->author, d))
		return ALIGNED_STRICT;
	return name_related(&all->author, d) ? ALIGNED_RELAXED : ALIGNED_NOT;
}

/* RULES M-6, M-9: a header that is not one spoils every signature in it. What
 * is wrong with a signature itself goes before a ceiling of the header. */
static enum status parse_one(const struct fields *f, const struct field *field,
			     bool allow_sha1, struct verdict *out)
{
	enum status st = sig_parse(field, &out->sig, &out->why);

	if (st == ST_HISTORIC && allow_sha1)
		st = out->sig.beside;
	if (st == ST_OK)
		st = sig_international(&out->sig, f, &out->why);
	if (f->st == ST_OK || (f->st == ST_LIMIT && st != ST_OK && !f->cut))
		return st;
	out->why = f->why;
	return f->st;
}

static void parse_all(struct verifier *v, const struct fields *f)
{
	size_t n = fields_count(f, SPAN("DKIM-Signature"));
	size_t seen = n < LIMIT_SIGNATURES_SEEN ? n : LIMIT_SIGNATURES_SEEN;

	v->all.unseen = n - seen;
	v->all.v = mem_alloc(seen * sizeof(*v->all.v));
	v->job = mem_alloc(seen * sizeof(*v->job));
	for (size_t i = 0; i < seen; i++) {
		struct verdict *out = &v->all.v[v->all.n++];

		out->st = parse_one(f,
				    fields_find(f, SPAN("DKIM-Signature"), i),
				    v->conf.allow_sha1, out);
		out->aligned = align(&v->all, &out->sig.d);
	}
}

/* RFC 4870 3.7.3: of those that the sending address, the message's, allows, the
 * first is the one that counts. The others are judged for the reader. */
static enum status add_domainkeys(struct verifier *v, const struct fields *f,
				  size_t i, size_t *tried)
{
	struct verdict *one = &v->all.domainkeys[i];

	one->domainkeys = true;
	one->st =
		domainkeys_parse(fields_find(f, SPAN("DomainKey-Signature"), i),
				 &one->sig, &one->why);
	if (one->st == ST_OK)
		one->st = domainkeys_match(&one->sig, &v->all.addresses,
					   &one->address, &one->why);
	if (f->st != ST_OK) {
		one->st = f->st;
		one->why = f->why;
	}
	if (one->st != ST_OK)
		return ST_OK;
	if (!v->all.domainkeys_used &&
	    (one->address == &v->all.addresses.sender) ==
		    v->all.addresses.has_sender)
		v->all.domainkeys_used = one;
	if (++*tried > LIMIT_DOMAINKEYS_TRIED) {
		one->st = diag_set(&one->why, ST_SIGNATURE_LIMIT,
				   "RFC 4870 3.7.3",
				   "not tried: more than %d DomainKeys "
				   "signatures",
				   LIMIT_DOMAINKEYS_TRIED);
		return ST_OK;
	}
	struct domainkeys_job job = domainkeys_job(&one->sig, f);

	return domainkeys_add(v->domainkeys, &job, &v->domainkeys_job[i]);
}

static enum status find_domainkeys(struct verifier *v, const struct fields *f)
{
	size_t n = fields_count(f, SPAN("DomainKey-Signature")), tried = 0;
	size_t seen = n < LIMIT_SIGNATURES_SEEN ? n : LIMIT_SIGNATURES_SEEN;
	enum status st = ST_OK;

	if (n == 0)
		return ST_OK;
	v->all.unseen += n - seen;
	domainkeys_addresses(f, &v->all.addresses);
	v->domainkeys = domainkeys_new(v->conf.crypto);
	v->domainkeys_job = mem_alloc(seen * sizeof(*v->domainkeys_job));
	v->all.domainkeys = mem_alloc(seen * sizeof(*v->all.domainkeys));
	while (v->all.domainkeys_n < seen && st == ST_OK)
		st = add_domainkeys(v, f, v->all.domainkeys_n++, &tried);
	return st;
}

/* RULES V-2: a limit before any work. Malformed ones count too; those of the
 * author's domain go first, then from the top. */
static void limit_tried(struct verifier *v)
{
	size_t left = v->conf.max_signatures;

	for (int aligned = 1; aligned >= 0; aligned--)
		for (size_t i = 0; i < v->all.n; i++) {
			struct verdict *one = &v->all.v[i];

			if ((one->aligned != ALIGNED_NOT) != aligned)
				continue;
			if (left)
				left--;
			else
				one->st = diag_set(
					&one->why, ST_SIGNATURE_LIMIT, NULL,
					"not tried: more than %zu signatures",
					v->conf.max_signatures);
		}
}

static void find_time(struct verifier *v, const struct fields *f)
{
	v->all.at = v->conf.now;
	if (v->conf.at_received && received_time(f, &v->all.at, NULL) != ST_OK)
		v->all.warnings |= 1U << WARN_NO_RECEIVED_DATE;
}

static void check_time(struct verifier *v, struct verdict *one)
{
	one->st = sig_time(&one->sig, v->all.at, v->conf.skew, &one->why);
	if (one->st == ST_EXPIRED && v->conf.ignore_expiry) {
		one->st = ST_OK;
		one->why = (struct diag){ 0 };
		verdict_warn(one, WARN_EXPIRED);
	}
}

static enum status on_header(void *ctx, const struct fields *f)
{
	struct verifier *v = ctx;

	v->all.fields = f;
	v->all.header = f->st;
	v->all.header_why = f->why;
	v->all.warnings |= coverage_message(f);
	find_time(v, f);
	find_author(v, f);
	parse_all(v, f);
	if (f->st == ST_OK)
		limit_tried(v);
	for (size_t i = 0; i < v->all.n; i++) {
		struct verdict *one = &v->all.v[i];

		if (one->st == ST_OK)
			check_time(v, one);
		if (one->st != ST_OK)
			continue;
		v->job[i] = bodyhash_add(
			v->bodies,
			(struct bodyhash_job){ one->sig.body, one->sig.hash,
					       one->sig.has_l ? one->sig.l
							      : UINT64_MAX });
	}
	return find_domainkeys(v, f);
}

static enum status on_body(void *ctx, struct span piece)
{
	struct verifier *v = ctx;
	enum status st = bodyhash_push(v->bodies, piece);

	if (st == ST_OK && v->domainkeys)
		st = domainkeys_push(v->domainkeys, piece);
	return st;
}

/* -- when the message is complete ------------------------------------------ */

/* It is signed, as far as can be seen beyond a ceiling of the header: one
 * verdict says so, since the message must not pass for unsigned (RULES R-5). */
static void add_left(struct verifier *v)
{
	const struct fields *f = msg_fields(v->msg);

	if (!f->signature_left || v->all.n)
		return;
	free(v->all.v);
	v->all.v = mem_alloc(sizeof(*v->all.v));
	v->all.n = 1;
	v->all.v->st = f->st;
	v->all.v->why = f->why;
	/* beside the last one that is known */
	v->all.v->sig.field = f->n ? &f->v[f->n - 1] : NULL;
}

/* May this record's key judge the signature? RFC 6376 6.1.2, 3.6.1 t=s. */
static enum status check_record(const struct verifier *v,
				const struct verdict *one,
				const struct keyrec *rec, struct diag *why)
{
	enum status st = keyrec_allows(rec, one->sig.type, one->sig.hash, why);

	if (st == ST_OK && rec->strict &&
	    !name_eq(&one->sig.i_domain, &one->sig.d))
		st = ST_KEY_IDENTITY;
	return st == ST_OK ? key_check(rec->key, v->conf.min_bits, why) : st;
}

static enum status check_body(struct verdict *one, uint64_t length,
			      struct diag *why)
{
	if (one->sig.has_l && one->sig.l > length)
		return diag_set(why, ST_BODY_SHORT, NULL,
				"l=%llu is larger than the body of %llu octets",
				(unsigned long long)one->sig.l,
				(unsigned long long)length);
	return span_eq(digest_span(&one->body), digest_span(&one->sig.bh))
		       ? ST_OK
		       : ST_BODY_HASH;
}

static void note_record(struct verdict *one, const struct keyrec *rec)
{
	one->rec = rec;
	if (rec->notes & KEYREC_VERSION_NOT_FIRST)
		verdict_warn(one, WARN_VERSION_NOT_FIRST);
	if (rec->notes & KEYREC_EMPTY_TAG)
		verdict_warn(one, WARN_EMPTY_TAG);
	if (rec->testing)
		verdict_warn(one, WARN_TESTING);
	if (rec->known)
		verdict_warn(one, WARN_KNOWN_KEY);
	if (rec->key && key_type(rec->key) == KEY_RSA &&
	    key_bits(rec->key) < 2048)
		verdict_warn(one, WARN_SHORT_KEY);
}

/* One signature against one record. */
static enum status try_record(const struct verifier *v, struct verdict *one,
			      const struct keyrec *rec, uint64_t length,
			      struct diag *why)
{
	struct digest digest;

	if (one->domainkeys)
		return domainkeys_check(
			v->domainkeys,
			v->domainkeys_job[one - v->all.domainkeys], &one->sig,
			one->address, rec, why);
	enum status st = check_record(v, one, rec, why);

	if (st == ST_OK)
		st = check_body(one, length, why);
	if (st == ST_OK)
		st = sig_digest(&one->sig, msg_fields(v->msg), v->conf.crypto,
				&digest);
	if (st == ST_OK)
		st = key_verify(rec->key, &digest, buf_span(&one->sig.b));
	return st;
}

/* RULES N-2: of several records any that verifies will do; if none does, the
 * reasons of all are given, in the order of the records' octets. */
static enum status try_records(const struct verifier *v, struct verdict *one,
			       uint64_t length)
{
	const struct keyset *keys = one->keys;
	struct buf reasons;
	enum status st = ST_OK;

	if (keys->records == 1) {
		note_record(one, &keys->v[0]);
		return try_record(v, one, &keys->v[0], length, &one->why);
	}
	verdict_warn(one, WARN_MULTIPLE_KEYS);
	buf_init(&reasons, LIMIT_DIAG);
	for (size_t i = 0; i < keys->n; i++) {
		st = try_record(v, one, &keys->v[i], length, NULL);
		if (st == ST_OK || st == ST_OS) {
			note_record(one, &keys->v[i]);
			break;
		}
		status_ignore(buf_addf(&reasons, "%s%s", i ? "; " : "",
				       status_text(st)));
	}
	if (st != ST_OK && st != ST_OS)
		st = diag_set(&one->why, ST_MULTIPLE_KEYS, NULL,
			      "%zu key records, none verifies: %s",
			      keys->records, (const char *)reasons.p);
	buf_free(&reasons);
	return st;
}

/* A signature that holds may still not be what it seems. */
static enum status check_policy(const struct verifier *v, struct verdict *one)
{
	enum status strict, st = coverage_check(one, v->all.fields, &strict);

	if (st == ST_OK && v->conf.require_dnssec &&
	    one->keys->secure != DNS_SECURE)
		st = diag_set(&one->why, ST_INSECURE_DNS, NULL,
			      "DNSSEC does not vouch for the key record: "
			      "the answer is %s",
			      dns_secure_word(one->keys->secure));
	return st == ST_OK && v->conf.strict ? strict : st;
}

/* LENGTH of the canonical body, as DKIM counts it. */
static enum status judge_by_key(struct verifier *v, struct verdict *one,
				uint64_t length)
{
	struct name name;

	one->st = name_key(&one->sig.s, &one->sig.d, &name, &one->why);
	if (one->st != ST_OK)
		return ST_OK;
	one->keys = key_record_cache_get(v->conf.keys, &name, &v->clock);
	one->st = one->keys->st;
	if (one->st != ST_OK)
		one->why = one->keys->why;
	else
		one->st = try_records(v, one, length);
	if (one->st == ST_OK && !one->domainkeys)
		one->st = check_policy(v, one);
	return one->st == ST_OS ? ST_OS : ST_OK;
}

static void note_signature(struct verdict *one)
{
	if (one->sig.notes & SIG_UNDERSCORE)
		verdict_warn(one, WARN_UNDERSCORE);
	if (one->sig.notes & SIG_QUERY_DNS)
		verdict_warn(one, WARN_QUERY_DNS);
}

static enum status judge(struct verifier *v, size_t i)
{
	struct verdict *one = &v->all.v[i];
	uint64_t length;

	note_signature(one);
	if (one->st != ST_OK)
		return ST_OK;
	one->body = *bodyhash_get(v->bodies, v->job[i], &length);
	one->hashed = true;
	one->body_octets = length;
	if (one->sig.has_l && one->sig.l < length)
		one->unsigned_octets = length - one->sig.l;
	enum status st = judge_by_key(v, one, length);

	if (one->st == ST_OK && one->sig.hash == HASH_SHA1)
		one->st = diag_set(&one->why, ST_HISTORIC, NULL,
				   "the signature holds, but rsa-sha1 must not "
				   "be used");
	return st;
}

static enum status judge_domainkeys(struct verifier *v)
{
	enum status st = v->domainkeys ? domainkeys_end(v->domainkeys) : ST_OK;

	for (size_t i = 0; i < v->all.domainkeys_n && st == ST_OK; i++) {
		struct verdict *one = &v->all.domainkeys[i];

		note_signature(one);
		if (one->st == ST_OK)
			st = judge_by_key(v, one, 0);
	}
	return st;
}

struct verifier *verifier_new(const struct verify_conf *conf)
{
	struct verifier *v = mem_alloc(sizeof(*v));

	v->conf = *conf;
	v->bodies = bodyhash_new(conf->crypto);
	v->msg = msg_new(conf->lines, false,
			 (struct msg_handler){ on_header, on_body, v });
	return v;
}

static enum status push(void *ctx, struct span chunk)
{
	return msg_push(((struct verifier *)ctx)->msg, chunk);
}

struct sink verifier_sink(struct verifier *v)
{
	return (struct sink){ push, v };
}

static void note_message(struct verification *all)
{
	const struct msg_facts *facts = &all->facts;

	if (facts->crlf && facts->lf)
		all->warnings |= 1U << WARN_MIXED_LINE_ENDINGS;
	if (facts->top)
		all->warnings |= 1U << WARN_MBOX_LINE;
	if (facts->octets == 0)
		all->warnings |= 1U << WARN_EMPTY_INPUT;
	if (all->unseen)
		all->warnings |= 1U << WARN_UNSEEN;
	/* with signatures it is the verdict on each */
	if (all->n == 0 && all->header != ST_OK)
		all->warnings |= 1U << (all->header == ST_LIMIT
						? WARN_HEADER_LIMIT
						: WARN_MALFORMED_HEADER);
}

enum status verifier_end(struct verifier *v, const struct verification **out)
{
	enum status st = msg_end(v->msg);

	if (st == ST_OK) {
		add_left(v);
		st = bodyhash_end(v->bodies);
	}
	for (size_t i = 0; i < v->all.n && st == ST_OK; i++)
		st = judge(v, i);
	if (st == ST_OK)
		st = judge_domainkeys(v);
	v->all.facts = *msg_facts(v->msg);
	note_message(&v->all);
	*out = &v->all;
	return st;
}

static void drop_message(struct verifier *v)
{
	for (size_t i = 0; i < v->all.n; i++) {
		key_record_cache_put(v->conf.keys, v->all.v[i].keys);
		sig_free(&v->all.v[i].sig);
	}
	for (size_t i = 0; i < v->all.domainkeys_n; i++) {
		key_record_cache_put(v->conf.keys, v->all.domainkeys[i].keys);
		sig_free(&v->all.domainkeys[i].sig);
	}
	if (v->all.domainkeys_n)
		domainkeys_addresses_free(&v->all.addresses);
	domainkeys_free(v->domainkeys);
	free(v->domainkeys_job);
	free(v->all.domainkeys);
	free(v->all.v);
	free(v->job);
}

void verifier_next(struct verifier *v)
{
	drop_message(v);
	bodyhash_reset(v->bodies);
	msg_reset(v->msg);
	*v = (struct verifier){
		.conf = v->conf,
		.msg = v->msg,
		.bodies = v->bodies,
	};
}

void verifier_free(struct verifier *v)
{
	if (!v)
		return;
	drop_message(v);
	bodyhash_free(v->bodies);
	msg_free(v->msg);
	free(v);
}
