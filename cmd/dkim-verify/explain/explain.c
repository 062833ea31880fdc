#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "explain_body.h"
#include "explain_input.h"

static const char *const parts[] = { "body", "header", "signature",
				     "key",  "time",   "unknown" };

const char *part_word(enum explain_part p)
{
	return parts[p];
}

/* The message read again, and the signature that is looked at. */
struct look {
	const struct explain_conf *conf;
	const struct verification *all;
	const struct verdict *verdict;
	struct explanation *out;
	struct explain_input in;
	struct fields fields; /* `v` and `sorted` are ours */
	uint64_t body_lines;
	struct buf body;	 /* of what is not too large */
	uint64_t message_left;	 /* octets to hash, for all signatures */
	unsigned share;		 /* of the ceilings, 1/SHARE is used */
	uint64_t octets, trials; /* for this one */
	struct sig sig;
	struct diag why;
};

static bool body_kept(const struct look *l)
{
	return l->in.body_n <= LIMIT_EXPLAIN_BODY;
}

/* -- checking each part by itself ------------------------------------------ */

static void check_body(struct look *l)
{
	const struct verdict *v = l->verdict;
	struct digest found = v->body;
	uint64_t octets = v->body_octets;

	/* the verifier hashes no body of an expired signature */
	if (!v->hashed && body_kept(l))
		body_hash(&l->in, &l->sig, l->in.body, &found, &octets);
	if (found.n == 0)
		return;
	bool same = span_eq(digest_span(&found), digest_span(&l->sig.bh));
	bool shorter = l->sig.has_l && l->sig.l > octets;

	l->out->found = found;
	l->out->body = same && !shorter ? CHECK_VERIFIES : CHECK_MODIFIED;
}

/* Of several records the one that made b=, or else the first that could. */
static void choose_key(struct look *l, const struct keyset *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		const struct keyrec *rec = &keys->v[i];
		struct digest d;

		if (!keyrec_usable(rec, l->sig.type) ||
		    key_check(rec->key, l->in.conf->min_bits, NULL) != ST_OK)
			continue;
		if (key_recover(rec->key, buf_span(&l->sig.b), &d) == ST_OK) {
			l->out->recovered = d;
			l->in.want = &l->out->recovered;
			l->in.key = rec->key;
			return;
		}
		if (!l->in.key)
			l->in.key = rec->key;
	}
}

static void check_header(struct look *l)
{
	struct explanation *out = l->out;
	const struct key *key = l->in.key;

	if (!key)
		return;
	sig_digest(&l->sig, &l->fields, l->in.conf->crypto, &out->digest);
	out->type = key_type(key);
	buf_init(&out->key, LIMIT_TXT_BYTES);
	if (key_to_p(key, &out->key) != ST_OK)
		buf_reset(&out->key);
	out->header = key_verify(key, &out->digest, buf_span(&l->sig.b)) ==
				      ST_OK
			      ? CHECK_VERIFIES
			      : CHECK_MODIFIED;
}

/* The record's text, for people; asked again, as the key_record_cache keeps
 * none. */
static void get_record(struct look *l)
{
	struct explanation *out = l->out;
	struct dns_reply txt;

	buf_init(&out->record, LIMIT_TXT_BYTES);
	dns_get_txt(l->conf->dns, &out->owner, l->in.clock, &txt);
	if (txt.answer == DNS_RECORDS && txt.n)
		status_ignore(buf_add(
			&out->record,
			span_head(buf_span(&txt.records[0]), LIMIT_TXT_BYTES)));
	dns_reply_free(&txt);
	l->in.record = buf_span(&out->record);
}

/* -- header and body ------------------------------------------------------- */

static void body_causes(struct look *l, struct causes *out)
{
	uint64_t most = LIMIT_EXPLAIN_HASHED / l->share;
	uint64_t before = l->message_left < most ? l->message_left : most;

	l->octets = before;
	if (body_kept(l))
		explain_body(&l->in, out);
	else
		explain_large_body(&l->in, out);
	l->message_left -= before - l->octets;
}

