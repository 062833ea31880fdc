#include "sig.h"

#include <stdlib.h>

#include "b64.h"
#include "idn.h"
#include "when.h"

static enum status missing(struct diag *why, const char *tag)
{
	return diag_set(why, ST_MISSING_TAG, NULL, "required tag %s= missing",
			tag);
}

/* RFC 6376 3.5, 6.1.1: the tags that a signature must have; v= is "1" exactly.
 */
static enum status check_required(struct sig *s, struct diag *why)
{
	static const char *const required[] = { "a", "b", "bh", "d", "h", "s" };
	struct span v = tags_value(s->tags, "v");

	if (!v.p)
		return missing(why, "v");
	if (!span_eq(v, SPAN("1")))
		return diag_set(why, ST_VERSION, NULL,
				"v=%.*s is not version 1", (int)v.n,
				(const char *)v.p);
	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++)
		if (!tags_value(s->tags, required[i]).p)
			return missing(why, required[i]);
	return ST_OK;
}

/* RFC 6376 3.5 a=; RFC 8463 3. The whole value is compared, never a prefix. */
static enum status parse_a(struct sig *s, struct diag *why)
{
	static const struct {
		const char *name;
		enum key_type type;
		enum hash hash;
	} known[] = {
		{ "rsa-sha256", KEY_RSA, HASH_SHA256 },
		{ "ed25519-sha256", KEY_ED25519, HASH_SHA256 },
	};
	struct span a = s->text_a;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (span_ieq(a, span_str(known[i].name))) {
			s->type = known[i].type;
			s->hash = known[i].hash;
			return ST_OK;
		}
	if (span_ieq(a, SPAN("rsa-sha1"))) { /* RFC 8301 3.1 */
		s->type = KEY_RSA;
		s->hash = HASH_SHA1;
		return ST_HISTORIC;
	}
	if (a.n == 0)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5", "a= is empty");
	return diag_set(why, ST_ALGORITHM, NULL, "a=%.*s is not known",
			(int)a.n, (const char *)a.p);
}

/* RFC 6376 3.5 b=, bh=. The length of b= depends on the key and is checked with
 * it. */
static enum status parse_hashes(struct sig *s, struct diag *why)
{
	struct span bh = tags_value(s->tags, "bh");
	struct buf octets;

	if (b64_decode(s->text_b, &s->b) != ST_OK || s->b.n == 0)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"b= is not base64");
	buf_init(&octets, sizeof(s->bh.b));
	enum status st = b64_decode(bh, &octets);

	s->bh.n = octets.n;
	for (size_t i = 0; i < octets.n; i++)
		s->bh.b[i] = octets.p[i];
	buf_free(&octets);
	/* the length is checked before anything is compared: CVE-2020-28025 */
	if (st != ST_OK || s->bh.n != hash_size(s->hash))
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"bh= is not the base64 of %zu bytes",
				hash_size(s->hash));
	return ST_OK;
}

/* hyphenated-word (RFC 6376 2.10, 3.5 x-sig-c-tag-alg) */
static bool is_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) &&
		    (i == 0 ||
		     !(ascii_digit(s.p[i]) || (s.p[i] == '-' && i + 1 < s.n))))
			return false;
	return s.n > 0;
}

/* RFC 6376 3.5 c=: simple/simple by default; with one name the body is simple.
 */
static enum status parse_c(struct sig *s, struct diag *why)
{
	struct span c = s->text_c;
	size_t slash = span_find(c, '/');
	struct span header = span_head(c, slash);
	struct span body = slash < c.n ? span_from(c, slash + 1)
				       : SPAN("simple");

	s->header = s->body = CANON_SIMPLE;
	if (!c.p)
		return ST_OK;
	if (!is_word(header) || !is_word(body))
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"c=%.*s is not one name or two with a slash",
				(int)c.n, (const char *)c.p);
	enum canon h, b;

	if (!canon_find(header, &h) || !canon_find(body, &b))
		return diag_set(why, ST_CANON, NULL, "c=%.*s is not known",
				(int)c.n, (const char *)c.p);
	s->header = h;
	s->body = b;
	return ST_OK;
}

