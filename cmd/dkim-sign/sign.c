#include "sign.h"

#include <stdlib.h>

#include "address.h"
#include "authres.h"
#include "bodyhash.h"
#include "fold.h"
#include "idn.h"
#include "keycheck.h"
#include "line_endings.h"
#include "received.h"
#include "spool.h"
#include "tag.h"
#include "wrongfile.h"

static void note(struct signing *s, bool is, enum sign_note n)
{
	s->notes |= (unsigned)is << n;
}

static enum status refuse(struct signing *s, const char *where,
			  const char *what)
{
	return diag_set(&s->why, ST_REFUSED, where, "%s", what);
}

/* -- the message is read --------------------------------------------------- */

/* A DomainKey-Signature signs all fields below it (RFC 4870 3.3), so that its
 * hash begins with the header section. */
static enum status on_header(void *ctx, const struct fields *fields)
{
	struct signing *s = ctx;
	const struct sig dk = { .text_c = s->conf->body == CANON_RELAXED
						  ? SPAN("nofws")
						  : SPAN("simple") };

	if (fields->cut)
		return ST_LIMIT;
	if (s->conf->domainkeys)
		domainkeys_add(s->body, &dk, fields, &s->dk);
	return ST_OK;
}

static enum status on_body(void *ctx, struct span piece)
{
	struct signing *s = ctx;

	if (!s->body_8bit)
		s->body_8bit = span_8bit(piece);
	bodyhash_push(s->body, piece);
	return ST_OK;
}

/* All keys hash the body the same way: one job (RFC 6376 3.7). */
void signing_begin(struct signing *s, const struct sign_conf *conf)
{
	const struct sig job = { .body = conf->body, .hash = HASH_SHA256 };

	*s = (struct signing){ .conf = conf };
	buf_init(&s->made, LIMIT_HEADER_BYTES);
	if (conf->pass)
		return;
	s->msg = msg_new(conf->lines, true,
			 (struct msg_handler){ on_header, on_body, s });
	s->body = bodyhash_new(conf->crypto);
	(void)bodyhash_add(s->body, &job);
}

struct sink signing_sink(struct signing *s)
{
	return msg_sink(s->msg);
}

static enum status end_reading(struct signing *s)
{
	enum status st = msg_end(s->msg);

	if (st == ST_OK)
		bodyhash_end(s->body);
	return st;
}

void signing_free(struct signing *s)
{
	msg_free(s->msg);
	bodyhash_free(s->body);
	headerset_free(&s->headers);
	signers_free(&s->by);
	buf_free(&s->made);
	spool_free(s->spool);
	hasher_free(s->sums[0]);
	hasher_free(s->sums[1]);
}

/* -- what must not be signed ----------------------------------------------- */

/* RFC 6376 5.3: a message that is not as RFC 5322 has it may be read or changed
 * otherwise by those who come after. Which faults are too many is ours: those
 * through which a signature could cover another author or text than the reader
 * sees. */
static enum status check_message(struct signing *s)
{
	const struct msg_facts *facts = msg_facts(s->msg);
	const struct fields *f = s->fields;
	size_t from = fields_count(f, SPAN("From"));

	if (facts->octets == 0)
		return diag_set(&s->why, ST_NOT_MESSAGE, NULL,
				"the input is empty");
	if (f->st != ST_OK && s->other.text[0]) {
		s->why = s->other;
		return f->st == ST_NOT_MESSAGE ? ST_NOT_MESSAGE : ST_REFUSED;
	}
	if (f->st == ST_NOT_MESSAGE)
		return ST_NOT_MESSAGE;
	if (f->st != ST_OK) {
		s->why = f->why;
		if (!s->why.where)
			s->why.where = status_where(f->st);
		return ST_REFUSED;
	}
	if (from == 0)
		return refuse(s, "RFC 5322 3.6", "there is no From field");
	if (from > 1)
		return refuse(s, "RFC 5322 3.6",
			      "there are several From fields");
	if (facts->bare_cr)
		return refuse(s, "RFC 6376 5.3",
			      "there is a CR without LF (use --fix)");
	if (facts->crlf && facts->lf)
		return refuse(s, "RFC 6376 5.3",
			      "mixed line endings: LF and CRLF (use --fix)");
	if (facts->lf && s->conf->lines == MSG_CRLF)
		return refuse(s, "RFC 6376 5.3",
			      "there is an LF without CR (use --fix)");
	return ST_OK;
}