static bool names_field(const struct cause *c, struct span name)
{
	return span_ieq(cause_detail(c, "field"), name);
}

static bool of_signature(const struct causes *c)
{
	return c->n && (c->v[0].code == CAUSE_SIGNATURE ||
			names_field(&c->v[0], SPAN("DKIM-Signature")));
}

static bool describes_body(const struct cause *c)
{
	return c->code == CAUSE_CONTENT_TYPE ||
	       names_field(c, SPAN("Content-Transfer-Encoding")) ||
	       names_field(c, SPAN("MIME-Version"));
}

static void say_wrong_key(struct look *l)
{
	l->out->part = PART_KEY;
	cause_add_text(causes_add(&l->out->causes, CAUSE_WRONG_KEY, false),
		       "name", span_str(l->out->owner.text));
}

/* b= holds no digest: it is damaged, or of another key, if it has the size that
 * one could have. */
static void explain_lost_b(struct look *l)
{
	struct causes *causes = &l->out->causes;

	l->out->part = PART_SIGNATURE;
	if (explain_b(&l->in, l->in.key, causes))
		return;
	if (l->sig.b.n && l->sig.b.n % 32 == 0)
		say_wrong_key(l);
	else
		cause_add_text(causes_add(causes, CAUSE_SIGNATURE, false),
			       "tag", SPAN("b"));
}

/* The body verifies, the header does not. */
static void explain_header(struct look *l)
{
	struct explanation *out = l->out;

	if (l->sig.type == KEY_RSA && !l->in.want) {
		explain_lost_b(l);
		return;
	}
	bool found = explain_head(&l->in, true, &out->causes);

	/* b= itself, where a trial costs no more than any other */
	l->trials = LIMIT_EXPLAIN_CHECKS / l->share;
	if (!found && l->sig.type == KEY_ED25519)
		found = explain_b(&l->in, l->in.key, &out->causes);
	if (!found)
		head_likely(&l->in, &out->causes);
	out->part = of_signature(&out->causes) ? PART_SIGNATURE : PART_HEADER;
	/* an Ed25519 signature does not show what it was made over */
	if (l->sig.type == KEY_ED25519 && out->causes.n == 0)
		say_wrong_key(l);
}

/* Neither verifies. */
static void explain_both(struct look *l)
{
	struct explanation *out = l->out;
	struct causes header = { 0 };
	uint64_t trials = l->trials;

	out->part = PART_SIGNATURE;
	if (body_kept(l) && explain_tags(&l->in, true, &out->causes))
		return;
	l->trials = trials;
	body_causes(l, &out->causes);
	bool body = causes_proven(&out->causes);

	if ((l->sig.type != KEY_RSA || l->in.want) &&
	    !explain_head(&l->in, body, &header))
		head_likely(&l->in, &header);
	bool head = causes_proven(&header);
	bool same = header.n && describes_body(&header.v[0]);

	if (!body && !head)
		causes_free(&header); /* nothing is as it was: no guesses */
	out->part = body || (head && (same || !of_signature(&header)))
			    ? PART_BODY
			    : PART_UNKNOWN;
	if (head && !body) { /* what is proven goes first */
		causes_move(&header, &out->causes);
		causes_move(&out->causes, &header);
	} else {
		causes_move(&out->causes, &header);
	}
}

/* -- the key, the time, the syntax ----------------------------------------- */

static void explain_key(struct look *l, const struct keyset *keys)
{
	struct explanation *out = l->out;
	enum status st = keys->st == ST_OK ? keys->v[0].st : keys->st;

	out->part = PART_KEY;
	if (keys->st == ST_DNS)
		return;
	if (keys->st == ST_NO_KEY && explain_tags(&l->in, false, &out->causes))
		out->part = PART_SIGNATURE;
	else if (keys->st == ST_NO_KEY)
		explain_no_key(&l->in, &out->causes);
	else if (st != ST_OK)
		explain_record(&l->in, st, &out->causes);
	else if (keys->v[0].type != l->sig.type)
		explain_record(&l->in, ST_KEY_UNSUITABLE, &out->causes);
}

