#include "spf_record.h"

#include <stdlib.h>

#include "array.h"
#include "spf_macro.h"

const char *spf_result_word(enum spf_result r)
{
	static const char *const words[] = {
		[SPF_PASS] = "pass",	       [SPF_FAIL] = "fail",
		[SPF_SOFTFAIL] = "softfail",   [SPF_NEUTRAL] = "neutral",
		[SPF_NONE] = "none",	       [SPF_TEMPERROR] = "temperror",
		[SPF_PERMERROR] = "permerror",
	};

	return words[r];
}

/* What may follow the name of a mechanism. */
enum argument {
	ARG_NONE,     /* all */
	ARG_DOMAIN,   /* ":" domain-spec, required */
	ARG_OPTIONAL, /* the same, or nothing */
	ARG_CIDR,     /* the same or nothing, then dual-cidr-length */
	ARG_NET,      /* ":" address, then one length */
};

static const struct known {
	const char *name;
	enum spf_mechanism mechanism;
	enum argument argument;
	bool asks; /* RFC 7208 4.6.4 */
} mechanisms[] = {
	{ "all", SPF_ALL, ARG_NONE, false },
	{ "include", SPF_INCLUDE, ARG_DOMAIN, true },
	{ "a", SPF_A, ARG_CIDR, true },
	{ "mx", SPF_MX, ARG_CIDR, true },
	{ "ptr", SPF_PTR, ARG_OPTIONAL, true },
	{ "ip4", SPF_IP4, ARG_NET, false },
	{ "ip6", SPF_IP6, ARG_NET, false },
	{ "exists", SPF_EXISTS, ARG_DOMAIN, true },
};

static const struct known *find_mechanism(struct span name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (span_ieq(name, span_str(mechanisms[i].name)))
			return &mechanisms[i];
	return NULL;
}

bool spf_is_mechanism(struct span name)
{
	return find_mechanism(name) != NULL;
}

bool spf_term_asks(const struct spf_term *t)
{
	return mechanisms[t->mechanism].asks;
}

/* The version or scopes are a word of their own. */
static bool ends_word(struct span text, size_t at, struct span *terms)
{
	*terms = span_from(text, at);
	return terms->n == 0 || terms->p[0] == ' ';
}

bool spf_record_is(struct span text, struct span *terms)
{
	return span_ieq(span_head(text, 6), SPAN("v=spf1")) &&
	       ends_word(text, 6, terms);
}

bool spf_record_is_v2(struct span text, enum spf_scope scope,
		      struct span *terms)
{
	struct span wanted = scope == SPF_PRA ? SPAN("pra") : SPAN("mfrom");
	struct span word = span_head(text, span_find(text, ' '));
	size_t slash = span_find(word, '/');
	struct span rest = span_from(word, slash + 1), item = { 0 };
	uint64_t minor;
	bool found = false;

	if (slash == word.n || !span_ieq(span_head(word, 5), SPAN("spf2.")) ||
	    !span_u64(span_from(span_head(word, slash), 5), &minor))
		return false;
	/* whole words: "prattle" is not "pra" */
	while (span_split(&rest, ',', &item))
		found = found || span_ieq(item, wanted);
	*terms = span_from(text, word.n);
	return found;
}

static enum status bad_term(struct diag *why, const char *where,
			    struct span term, const char *what)
{
	return diag_set(why, ST_SYNTAX, where, "\"%.*s\": %s",
			term.n > 100 ? 100 : (int)term.n, (const char *)term.p,
			what);
}

/* 5.6: no leading zeros. */
static bool parse_bits(struct span s, unsigned most, unsigned *bits)
{
	uint64_t value;

	if (!span_u64(s, &value) || value > most || (s.n > 1 && s.p[0] == '0'))
		return false;
	*bits = (unsigned)value;
	return true;
}

/* Cut "/" and digits off the end of *S. False without them: a slash may also be
 * in a domain-spec and in its macros. */
static bool cut_length(struct span *s, struct span *digits)
{
	size_t slash = span_rfind(*s, '/');

	if (slash == s->n)
		return false;
	*digits = span_from(*s, slash + 1);
	for (size_t i = 0; i < digits->n; i++)
		if (!ascii_digit(digits->p[i]))
			return false;
	*s = span_head(*s, slash);
	return true;
}

/* The end of an argument: "/n", "//m" or both (dual-cidr-length, 5.3). */
static bool parse_cidr(struct span *s, struct spf_term *t)
{
	struct span digits = { 0 };

	t->bits4 = 32;
	t->bits6 = 128;
	if (!cut_length(s, &digits))
		return true;
	if (span_ends(*s, SPAN("/"))) {
		*s = span_head(*s, s->n - 1);
		if (!parse_bits(digits, 128, &t->bits6))
			return false;
		if (!cut_length(s, &digits))
			return true;
	}
	return parse_bits(digits, 32, &t->bits4);
}

static enum status parse_net(struct span arg, struct spf_term *t,
			     struct diag *why)
{
	bool v6 = t->mechanism == SPF_IP6;
	const char *where = "RFC 7208 5.6";
	size_t slash = span_find(arg, '/');