/* --skip-verified: a field of our verifier is above the second Received field,
 * or anywhere if there is none: the verifier put it above all that it got, and
 * what handed the message back to the mail server added one Received field at
 * most. A field further down may be a forgery that a stranger has sent. */
static bool was_verified(const struct fields *f, struct span id)
{
	size_t received = 0;

	for (size_t i = 0; i < f->n && received < 2; i++) {
		const struct field *one = &f->v[i];

		if (span_ieq(one->name, SPAN("Authentication-Results")) &&
		    authres_claims(one->value, id))
			return true;
		received += span_ieq(one->name, SPAN("Received"));
	}
	return false;
}

/* -- who signs ------------------------------------------------------------- */

enum { LOCAL_OCTETS = 1000 }; /* RFC 5321 4.5.3.1.1 has 64 */

/* RFC 6376 5.1, which leaves the choice to the signer: the domain of the
 * mailbox in From, or what options and tables make of it. */
static enum status choose_signers(struct signing *s)
{
	const struct field *from = fields_find(s->fields, SPAN("From"), 0);
	struct buf local;
	size_t rsa = 0;

	buf_init(&local, LOCAL_OCTETS);
	s->author.st = address_read(from->value, ADDRESS_ONE_DOMAIN, &local,
				    &s->author.domain, &s->author.why);
	s->author.local = buf_span(&local);
	s->author.malformed = s->author.st != ST_OK &&
			      address_read(from->value, ADDRESS_ANY, NULL, NULL,
					   NULL) == ST_SYNTAX;
	enum status st =
		signkeys_pick(s->conf->keys, &s->author, &s->by, &s->why);

	buf_free(&local);
	s->author.local = SPAN("");
	/* after an error the last signer has no key */
	for (size_t i = 0; i < s->by.n && st == ST_OK; i++)
		rsa += key_type(s->by.v[i].key) == KEY_RSA;
	note(s, st == ST_OK && s->by.n && !rsa, SIGN_ED25519_ALONE);
	return st;
}

/* Whether TAG of T is the name WANTED. */
static bool tag_names(const struct tags *t, struct span tag,
		      const struct name *wanted)
{
	const struct tag *found = tags_find(t, tag);
	struct name name;

	return found &&
	       idn_parse(found->value, NAME_UNDERSCORE | NAME_SINGLE, &name,
			 NULL) == ST_OK &&
	       name_eq(&name, wanted);
}

/* --if-unsigned: take out the signers whose d= and s= the message has a
 * signature of, valid or not: its tags are read as far as they go. */
static void remove_present(struct signing *s)
{
	size_t n = fields_count(s->fields, SPAN("DKIM-Signature"));
	struct tags *tags = mem_alloc(sizeof(*tags));

	for (size_t i = 0; i < n; i++) {
		const struct field *field =
			fields_find(s->fields, SPAN("DKIM-Signature"), i);

		status_ignore(
			tags_parse(tags, field->value, TAGS_SIGNATURE, NULL));
		for (size_t k = s->by.n; k-- > 0;)
			if (tag_names(tags, SPAN("d"), &s->by.v[k].domain) &&
			    tag_names(tags, SPAN("s"), &s->by.v[k].selector))
				signers_remove(&s->by, k);
	}
	free(tags);
}

/* No signature is one that DMARC may count (RFC 9989 4.4). */
static bool other_domain(const struct signing *s)
{
	for (size_t i = 0; i < s->by.n; i++)
		if (s->author.st == ST_OK &&
		    name_related(&s->by.v[i].domain, &s->author.domain))
			return false;
	return true;
}

/* --check-dns: the key record of K, as verifiers will find it. */
static enum status check_record(struct signing *s, const struct sign_key *k,
				struct dns_clock *clock)
{
	bool below = k->identity && identity_below(k->identity, &k->domain);
	struct diag more = { 0 };
	struct name name;
	size_t at;

	if (name_key(&k->selector, &k->domain, &name, &more) != ST_OK)
		return diag_set(&s->why, ST_CONFIG, more.where, "%s",
				more.text);
	const struct keyset *set =
		key_record_cache_get(s->conf->published, &name, clock);
	enum status st = set->st;