enum status sig_parse_domain(struct sig *s, struct span text, unsigned how,
			     const char *tag, struct name *out,
			     struct diag *why)
{
	struct diag more = { 0 };

	/* LENIENT: "_" in a label, since live domains and selectors have it;
	 * RFC 6376 3.5 allows letters, digits and hyphens only
	 * (tests/unit/sig.c) */
	enum status st = idn_parse(text, how | NAME_UNDERSCORE, out, &more);

	if (st != ST_OK)
		return diag_set(why, st, more.where, "%s=: %s", tag, more.text);
	if (span_find(text, '_') < text.n)
		s->notes |= SIG_UNDERSCORE;
	if (span_8bit(text))
		s->notes |= SIG_U_LABEL;
	return ST_OK;
}

enum status sig_parse_names(struct sig *s, struct diag *why)
{
	struct span rest = s->text_h, word;
	size_t colons = 0;

	for (size_t i = 0; i < rest.n; i++)
		colons += rest.p[i] == ':';
	if (colons >= LIMIT_SIGNED_NAMES)
		return diag_set(why, ST_SYNTAX, "RFC 6376 8.9",
				"h= lists more than %d names",
				LIMIT_SIGNED_NAMES);
	s->h = mem_alloc((colons + 1) * sizeof(*s->h));
	while (tag_words(&rest, &word)) {
		if (!fields_is_name(word))
			return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
					"h= has \"%.*s\", which is not a field "
					"name",
					(int)word.n, (const char *)word.p);
		s->h[s->h_n++] = word;
	}
	return ST_OK;
}

/* RFC 6376 3.5 h=, 5.4: From is signed. */
static enum status parse_h(struct sig *s, struct diag *why)
{
	enum status st = sig_parse_names(s, why);

	return st != ST_OK || sig_covers(s, SPAN("From")) ? st
							  : ST_FROM_NOT_SIGNED;
}

/* RFC 6376 3.5 i=: "@" and d= by default; its domain is d= or within it. */
static enum status parse_i(struct sig *s, struct diag *why)
{
	s->i_domain = s->d;
	if (!s->text_i.p) {
		buf_init(&s->identity, s->text_d.n + 1);
		buf_put(&s->identity, SPAN("@"));
		buf_put(&s->identity, s->text_d);
		return ST_OK;
	}
	if (!tag_unquote(s->text_i, &s->identity))
		return diag_set(why, ST_SYNTAX, "RFC 6376 2.11",
				"i= is not dkim-quoted-printable");
	struct span i = buf_span(&s->identity);
	size_t at = span_rfind(i, '@');

	if (at == i.n)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5", "i= has no @");
	enum status st =
		sig_parse_domain(s, span_from(i, at + 1),
				 name_labels(&s->d) > 1 ? 0 : NAME_SINGLE, "i",
				 &s->i_domain, why);

	if (st != ST_OK)
		return st;
	if (!name_within(&s->i_domain, &s->d))
		return diag_set(why, ST_DOMAIN_MISMATCH, NULL,
				"i= domain %s is not within d=%s",
				s->i_domain.text, s->d.text);
	return ST_OK;
}

/* RFC 6376 3.5 q=: unknown methods are ignored, one must be known. */
static enum status parse_q(struct sig *s, struct diag *why)
{
	struct span rest = tags_value(s->tags, "q"), word;

	if (!rest.p)
		return ST_OK;
	if (rest.n == 0)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5", "q= is empty");
	bool full = false, bare = false;

