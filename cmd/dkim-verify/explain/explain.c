#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "explain_body.h"
#include "explain_head.h"
#include "explain_key.h"
#include "explain_mime.h"
#include "explain_tags.h"
#include "explain_whole.h"

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
	struct dns_clock *clock;
	struct fields fields; /* `v` and `sorted` are ours */
	struct buf body;      /* of what is not too large */
	uint64_t body_n;
	bool lf;
	uint64_t left;	/* octets to hash, for all signatures */
	uint64_t tries; /* for this signature */
	struct spool *message;
	size_t number;

	struct field *field;
	struct sig sig;
	enum status st;
	struct diag why;
	const struct keyset *keys; /* borrowed, and its */
	const struct key *key;
};

static bool body_kept(const struct look *l)
{
	return l->body_n <= LIMIT_EXPLAIN_BODY;
}

/* -- judging ----------------------------------------------------------------
 */

static struct tags_input tags_input(struct look *l)
{
	return (struct tags_input){
		.crypto = l->conf->verify.crypto,
		.field = l->field,
		.fields = &l->fields,
		.sig = &l->sig,
		.st = l->st,
		.why = &l->why,
		.body = buf_span(&l->body),
		.keys = l->conf->verify.keys,
		.clock = l->clock,
		.left = &l->tries,
	};
}

static struct head_input head_input(struct look *l)
{
	return (struct head_input){
		.crypto = l->conf->verify.crypto,
		.sig = &l->sig,
		.fields = &l->fields,
		.key = l->key,
		.want = l->out->recovered.n ? &l->out->recovered : NULL,
		.left = &l->tries,
	};
}

/* What the first part's header says of its body. */
static void find_inner(struct look *l, struct head_input *in)
{
	struct span body = buf_span(&l->body);
	struct mime mime;

	mime_scan(&mime, &l->fields, body);
	if (mime.multipart && mime.n) {
		const struct part *p = &mime.v[0];

		in->inner[0] = span_of(body.p + p->type_at, p->type_n);
		in->inner[1] = span_of(body.p + p->encoding_at, p->encoding_n);
	}
	mime_free(&mime);
}

static void judge_body(struct look *l)
{
	const struct verdict *v = l->verdict;

	if (!v->hashed)
		return;
	l->out->found = v->body;
	l->out->body =
		span_eq(digest_span(&v->body), digest_span(&l->sig.bh)) &&
				!(l->sig.has_l && l->sig.l > v->body_octets)
			? JUDGED_GOOD
			: JUDGED_BAD;
}

/* Of several records the one that made b=, or else the first that could. */
static void choose_key(struct look *l, const struct keyset *keys)
{
	struct explanation *out = l->out;

	for (size_t i = 0; i < keys->n; i++) {
		const struct keyrec *rec = &keys->v[i];
		struct digest d;

		if (rec->st != ST_OK || rec->type != l->sig.type ||
		    key_check(rec->key, l->conf->verify.min_bits, NULL) !=
			    ST_OK)
			continue;
		if (key_recover(rec->key, buf_span(&l->sig.b), &d) == ST_OK) {
			out->recovered = d;
			l->key = rec->key;
			return;
		}
		if (!l->key)
			l->key = rec->key;
	}
}

static void judge_header(struct look *l)
{
	struct explanation *out = l->out;

	if (!l->key || sig_digest(&l->sig, &l->fields, l->conf->verify.crypto,
				  &out->digest) != ST_OK)
		return;
	out->type = key_type(l->key);
	buf_init(&out->key, LIMIT_TXT_BYTES);
	if (key_to_p(l->key, &out->key) != ST_OK)
		buf_reset(&out->key);
	out->header = key_verify(l->key, &out->digest, buf_span(&l->sig.b)) ==
				      ST_OK
			      ? JUDGED_GOOD
			      : JUDGED_BAD;
}

/* The record's text, for people; asked again, as the key_record_cache keeps
 * none. */
static void get_record(struct look *l)
{
	struct explanation *out = l->out;
	struct dns_reply txt;

	buf_init(&out->record, LIMIT_TXT_BYTES);
	dns_get_txt(l->conf->dns, &out->owner, l->clock, &txt);
	if (txt.answer == DNS_RECORDS && txt.n)
		status_ignore(buf_add(
			&out->record,
			span_head(buf_span(&txt.records[0]), LIMIT_TXT_BYTES)));
	dns_reply_free(&txt);
}

