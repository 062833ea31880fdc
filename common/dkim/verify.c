#include "verify.h"

#include <stdlib.h>

#include "address.h"
#include "bodyhash.h"
#include "received.h"

struct verifier {
	struct verify_conf conf;
	struct msg *msg;
	struct bodyhash *bodies;
	struct hasher *hasher;	/* SHA-256, of the header fields */
	struct dns_clock clock; /* of all look-ups for the message */
	struct verification all;
};

/* -- words ----------------------------------------------------------------- */

static const struct {
	const char *code, *text;
} warnings[] = {
#define X(id, code, text) { code, text },
	WARNING_TABLE(X)
#undef X
};

const char *warning_code(enum warning w)
{
	return warnings[w].code;
}

const char *warning_text(enum warning w)
{
	return warnings[w].text;
}

bool warning_is_note(enum warning w)
{
	return w == WARN_ARC || w == WARN_DKIM2;
}

static void add_warning(struct verdict *one, enum warning w)
{
	one->warnings |= 1U << w;
}

bool verdict_testing(const struct verdict *v)
{
	return v->rec && v->rec->testing;
}

/* -- when the header is complete ------------------------------------------- */

/* The second field of its name in the sorted fields, of those that occur at
 * most once (RFC 5322 3.6): so each such name is met once. */
static bool is_repeated(const struct fields *f, size_t i)
{
	struct span name = f->sorted[i]->name;

	if (i == 0 || !span_ieq(f->sorted[i - 1]->name, name) ||
	    (i > 1 && span_ieq(f->sorted[i - 2]->name, name)))
		return false;
	return span_one_of(name, "From Sender Reply-To To Cc Bcc Message-ID "
				 "In-Reply-To References Subject Date "
				 "MIME-Version Content-Type "
				 "Content-Transfer-Encoding");
}

/* What a header has that deserves a warning, signed or not: a set of
 * 1 << WARN_x. */
static unsigned header_warnings(const struct fields *f)
{
	/* their tags look like DKIM's and mean something else (RFC 8617 4.1) */
	static const struct {
		const char *name;
		enum warning note;
	} others[] = {
		{ "ARC-Seal", WARN_ARC },
		{ "ARC-Message-Signature", WARN_ARC },
		{ "ARC-Authentication-Results", WARN_ARC },
		{ "DKIM2-Signature", WARN_DKIM2 },
		{ "Message-Instance", WARN_DKIM2 },
	};
	unsigned found = f->blank_line ? 1U << WARN_BLANK_LINE : 0;

	for (size_t i = 0; i < f->n; i++)
		if (is_repeated(f, i))
			found |= 1U << WARN_DUPLICATE_FIELD;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (fields_find(f, span_str(others[i].name), 0))
			found |= 1U << others[i].note;
	return found;
}

static enum relation relate(const struct verification *all,
			    const struct name *d)
{
	if (!all->has_author || !d->text[0])
		return RELATION_NONE;
	if (name_eq(&all->author, d))
		return RELATION_SAME;
	return name_related(&all->author, d) ? RELATION_WITHIN : RELATION_NONE;
}

/* RFC 6376 6.1.1: what can be said of one signature from the header alone. */
static void read_signature(const struct verifier *v, const struct fields *f,
			   const struct field *field, struct verdict *one)
{
	enum status st = sig_parse(field, &one->sig, &one->why);

	/* RFC 8301 3.1: it never passes; the rest is checked on request */
	if (st == ST_HISTORIC && v->conf.allow_sha1)
		st = one->sig.beside;
	/* RFC 8616 5 */
	if (st == ST_OK)
		st = sig_international(&one->sig, f, &one->why);
	/* In a header that is malformed (RFC 5322 2.2) or too large no
	 * signature verifies; what is wrong with the signature itself is
	 * reported rather than a limit of the header. */
	if (f->st != ST_OK && (f->st != ST_LIMIT || st == ST_OK || f->cut)) {
		st = f->st;
		one->why = f->why;
	}
	one->st = st;
	one->related = relate(&v->all, &one->sig.d);
	if (one->sig.notes & SIG_UNDERSCORE)
		add_warning(one, WARN_UNDERSCORE);
	if (one->sig.notes & SIG_QUERY_DNS)
		add_warning(one, WARN_QUERY_DNS);
}