	if (st != ST_OK)
		more = set->why;
	else if (keycheck_records(set->v, set->n, k->key, below, &at, &more) !=
		 KEYCHECK_MATCH)
		st = ST_CONFIG;
	else if (s->conf->require_dnssec && set->secure != DNS_SECURE)
		st = diag_set(&more, ST_CONFIG, "RFC 4035 4.9.3",
			      "the record is not protected by DNSSEC");
	if (st == ST_OK && set->n > 1) {
		note(s, true, SIGN_OTHER_RECORD);
		keycheck_ours(k->key, set->n, &more);
		diag_set(&s->why, ST_OK, NULL, "%s: %s", name.text, more.text);
	}
	key_record_cache_put(s->conf->published, set);
	if (st == ST_OK)
		return ST_OK;
	/* the words of a look-up begin with the name */
	bool named = span_starts(span_str(more.text), span_str(name.text));

	return diag_set(&s->why, st == ST_DNS || st == ST_OS ? st : ST_CONFIG,
			more.where ? more.where : status_where(st), "%s%s%s",
			named ? "" : name.text, named ? "" : ": ",
			more.text[0] ? more.text : status_text(st));
}

static enum status check_records(struct signing *s)
{
	struct dns_clock clock = { 0 };
	enum status st = ST_OK;

	for (size_t i = 0; i < s->by.n && st == ST_OK; i++)
		st = check_record(s, &s->by.v[i], &clock);
	return st;
}

/* -- the new fields -------------------------------------------------------- */

/* t= and x= (RFC 6376 3.5). With --at=received as of the arrival of the
 * message; one that does not say when it arrived is arriving now, as for
 * verifiers. */
static enum status set_time(struct signing *s)
{
	bool shown = s->conf->timestamp || s->conf->expire;

	s->now = s->conf->now;
	note(s,
	     shown && s->conf->at_received &&
		     received_time(s->fields, &s->now, NULL) != ST_OK,
	     SIGN_NO_RECEIVED_DATE);
	if (s->conf->expire > 999999999999 - (uint64_t)s->now)
		return refuse(s, "RFC 6376 3.5",
			      "-x: x= has at most 12 digits");
	return ST_OK;
}

/* RFC 6376 5.5, 5.6: a field for each signer, made, and verified with the
 * public half of its key. */
static enum status make_fields(struct signing *s, struct buf *out)
{
	const struct digest *bh = bodyhash_get(s->body, 0, &s->length);
	const struct signfield f = {
		.crypto = s->conf->crypto,
		.fields = s->fields,
		.headers = &s->headers,
		.header = s->conf->header,
		.body = s->conf->body,
		.bh = bh,
		.has_length = s->conf->length,
		.length = s->length,
		.timestamp = s->conf->timestamp,
		.now = s->now,
		.expire = s->conf->expire,
		.copied = s->conf->copied,
		.reports = s->conf->reports,
	};
	enum status st = ST_OK;

	for (size_t i = 0; i < s->by.n && st == ST_OK; i++) {
		size_t before = out->n;

		st = signfield_make(&f, &s->by.v[i], out, &s->why);
		if (st == ST_OK)
			st = signfield_verify(&f, s->by.v[i].key,
					      span_from(buf_span(out), before),
					      &s->why);
	}
	return st;
}

/* --domainkeys: below the others, above all that it signs, by the first RSA
 * key. Where RFC 4870 3.5 forbids one, the message goes without. */
static enum status make_domainkey(struct signing *s, struct buf *out)
{
	size_t i = 0;

	while (i < s->by.n && key_type(s->by.v[i].key) != KEY_RSA)
		i++;
	if (i < s->by.n) {
		const struct sign_key *k = &s->by.v[i];
		const struct domainkeys_signer by = { &k->domain, &k->selector,
						      k->key,
						      s->conf->body ==
							      CANON_RELAXED };
		enum status st = domainkeys_sign(
			&by, s->fields,
			bodyhash_get(s->body, s->dk.number[0], NULL), out,
			&s->why);

		if (st != ST_REFUSED)
			return st;
	}
	note(s, true, SIGN_NO_DOMAINKEY);
	return ST_OK;
}