	t->bits4 = 32;
	t->bits6 = 128;
	if (slash < arg.n &&
	    !parse_bits(span_from(arg, slash + 1), v6 ? 128 : 32,
			v6 ? &t->bits6 : &t->bits4))
		return bad_term(why, where, t->text, "not a prefix length");
	if (!ip_parse_as(span_head(arg, slash), v6, &t->net))
		return bad_term(why, where, t->text, "not an address");
	return ST_OK;
}

static enum status parse_argument(struct span arg, bool colon,
				  enum argument kind, struct spf_term *t,
				  struct diag *why)
{
	if (kind == ARG_NONE)
		return colon || arg.n ? bad_term(why, "RFC 7208 5.1", t->text,
						 "takes no argument")
				      : ST_OK;
	if (kind == ARG_NET)
		return parse_net(arg, t, why);
	if (kind == ARG_CIDR && !parse_cidr(&arg, t))
		return bad_term(why, "RFC 7208 5.3", t->text,
				"not a prefix length");
	if (!colon && arg.n)
		return bad_term(why, "RFC 7208 4.6.1", t->text,
				"not a mechanism");
	if (!colon)
		return kind == ARG_DOMAIN ? bad_term(why, "RFC 7208 4.6.1",
						     t->text, "needs a domain")
					  : ST_OK;
	t->spec = arg;
	return spf_macro_check_domain(arg)
		       ? ST_OK
		       : bad_term(why, "RFC 7208 7.1", t->text,
				  "not a domain-spec");
}

static enum status parse_mechanism(struct span term, struct spf_term *t,
				   struct diag *why)
{
	static const struct {
		char sign;
		enum spf_result result;
	} qualifiers[] = { { '+', SPF_PASS },
			   { '-', SPF_FAIL },
			   { '~', SPF_SOFTFAIL },
			   { '?', SPF_NEUTRAL } };
	const struct known *known;
	struct span s = term, name;
	bool colon;

	*t = (struct spf_term){ .text = term, .result = SPF_PASS };
	for (size_t i = 0; i < 4; i++) {
		if (s.p[0] != (unsigned char)qualifiers[i].sign)
			continue;
		t->result = qualifiers[i].result;
		s = span_from(s, 1);
		break;
	}
	name = span_head(s, span_find(span_head(s, span_find(s, '/')), ':'));
	s = span_from(s, name.n);
	colon = s.n && s.p[0] == ':';
	known = find_mechanism(name);
	if (!known)
		return bad_term(why, "RFC 7208 4.6.1", term, "not a mechanism");
	t->mechanism = known->mechanism;
	return parse_argument(colon ? span_from(s, 1) : s, colon,
			      known->argument, t, why);
}

/* The name before "="; empty if TERM is not a modifier (4.6.1). */
static struct span modifier_name(struct span term)
{
	struct span name = span_head(term, span_find(term, '='));

	if (name.n == term.n || name.n == 0 || !ascii_alpha(name.p[0]))
		return SPAN("");
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_alpha(name.p[i]) && !ascii_digit(name.p[i]) &&
		    span_find(SPAN("-_."), name.p[i]) == 3)
			return SPAN("");
	return name;
}

static enum status parse_modifier(struct span term, struct span name,
				  struct spf_record *r, struct diag *why)
{
	struct span value = span_from(term, name.n + 1);
	struct span *to = span_ieq(name, SPAN("redirect")) ? &r->redirect
			  : span_ieq(name, SPAN("exp"))	   ? &r->exp
							   : NULL;

	if (!to) {
		r->unknown = array_grow(r->unknown, r->n_unknown,
					sizeof(*r->unknown));
		r->unknown[r->n_unknown++] = name;
		return spf_macro_check(value, SPF_IN_DOMAIN)
			       ? ST_OK
			       : bad_term(why, "RFC 7208 6", term,
					  "not a macro-string");
	}
	if (to->p)
		return bad_term(why, "RFC 7208 6", term, "is there twice");
	if (!spf_macro_check_domain(value))
		return bad_term(why, "RFC 7208 7.1", term, "not a domain-spec");
	*to = value;
	return ST_OK;
}

static enum status parse_term(struct span term, struct spf_record *r,
			      struct diag *why)
{
	struct span name = modifier_name(term);

	if (name.n)
		return parse_modifier(term, name, r, why);
	r->v = array_grow(r->v, r->n, sizeof(*r->v));
	return parse_mechanism(term, &r->v[r->n++], why);
}

enum status spf_record_parse(struct span terms, struct spf_record *out,
			     struct diag *why)
{
	struct span rest = terms, term = { 0 };
	enum status st = ST_OK;

	*out = (struct spf_record){ 0 };
	for (size_t i = 0; i < terms.n; i++)
		if (terms.p[i] < ' ' || terms.p[i] > '~')
			return diag_set(why, ST_SYNTAX, "RFC 7208 4.6",
					"a byte that is not printable ASCII");
	while (st == ST_OK && span_split(&rest, ' ', &term))
		if (term.n)
			st = parse_term(term, out, why);
	return st;
}

void spf_record_free(struct spf_record *r)
{
	free(r->v);
	free(r->unknown);
	*r = (struct spf_record){ 0 };
}