/* RFC 6376 6.1: a verifier may limit the number of signatures that it tries.
 * Malformed ones count, too; those of the author's domain come first, then
 * those nearer to the top. */
static void limit_tried(struct verifier *v)
{
	size_t left = v->conf.max_signatures;

	for (int related = 1; related >= 0; related--)
		for (size_t i = 0; i < v->all.n; i++) {
			struct verdict *one = &v->all.v[i];

			if ((one->related != RELATION_NONE) != related)
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

/* RFC 4870 3.7.3: of the signatures that the sending address of the message
 * permits the first is the one that counts. The others are checked, too, so
 * that a report can show them. */
static void read_domainkeys(struct verifier *v, const struct fields *f,
			    struct verdict *one, size_t *tried)
{
	one->domainkeys = true;
	one->st =
		domainkeys_parse(fields_find(f, SPAN("DomainKey-Signature"),
					     (size_t)(one - v->all.domainkeys)),
				 &one->sig, &one->why);
	if (one->sig.notes & SIG_UNDERSCORE)
		add_warning(one, WARN_UNDERSCORE);
	if (one->st == ST_OK)
		one->st = domainkeys_match(&one->sig, &v->all.addresses,
					   &one->address, &one->why);
	if (f->st != ST_OK) {
		one->st = f->st;
		one->why = f->why;
	}
	if (one->st != ST_OK)
		return;
	if (!v->all.domainkeys_used &&
	    (one->address == &v->all.addresses.sender) ==
		    v->all.addresses.has_sender)
		v->all.domainkeys_used = one;
	if (++*tried <= LIMIT_DOMAINKEYS_TRIED)
		domainkeys_add(v->bodies, &one->sig, f, &one->digests);
	else
		one->st = diag_set(&one->why, ST_SIGNATURE_LIMIT,
				   "RFC 4870 3.7.3",
				   "not tried: more than %d DomainKeys "
				   "signatures",
				   LIMIT_DOMAINKEYS_TRIED);
}

static void find_domainkeys(struct verifier *v, const struct fields *f)
{
	size_t n = fields_count(f, SPAN("DomainKey-Signature")), tried = 0;
	size_t seen = n < LIMIT_SIGNATURES_SEEN ? n : LIMIT_SIGNATURES_SEEN;

	if (n == 0)
		return;
	v->all.unseen += n - seen;
	domainkeys_addresses(f, &v->all.addresses);
	v->all.domainkeys = mem_alloc(seen * sizeof(*v->all.domainkeys));
	while (v->all.domainkeys_n < seen)
		read_domainkeys(v, f, &v->all.domainkeys[v->all.domainkeys_n++],
				&tried);
}

/* The first half of a verification: what the header tells. */
static enum status on_header(void *ctx, const struct fields *f)
{
	struct verifier *v = ctx;
	struct verification *all = &v->all;
	const struct field *from = fields_find(f, SPAN("From"), 0);
	size_t n = fields_count(f, SPAN("DKIM-Signature"));
	size_t seen = n < LIMIT_SIGNATURES_SEEN ? n : LIMIT_SIGNATURES_SEEN;

	all->fields = f;
	all->header = f->st;
	all->header_why = f->why;
	all->warnings = header_warnings(f);
	all->unseen = n - seen;
	/* the time to which t= and x= are compared (RFC 6376 3.5) */
	all->at = v->conf.now;
	if (v->conf.at_received && received_time(f, &all->at, NULL) != ST_OK)
		all->warnings |= 1U << WARN_NO_RECEIVED_DATE;
	/* RFC 9989 4.1: the Author Domain, which several From fields leave
	 * unknown */
	if (from && fields_count(f, SPAN("From")) == 1)
		all->has_author = address_read(from->value, ADDRESS_ONE_DOMAIN,
					       NULL, &all->author,
					       NULL) == ST_OK;
	all->v = mem_alloc(seen * sizeof(*all->v));
	for (; all->n < seen; all->n++)
		read_signature(v, f,
			       fields_find(f, SPAN("DKIM-Signature"), all->n),
			       &all->v[all->n]);
	if (f->st == ST_OK)
		limit_tried(v);
	for (size_t i = 0; i < all->n; i++) {
		struct verdict *one = &all->v[i];

		if (one->st == ST_OK)
			one->st = sig_time(&one->sig, all->at, v->conf.skew,
					   &one->why);
		if (one->st == ST_EXPIRED && v->conf.ignore_expiry) {
			one->st = ST_OK;
			one->why = (struct diag){ 0 };
			add_warning(one, WARN_EXPIRED);
		}
		/* what has failed needs no hash of the body */
		if (one->st == ST_OK)
			one->job = bodyhash_add(v->bodies, &one->sig);
	}
	find_domainkeys(v, f);
	return ST_OK;
}

static enum status on_body(void *ctx, struct span piece)
{
	bodyhash_push(((struct verifier *)ctx)->bodies, piece);
	return ST_OK;
}

/* -- when the message is complete ------------------------------------------ */

/* RFC 6376 3.7: the hash of the signed header fields. */
static void header_digest(const struct verifier *v, const struct sig *s,
			  struct digest *out)
{
	if (s->hash != HASH_SHA256) {
		sig_digest(s, v->all.fields, v->conf.crypto, out);
		return;
	}
	/* a hasher takes all */
	status_ignore(sig_signed(s, v->all.fields, hasher_sink(v->hasher)));
	hasher_end(v->hasher, out); /* and begin the next one */
}

/* RFC 6376 6.1.2, 6.1.3: ONE and one key record. */
static enum status check_with_key(const struct verifier *v,
				  const struct verdict *one,
				  const struct keyrec *rec, struct diag *why)
{
	const struct sig *s = &one->sig;
	struct digest digest;

	if (one->domainkeys)
		return domainkeys_check(v->bodies, &one->digests, s,
					one->address, rec, why);
	/* 6.1.2 and 3.6.1: the record permits email, the hash, the key type */
	enum status st = keyrec_allows(rec, s->type, s->hash, why);

	/* 3.6.1 t=s: i= is in d= itself, not in a subdomain */
	if (st == ST_OK && rec->strict && !name_eq(&s->i_domain, &s->d))
		st = ST_KEY_IDENTITY;
	/* RFC 8301 3.2: RSA keys that are too short do not count */
	if (st == ST_OK)
		st = key_check(rec->key, v->conf.min_bits, why);
	/* 3.5 l=: not more than the body has */
	if (st == ST_OK && s->has_l && s->l > one->body_octets)
		return diag_set(why, ST_BODY_SHORT, NULL,
				"l=%llu is larger than the body of %llu bytes",
				(unsigned long long)s->l,
				(unsigned long long)one->body_octets);
	/* 6.1.3 step 3: the body hash */
	if (st == ST_OK &&
	    !span_eq(digest_span(&one->body), digest_span(&s->bh)))
		st = ST_BODY_HASH;
	/* 6.1.3 step 4: the signature of the header fields */
	if (st == ST_OK) {
		header_digest(v, s, &digest);
		st = key_verify(rec->key, &digest, buf_span(&s->b));
	}
	/* an RSA key shows whether it made a signature, whatever was signed */
	if (st == ST_BAD_SIGNATURE &&
	    key_recover(rec->key, buf_span(&s->b), &digest) == ST_BAD_SIGNATURE)
		st = diag_set(why, st, NULL,
			      "DNS publishes a different key than the one that "
			      "signed, or b= is damaged");
	return st;
}

static void use_record(struct verdict *one, const struct keyrec *rec)
{
	one->rec = rec;
	if (rec->notes & KEYREC_VERSION_NOT_FIRST)
		add_warning(one, WARN_VERSION_NOT_FIRST);
	if (rec->notes & KEYREC_EMPTY_TAG)
		add_warning(one, WARN_EMPTY_TAG);
	if (rec->testing)
		add_warning(one, WARN_TESTING);
	if (rec->known)
		add_warning(one, WARN_KNOWN_KEY);
	if (rec->key && key_type(rec->key) == KEY_RSA &&
	    key_bits(rec->key) < 2048)
		add_warning(one, WARN_SHORT_KEY);
}

/* RFC 6376 6.1.2: with several key records the result is undefined or each may
 * be tried. Here any that verifies is enough; if none does, the reasons of all
 * are given, in the order of the records' octets. */
static enum status check_with_keys(const struct verifier *v,
				   struct verdict *one)
{
	const struct keyset *keys = one->keys;
	struct buf reasons;
	enum status st = ST_OK;

	if (keys->records == 1) {
		use_record(one, &keys->v[0]);
		return check_with_key(v, one, &keys->v[0], &one->why);
	}
	add_warning(one, WARN_MULTIPLE_KEYS);
	buf_init(&reasons, LIMIT_DIAG);
	for (size_t i = 0; i < keys->n; i++) {
		st = check_with_key(v, one, &keys->v[i], NULL);
		if (st == ST_OK) {
			use_record(one, &keys->v[i]);
			break;
		}
		status_ignore(buf_addf(&reasons, "%s%s", i ? "; " : "",
				       status_text(st)));
	}
	if (st != ST_OK)
		st = diag_set(&one->why, ST_MULTIPLE_KEYS, NULL,
			      "%zu key records, none verifies: %s",
			      keys->records, (const char *)reasons.p);
	buf_free(&reasons);
	return st;
}

const char *verdict_uncovered(const struct verdict *v, const struct fields *f,
			      size_t *at)
{
	static const char *const wanted[] = {
		"Subject",	"Date",		"To",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding"
	};

	while (*at < sizeof(wanted) / sizeof(*wanted)) {
		const char *name = wanted[(*at)++];

		if (!sig_covers(&v->sig, span_str(name)) &&
		    fields_count(f, span_str(name)))
			return name;
	}
	return NULL;
}

/* RFC 6376 8: a signature that verifies may leave out what the reader of the
 * mail sees. ST_OK, or a result of policy. */
static enum status check_coverage(const struct verifier *v, struct verdict *one)
{
	const struct fields *f = v->all.fields;
	const struct sig *s = &one->sig;
	enum status st = ST_OK, strict = ST_OK; /* always; if strict */
	size_t at = 0;

	/* 6.1.1: d= may be one under which others register names; of top-level
	 * domains that is known without a list */
	if (name_labels(&s->d) < 2)
		st = ST_D_IS_SUFFIX;
	/* 8.2: something was appended to the body, perhaps */
	if (one->unsigned_octets) {
		add_warning(one, WARN_PARTIAL_BODY);
		strict = ST_PARTIAL_BODY;
	}
	/* 8.15: a field was added of which the reader may see only that */
	for (size_t i = 0; i < f->n; i++) {
		struct span name = f->sorted[i]->name;
		size_t signed_n = is_repeated(f, i) ? sig_covers(s, name) : 0;

		if (signed_n == 0 || fields_count(f, name) <= signed_n)
			continue;
		if (span_ieq(name, SPAN("From"))) {
			st = ST_UNSIGNED_FROM;
		} else {
			add_warning(one, WARN_UNSIGNED_DUPLICATE);
			strict = ST_UNSIGNED_FIELD;
		}
	}
	/* 5.4.1: fields that should be signed */
	if (verdict_uncovered(one, f, &at))
		add_warning(one, WARN_WEAK_COVERAGE);
	/* RFC 8058 4: an unsigned button must not be pressed */
	if (fields_count(f, SPAN("List-Unsubscribe-Post")) &&
	    !(sig_covers(s, SPAN("List-Unsubscribe")) &&
	      sig_covers(s, SPAN("List-Unsubscribe-Post"))))
		add_warning(one, WARN_ONE_CLICK);
	/* 8.5 */
	if (st == ST_OK && v->conf.require_dnssec &&
	    one->keys->secure != DNS_SECURE)
		st = diag_set(&one->why, ST_INSECURE_DNS, NULL,
			      "DNSSEC does not protect the key record: "
			      "the answer is %s",
			      dns_secure_word(one->keys->secure));
	return st == ST_OK && v->conf.strict ? strict : st;
}

/* The second half of a verification: the key, the hashes, and what they are
 * worth. */
static void evaluate(struct verifier *v, struct verdict *one)
{
	const struct sig *s = &one->sig;
	struct name name;

	if (one->st != ST_OK) /* since the header */
		return;
	/* RFC 6376 3.7: the hash of the body as received */
	if (!one->domainkeys) {
		one->body =
			*bodyhash_get(v->bodies, one->job, &one->body_octets);
		one->hashed = true;
		if (s->has_l && s->l < one->body_octets)
			one->unsigned_octets = one->body_octets - s->l;
	}
	/* 6.1.2: the key records, at s._domainkey.d (3.6.2.1) */
	one->st = name_key(&s->s, &s->d, &name, &one->why);
	if (one->st != ST_OK)
		return;
	one->keys = key_record_cache_get(v->conf.keys, &name, &v->clock);
	one->st = one->keys->st;
	if (one->st != ST_OK)
		one->why = one->keys->why;
	/* 6.1.3: the hashes and the signature */
	if (one->st == ST_OK)
		one->st = check_with_keys(v, one);
	/* 8: what it does not protect */
	if (one->st == ST_OK && !one->domainkeys)
		one->st = check_coverage(v, one);
	/* RFC 8301 3.1; DomainKeys knows no other hash */
	if (one->st == ST_OK && !one->domainkeys && s->hash == HASH_SHA1)
		one->st = diag_set(&one->why, ST_HISTORIC, NULL,
				   "the signature verifies, but rsa-sha1 must "
				   "not be used");
}

/* The message has signatures beyond a limit of the header: one verdict says so,
 * since it must not be reported as unsigned. */
static void add_unread(struct verifier *v)
{
	const struct fields *f = msg_fields(v->msg);

	if (!f->signature_left || v->all.n)
		return;
	free(v->all.v);
	v->all.v = mem_alloc(sizeof(*v->all.v));
	v->all.n = 1;
	v->all.v->st = f->st;
	v->all.v->why = f->why;
	/* after the last field that is known */
	v->all.v->sig.field = f->n ? &f->v[f->n - 1] : NULL;
}

static unsigned message_warnings(const struct verification *all)
{
	const struct msg_facts *facts = &all->facts;
	unsigned found = 0;

	if (facts->crlf && facts->lf)
		found |= 1U << WARN_MIXED_LINE_ENDINGS;
	if (facts->top)
		found |= 1U << WARN_MBOX_LINE;
	if (facts->octets == 0)
		found |= 1U << WARN_EMPTY_INPUT;
	if (all->unseen)
		found |= 1U << WARN_UNSEEN;
	/* with signatures it is the verdict on each */
	if (all->n == 0 && all->header != ST_OK)
		found |= 1U
			 << (all->header == ST_LIMIT ? WARN_HEADER_LIMIT
						     : WARN_MALFORMED_HEADER);
	return found;
}

const struct verification *verifier_end(struct verifier *v)
{
	struct verification *all = &v->all;

	status_ignore(msg_end(v->msg)); /* ours ends no stream */
	add_unread(v);
	bodyhash_end(v->bodies);
	for (size_t i = 0; i < all->n; i++)
		evaluate(v, &all->v[i]);
	for (size_t i = 0; i < all->domainkeys_n; i++)
		evaluate(v, &all->domainkeys[i]);
	all->facts = *msg_facts(v->msg);
	all->warnings |= message_warnings(all);
	return all;
}

/* -- the verifier ---------------------------------------------------------- */

struct verifier *verifier_new(const struct verify_conf *conf)
{
	struct verifier *v = mem_alloc(sizeof(*v));

	v->conf = *conf;
	v->bodies = bodyhash_new(conf->crypto);
	v->hasher = hasher_new(conf->crypto, HASH_SHA256);
	v->msg = msg_new(conf->lines, false,
			 (struct msg_handler){ on_header, on_body, v });
	return v;
}

struct sink verifier_sink(struct verifier *v)
{
	return msg_sink(v->msg);
}

static void free_verdicts(struct verifier *v, struct verdict *verdicts,
			  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		key_record_cache_put(v->conf.keys, verdicts[i].keys);
		sig_free(&verdicts[i].sig);
	}
	free(verdicts);
}

static void free_message(struct verifier *v)
{
	free_verdicts(v, v->all.v, v->all.n);
	free_verdicts(v, v->all.domainkeys, v->all.domainkeys_n);
	if (v->all.domainkeys_n)
		domainkeys_addresses_free(&v->all.addresses);
}

void verifier_next(struct verifier *v)
{
	free_message(v);
	bodyhash_reset(v->bodies);
	msg_reset(v->msg);
	*v = (struct verifier){
		.conf = v->conf,
		.msg = v->msg,
		.bodies = v->bodies,
		.hasher = v->hasher,
	};
}

void verifier_free(struct verifier *v)
{
	if (!v)
		return;
	free_message(v);
	bodyhash_free(v->bodies);
	hasher_free(v->hasher);
	msg_free(v->msg);
	free(v);
}