/* A header section above the limit of a receiver would never verify. */
static enum status check_size(struct signing *s, size_t n, size_t more)
{
	size_t blank = 4; /* the line end before the body, twice if LF */

	if (s->fields->n + n > LIMIT_FIELDS ||
	    s->fields->bytes.n + more + blank > LIMIT_HEADER_BYTES)
		return refuse(s, "RFC 6376 8.9",
			      "with its signatures the header is too large");
	return ST_OK;
}

/* All new fields, with the line ends of the message. */
static enum status make_all(struct signing *s)
{
	const struct sign_conf *conf = s->conf;
	struct buf made;

	buf_init(&made, LIMIT_HEADER_BYTES);
	enum status st = make_fields(s, &made);

	if (st == ST_OK && conf->domainkeys)
		st = make_domainkey(s, &made);
	if (st == ST_OK)
		st = check_size(s, s->by.n + conf->domainkeys, made.n);
	if (st == ST_OK)
		fold_put(buf_span(&made),
			 msg_facts(s->msg)->crlf || conf->lines == MSG_CRLF,
			 &s->made);
	buf_free(&made);
	return st;
}

/* -- one message, from its end to the new fields --------------------------- */

enum status signing_end(struct signing *s)
{
	const struct sign_conf *conf = s->conf;
	enum status st = end_reading(s);
	const struct msg_facts *facts = msg_facts(s->msg);

	s->fields = msg_fields(s->msg);
	s->top = facts->top;
	s->notes |= signlint_message(facts, s->fields, s->body_8bit);
	note(s, conf->length, SIGN_PARTIAL);

	if (st == ST_OK && conf->skip_verified.n &&
	    was_verified(s->fields, conf->skip_verified)) {
		note(s, true, SIGN_PASSED);
		return diag_set(&s->why, ST_OK, NULL, "%.*s has verified it",
				(int)conf->skip_verified.n,
				(const char *)conf->skip_verified.p);
	}

	/* may it be signed (5.3), by whom (5.1), as of when (3.5)? */
	if (st == ST_OK)
		st = check_message(s);
	if (st == ST_OK)
		st = choose_signers(s);
	if (st == ST_OK && conf->if_unsigned)
		remove_present(s);
	if (st == ST_OK && s->by.n == 0) {
		note(s, true, SIGN_PASSED);
		return diag_set(&s->why, ST_OK, NULL,
				"it has a signature of this domain and "
				"selector");
	}
	if (st == ST_OK && s->author.malformed)
		note(s, true, SIGN_FROM_SYNTAX);
	else
		note(s, st == ST_OK && other_domain(s), SIGN_OTHER_DOMAIN);
	if (st == ST_OK)
		st = set_time(s);
	if (st == ST_OK && conf->published)
		st = check_records(s);

	/* which fields (5.4)? */
	if (st == ST_OK)
		st = headerset_pick(conf->headers, s->fields, &s->headers,
				    &s->why);
	if (st == ST_OK) {
		struct diag names = { 0 };

		s->notes |= signlint_headers(s->fields, &s->headers, &names);
		if (!s->why.text[0])
			s->why = names;
	}

	/* hashed (3.7), signed (5.5), verified, and put on top (5.6) */
	if (st == ST_OK)
		st = make_all(s);
	if (st == ST_OK && s->by.missing.text[0]) {
		note(s, true, SIGN_KEY_MISSING);
		s->why = s->by.missing;
	}
	return st;
}

/* -- in and out ------------------------------------------------------------ */

/* --fix: put the repair of line ends before *TO, both for what is signed and
 * for what is written. */
static struct line_endings *repair(const struct sign_conf *conf,
				   struct sink *to)
{
	static const enum line_endings_end ends[] = {
		[MSG_AUTO] = LINEFIX_AUTO,
		[MSG_CRLF] = LINEFIX_CRLF,
		[MSG_LF] = LINEFIX_LF,
	};
	struct line_endings *fix = line_endings_new(ends[conf->lines], *to);

	*to = line_endings_sink(fix);
	return fix;
}

static enum status take_chunk(void *ctx, struct span chunk)
{
	struct signing *s = ctx;
	enum status st = s->spool ? spool_add(s->spool, chunk, &s->why) : ST_OK;

