#include "sign.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "bodyhash.h"
#include "domainkeys_sign.h"
#include "fold.h"
#include "headerset.h"
#include "idn.h"
#include "keycheck.h"
#include "received.h"
#include "tag.h"

/* The message as it is read. */
struct reading {
	struct msg *msg;
	struct bodyhash *body;
	bool body_8bit;
	struct domainkeys *dk; /* NULL: not asked for */
	size_t dk_number;
	bool nofws;
};

struct signer {
	struct sign_conf conf;
	struct reading reading;
	struct sign_plan plan;
};

/* -- reading --------------------------------------------------------------- */

/* The historic field signs all fields below it (RFC 4870 3.3), so that its hash
 * begins with the header. */
static enum status on_header(void *ctx, const struct fields *fields)
{
	struct reading *r = ctx;
	const struct sig dk = { .text_c = r->nofws ? SPAN("nofws")
						   : SPAN("simple") };

	if (fields->cut)
		return ST_LIMIT;
	return r->dk ? domainkeys_add(r->dk, &dk, fields, &r->dk_number)
		     : ST_OK;
}

static enum status on_body(void *ctx, struct span piece)
{
	struct reading *r = ctx;

	if (!r->body_8bit)
		r->body_8bit = span_8bit(piece);
	enum status st = bodyhash_push(r->body, piece);

	return st == ST_OK && r->dk ? domainkeys_push(r->dk, piece) : st;
}

static enum status on_chunk(void *ctx, struct span chunk)
{
	return msg_push(((struct reading *)ctx)->msg, chunk);
}

/* All keys hash the body the same way: one job. */
static void begin(struct signer *s)
{
	struct reading *r = &s->reading;

	r->msg = msg_new(s->conf.lines, true,
			 (struct msg_handler){ on_header, on_body, r });
	r->body = bodyhash_new(s->conf.crypto);
	(void)bodyhash_add(r->body, &(struct sig){ .body = s->conf.body,
						   .hash = HASH_SHA256 });
}

static enum status end(struct reading *r)
{
	enum status st = msg_end(r->msg);

	if (st == ST_OK && r->dk)
		st = domainkeys_end(r->dk);
	return st == ST_OK ? bodyhash_end(r->body) : st;
}

static void drop(struct reading *r)
{
	msg_free(r->msg);
	bodyhash_free(r->body);
	domainkeys_free(r->dk);
	*r = (struct reading){ 0 };
}

struct signer *signer_new(const struct sign_conf *conf)
{
	struct signer *s = mem_alloc(sizeof(*s));

	s->conf = *conf;
	if (conf->domainkeys)
		s->reading.dk = domainkeys_new(conf->crypto);
	s->reading.nofws = conf->body == CANON_RELAXED;
	begin(s);
	return s;
}

struct sink signer_sink(struct signer *s)
{
	return (struct sink){ on_chunk, &s->reading };
}

/* -- what must not be signed ----------------------------------------------- */

static enum status refuse(struct diag *why, const char *where, const char *what)
{
	return diag_set(why, ST_REFUSED, where, "%s", what);
}

/* RULES G-2, M-3, M-6 */
static enum status check_message(const struct msg *msg, enum msg_lines lines,
				 struct diag *why)
{
	const struct msg_facts *facts = msg_facts(msg);
	const struct fields *f = msg_fields(msg);
	size_t from = fields_count(f, SPAN("From"));

	if (facts->octets == 0)
		return diag_set(why, ST_NOT_MESSAGE, NULL,
				"the input is empty");
	if (f->st == ST_NOT_MESSAGE)
		return ST_NOT_MESSAGE;
	if (f->st != ST_OK) {
		if (why)
			*why = f->why;
		if (why && !why->where)
			why->where = status_where(f->st);
		return ST_REFUSED;
	}
	if (from == 0)
		return refuse(why, "RFC 5322 3.6", "there is no From field");
	if (from > 1)
		return refuse(why, "RFC 5322 3.6",
			      "there are several From fields");
	if (facts->bare_cr)
		return refuse(why, "RFC 6376 5.3",
			      "there is a CR without LF behind it");
	if (facts->crlf && facts->lf)
		return refuse(why, "RFC 6376 5.3",
			      "lines end in LF and in CRLF");
	if (facts->lf && lines == MSG_CRLF)
		return refuse(why, "RFC 6376 5.3",
			      "there is an LF without CR before it");
	return ST_OK;
}

/* -- who signs ------------------------------------------------------------- */

enum { LOCAL_OCTETS = 1000 }; /* RFC 5321 4.5.3.1.1 has 64 */

static enum status choose(const struct signer *s, struct author *author,
			  struct signers *out, struct diag *why)
{
	const struct field *from =
		fields_find(msg_fields(s->reading.msg), SPAN("From"), 0);
	struct buf local;

	buf_init(&local, LOCAL_OCTETS);
	author->st = address_read(from->value, ADDRESS_ONE_DOMAIN, &local,
				  &author->domain, &author->why);
	author->local = buf_span(&local);
	enum status st = signkeys_pick(s->conf.keys, author, out, why);

