#include "signfield.h"

#include <stdio.h>
#include <stdlib.h>

#include "b64.h"
#include "fold.h"
#include "sig.h"

/* -- tags, folded ---------------------------------------------------------- */

/* " NAME=VALUE;" in one piece. */
static void put_tag(struct fold *f, const char *name, struct span value)
{
	struct buf tag;

	buf_init(&tag, value.n + 16);
	buf_putf(&tag, "%s=", name);
	buf_put(&tag, value);
	buf_put(&tag, SPAN(";"));
	fold_word(f, true, buf_span(&tag));
	buf_free(&tag);
}

static void put_number(struct fold *f, const char *name, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	put_tag(f, name, span_str(digits));
}

/* " h=NAME:NAME;", folded after colons. */
static void put_names(struct fold *f, const struct span *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf word;

		buf_init(&word, names[i].n + 8);
		buf_put(&word, i ? SPAN("") : SPAN("h="));
		buf_put(&word, names[i]);
		buf_put(&word, i + 1 < n ? SPAN(":") : SPAN(";"));
		fold_word(f, i == 0, buf_span(&word));
		buf_free(&word);
	}
}

/* The value of b=, and the end of the field; base64 may be folded anywhere (RFC
 * 6376 3.5). */
static void put_signature(struct fold *f, struct span base64)
{
	while (base64.n) {
		size_t room = f->column < FOLD_AT ? FOLD_AT - f->column
						  : FOLD_AT - 1;
		struct span piece = span_head(base64, room);

		fold_word(f, false, piece);
		base64 = span_from(base64, piece.n);
	}
	fold_raw(f, SPAN("\r\n"));
}

/* DIGEST signed by KEY, as base64 in OUT, which the caller frees. */
static enum status sign_digest(const struct key *key,
			       const struct digest *digest, struct buf *out)
{
	struct buf octets;

	buf_init(&octets, 8192);
	buf_init(out, 8192);
	enum status st = key_sign(key, digest, &octets);

	if (st == ST_OK)
		st = b64_encode(buf_span(&octets), out);
	buf_free(&octets);
	return st;
}

/* TEXT, which has no other line end than folds and its own, as a field. */
static struct field field_of(struct span text)
{
	size_t colon = span_find(text, ':');
	struct field field = { text, span_head(text, colon),
			       span_from(text, colon + 1) };

	field.value.n -= 2;
	return field;
}

/* -- z= -------------------------------------------------------------------- */

/* What needs no escape in a copied field: "=" begins one, and "|" a field. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '=' && c != ';' && c != '|';
}

/* S in dkim-quoted-printable (RFC 6376 2.11), folded between pieces of 40. */
static void put_quoted(struct fold *f, struct span s)
{
	enum { PIECE = 40 };

	while (s.n) {
		struct buf piece;

		buf_init(&piece, PIECE + 4);
		for (; s.n && piece.n < PIECE; s = span_from(s, 1))
			if (is_plain(s.p[0]))
				buf_put(&piece, span_head(s, 1));
			else
				buf_putf(&piece, "=%02X", s.p[0]);
		fold_word(f, false, buf_span(&piece));
		buf_free(&piece);
	}
}

/* z=: the fields that are signed, as they are (RFC 6376 3.5). */
static void put_copies(struct fold *f, const struct signfield *s)
{
	struct picker picker;
	const char *before = "z=";

	picker_init(&picker, s->fields, NULL);
	for (size_t i = 0; i < s->headers->n; i++) {
		const struct field *field =
			picker_take(&picker, s->headers->v[i]);

		if (!field)
			continue;
		fold_word(f, *before == 'z', span_str(before));
		put_quoted(f, field->name);
		fold_raw(f, SPAN(":"));
		put_quoted(f, span_trim(field->value));
		before = "|";
	}
	picker_free(&picker);
	fold_raw(f, SPAN(";"));
}

/* Each octet takes three at most, and a fold of three every forty. */
static enum status check_copies(const struct signfield *s, struct diag *why)
{
	if (!s->copied || s->fields->bytes.n < LIMIT_FIELD_BYTES / 5)
		return ST_OK;
	return diag_set(why, ST_REFUSED, "RFC 6376 8.9",
			"the header is too large to be copied into z=");
}

