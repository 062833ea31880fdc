#include "sign.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "b64.h"
#include "bodyhash.h"
#include "fold.h"
#include "headerset.h"
#include "sig.h"

/* i= stays in one piece on its line (RFC 5322 2.1.1: 998 octets). */
enum { IDENTITY_OCTETS = 512 };

/* One reading of the message. */
struct reading {
	struct msg *msg;
	struct bodyhash *body;
};

struct signer {
	struct sign_conf conf;
	struct reading first, again;
	struct name domain; /* d= */
};

const char *sign_note_text(enum sign_note n)
{
	static const char *const texts[] = {
#define X(id, text) text,
		SIGN_NOTES(X)
#undef X
	};

	return texts[n];
}

/* -- reading --------------------------------------------------------------- */

static enum status on_body(void *ctx, struct span piece)
{
	return bodyhash_push(((struct reading *)ctx)->body, piece);
}

static enum status on_chunk(void *ctx, struct span chunk)
{
	return msg_push(((struct reading *)ctx)->msg, chunk);
}

/* All keys hash the body the same way: one job. */
static void begin(struct signer *s, struct reading *r, bool lint)
{
	r->msg = msg_new(s->conf.lines, lint,
			 (struct msg_handler){ NULL, on_body, r });
	r->body = bodyhash_new(s->conf.crypto);
	(void)bodyhash_add(
		r->body,
		(struct bodyhash_job){ s->conf.body, HASH_SHA256, UINT64_MAX });
}

static enum status end(struct reading *r)
{
	enum status st = msg_end(r->msg);

	return st == ST_OK ? bodyhash_end(r->body) : st;
}

static void drop(struct reading *r)
{
	msg_free(r->msg);
	bodyhash_free(r->body);
	*r = (struct reading){ 0 };
}

struct signer *signer_new(const struct sign_conf *conf)
{
	struct signer *s = mem_alloc(sizeof(*s));

	s->conf = *conf;
	begin(s, &s->first, true);
	return s;
}

struct sink signer_sink(struct signer *s)
{
	return (struct sink){ on_chunk, &s->first };
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

/* d=: as given, or the author's domain. */
static enum status choose_domain(struct signer *s, unsigned *notes,
				 struct diag *why)
{
	const struct field *from =
		fields_find(msg_fields(s->first.msg), SPAN("From"), 0);
	struct name author;
	struct diag more = { 0 };
	enum status st = address_author(from->value, &author, &more);

	if (s->conf.has_domain) {
		s->domain = s->conf.domain;
		if (st != ST_OK || !name_within(&author, &s->domain))
			*notes |= 1U << SIGN_OTHER_DOMAIN;
		return ST_OK;
	}
	if (st == ST_OK)
		st = name_parse(span_str(author.text), NAME_UNDERSCORE,
				&s->domain, &more);
	if (st != ST_OK)
		return diag_set(why, st == ST_DNS ? st : ST_REFUSED, more.where,
				"no domain to sign for (give -d): %s",
				more.text);
	return ST_OK;
}

enum status sign_check_identity(const char *text, struct diag *why)
{
	struct span i = span_str(text);
	struct name ignored;
	struct diag more = { 0 };
	size_t at = span_rfind(i, '@');