	if (!s->begun)
		status_ignore(wrongfile_not_message(chunk, "-", &s->other));
	s->begun = true;
	if (s->sums[0])
		hasher_put(s->sums[0], chunk);
	return st == ST_OK && s->msg ? s->to.put(s->to.ctx, chunk) : st;
}

static enum status read_message(struct signing *s, int in)
{
	struct line_endings *fix = NULL;

	s->to = signing_sink(s);
	if (s->msg && s->conf->fix)
		fix = repair(s->conf, &s->to);
	enum status st = io_pump(in, (struct sink){ take_chunk, s }, &s->why);

	if (st == ST_OK && fix)
		st = line_endings_end(fix);
	if (st == ST_LIMIT && s->msg)
		st = ST_OK; /* signing_end reports it */
	note(s, fix && line_endings_changed(fix), SIGN_REPAIRED);
	line_endings_free(fix);
	return st;
}

/* Bytes of the message, with the new fields at their place. */
static enum status insert_fields(void *ctx, struct span chunk)
{
	struct signing *s = ctx;
	enum status st = ST_OK;

	if (s->made.n && s->written <= s->top) {
		struct span before =
			span_head(chunk, (size_t)(s->top - s->written));

		st = io_write(s->out, before, &s->why);
		s->written += before.n;
		chunk = span_from(chunk, before.n);
		if (st != ST_OK || s->written < s->top || !chunk.n)
			return st;
		st = io_write(s->out, buf_span(&s->made), &s->why);
		buf_reset(&s->made);
	}
	s->written += chunk.n;
	return st == ST_OK ? io_write(s->out, chunk, &s->why) : st;
}

static enum status give_chunk(void *ctx, struct span chunk)
{
	struct signing *s = ctx;

	if (s->sums[1])
		hasher_put(s->sums[1], chunk);
	return s->to.put(s->to.ctx, chunk);
}

/* A message that was read twice must have been the same both times. */
static enum status compare_readings(struct signing *s)
{
	struct digest a, b;

	if (!s->sums[0])
		return ST_OK;
	hasher_end(s->sums[0], &a);
	hasher_end(s->sums[1], &b);
	if (span_eq(digest_span(&a), digest_span(&b)))
		return ST_OK;
	return diag_set(&s->why, ST_IO, NULL,
			"the message changed while it was being signed");
}

static enum status write_message(struct signing *s)
{
	struct line_endings *fix = NULL;

	if (s->conf->header_only)
		return io_write(s->out, buf_span(&s->made), &s->why);
	s->to = (struct sink){ insert_fields, s };
	if (s->notes & 1U << SIGN_REPAIRED)
		fix = repair(s->conf, &s->to);
	enum status st = spool_replay(s->spool, 0, UINT64_MAX,
				      (struct sink){ give_chunk, s }, &s->why);

	if (st == ST_OK && fix)
		st = line_endings_end(fix);
	line_endings_free(fix);
	if (st == ST_OK) /* an mbox line and nothing after it */
		st = io_write(s->out, buf_span(&s->made), &s->why);
	return st == ST_OK ? compare_readings(s) : st;
}

enum status sign_stream(struct signing *s, int in, int out)
{
	const struct sign_conf *conf = s->conf;

	if (io_same_file(in, out))
		return diag_set(&s->why, ST_USAGE, NULL,
				"input and output are one file; use "
				"--in-place");
	s->out = out;
	if (!conf->header_only && !conf->dry_run)
		s->spool = spool_new(in);
	if (s->spool && s->msg && spool_rereads(s->spool))
		hasher_new_pair(s->sums);
	enum status st = read_message(s, in);

	if (st == ST_OK && conf->pass) {
		note(s, true, SIGN_PASSED);
		st = diag_set(&s->why, ST_OK, NULL, "%s", conf->pass);
	} else if (st == ST_OK) {
		st = signing_end(s);
	}
	/* no key is no error where that was asked for: `why` has the reason */
	if (st == ST_NO_SIGNER && conf->pass_unsigned) {
		note(s, true, SIGN_PASSED);
		st = ST_OK;
	}
	if (st == ST_OK && s->notes & 1U << SIGN_PASSED)
		s->notes = 1U << SIGN_PASSED; /* the rest is about signing */
	return st == ST_OK && !conf->dry_run ? write_message(s) : st;
}
