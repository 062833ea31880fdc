#include "domainkeys.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "b64.h"

/* RFC 4870 3.2.2: the smallest size that verifiers must support. */
enum { BITS_MIN = 512 };

/* -- the field ------------------------------------------------------------- */

static enum status bad_tag(struct diag *why, enum status st, const char *text,
			   struct span value)
{
	return diag_set(why, st, "RFC 4870 3.3", text, (int)value.n,
			(const char *)value.p);
}

/* A default of a= is there only in DomainKeys. LENIENT: q= is required, but
 * yahoo.com signed without it for years, and it has one value only
 * (tests/unit/domainkeys.c). */
static enum status check_tags(struct sig *s, struct diag *why)
{
	static const char *const required[] = { "b", "c", "d", "s" };
	struct span q = tags_value(s->tags, "q");

	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++)
		if (!tags_value(s->tags, required[i]).p)
			return diag_set(why, ST_MISSING_TAG, "RFC 4870 3.3",
					"required tag %s= missing",
					required[i]);
	if (s->text_a.p && !span_ieq(s->text_a, SPAN("rsa-sha1")))
		return bad_tag(why, ST_ALGORITHM, "a=%.*s is not known",
			       s->text_a);
	if (!span_ieq(s->text_c, SPAN("nofws")) &&
	    !span_ieq(s->text_c, SPAN("simple")))
		return bad_tag(why, ST_CANON, "c=%.*s is not known", s->text_c);
	if (q.p && !span_ieq(q, SPAN("dns")))
		return bad_tag(why, ST_QUERY, "q=%.*s is not known", q);
	if (b64_decode(s->text_b, &s->b) != ST_OK || s->b.n == 0)
		return bad_tag(why, ST_SYNTAX, "b= is not base64", s->text_b);
	return ST_OK;
}

enum status domainkeys_parse(const struct field *field, struct sig *out,
			     struct diag *why)
{
	*out = (struct sig){ .type = KEY_RSA, .hash = HASH_SHA1 };
	enum status st = sig_begin(field, out, why);

	if (st != ST_OK)
		return st;
	out->text_i = (struct span){ 0 }; /* it has no meaning here */
	if (span_8bit(field->value))
		return diag_set(why, ST_SYNTAX, "RFC 4870 A",
				"bytes that are not ASCII");
	st = check_tags(out, why);
	if (st == ST_OK)
		st = sig_parse_domain(out, out->text_d, 0, "d", &out->d, why);
	if (st == ST_OK)
		st = sig_parse_domain(out, out->text_s, NAME_SINGLE, "s",
				      &out->s, why);
	if (st == ST_OK && out->text_h.p)
		st = sig_parse_names(out, why);
	return st;
}

/* -- the sending address --------------------------------------------------- */

static void find_address(const struct fields *f, const char *name,
			 struct domainkeys_address *out)
{
	const struct field *field = fields_find(f, span_str(name), 0);

	*out = (struct domainkeys_address){ .field = name };
	buf_init(&out->local, LIMIT_FIELD_BYTES);
	if (field && fields_count(f, span_str(name)) == 1)
		out->st = address_read(field->value, ADDRESS_FIRST, &out->local,
				       &out->domain, &out->why);
	else
		out->st = diag_set(&out->why, ST_SYNTAX, NULL,
				   field ? "several %s fields" : "no %s field",
				   name);
}

void domainkeys_addresses(const struct fields *f,
			  struct domainkeys_addresses *out)
{
	find_address(f, "From", &out->from);
	find_address(f, "Sender", &out->sender);
	out->has_sender = fields_count(f, SPAN("Sender")) > 0;
}

void domainkeys_addresses_free(struct domainkeys_addresses *a)
{
	buf_free(&a->from.local);
	buf_free(&a->sender.local);
}

/* RFC 4870 3.3 h= is the complete list of what the signer saw. A Sender that it
 * does not name came later, from a mailing list as a rule (3.5.2). */
enum status domainkeys_match(const struct sig *s,
			     const struct domainkeys_addresses *a,
			     const struct domainkeys_address **address,
			     struct diag *why)
{
	bool sender = a->has_sender &&
		      (!s->h || sig_covers(s, SPAN("Sender")) > 0);
	const struct domainkeys_address *of = sender ? &a->sender : &a->from;

	*address = of;
	/* without a valid From there is no sending address (3.1) */
	if (a->from.st != ST_OK)
		of = &a->from;
	if (of->st != ST_OK)
		return diag_set(why, ST_DOMAIN_MISMATCH, "RFC 4870 3.1",
				"no sending address: %s", of->why.text);
	if (s->h && !sender && !sig_covers(s, SPAN("From")))
		return diag_set(why, ST_FROM_NOT_SIGNED, "RFC 4870 3.3",
				"h= names neither From nor Sender");
	if (!name_within(&of->domain, &s->d))
		return diag_set(why, ST_DOMAIN_MISMATCH, "RFC 4870 3.3",
				"the %s domain %s is not within d=%s",
				of->field, of->domain.text, s->d.text);
	return ST_OK;
}

/* -- the digest ------------------------------------------------------------ */

/* RFC 4870 3.4.2.2: unfolded, without any white space, one CRLF at the end. */
static void put_field_nofws(struct span raw, struct hasher *to)
{
	while (raw.n) {
		size_t gap = 0, n;

		while (gap < raw.n && bodyhash_is_fws(raw.p[gap]))
			gap++;
		raw = span_from(raw, gap);
		for (n = 0; n < raw.n && !bodyhash_is_fws(raw.p[n]);)
			n++;
		hasher_put(to, span_head(raw, n));
		raw = span_from(raw, n);
	}
	hasher_put(to, SPAN("\r\n"));
}