	for (size_t k = 0; k < i.n; k++)
		if (i.p[k] <= ' ' || i.p[k] >= 0x7f || i.p[k] == ';' ||
		    i.p[k] == '=')
			return diag_set(
				why, ST_USAGE, "RFC 6376 3.5",
				"octet 0x%02x cannot stand in i=", i.p[k]);
	if (i.n > IDENTITY_OCTETS)
		return diag_set(why, ST_USAGE, "RFC 5322 2.1.1",
				"i= has at most %d octets", IDENTITY_OCTETS);
	if (at == i.n)
		return diag_set(why, ST_USAGE, "RFC 6376 3.5",
				"the identity \"%s\" has no @", text);
	if (name_parse(span_from(i, at + 1), NAME_UNDERSCORE, &ignored,
		       &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "i=: %s", more.text);
	return ST_OK;
}

/* -- the field ------------------------------------------------------------- */

static void fold_names(struct fold *f, const struct headerset *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct buf word;

		buf_init(&word, set->v[i].n + 8);
		buf_put(&word, i ? SPAN("") : SPAN("h="));
		buf_put(&word, set->v[i]);
		buf_put(&word, i + 1 < set->n ? SPAN(":") : SPAN(";"));
		fold_word(f, i == 0, buf_span(&word));
		buf_free(&word);
	}
}

/* The field up to and with "b=" (RULES G-5, G-10). */
static enum status begin_field(const struct signer *s, const struct sign_key *k,
			       const struct headerset *set, struct fold *f)
{
	struct buf bh, word;

	buf_init(&bh, 64);
	enum status st = b64_encode(
		digest_span(bodyhash_get(s->first.body, 0, NULL)), &bh);

	fold_init(f);
	fold_raw(f, SPAN("DKIM-Signature: v=1;"));
	buf_init(&word, 64);
	buf_putf(&word, "%s-sha256", key_type_word(key_type(k->key)));
	fold_tag(f, "a", buf_span(&word));
	buf_reset(&word);
	buf_putf(&word, "%s/%s", canon_word(s->conf.header),
		 canon_word(s->conf.body));
	fold_tag(f, "c", buf_span(&word));
	buf_free(&word);
	fold_tag(f, "d", span_str(s->domain.text));
	fold_tag(f, "s", span_str(k->selector.text));
	if (s->conf.identity)
		fold_tag(f, "i", span_str(s->conf.identity));
	if (s->conf.timestamp)
		fold_number(f, "t", (uint64_t)s->conf.now);
	if (s->conf.expire)
		fold_number(f, "x", (uint64_t)s->conf.now + s->conf.expire);
	fold_names(f, set);
	fold_tag(f, "bh", buf_span(&bh));
	fold_word(f, true, SPAN("b="));
	buf_free(&bh);
	return st;
}

/* TEXT as a parsed field and signature. The caller frees SIG. */
static enum status reparse(const struct buf *text, struct field *field,
			   struct sig *sig, struct diag *why)
{
	struct span raw = buf_span(text);
	size_t colon = span_find(raw, ':');

	*field = (struct field){ raw, span_head(raw, colon),
				 span_from(raw, colon + 1) };
	field->value.n -= 2;
	return sig_parse(field, sig, why);
}

/* The digest to sign: of the field as it will stand, with any b=, since its
 * value is not part of the hash (RFC 6376 3.7). */
static enum status digest_of(const struct signer *s, const struct fold *f,
			     struct digest *out, struct diag *why)
{
	struct buf text;
	struct field field;
	struct sig sig;

	buf_init(&text, LIMIT_FIELD_BYTES);
	buf_put(&text, buf_span(&f->text));
	buf_put(&text, SPAN("AA==\r\n")); /* the parser wants a value */
	enum status st = reparse(&text, &field, &sig, why);

	if (st == ST_OK)
		st = sig_digest(&sig, msg_fields(s->first.msg), s->conf.crypto,
				out);
	sig_free(&sig);
	buf_free(&text);
	if (st == ST_OK || st == ST_OS)
		return st;
	/* the only parts that came from outside are options */
	if (why && !why->where)
		why->where = status_where(st);
	if (why && !why->text[0])
		status_ignore(
			diag_set(why, st, why->where, "%s", status_text(st)));
	return ST_USAGE;
}

/* RULES G-11: as a receiver would, with the public half. */
static enum status verify_own(const struct signer *s, const struct key *key,
			      const struct buf *text, struct diag *why)
{
	struct field field;
	struct sig sig;
	struct digest digest;
	enum status st = reparse(text, &field, &sig, why);

	if (st == ST_OK)
		st = sig_digest(&sig, msg_fields(s->first.msg), s->conf.crypto,
				&digest);
	if (st == ST_OK &&
	    !span_eq(digest_span(&sig.bh),
		     digest_span(bodyhash_get(s->first.body, 0, NULL))))
		st = ST_BODY_HASH;
	if (st == ST_OK)
		st = key_verify(key, &digest, buf_span(&sig.b));
	sig_free(&sig);
	if (st == ST_OK || st == ST_OS)
		return st;
	/* the same code made and judged it, so that it is the key */
	return diag_set(why, ST_NOT_KEY, "RFC 6376 6.1.3",
			"the new signature does not verify (%s); the key file "
			"must be damaged",
			status_text(st));
}

static enum status make_field(const struct signer *s, const struct sign_key *k,
			      const struct headerset *set, struct buf *out,
			      struct diag *why)
{
	struct fold f;
	struct digest digest;
	struct buf signature, text;
	enum status st = begin_field(s, k, set, &f);

