#include "signfield.h"

#include <string.h>

#include "b64.h"
#include "fold.h"
#include "identity.h"
#include "sig.h"

/* -- extension tags -------------------------------------------------------- */

static bool is_domain(struct span value)
{
	struct name ignored;

	return name_parse(value, NAME_UNDERSCORE, &ignored, NULL) == ST_OK;
}

static bool is_yes(struct span value)
{
	return span_eq(value, SPAN("y"));
}

static bool is_atps_hash(struct span value)
{
	return span_eq(value, SPAN("sha1")) || span_eq(value, SPAN("sha256")) ||
	       span_eq(value, SPAN("none"));
}

/* What is registered and does not change what the signature means (the others
 * have options of their own, or are never ours to write). */
static const struct {
	const char *name;
	bool (*good)(struct span value);
} known[] = {
	{ "r", is_yes },	   /* RFC 6651 3.2 */
	{ "atps", is_domain },	   /* RFC 6541 4.3 */
	{ "atpsh", is_atps_hash }, /* RFC 6541 4.3 */
};

static enum status parse_tag(const char *text, struct sign_tag *out,
			     struct diag *why)
{
	struct span value = span_str(text), name;

	if (!span_split(&value, '=', &name) || !value.p)
		return diag_set(why, ST_USAGE, NULL,
				"--tag: \"%s\" is not NAME=VALUE", text);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!span_eq(name, span_str(known[i].name)))
			continue;
		*out = (struct sign_tag){ known[i].name,
					  (const char *)value.p };
		if (known[i].good(value))
			return ST_OK;
		return diag_set(why, ST_USAGE, NULL,
				"--tag: %s= cannot be \"%s\"", out->name,
				out->value);
	}
	return diag_set(why, ST_USAGE, "RFC 6376 3.5",
			"--tag: \"%.*s\" is no registered extension tag (r, "
			"atps, atpsh)",
			(int)(name.n < 80 ? name.n : 80), (const char *)name.p);
}

static bool has(const struct sign_tag *tags, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(tags[i].name, name) == 0)
			return true;
	return false;
}

enum status signfield_tags(const char *const *texts, size_t n,
			   struct sign_tag *out, struct diag *why)
{
	for (size_t i = 0; i < n; i++) {
		enum status st = parse_tag(texts[i], &out[i], why);

		if (st != ST_OK)
			return st;
		if (has(out, i, out[i].name))
			return diag_set(why, ST_USAGE, "RFC 6376 3.2",
					"--tag: %s= stands twice", out[i].name);
	}
	if (has(out, n, "atps") != has(out, n, "atpsh"))
		return diag_set(why, ST_USAGE, "RFC 6541 4.3",
				"--tag: atps= and atpsh= belong together");
	return ST_OK;
}

/* -- writing --------------------------------------------------------------- */

/* RULES G-15: what may stand for itself in a copied field; "=" begins an escape
 * and "|" a new field. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '=' && c != ';' && c != '|';
}

/* S in dkim-quoted-printable (RFC 6376 2.11), in pieces that the line may be
 * folded between. */
static void fold_quoted(struct fold *f, struct span s)
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
static void fold_copies(struct fold *f, const struct signfield *s)
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
		fold_quoted(f, field->name);
		fold_raw(f, SPAN(":"));
		fold_quoted(f, span_trim(field->value));
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