/* -- DKIM-Signature -------------------------------------------------------- */

/* The field before "b=" (RFC 6376 3.5). */
static enum status put_tags(const struct signfield *s, const struct sign_key *k,
			    struct fold *f)
{
	struct buf bh, word;

	buf_init(&bh, 64);
	enum status st = b64_encode(digest_span(s->bh), &bh);

	fold_init(f);
	fold_raw(f, SPAN("DKIM-Signature: v=1;"));
	buf_init(&word, 64);
	buf_putf(&word, "%s-sha256", key_type_word(key_type(k->key)));
	put_tag(f, "a", buf_span(&word));
	buf_reset(&word);
	buf_putf(&word, "%s/%s", canon_word(s->header), canon_word(s->body));
	put_tag(f, "c", buf_span(&word));
	buf_free(&word);
	put_tag(f, "d", span_str(k->domain.text));
	put_tag(f, "s", span_str(k->selector.text));
	if (k->identity)
		put_tag(f, "i", span_str(k->identity));
	if (s->timestamp)
		put_number(f, "t", (uint64_t)s->now);
	if (s->expire)
		put_number(f, "x", (uint64_t)s->now + s->expire);
	if (s->has_length)
		put_number(f, "l", s->length);
	if (s->reports)
		put_tag(f, "r", SPAN("y"));
	put_names(f, s->headers->v, s->headers->n);
	if (s->copied)
		put_copies(f, s);
	put_tag(f, "bh", buf_span(&bh));
	buf_free(&bh);
	return st;
}

/* The hash to sign: of the signed fields and of this one as it will be, up to
 * "b=", whose value is not part of it (RFC 6376 3.7). */
static void digest_of(const struct signfield *s, struct span own,
		      struct digest *out)
{
	const struct sig sig = { .header = s->header,
				 .h = s->headers->v,
				 .h_n = s->headers->n };
	struct hasher *hasher = hasher_new(s->crypto, HASH_SHA256);

	/* a hasher takes everything (digest.h) */
	status_ignore(
		sig_header_put(&sig, own, s->fields, hasher_sink(hasher)));
	hasher_end(hasher, out);
	hasher_free(hasher);
}

enum status signfield_make(const struct signfield *s, const struct sign_key *k,
			   struct buf *out, struct diag *why)
{
	struct fold f;
	struct digest digest;
	struct buf signature = { 0 };
	enum status st = check_copies(s, why);

	if (st != ST_OK)
		return st;
	fold_init(&f);
	st = put_tags(s, k, &f);
	fold_word(&f, true, SPAN("b="));
	digest_of(s, buf_span(&f.text), &digest);
	if (st == ST_OK)
		st = sign_digest(k->key, &digest, &signature);
	put_signature(&f, buf_span(&signature));
	if (st == ST_OK && (f.text.n > LIMIT_FIELD_BYTES ||
			    buf_add(out, buf_span(&f.text)) != ST_OK))
		st = diag_set(why, ST_REFUSED, "RFC 6376 8.9",
			      "the new fields are too large");
	buf_free(&f.text);
	buf_free(&signature);
	return st;
}

/* As verifiers read it. The only parts that came from outside are options, so
 * that what they do not accept is a usage error. */
static enum status parse_own(const struct field *field, struct sig *sig,
			     struct diag *why)
{
	enum status st = sig_parse(field, sig, why);

	if (st == ST_OK)
		return ST_OK;
	if (why && !why->where)
		why->where = status_where(st);
	if (why && !why->text[0])
		diag_set(why, st, why->where, "%s", status_text(st));
	return ST_USAGE;
}

enum status signfield_verify(const struct signfield *s, const struct key *key,
			     struct span text, struct diag *why)
{
	const struct field field = field_of(text);
	struct sig sig;
	struct digest digest;
	enum status st = parse_own(&field, &sig, why);