	buf_free(&local);
	author->local = SPAN("");
	return st;
}

/* No signature is one that DMARC may count (RFC 9989 4.4). */
static bool other_domain(const struct author *author, const struct signers *by)
{
	for (size_t i = 0; i < by->n; i++)
		if (author->st == ST_OK &&
		    name_related(&by->v[i].domain, &author->domain))
			return false;
	return true;
}

/* Is TAG of T the name WANTED? */
static bool names(const struct tags *t, struct span tag,
		  const struct name *wanted)
{
	const struct tag *found = tags_find(t, tag);
	struct name name;

	return found &&
	       idn_parse(found->value, NAME_UNDERSCORE | NAME_SINGLE, &name,
			 NULL) == ST_OK &&
	       name_eq(&name, wanted);
}

/* Take out the signers whose d= and s= the message has a signature of, whatever
 * that is worth: its tags are read as far as they go. */
static void drop_present(const struct fields *f, struct signers *by,
			 struct diag *why)
{
	size_t n = fields_count(f, SPAN("DKIM-Signature"));
	struct tags *tags = mem_alloc(sizeof(*tags));

	for (size_t i = 0; i < n; i++) {
		size_t kept = 0;

		status_ignore(tags_parse(
			tags, fields_find(f, SPAN("DKIM-Signature"), i)->value,
			TAGS_SIGNATURE, NULL));
		for (size_t k = 0; k < by->n; k++)
			if (!names(tags, SPAN("d"), &by->v[k].domain) ||
			    !names(tags, SPAN("s"), &by->v[k].selector))
				signers_keep(by, kept++, k);
		while (by->n > kept)
			signers_drop(by);
	}
	free(tags);
	if (by->n == 0)
		status_ignore(diag_set(why, ST_OK, NULL,
				       "it has a signature of this domain and "
				       "selector"));
}

/* -- the fields ------------------------------------------------------------ */

/* What is over a receiver's ceiling would never verify. */
static enum status check_size(const struct signer *s, size_t n, size_t more,
			      struct diag *why)
{
	const struct fields *f = msg_fields(s->reading.msg);
	size_t blank = 4; /* the line end before the body, twice if LF */

	if (f->n + n > LIMIT_FIELDS ||
	    f->bytes.n + more + blank > LIMIT_HEADER_BYTES)
		return refuse(why, "RFC 6376 8.9",
			      "with its signatures the header is too large");
	return ST_OK;
}

/* --at=received: as of the arrival of the message. One that does not say so is
 * just arriving, as verify.c takes it, too. */
static enum status time_of(const struct signer *s, int64_t *now,
			   unsigned *notes, struct diag *why)
{
	bool shown = s->conf.timestamp || s->conf.expire; /* t=, x= */

	*now = s->conf.now;
	if (shown && s->conf.at_received &&
	    received_time(msg_fields(s->reading.msg), now, NULL) != ST_OK)
		*notes |= 1U << SIGN_NO_RECEIVED_DATE;
	if (s->conf.expire > 999999999999 - (uint64_t)*now)
		return refuse(why, "RFC 6376 3.5",
			      "-x: x= has at most 12 digits");
	return ST_OK;
}

static enum status make_fields(struct signer *s, struct buf *out,
			       struct diag *why)
{
	struct sign_plan *plan = &s->plan;
	const struct signfield f = {
		.crypto = s->conf.crypto,
		.fields = plan->fields,
		.headers = &plan->headers,
		.header = s->conf.header,
		.body = s->conf.body,
		.bh = bodyhash_get(s->reading.body, 0, &plan->length),
		.has_length = s->conf.length,
		.length = plan->length,
		.timestamp = s->conf.timestamp,
		.now = plan->now,
		.expire = s->conf.expire,
		.copied = s->conf.copied,
		.tags = s->conf.tags,
		.tags_n = s->conf.tags_n,
	};
	enum status st = ST_OK;

	for (size_t i = 0; i < plan->by.n && st == ST_OK; i++)
		st = signfield_add(&f, &plan->by.v[i], out, why);
	return st;
}

/* Whether i= names a subdomain of d=, which t=s forbids (RFC 6376 3.6.1). */
static bool below(const struct sign_key *k)
{
	struct name domain;
	struct span i = span_str(k->identity);

	return k->identity &&
	       name_parse(span_from(i, span_rfind(i, '@') + 1), NAME_UNDERSCORE,
			  &domain, NULL) == ST_OK &&
	       !name_eq(&domain, &k->domain);
}

/* --check-dns: the key record of K, as verifiers will find it. */
static enum status check_record(const struct signer *s,
				const struct sign_key *k,
				struct dns_clock *clock, unsigned *notes,
				struct diag *why)
{
	struct diag more = { 0 };
	struct name name;
	size_t at;

	if (name_key(&k->selector, &k->domain, &name, &more) != ST_OK)
		return diag_set(why, ST_CONFIG, more.where, "%s", more.text);
	const struct keyset *set =
		key_record_cache_get(s->conf.published, &name, clock);
	enum status st = set->st;