/* -- what broke -------------------------------------------------------------
 */

static void body_causes(struct look *l, struct causes *out)
{
	uint64_t left = l->left < LIMIT_EXPLAIN_HASHED ? l->left
						       : LIMIT_EXPLAIN_HASHED;
	uint64_t before = left;

	const struct body_input in = {
		.crypto = l->conf->verify.crypto,
		.sig = &l->sig,
		.fields = &l->fields,
		.body = buf_span(&l->body),
		.lf = l->lf,
		.left = &left,
	};

	if (body_kept(l))
		explain_body(&in, out);
	else
		explain_large_body(&in, &l->conf->verify, l->message, l->body_n,
				   out);
	l->left -= before - left;
}

/* A tag of the signature, or a field, or two. */
static void header_causes(struct look *l, bool deep, struct causes *out)
{
	struct head_input head = head_input(l);
	struct tags_input tags = tags_input(l);

	head.body = buf_span(&l->body);
	find_inner(l, &head);
	if (explain_head(&head, false, out) || explain_tags(&tags, out) ||
	    (deep && explain_head(&head, true, out)))
		return;
	l->tries = LIMIT_EXPLAIN_CHECKS / 2;
	if (deep && !head.want && l->sig.type == KEY_ED25519 &&
	    explain_b(&tags, l->key, out))
		return;
	head_likely(&head, out);
}

static bool of_signature(const struct causes *c)
{
	const struct cause *first = &c->v[0];

	if (c->n == 0)
		return false;
	if (first->code == CAUSE_SIGNATURE)
		return true;
	for (size_t i = 0; i < first->n; i++)
		if (first->detail[i].kind == DETAIL_TEXT &&
		    span_ieq(buf_span(&first->detail[i].text),
			     SPAN("DKIM-Signature")) &&
		    strcmp(first->detail[i].name, "field") == 0)
			return true;
	return false;
}

static void say_wrong_key(struct look *l, bool proven)
{
	cause_add_text(causes_add(&l->out->causes, CAUSE_WRONG_KEY, proven),
		       "name", span_str(l->out->owner.text));
}