	buf_init(&signature, 8192);
	buf_init(&text, 8192);
	if (st == ST_OK)
		st = digest_of(s, &f, &digest, why);
	if (st == ST_OK)
		st = key_sign(k->key, &digest, &signature);
	if (st == ST_OK)
		st = b64_encode(buf_span(&signature), &text);
	if (st == ST_OK) {
		fold_base64(&f, buf_span(&text));
		fold_raw(&f, SPAN("\r\n"));
		st = verify_own(s, k->key, &f.text, why);
	}
	if (st == ST_OK && buf_add(out, buf_span(&f.text)) != ST_OK)
		st = refuse(why, "RFC 6376 8.9",
			    "the new fields are too large");
	buf_free(&f.text);
	buf_free(&signature);
	buf_free(&text);
	return st;
}

/* The message's own line ends: CRLF to LF if it has LF. */
static void add_narrowed(struct buf *out, struct span fields)
{
	struct span line;

	while (span_split(&fields, '\n', &line)) {
		if (span_ends(line, SPAN("\r")))
			line.n--;
		buf_put(out, line);
		if (fields.p)
			buf_put(out, SPAN("\n"));
	}
}

/* What is over a receiver's ceiling would never verify. */
static enum status check_size(const struct signer *s, size_t more,
			      struct diag *why)
{
	const struct fields *f = msg_fields(s->first.msg);
	size_t blank = 4; /* the line end before the body, twice if LF */

	if (f->n + s->conf.n > LIMIT_FIELDS ||
	    f->bytes.n + more + blank > LIMIT_HEADER_BYTES)
		return refuse(why, "RFC 6376 8.9",
			      "with its signatures the header is too large");
	return ST_OK;
}

static unsigned notes_of(const struct msg_facts *facts)
{
	unsigned notes = 0;

	if (facts->nul)
		notes |= 1U << SIGN_NUL;
	if (facts->longest > 998)
		notes |= 1U << SIGN_LONG_LINE;
	if (facts->header_8bit)
		notes |= 1U << SIGN_HEADER_8BIT;
	if (facts->top)
		notes |= 1U << SIGN_MBOX_LINE;
	return notes;
}

enum status signer_end(struct signer *s, struct buf *out, uint64_t *top,
		       unsigned *notes, struct diag *why)
{
	struct headerset set = { 0 };
	struct buf fields;
	enum status st = end(&s->first);
	const struct msg_facts *facts = msg_facts(s->first.msg);

	buf_init(&fields, LIMIT_HEADER_BYTES);
	*notes = notes_of(facts);
	*top = facts->top;
	if (st == ST_OK)
		st = check_message(s->first.msg, s->conf.lines, why);
	if (st == ST_OK)
		st = choose_domain(s, notes, why);
	if (st == ST_OK && s->conf.identity)
		st = sign_check_identity(s->conf.identity, why);
	if (st == ST_OK)
		st = headerset_pick(s->conf.headers, msg_fields(s->first.msg),
				    &set, why);
	for (size_t i = 0; i < s->conf.n && st == ST_OK; i++)
		st = make_field(s, &s->conf.keys[i], &set, &fields, why);
	if (st == ST_OK)
		st = check_size(s, fields.n, why);
	if (st == ST_OK && (facts->crlf || s->conf.lines == MSG_CRLF))
		buf_put(out, buf_span(&fields));
	else if (st == ST_OK)
		add_narrowed(out, buf_span(&fields));
	headerset_free(&set);
	buf_free(&fields);
	return st;
}

/* -- the second reading ---------------------------------------------------- */

struct sink signer_again(struct signer *s)
{
	begin(s, &s->again, false);
	return (struct sink){ on_chunk, &s->again };
}

enum status signer_same(struct signer *s, struct diag *why)
{
	enum status st = end(&s->again);

	if (st != ST_OK)
		return st;
	if (span_eq(buf_span(&msg_fields(s->first.msg)->bytes),
		    buf_span(&msg_fields(s->again.msg)->bytes)) &&
	    msg_facts(s->first.msg)->octets ==
		    msg_facts(s->again.msg)->octets &&
	    span_eq(digest_span(bodyhash_get(s->first.body, 0, NULL)),
		    digest_span(bodyhash_get(s->again.body, 0, NULL))))
		return ST_OK;
	return diag_set(why, ST_IO, NULL,
			"the message changed while it was being signed");
}

void signer_free(struct signer *s)
{
	if (!s)
		return;
	drop(&s->first);
	drop(&s->again);
	free(s);
}