static void explain_time(struct look *l)
{
	struct cause *cause;

	l->out->part = PART_TIME;
	if (l->verdict->st != ST_EXPIRED)
		return;
	cause = causes_add(&l->out->causes, CAUSE_EXPIRED, true);
	cause_add_number(cause, "x", (int64_t)l->sig.x);
	cause_add_number(cause, "late", l->all->at - (int64_t)l->sig.x);
}

/* The field cannot be used: it is damaged, unless it says plainly what is not
 * accepted. */
static void explain_syntax(struct look *l)
{
	struct causes *causes = &l->out->causes;

	if (explain_b_syntax(&l->in, causes) ||
	    explain_tags(&l->in, false, causes) ||
	    (l->in.st != ST_HISTORIC && l->in.st != ST_FROM_NOT_SIGNED))
		l->out->part = PART_SIGNATURE;
}

/* -- one signature --------------------------------------------------------- */

static void explain_parts(struct look *l, const struct keyset *keys)
{
	struct explanation *out = l->out;
	bool header = out->header == CHECK_MODIFIED;
	bool body = out->body == CHECK_MODIFIED;

	if (l->verdict->st == ST_EXPIRED || l->verdict->st == ST_FUTURE) {
		explain_time(l);
	} else if (!l->in.key) {
		explain_key(l, keys);
	} else if (header && body) {
		explain_both(l);
	} else if (header) {
		explain_header(l);
	} else if (body) {
		out->part = PART_BODY;
		body_causes(l, &out->causes);
	} else if (status_result(l->verdict->st) == RESULT_PERMERROR) {
		out->part = PART_KEY; /* it verifies, the record forbids it */
	} else if (l->verdict->st == ST_UNSIGNED_FROM) {
		out->part = PART_HEADER;
	}
}

static void explain_with_key(struct look *l)
{
	struct explanation *out = l->out;
	const struct keyset *keys;

	if (name_key(&l->sig.s, &l->sig.d, &out->owner, NULL) != ST_OK)
		return;
	keys = key_record_cache_get(l->in.conf->keys, &out->owner, l->in.clock);
	if (keys->st == ST_OK || keys->st == ST_KEY_SYNTAX)
		get_record(l);
	if (keys->st == ST_OK)
		choose_key(l, keys);
	check_header(l);
	explain_parts(l, keys);
	key_record_cache_put(l->in.conf->keys, keys);
}

static void explain_one(struct look *l)
{
	struct explanation *out = l->out;
	bool passes = status_result(l->verdict->st) == RESULT_PASS;

	out->part = PART_UNKNOWN;
	if (l->verdict->st == ST_SIGNATURE_LIMIT)
		return;
	l->in.key = NULL;
	l->in.want = NULL;
	l->in.record = SPAN("");
	l->in.name = &out->owner;
	l->in.tried = &out->tried;
	l->in.faults = &out->faults;
	l->trials = LIMIT_EXPLAIN_TRIES / l->share;
	l->in.st = sig_parse(l->in.field, &l->sig, &l->why);
	if (l->fields.st != ST_OK) {
		out->part = PART_HEADER;
	} else if (l->in.st != ST_OK && !(passes && l->in.st == ST_HISTORIC)) {
		explain_syntax(l);
	} else {
		if (l->sig.type == KEY_ED25519)
			l->trials = LIMIT_EXPLAIN_CHECKS / l->share;
		check_body(l);
		explain_with_key(l);
	}
	if (!passes && !causes_proven(&out->causes) &&
	    explain_line_ends(&l->in, &out->causes))
		out->part = PART_BODY;
	sig_free(&l->sig);
}

/* -- the message ----------------------------------------------------------- */

static enum status keep_body(void *ctx, struct span piece)
{
	struct look *l = ctx;