	if (st != ST_OK)
		more = set->why;
	else if (keycheck_records(set->v, set->n, k->key, below(k), &at,
				  &more) != KEYCHECK_MATCH)
		st = ST_CONFIG;
	else if (s->conf.require_dnssec && set->secure != DNS_SECURE)
		st = diag_set(&more, ST_CONFIG, "RFC 4035 4.9.3",
			      "the record is not protected by DNSSEC");
	else if (set->n > 1)
		*notes |= 1U << SIGN_OTHER_RECORD;
	key_record_cache_put(s->conf.published, set);
	if (st == ST_OK)
		return ST_OK;
	/* the words of a look-up begin with the name */
	bool named = span_starts(span_str(more.text), span_str(name.text));

	return diag_set(why, st == ST_DNS || st == ST_OS ? st : ST_CONFIG,
			more.where ? more.where : status_where(st), "%s%s%s",
			named ? "" : name.text, named ? "" : ": ",
			more.text[0] ? more.text : status_text(st));
}

static enum status check_published(const struct signer *s, unsigned *notes,
				   struct diag *why)
{
	struct dns_clock clock = { 0 };
	enum status st = ST_OK;

	for (size_t i = 0; i < s->plan.by.n && st == ST_OK; i++)
		st = check_record(s, &s->plan.by.v[i], &clock, notes, why);
	return st;
}

/* --domainkeys: below the others, above all that it signs, by the first RSA
 * key. Where RFC 4870 3.5 forbids one, the message goes without. */
static enum status add_domainkey(const struct signer *s, struct buf *out,
				 unsigned *notes, struct diag *why)
{
	const struct reading *r = &s->reading;

	for (size_t i = 0; i < s->plan.by.n; i++) {
		const struct sign_key *k = &s->plan.by.v[i];
		const struct domainkeys_signer by = { &k->domain, &k->selector,
						      k->key, r->nofws };

		if (key_type(k->key) != KEY_RSA)
			continue;
		enum status st = domainkeys_sign(
			&by, s->plan.fields,
			domainkeys_digest(r->dk, r->dk_number), out, why);

		if (st != ST_REFUSED)
			return st;
		break;
	}
	*notes |= 1U << SIGN_NO_DOMAINKEY;
	return ST_OK;
}

/* Who signs what, as of when. */
static enum status make_plan(struct signer *s, unsigned *notes,
			     struct diag *why)
{
	struct sign_plan *plan = &s->plan;

	plan->fields = msg_fields(s->reading.msg);
	enum status st = choose(s, &plan->author, &plan->by, why);

	if (st == ST_OK && s->conf.if_unsigned)
		drop_present(plan->fields, &plan->by, why);
	if (st != ST_OK || plan->by.n == 0)
		return st;
	if (other_domain(&plan->author, &plan->by))
		*notes |= 1U << SIGN_OTHER_DOMAIN;
	st = time_of(s, &plan->now, notes, why);
	if (st == ST_OK && s->conf.published)
		st = check_published(s, notes, why);
	if (st == ST_OK)
		st = headerset_pick(s->conf.headers, plan->fields,
				    &plan->headers, why);
	if (st == ST_OK)
		*notes |= signlint_headers(plan->fields, &plan->headers);
	return st;
}

static enum status sign(struct signer *s, struct buf *out, unsigned *notes,
			struct diag *why)
{
	const struct msg_facts *facts = msg_facts(s->reading.msg);
	struct buf fields;
	enum status st = make_plan(s, notes, why);

	buf_init(&fields, LIMIT_HEADER_BYTES);
	if (st == ST_OK)
		st = make_fields(s, &fields, why);
	if (st == ST_OK && s->conf.domainkeys && s->plan.by.n)
		st = add_domainkey(s, &fields, notes, why);
	if (st == ST_OK && s->plan.by.n)
		st = check_size(s, s->plan.by.n + s->conf.domainkeys, fields.n,
				why);
	if (st == ST_OK)
		fold_put(buf_span(&fields),
			 facts->crlf || s->conf.lines == MSG_CRLF, out);
	if (st == ST_OK && fields.n && s->plan.by.missing.text[0]) {
		*notes |= 1U << SIGN_KEY_MISSING;
		if (why)
			*why = s->plan.by.missing;
	}
	buf_free(&fields);
	return st;
}

enum status signer_end(struct signer *s, struct buf *out, uint64_t *top,
		       unsigned *notes, struct diag *why)
{
	enum status st = end(&s->reading);
	const struct msg_facts *facts = msg_facts(s->reading.msg);

	*notes = signlint_message(facts, msg_fields(s->reading.msg),
				  s->reading.body_8bit);
	if (s->conf.length)
		*notes |= 1U << SIGN_PARTIAL;
	*top = facts->top;
	if (st == ST_OK)
		st = check_message(s->reading.msg, s->conf.lines, why);
	return st == ST_OK ? sign(s, out, notes, why) : st;
}

const struct sign_plan *signer_plan(const struct signer *s)
{
	return &s->plan;
}

void signer_free(struct signer *s)
{
	if (!s)
		return;
	drop(&s->reading);
	headerset_free(&s->plan.headers);
	signers_free(&s->plan.by);
	free(s);
}