/* The field up to and with "b=" (RULES G-5, G-10). */
static enum status begin_field(const struct signfield *s,
			       const struct sign_key *k, struct fold *f)
{
	struct buf bh, word;

	buf_init(&bh, 64);
	enum status st = b64_encode(digest_span(s->bh), &bh);

	fold_init(f);
	fold_raw(f, SPAN("DKIM-Signature: v=1;"));
	buf_init(&word, 64);
	buf_putf(&word, "%s-sha256", key_type_word(key_type(k->key)));
	fold_tag(f, "a", buf_span(&word));
	buf_reset(&word);
	buf_putf(&word, "%s/%s", canon_word(s->header), canon_word(s->body));
	fold_tag(f, "c", buf_span(&word));
	buf_free(&word);
	fold_tag(f, "d", span_str(k->domain.text));
	fold_tag(f, "s", span_str(k->selector.text));
	if (k->identity)
		fold_tag(f, "i", span_str(k->identity));
	if (s->timestamp)
		fold_number(f, "t", (uint64_t)s->now);
	if (s->expire)
		fold_number(f, "x", (uint64_t)s->now + s->expire);
	if (s->has_length)
		fold_number(f, "l", s->length);
	for (size_t i = 0; i < s->tags_n; i++)
		fold_tag(f, s->tags[i].name, span_str(s->tags[i].value));
	fold_names(f, s->headers->v, s->headers->n);
	if (s->copied)
		fold_copies(f, s);
	fold_tag(f, "bh", buf_span(&bh));
	fold_word(f, true, SPAN("b="));
	buf_free(&bh);
	return st;
}

/* -- signing and verifying ------------------------------------------------- */

/* The hash to sign: of the field as it will stand, up to "b=", whose value is
 * not part of it (RFC 6376 3.7). */
static enum status digest_of(const struct signfield *s, const struct fold *f,
			     struct digest *out)
{
	const struct sig sig = { .header = s->header,
				 .h = s->headers->v,
				 .h_n = s->headers->n };
	struct hasher *hasher = hasher_new(s->crypto, HASH_SHA256);
	enum status st = sig_header_put(&sig, buf_span(&f->text), s->fields,
					hasher_sink(hasher));

	if (st == ST_OK)
		st = hasher_end(hasher, out);
	hasher_free(hasher);
	return st;
}

/* TEXT as a receiver will read it. The caller frees SIG. */
static enum status reparse(const struct buf *text, struct field *field,
			   struct sig *sig, struct diag *why)
{
	struct span raw = buf_span(text);
	size_t colon = span_find(raw, ':');

	*field = (struct field){ raw, span_head(raw, colon),
				 span_from(raw, colon + 1) };
	field->value.n -= 2;
	enum status st = sig_parse(field, sig, why);

	if (st == ST_OK)
		return ST_OK;
	/* the only parts that came from outside are options */
	if (why && !why->where)
		why->where = status_where(st);
	if (why && !why->text[0])
		status_ignore(
			diag_set(why, st, why->where, "%s", status_text(st)));
	return ST_USAGE;
}

/* RULES G-11: as a receiver would, with the public half. */
static enum status verify_own(const struct signfield *s, const struct key *key,
			      const struct buf *text, struct diag *why)
{
	struct field field;
	struct sig sig;
	struct digest digest;
	enum status st = reparse(text, &field, &sig, why);

	if (st != ST_OK) {
		sig_free(&sig);
		return st;
	}
	st = sig_digest(&sig, s->fields, s->crypto, &digest);
	if (st == ST_OK && !span_eq(digest_span(&sig.bh), digest_span(s->bh)))
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

enum status signfield_add(const struct signfield *s, const struct sign_key *k,
			  struct buf *out, struct diag *why)
{
	struct fold f;
	struct digest digest;
	struct buf signature, text;
	enum status st = check_copies(s, why);

	if (st == ST_OK && k->identity)
		st = identity_check(k->identity, why);
	if (st != ST_OK)
		return st;
	st = begin_field(s, k, &f);

	buf_init(&signature, 8192);
	buf_init(&text, 8192);
	if (st == ST_OK)
		st = digest_of(s, &f, &digest);
	if (st == ST_OK)
		st = key_sign(k->key, &digest, &signature);
	if (st == ST_OK)
		st = b64_encode(buf_span(&signature), &text);
	if (st == ST_OK) {
		fold_base64(&f, buf_span(&text));
		fold_raw(&f, SPAN("\r\n"));
		st = verify_own(s, k->key, &f.text, why);
	}
	if (st == ST_OK && (f.text.n > LIMIT_FIELD_BYTES ||
			    buf_add(out, buf_span(&f.text)) != ST_OK))
		st = diag_set(why, ST_REFUSED, "RFC 6376 8.9",
			      "the new fields are too large");
	buf_free(&f.text);
	buf_free(&signature);
	buf_free(&text);
	return st;
}