/* Fields in the order in which they are hashed. */
struct picked {
	const struct field **v; /* owned */
	size_t n;
};

static int compare_names(const void *a, const void *b)
{
	return span_icmp(*(const struct span *)a, *(const struct span *)b);
}

/* RFC 4870 3.4.2: in the order of the message; h= says which, and all of a name
 * (3.3). */
static void pick_standing(const struct sig *s, const struct fields *f,
			  size_t from, struct picked *out)
{
	struct span *names = mem_array(NULL, s->h_n + 1, sizeof(*names));

	for (size_t i = 0; i < s->h_n; i++)
		names[i] = s->h[i];
	qsort(names, s->h_n, sizeof(*names), compare_names);
	for (size_t i = from; i < f->n; i++)
		if (!s->h || bsearch(&f->v[i].name, names, s->h_n,
				     sizeof(*names), compare_names))
			out->v[out->n++] = &f->v[i];
	free(names);
}

static bool named_before(const struct sig *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (span_ieq(s->h[i], s->h[at]))
			return true;
	return false;
}

/* RFC 4870 3.7.1 lets a verifier find fields that were moved in transit; h= has
 * the order of the signer (3.3). From the end: each name takes one field from
 * the bottom, and its first occurrence in h= all that are left. */
static void pick_listed(const struct sig *s, const struct fields *f,
			size_t from, struct picked *out)
{
	const struct field *top = f->v + from;
	struct picker picker;
	size_t n = f->n - from, at = n;

	picker_init(&picker, f, NULL);
	for (size_t i = s->h_n; i > 0; i--) {
		bool rest = !named_before(s, i - 1);
		const struct field *field;

		do {
			field = picker_take(&picker, s->h[i - 1]);
			if (field && field >= top)
				out->v[--at] = field;
		} while (rest && field && field > top);
	}
	picker_free(&picker);
	out->n = n - at;
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = out->v[at + i];
}

/* A hash of the fields PICKED and of the body. */
static void add_digest(struct bodyhash *b, const struct picked *picked,
		       bool nofws, struct domainkeys_digests *out)
{
	struct hasher *to;

	out->number[out->n++] = bodyhash_add_domainkeys(b, nofws, &to);
	for (size_t i = 0; i < picked->n; i++) {
		if (nofws)
			put_field_nofws(picked->v[i]->raw, to);
		else
			hasher_put(to, picked->v[i]->raw);
	}
}

void domainkeys_add(struct bodyhash *b, const struct sig *s,
		    const struct fields *fields, struct domainkeys_digests *out)
{
	bool nofws = span_ieq(s->text_c, SPAN("nofws"));
	size_t from = s->field ? (size_t)(s->field - fields->v) + 1 : 0;
	size_t most = fields->n + 1, size = sizeof(struct field *);
	struct picked standing = { .v = mem_array(NULL, most, size) };
	struct picked listed = { .v = mem_array(NULL, most, size) };

	out->n = 0;
	pick_standing(s, fields, from, &standing);
	add_digest(b, &standing, nofws, out);
	if (s->h)
		pick_listed(s, fields, from, &listed);
	if (s->h && (listed.n != standing.n ||
		     memcmp(listed.v, standing.v, listed.n * size) != 0))
		add_digest(b, &listed, nofws, out);
	free(standing.v);
	free(listed.v);
}

/* -- the key --------------------------------------------------------------- */

/* RFC 4870 3.2.3: to the letter, an empty g= fits all. LENIENT: one "*" stands
 * for any octets, as RFC 4871 3.6.1 has it for the records that DKIM and
 * DomainKeys shared (tests/cli/domainkeys.bats). */
static bool is_granted(struct span g, struct span local)
{
	size_t star = span_find(g, '*');

	if (g.n == 0)
		return true;
	if (star == g.n)
		return span_eq(g, local);
	return local.n + 1 >= g.n && span_starts(local, span_head(g, star)) &&
	       span_ends(local, span_from(g, star + 1));
}

enum status domainkeys_check(const struct bodyhash *b,
			     const struct domainkeys_digests *digests,
			     const struct sig *s,
			     const struct domainkeys_address *address,
			     const struct keyrec *rec, struct diag *why)
{
	struct span g = buf_span(&rec->granularity);

	/* h= and s= of the record are DKIM's; DomainKeys ignores them */
	if (rec->st != ST_OK) {
		if (why)
			*why = rec->why;
		return rec->st;
	}
	if (rec->type != KEY_RSA)
		return diag_set(why, ST_KEY_UNSUITABLE, "RFC 4870 3.7.4",
				"the key is %s, a= says rsa",
				key_type_word(rec->type));
	if (!is_granted(g, buf_span(&address->local)))
		return diag_set(why, ST_KEY_IDENTITY, "RFC 4870 3.2.3",
				"g=%.*s of the key record is not the local "
				"part of %s",
				(int)(g.n < 100 ? g.n : 100), (const char *)g.p,
				address->field);
	enum status st = key_check(rec->key, BITS_MIN, why);

	for (size_t i = 0; i < digests->n; i++)
		if (st == (i ? ST_BAD_SIGNATURE : ST_OK))
			st = key_verify(
				rec->key,
				bodyhash_get(b, digests->number[i], NULL),
				buf_span(&s->b));
	if (st != ST_OK && st != ST_BAD_SIGNATURE)
		return st;
	return diag_set(why, st, "RFC 4870 3.7.5", "%s",
			st == ST_OK ? ""
				    : "signature does not match the header "
				      "fields below it and the body");
}