	l->in.body_n += piece.n;
	for (size_t i = 0; i < piece.n; i++)
		l->body_lines += piece.p[i] == '\n';
	if (body_kept(l))
		return buf_add(&l->body, piece);
	buf_free(&l->body);
	return ST_OK;
}

enum status explain_read(const struct explain_input *in, struct msg *msg,
			 struct diag *why)
{
	enum status st =
		spool_replay(in->message, 0, UINT64_MAX, msg_sink(msg), why);

	return st == ST_OK ? msg_end(msg) : st;
}

static enum status read_again(struct look *l, struct explained *out,
			      struct diag *why)
{
	enum msg_lines lines = l->in.conf->lines;

	buf_init(&l->body, LIMIT_EXPLAIN_BODY);
	out->msg = msg_new(lines, false,
			   (struct msg_handler){ NULL, keep_body, l });
	enum status st = explain_read(&l->in, out->msg, why);

	out->fields = msg_fields(out->msg);
	out->body_octets = l->in.body_n;
	out->body_lines = l->body_lines;
	l->in.lf = msg_facts(out->msg)->lf &&
		   (lines == MSG_LF ||
		    (lines == MSG_AUTO && !msg_facts(out->msg)->crlf));
	/* an empty one has an address, too, for those who walk it */
	l->in.body = l->body.n ? buf_span(&l->body) : SPAN("");
	return st;
}

/* A copy whose fields may be changed for a trial. */
static void copy_fields(struct look *l, const struct fields *f)
{
	l->fields = *f;
	l->fields.v = mem_array(NULL, f->n + 1, sizeof(*f->v));
	l->fields.sorted =
		mem_array(NULL, f->n + 1, sizeof(const struct field *));
	for (size_t i = 0; i < f->n; i++) {
		l->fields.v[i] = f->v[i];
		l->fields.sorted[i] = l->fields.v + (f->sorted[i] - f->v);
	}
}

/* What the first part's header says of its body. */
static void find_inner(struct look *l)
{
	struct mime mime;

	mime_scan(&mime, &l->fields, l->in.body);
	if (mime.multipart && mime.n) {
		l->in.inner[0] = mime.v[0].type_field;
		l->in.inner[1] = mime.v[0].encoding_field;
	}
	mime_free(&mime);
}

enum status explain(const struct explain_conf *conf,
		    const struct verification *all, struct spool *message,
		    struct explained *out, struct diag *why)
{
	unsigned share = conf->share ? conf->share : 1;
	struct dns_clock clock = { 0 };
	struct look l = {
		.conf = conf,
		.all = all,
		.in = { .conf = &conf->verify,
			.clock = &clock,
			.message = message },
		.message_left = LIMIT_EXPLAIN_MESSAGE / share,
		.share = share,
	};

	l.in.fields = &l.fields;
	l.in.sig = &l.sig;
	l.in.why = &l.why;
	l.in.octets = &l.octets;
	l.in.trials = &l.trials;
	*out = (struct explained){ .n = all->n, .path = out->path };
	out->v = mem_alloc(all->n * sizeof(*out->v));
	enum status st = read_again(&l, out, why);

	if (st == ST_OK) {
		copy_fields(&l, out->fields);
		find_inner(&l);
		for (size_t i = 0; i < all->n; i++) {
			const struct field *f = fields_find(
				&l.fields, SPAN("DKIM-Signature"), i);

			l.verdict = &all->v[i];
			l.out = &out->v[i];
			l.in.number = i;
			l.in.field = l.fields.v + (f - l.fields.v);
			explain_one(&l);
		}
		free(l.fields.v);
		free(l.fields.sorted);
	}
	buf_free(&l.body);
	return st;
}

void explained_free(struct explained *e)
{
	for (size_t i = 0; i < e->n; i++) {
		causes_free(&e->v[i].causes);
		buf_free(&e->v[i].record);
		buf_free(&e->v[i].key);
	}
	free(e->v);
	msg_free(e->msg);
	*e = (struct explained){ 0 };
}
