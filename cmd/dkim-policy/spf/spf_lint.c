#include "spf_lint.h"

#include "dns.h"
#include "policy_findings.h"

#define SHOWN(s) (int)((s).n > 80 ? 80 : (s).n), (const char *)(s).p

/* RFC 7208 4.6.4. */
enum { LOOKUPS = 10 };

/* A registry gives no customer more than a /32 of IPv6. */
enum { WIDE_IP6 = 32 };

uint64_t spf_lint_addresses(const struct spf_record *r, bool *wide6)
{
	uint64_t sum = 0;

	*wide6 = false;
	for (size_t i = 0; i < r->n; i++) {
		const struct spf_term *t = &r->v[i];

		if (t->result != SPF_PASS)
			continue;
		if (t->mechanism == SPF_IP4)
			sum += UINT64_C(1) << (32 - t->bits4);
		if (t->mechanism == SPF_IP6 && t->bits6 < WIDE_IP6)
			*wide6 = true;
		if (sum > UINT32_MAX)
			sum = UINT64_C(1) << 32;
	}
	return sum;
}

static void lint_all(const struct spf_record *r, struct findings *f)
{
	size_t all = 0;

	while (all < r->n && r->v[all].mechanism != SPF_ALL)
		all++;
	if (all == r->n) {
		if (!r->redirect.p)
			findings_mark(f, &FINDING_NO_ALL);
		return;
	}
	if (r->v[all].result == SPF_PASS)
		findings_add(f, &FINDING_PASS_ALL, "\"%.*s\"",
			     SHOWN(r->v[all].text));
	if (r->v[all].result == SPF_NEUTRAL)
		findings_mark(f, &FINDING_NEUTRAL_ALL);
	if (all + 1 < r->n)
		findings_add(f, &FINDING_AFTER_ALL, "\"%.*s\"",
			     SHOWN(r->v[all + 1].text));
	if (r->redirect.p)
		findings_mark(f, &FINDING_REDIRECT_ALL);
}

static void lint_terms(const struct spf_record *r, struct findings *f)
{
	size_t lookups = r->redirect.p != NULL;
	bool wide6, ptr = false;
	uint64_t addresses = spf_lint_addresses(r, &wide6);

	for (size_t i = 0; i < r->n; i++) {
		lookups += spf_term_asks(&r->v[i]);
		ptr = ptr || r->v[i].mechanism == SPF_PTR;
	}
	if (ptr)
		findings_mark(f, &FINDING_PTR);
	if (lookups > LOOKUPS)
		findings_add(f, &FINDING_LOOKUPS,
			     "%zu in this record, without what it includes",
			     lookups);
	if (addresses > SPF_LINT_BROAD)
		findings_add(f, &FINDING_BROAD,
			     "%llu IPv4 addresses may send for the domain",
			     (unsigned long long)addresses);
	if (wide6)
		findings_add(f, &FINDING_BROAD,
			     "an IPv6 network of more than a /%d", WIDE_IP6);
	for (size_t i = 0; i < r->n_unknown; i++)
		findings_add(f,
			     spf_is_mechanism(r->unknown[i])
				     ? &FINDING_EQUALS
				     : &FINDING_UNKNOWN_MODIFIER,
			     "%.*s=", SHOWN(r->unknown[i]));
}

/* Forms that the grammar allows (RFC 7208 5.3, 6), but not every receiver
 * reads. */
static void lint_forms(const struct spf_record *r, struct findings *f)
{
	for (size_t i = 0; i < r->n; i++) {
		struct span s = r->v[i].text;
		size_t slash = span_find(s, '/');

		if (r->v[i].spec.n)
			slash = (size_t)(r->v[i].spec.p - s.p) + r->v[i].spec.n;
		if (span_starts(span_from(s, slash), SPAN("//")))
			findings_add(f, &FINDING_UNREAD,
				     "a length for IPv6 alone: \"%.*s\"",
				     SHOWN(s));
	}
	if (span_find(r->redirect, '%') < r->redirect.n)
		findings_add(f, &FINDING_UNREAD, "a macro in redirect=");
	if (span_find(r->exp, '%') < r->exp.n)
		findings_add(f, &FINDING_UNREAD, "a macro in exp=");
}

/* SPEC, a domain-spec or empty, is a name that DNS cannot have, or that is not
 * one of a host, as a URL or an address is not. With macros it is not known. */
static bool cannot_exist(struct span spec)
{
	struct dns_name ignored;

	if (spec.n == 0 || span_find(spec, '%') < spec.n)
		return false;
	for (size_t i = 0; i < spec.n; i++)
		if (!ascii_alpha(spec.p[i]) && !ascii_digit(spec.p[i]) &&
		    span_find(SPAN("-._*"), spec.p[i]) == 4)
			return true;
	return !dns_name_of(spec, &ignored);
}

/* Receivers need a record at the name of include and of redirect= (RFC
 * 7208 5.2, 6.1); other terms do not match. */
static void lint_names(const struct spf_record *r, struct findings *f)
{
	size_t i;

	for (i = 0; i < r->n && r->v[i].mechanism != SPF_ALL; i++)
		if (cannot_exist(r->v[i].spec))
			findings_add(f,
				     r->v[i].mechanism == SPF_INCLUDE
					     ? &FINDING_NAME_BROKEN
					     : &FINDING_NAME_UNUSED,
				     "\"%.*s\"", SHOWN(r->v[i].text));
	if (i == r->n && cannot_exist(r->redirect))
		findings_add(f, &FINDING_NAME_BROKEN, "\"redirect=%.*s\"",
			     SHOWN(r->redirect));
	if (cannot_exist(r->exp))
		findings_add(f, &FINDING_NAME_UNUSED, "\"exp=%.*s\"",
			     SHOWN(r->exp));
}

void spf_lint(struct span text, struct findings *f)
{
	struct span terms = { 0 };
	struct spf_record r;
	struct diag why = { 0 };

	if (text.n == 0) {
		findings_mark(f, &FINDING_EMPTY);
		return;
	}
	if (!spf_record_is(text, &terms) &&
	    !spf_record_is_v2(text, SPF_MFROM, &terms) &&
	    !spf_record_is_v2(text, SPF_PRA, &terms)) {
		findings_add(f, &FINDING_OTHER,
			     "it must begin with \"v=spf1\" and a space "
			     "(RFC 7208 4.5)");
		return;
	}
	if (spf_record_parse(terms, &r, &why) == ST_OK) {
		lint_all(&r, f);
		lint_terms(&r, f);
		lint_names(&r, f);
		lint_forms(&r, f);
	} else {
		findings_add(f, &FINDING_TERM, "%s (%s)", why.text, why.where);
	}
	spf_record_free(&r);
}