	if (st != ST_OK) {
		sig_free(&sig);
		return st;
	}
	sig_digest(&sig, s->fields, s->crypto, &digest);
	st = span_eq(digest_span(&sig.bh), digest_span(s->bh))
		     ? key_verify(key, &digest, buf_span(&sig.b))
		     : ST_BODY_HASH;
	sig_free(&sig);
	if (st == ST_OK)
		return st;
	/* the same code has made and verified it: the key is the difference */
	return diag_set(why, ST_NOT_KEY, "RFC 6376 6.1.3",
			"the new signature does not verify (%s); the key file "
			"must be damaged",
			status_text(st));
}

/* -- DomainKey-Signature --------------------------------------------------- */

/* Of one name, which must fit on a line, and of all. */
enum { NAME_OCTETS = 256, NAMES_OCTETS = 16384 };

/* RFC 4870 3.5.1, 3.5.2: a sending address in d=, and no older signature. */
static enum status check_sender(const struct sig *s,
				const struct fields *fields, struct diag *why)
{
	struct domainkeys_addresses addresses;
	const struct domainkeys_address *address;
	struct diag more = { 0 };

	if (fields_find(fields, SPAN("DomainKey-Signature"), 0) &&
	    !fields_find(fields, SPAN("Sender"), 0))
		return diag_set(why, ST_REFUSED, "RFC 4870 3.5.2",
				"there already is a DomainKey-Signature");
	domainkeys_addresses(fields, &addresses);
	enum status st = domainkeys_match(s, &addresses, &address, &more);

	domainkeys_addresses_free(&addresses);
	return st == ST_OK ? ST_OK
			   : diag_set(why, ST_REFUSED, more.where,
				      "DomainKeys: %s", more.text);
}

/* h=: the name of every field, in the order of the message, so that one added
 * below the signature breaks nothing (RFC 4870 3.3). It is left out, and all
 * that is below is signed, if a name cannot be part of a tag. */
static void put_all_names(const struct fields *fields, struct fold *f)
{
	struct span *names = mem_array(NULL, fields->n + 1, sizeof(*names));
	size_t octets = 0;
	bool good = fields->n <= LIMIT_SIGNED_NAMES;

	for (size_t i = 0; i < fields->n; i++) {
		struct span name = names[i] = fields->v[i].name;

		octets += name.n;
		good &= name.n <= NAME_OCTETS && span_find(name, ';') == name.n;
	}
	if (good && octets <= NAMES_OCTETS)
		put_names(f, names, fields->n);
	free(names);
}

/* As a verifier reads it. */
static enum status verify_domainkey(const struct domainkeys_signer *by,
				    const struct fields *fields,
				    const struct digest *digest,
				    struct span text, struct diag *why)
{
	const struct field field = field_of(text);
	struct sig sig;
	enum status st = domainkeys_parse(&field, &sig, why);

	if (st == ST_OK)
		st = check_sender(&sig, fields, why);
	if (st == ST_OK)
		st = key_verify(by->key, digest, buf_span(&sig.b));
	sig_free(&sig);
	if (st == ST_BAD_SIGNATURE)
		return diag_set(why, ST_NOT_KEY, "RFC 4870 3.7.5",
				"the new signature does not verify; the key "
				"file must be damaged");
	return st;
}

enum status domainkeys_sign(const struct domainkeys_signer *by,
			    const struct fields *fields,
			    const struct digest *digest, struct buf *out,
			    struct diag *why)
{
	struct buf signature;
	struct fold f;

	if (key_type(by->key) != KEY_RSA)
		return diag_set(why, ST_USAGE, "RFC 4870 3.2.2",
				"DomainKeys signs with RSA keys only");
	enum status st = sign_digest(by->key, digest, &signature);

	fold_init(&f);
	fold_raw(&f, SPAN("DomainKey-Signature: a=rsa-sha1; q=dns;"));
	put_tag(&f, "c", by->nofws ? SPAN("nofws") : SPAN("simple"));
	put_tag(&f, "d", span_str(by->d->text));
	put_tag(&f, "s", span_str(by->selector->text));
	put_all_names(fields, &f);
	fold_word(&f, true, SPAN("b="));
	put_signature(&f, buf_span(&signature));
	if (st == ST_OK)
		st = verify_domainkey(by, fields, digest, buf_span(&f.text),
				      why);
	if (st == ST_OK)
		st = buf_add(out, buf_span(&f.text));
	buf_free(&f.text);
	buf_free(&signature);
	return st;
}