	while (tag_words(&rest, &word)) {
		if (!is_word(span_head(word, span_find(word, '/'))))
			return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
					"q= has an item that is not a method");
		full |= span_ieq(word, SPAN("dns/txt"));
		bare |= span_ieq(word, SPAN("dns"));
	}
	/* LENIENT: "dns" alone, which old signers wrote (tests/unit/sig.c) */
	if (bare && !full)
		s->notes |= SIG_QUERY_DNS;
	return full || bare ? ST_OK : ST_QUERY;
}

/* The number in TAG, of at most MOST digits; with more than KEEP digits it is
 * infinite. */
static enum status parse_number(struct sig *s, const char *tag, size_t most,
				size_t keep, bool *has, uint64_t *out,
				struct diag *why)
{
	struct span text = tags_value(s->tags, tag);

	*has = text.p != NULL;
	if (!*has)
		return ST_OK;
	if (text.n > most || !span_u64(text, out))
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"%s= is not a number", tag);
	if (text.n > keep)
		*out = UINT64_MAX;
	return ST_OK;
}

/* RFC 6376 3.5 l=, q=, t=, x=. More than 12 digits in t= or x= may be read as
 * infinite. */
static enum status parse_numbers(struct sig *s, struct diag *why)
{
	enum status st = parse_number(s, "l", 76, 76, &s->has_l, &s->l, why);

	if (st == ST_OK)
		st = parse_q(s, why);
	if (st == ST_OK)
		st = parse_number(s, "t", SIZE_MAX, 12, &s->has_t, &s->t, why);
	if (st == ST_OK)
		st = parse_number(s, "x", SIZE_MAX, 12, &s->has_x, &s->x, why);
	if (st == ST_OK && s->has_t && s->has_x && s->x <= s->t)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"x= is not after t=");
	return st;
}

static enum status parse_d_and_s(struct sig *s, struct diag *why)
{
	/* one label, "com", is read; verify.c says what it is worth */
	enum status st =
		sig_parse_domain(s, s->text_d, NAME_SINGLE, "d", &s->d, why);

	return st != ST_OK ? st
			   : sig_parse_domain(s, s->text_s, NAME_SINGLE, "s",
					      &s->s, why);
}

enum status sig_begin(const struct field *field, struct sig *out,
		      struct diag *why)
{
	out->field = field;
	buf_init(&out->b, field->value.n);
	out->tags = mem_array(NULL, 1, sizeof(*out->tags));
	enum status st =
		tags_parse(out->tags, field->value, TAGS_SIGNATURE, why);

	if (st != ST_OK)
		return st;
	out->text_a = tags_value(out->tags, "a");
	out->text_b = tags_value(out->tags, "b");
	out->text_c = tags_value(out->tags, "c");
	out->text_d = tags_value(out->tags, "d");
	out->text_h = tags_value(out->tags, "h");
	out->text_i = tags_value(out->tags, "i");
	out->text_s = tags_value(out->tags, "s");
	return ST_OK;
}

enum status sig_parse(const struct field *field, struct sig *out,
		      struct diag *why)
{
	static enum status (*const steps[])(struct sig *, struct diag *) = {
		check_required, parse_a, parse_hashes, parse_c,
		parse_d_and_s,	parse_h, parse_i,      parse_numbers,
	};
	bool historic = false;

	*out = (struct sig){ 0 };
	enum status st = sig_begin(field, out, why);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		st = steps[i](out, why);
		if (st == ST_HISTORIC)
			historic = true;
		else if (st != ST_OK)
			break;
	}
	if (!historic)
		return st;
	out->beside = st;
	return diag_set(why, ST_HISTORIC, NULL, "%s", "");
}

void sig_free(struct sig *s)
{
	free(s->tags);
	free(s->h);
	buf_free(&s->b);
	buf_free(&s->identity);
	*s = (struct sig){ 0 };
}