/* b= holds no digest: it is damaged, or of another key. */
static void b_or_key(struct look *l)
{
	static const size_t usual[] = { 64,  96,  128, 160, 192,
					256, 384, 512, 768, 1024 };
	struct tags_input tags = tags_input(l);
	bool whole = false;

	if (explain_b(&tags, l->key, &l->out->causes)) {
		l->out->part = PART_SIGNATURE;
		return;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		whole |= l->sig.b.n == usual[i];
	if (l->sig.b.n != key_signature_size(l->key) && !whole) {
		l->out->part = PART_SIGNATURE;
		cause_add_text(
			causes_add(&l->out->causes, CAUSE_SIGNATURE, false),
			"tag", SPAN("b"));
		return;
	}
	l->out->part = PART_KEY;
	say_wrong_key(l, false);
}

static bool b_is_lost(const struct look *l)
{
	return l->sig.type == KEY_RSA && l->out->recovered.n == 0;
}

/* The body holds, the header does not. */
static void broken_header(struct look *l)
{
	struct explanation *out = l->out;

	if (b_is_lost(l)) {
		b_or_key(l);
		return;
	}
	header_causes(l, true, &out->causes);
	out->part = of_signature(&out->causes) ? PART_SIGNATURE : PART_HEADER;
	/* an Ed25519 signature does not tell what it was made over */
	if (l->sig.type == KEY_ED25519 && out->causes.n == 0) {
		out->part = PART_KEY;
		say_wrong_key(l, false);
	}
}

static bool describes_body(const struct cause *c)
{
	if (c->code == CAUSE_CONTENT_TYPE)
		return true;
	for (size_t i = 0; i < c->n; i++)
		if (c->detail[i].kind == DETAIL_TEXT &&
		    strcmp(c->detail[i].name, "field") == 0 &&
		    (span_ieq(buf_span(&c->detail[i].text),
			      SPAN("Content-Transfer-Encoding")) ||
		     span_ieq(buf_span(&c->detail[i].text),
			      SPAN("MIME-Version"))))
			return true;
	return false;
}

/* Neither holds. */
static void broken_both(struct look *l)
{
	struct explanation *out = l->out;
	struct tags_input tags = tags_input(l);
	struct causes header = { 0 };
	uint64_t tries = l->tries;

	if (body_kept(l) && explain_body_tags(&tags, &out->causes)) {
		out->part = PART_SIGNATURE;
		return;
	}
	l->tries = tries;
	body_causes(l, &out->causes);
	if (!b_is_lost(l))
		header_causes(l, causes_proven(&out->causes), &header);
	bool body = causes_proven(&out->causes);
	bool head = causes_proven(&header);
	bool same = header.n && describes_body(&header.v[0]);

	if (!body && !head) {
		/* nothing is as it was: no guess is worth a line */
		causes_free(&header);
		out->part = PART_UNKNOWN;
		return;
	}
	if (body || same)
		out->part = PART_BODY;
	else
		out->part = head && !of_signature(&header) ? PART_BODY
							   : PART_UNKNOWN;
	if (head && !body) {
		/* what is proven goes first */
		causes_move(&header, &out->causes);
		causes_move(&out->causes, &header);
	} else {
		causes_move(&out->causes, &header);
	}
}

static void by_parts(struct look *l)
{
	struct explanation *out = l->out;

	if (out->header == JUDGED_BAD && out->body == JUDGED_BAD) {
		broken_both(l);
	} else if (out->header == JUDGED_BAD) {
		broken_header(l);
	} else if (out->body == JUDGED_BAD) {
		out->part = PART_BODY;
		body_causes(l, &out->causes);
	}
}

/* -- the key ----------------------------------------------------------------
 */

static struct key_input key_input(struct look *l)
{
	return (struct key_input){
		.crypto = l->conf->verify.crypto,
		.sig = &l->sig,
		.fields = &l->fields,
		.name = &l->out->owner,
		.dns = l->conf->dns,
		.keys = l->conf->verify.keys,
		.clock = l->clock,
		.record = buf_span(&l->out->record),
		.left = &l->tries,
	};
}

static void by_key(struct look *l, const struct keyset *keys)
{
	struct explanation *out = l->out;
	struct key_input in = key_input(l);
	struct tags_input tags = tags_input(l);
	enum status st = keys->st == ST_OK ? keys->v[0].st : keys->st;

	out->part = PART_KEY;
	if (keys->st == ST_DNS)
		return;
	if (keys->st == ST_NO_KEY && explain_tags(&tags, &out->causes))
		out->part = PART_SIGNATURE;
	else if (keys->st == ST_NO_KEY)
		explain_no_key(&in, &out->causes);
	else if (st != ST_OK)
		explain_record(&in, st, &out->causes);
	else if (keys->v[0].type != l->sig.type)
		explain_record(&in, ST_KEY_UNSUITABLE, &out->causes);
}

/* -- one signature ----------------------------------------------------------
 */

static void by_time(struct look *l)
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
static void by_syntax(struct look *l)
{
	struct tags_input tags = tags_input(l);
	struct causes *causes = &l->out->causes;

	if (!explain_b_syntax(&tags, causes) && !explain_tags(&tags, causes))
		tags_likely(&tags, causes);
	if (causes->n || (l->st != ST_HISTORIC && l->st != ST_FROM_NOT_SIGNED))
		l->out->part = PART_SIGNATURE;
}

static void look_up(struct look *l)
{
	struct explanation *out = l->out;
	const struct keyset *keys;

	if (name_key(&l->sig.s, &l->sig.d, &out->owner, NULL) != ST_OK)
		return;
	keys = l->keys = key_record_cache_get(l->conf->verify.keys, &out->owner,
					      l->clock);
	if (keys->st == ST_OK || keys->st == ST_KEY_SYNTAX)
		get_record(l);
	if (keys->st == ST_OK)
		choose_key(l, keys);
	judge_header(l);
	if (l->verdict->st == ST_EXPIRED || l->verdict->st == ST_FUTURE)
		by_time(l);
	else if (!l->key)
		by_key(l, keys);
	else if (out->header == JUDGED_BAD || out->body == JUDGED_BAD)
		by_parts(l);
	else if (status_result(l->verdict->st) == RESULT_PERMERROR)
		out->part = PART_KEY; /* it holds, the record forbids it */
	else if (l->verdict->st == ST_UNSIGNED_FROM)
		out->part = PART_HEADER;
}

static void explain_one(struct look *l)
{
	struct explanation *out = l->out;
	bool passes = status_result(l->verdict->st) == RESULT_PASS;

	out->part = PART_UNKNOWN;
	if (l->verdict->st == ST_SIGNATURE_LIMIT)
		return;
	l->tries = LIMIT_EXPLAIN_TRIES;
	l->st = sig_parse(l->field, &l->sig, &l->why);
	if (l->fields.st != ST_OK) {
		out->part = PART_HEADER;
	} else if (l->st != ST_OK && !(passes && l->st == ST_HISTORIC)) {
		by_syntax(l);
	} else {
		if (l->sig.type == KEY_ED25519)
			l->tries = LIMIT_EXPLAIN_CHECKS;
		judge_body(l);
		look_up(l);
	}
	if (!passes && !causes_proven(&out->causes)) {
		const struct whole_input in = {
			.conf = &l->conf->verify,
			.sig = &l->sig,
			.number = l->number,
			.message = l->message,
		};

		whole_line_ends(&in, &out->causes);
		if (causes_have(&out->causes, CAUSE_LINES_LF) ||
		    causes_have(&out->causes, CAUSE_LINES_CRCRLF))
			out->part = PART_BODY;
	}
	sig_free(&l->sig);
	key_record_cache_put(l->conf->verify.keys, l->keys);
	l->keys = NULL;
	l->key = NULL;
}

/* -- the message ------------------------------------------------------------
 */

static enum status keep_body(void *ctx, struct span piece)
{
	struct look *l = ctx;

	l->body_n += piece.n;
	if (body_kept(l))
		return buf_add(&l->body, piece);
	buf_free(&l->body);
	return ST_OK;
}

static enum status push(void *ctx, struct span chunk)
{
	return msg_push(ctx, chunk);
}

static enum status read_again(struct look *l, struct explained *out,
			      struct diag *why)
{
	buf_init(&l->body, LIMIT_EXPLAIN_BODY);
	out->msg = msg_new(l->conf->verify.lines, false,
			   (struct msg_handler){ NULL, keep_body, l });
	enum status st = spool_replay(l->message, 0, UINT64_MAX,
				      (struct sink){ push, out->msg }, why);

	if (st == ST_OK)
		st = msg_end(out->msg);
	out->fields = msg_fields(out->msg);
	l->lf = msg_facts(out->msg)->lf &&
		(l->conf->verify.lines == MSG_LF ||
		 (l->conf->verify.lines == MSG_AUTO &&
		  !msg_facts(out->msg)->crlf));
	return st;
}

/* A copy whose fields may be changed for a try. */
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

static struct field *signature_field(struct look *l, size_t number)
{
	const struct field *f =
		fields_find(&l->fields, SPAN("DKIM-Signature"), number);

	return l->fields.v + (f - l->fields.v);
}

enum status explain(const struct explain_conf *conf,
		    const struct verification *all, struct spool *message,
		    struct explained *out, struct diag *why)
{
	struct dns_clock clock = { 0 };
	struct look l = {
		.conf = conf,
		.all = all,
		.message = message,
		.clock = &clock,
		.left = LIMIT_EXPLAIN_MESSAGE,
	};

	*out = (struct explained){ .n = all->n, .path = out->path };
	out->v = mem_alloc(all->n * sizeof(*out->v));
	enum status st = read_again(&l, out, why);

	if (st == ST_OK)
		copy_fields(&l, out->fields);
	for (size_t i = 0; i < all->n && st == ST_OK; i++) {
		l.verdict = &all->v[i];
		l.out = &out->v[i];
		l.number = i;
		l.field = signature_field(&l, i);
		explain_one(&l);
	}
	if (st == ST_OK) {
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