enum status sig_international(const struct sig *s, const struct fields *fields,
			      struct diag *why)
{
	if (fields->international ||
	    (!(s->notes & SIG_U_LABEL) && !span_8bit(s->field->value)))
		return ST_OK;
	return diag_set(why, ST_SYNTAX, "RFC 8616 5",
			"letters beyond ASCII, though the header is not that "
			"of internationalized mail (UTF-8)");
}

/* ST_EXPIRED: X was LATE seconds ago, both below 10^12; in the two largest
 * units that are not 0. */
static enum status expired(uint64_t x, uint64_t late, struct diag *why)
{
	static const struct {
		unsigned seconds;
		const char *noun;
	} units[] = {
		{ 86400, "day" },
		{ 3600, "hour" },
		{ 60, "minute" },
		{ 1, "second" },
	};
	struct buf ago;
	char date[32];

	buf_init(&ago, 64);
	for (size_t i = 0, n = 0; i < 4 && n < 2; i++) {
		uint64_t count = late / units[i].seconds;

		late %= units[i].seconds;
		if (count || (i == 3 && n == 0))
			buf_putf(&ago, "%s%llu %s%s", n++ ? " " : "",
				 (unsigned long long)count, units[i].noun,
				 count == 1 ? "" : "s");
	}
	when_format((int64_t)(x < WHEN_MAX ? x : WHEN_MAX), date);
	enum status st =
		diag_set(why, ST_EXPIRED, NULL,
			 "the signature expired %s ago (%.10s %.5s UTC)",
			 ago.n ? (const char *)ago.p : "just", date, date + 11);

	buf_free(&ago);
	return st;
}

enum status sig_time(const struct sig *s, int64_t now, int64_t skew,
		     struct diag *why)
{
	uint64_t early = (uint64_t)(now > skew ? now - skew : 0);
	uint64_t late = (uint64_t)(now + skew);

	if (s->has_x && s->x < early)
		return expired(s->x, (uint64_t)now - s->x, why);
	if (s->has_t && s->t > late)
		return diag_set(why, ST_FUTURE, NULL,
				"the signature is from the future (t=%.*s)",
				(int)tags_value(s->tags, "t").n,
				(const char *)tags_value(s->tags, "t").p);
	return ST_OK;
}

size_t sig_covers(const struct sig *s, struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < s->h_n; i++)
		n += span_ieq(s->h[i], name);
	return n;
}

void sig_own(const struct sig *s, struct buf *out)
{
	const struct tag *b = tags_find(s->tags, SPAN("b"));
	struct span raw = s->field->raw;
	size_t from = (size_t)(b->whole.p - raw.p);

	raw.n -= 2;
	buf_put(out, span_head(raw, from));
	buf_put(out, span_from(raw, from + b->whole.n));
}

enum status sig_header_put(const struct sig *s, struct span own,
			   const struct fields *fields, struct sink to)
{
	struct picker picker;
	enum status st = ST_OK;

	picker_init(&picker, fields, s->field);
	for (size_t i = 0; i < s->h_n && st == ST_OK; i++) {
		const struct field *field = picker_take(&picker, s->h[i]);

		/* RFC 6376 3.5 h=: a missing one is the null string */
		if (field)
			st = canon_field(s->header, field->raw, to);
	}
	picker_free(&picker);
	return st == ST_OK ? canon_field(s->header, own, to) : st;
}

enum status sig_signed(const struct sig *s, const struct fields *fields,
		       struct sink to)
{
	struct buf own;

	buf_init(&own, s->field->raw.n);
	sig_own(s, &own);
	enum status st = sig_header_put(s, buf_span(&own), fields, to);

	buf_free(&own);
	return st;
}

void sig_digest(const struct sig *s, const struct fields *fields,
		const struct crypto *crypto, struct digest *out)
{
	struct hasher *hasher = hasher_new(crypto, s->hash);

	/* a hasher takes everything (digest.h) */
	status_ignore(sig_signed(s, fields, hasher_sink(hasher)));
	hasher_end(hasher, out);
	hasher_free(hasher);
}
