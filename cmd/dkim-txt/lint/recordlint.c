#include "recordlint.h"

#include <stdlib.h>

#include "key_findings.h"
#include "keycorrect.h"
#include "keylint.h"
#include "keyowner.h"

/* --- records together ---------------------------------------------------- */

/* What records may share. */
struct mark {
	struct span owner; /* empty: it does not count */
	struct span p;	   /* the value of p= */
	bool several, reused;
};

static int by_owner(const void *a, const void *b)
{
	const struct mark *x = *(struct mark *const *)a;
	const struct mark *y = *(struct mark *const *)b;

	return span_icmp(x->owner, y->owner);
}

static int by_p(const void *a, const void *b)
{
	const struct mark *x = *(struct mark *const *)a;
	const struct mark *y = *(struct mark *const *)b;
	int order = span_cmp(x->p, y->p);

	return order ? order : by_owner(a, b);
}

/* The value of p= in the text of a key record, or an empty span. */
static struct span value_of_p(struct span text)
{
	struct tags t;
	const struct tag *p = tags_parse(&t, text, TAGS_RECORD, NULL) == ST_OK
				      ? tags_find(&t, SPAN("p"))
				      : NULL;

	return p ? p->value : (struct span){ 0 };
}

/* A name below _domainkey that need not have a key. */
static bool is_policy_name(struct span owner)
{
	struct keyowner o;

	return keyowner_parse(owner, &o) && o.policy;
}

/* A mark for each record; owned by the caller. */
static struct mark *mark_records(const struct record_scan *all)
{
	struct mark *v = mem_alloc(all->n * sizeof(*v));
	struct mark **sorted = mem_alloc(all->n * sizeof(struct mark *));
	struct keyrec rec;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct span text = record_scan_meant(&all->v[i]);
		struct span owner = buf_span(&all->v[i].owner);

		if (!owner.n || all->v[i].no_record || is_policy_name(owner))
			continue;
		/* a record that is not a key record does not count */
		keyrec_parse(text, &rec);
		keyrec_free(&rec);
		if (rec.foreign)
			continue;
		v[i] = (struct mark){ .owner = owner, .p = value_of_p(text) };
		sorted[n++] = &v[i];
	}
	qsort(sorted, n, sizeof(struct mark *), by_owner);
	for (size_t i = 1; i < n; i++)
		if (by_owner(&sorted[i - 1], &sorted[i]) == 0)
			sorted[i - 1]->several = sorted[i]->several = true;
	qsort(sorted, n, sizeof(struct mark *), by_p);
	for (size_t i = 1; i < n; i++)
		if (sorted[i]->p.n && span_eq(sorted[i - 1]->p, sorted[i]->p) &&
		    by_owner(&sorted[i - 1], &sorted[i]) != 0)
			sorted[i - 1]->reused = sorted[i]->reused = true;
	free(sorted);
	return v;
}

/* --- names --------------------------------------------------------------- */

/* Half of a domain that is written twice ("example.com.example.com"), or an
 * empty span. */
static struct span doubled_half(struct span domain)
{
	struct span first = span_head(domain, domain.n / 2);

	if (domain.n % 2 == 1 && domain.p[first.n] == '.' &&
	    span_find(first, '.') < first.n &&
	    span_ieq(first, span_from(domain, first.n + 1)))
		return first;
	return (struct span){ 0 };
}

void recordlint_owner(struct span owner, bool absolute, struct findings *f,
		      struct buf *corrected)
{
	struct keyowner o;
	struct span once;

	if (!keyowner_parse(owner, &o)) {
		findings_mark(f, &FINDING_OWNER_PLACE);
		return;
	}
	if (!o.exact)
		findings_add(f, &FINDING_OWNER_LABEL, "not %.*s",
			     (int)o.label.n, (const char *)o.label.p);
	if (o.selector.n == 0)
		findings_mark(f, &FINDING_NO_SELECTOR);
	once = doubled_half(o.rest);
	if (once.n)
		findings_mark(f, &FINDING_OWNER_DOUBLED);
	else if (!absolute && o.rest.n)
		findings_mark(f, &FINDING_NO_DOT);
	if (o.selector.n == 0 || (o.exact && !once.n))
		return;
	if (!once.n)
		once = o.rest;
	buf_put(corrected, o.selector);
	buf_putf(corrected, "._domainkey%s", once.n ? "." : "");
	buf_put(corrected, once);
}

/* --- a record ------------------------------------------------------------ */

static void lint_record(const struct scan_record *r, const struct crypto *c,
			struct findings *f, struct buf *owner)
{
	struct span name = buf_span(&r->owner), text = record_scan_meant(r);
	struct keyowner o;

	for (size_t i = 0; i < r->findings.n; i++)
		findings_add(f, r->findings.v[i].kind, "%s",
			     r->findings.v[i].detail);
	if (r->no_record)
		return;
	if (name.n > 253)
		findings_mark(f, &FINDING_OWNER_LONG);
	if (is_policy_name(name) &&
	    !span_ieq(span_head(text, 7), SPAN("v=DKIM1")) &&
	    value_of_p(text).n == 0) {
		findings_mark(f, &FINDING_POLICY);
		if (keyowner_parse(name, &o) && !o.exact && o.selector.n)
			recordlint_owner(name, r->absolute, f, owner);
		return;
	}
	if (name.n && !r->aliased)
		recordlint_owner(name, r->absolute, f, owner);
	keylint_record(text, c, f);
}

/* Append the text that R should have. Where only its name or the way it is
 * written is wrong, that is its own; which of several records is meant cannot
 * be known. */
static void correct(const struct scan_record *r, const struct findings *f,
		    struct buf *out)
{
	struct span text = record_scan_meant(r);

	if (f->n == 0 || r->no_record || findings_has(f, &FINDING_POLICY) ||
	    keycorrect(text, out) == ST_OK)
		return;
	if (f->invalid && !findings_has(f, &FINDING_SEVERAL) &&
	    keycorrect_good(text))
		buf_put(out, text);
}

enum status
recordlint_read(struct span text, const char *origin, const struct crypto *c,
		enum status (*call)(void *ctx, const struct recordlint *one),
		void *ctx, bool *valid, struct diag *why)
{
	struct record_scan all;
	enum status st = record_scan_read(text, origin, NULL, &all, why);
	struct mark *marks = st == ST_OK ? mark_records(&all) : NULL;

	*valid = true;
	for (size_t i = 0; i < all.n && st == ST_OK; i++) {
		struct findings f = { 0 };
		struct buf owner, corrected;

		buf_init(&owner, LIMIT_LINT_BYTES);
		buf_init(&corrected, LIMIT_TXT_BYTES);
		lint_record(&all.v[i], c, &f, &owner);
		if (marks[i].several)
			findings_mark(&f, &FINDING_SEVERAL);
		if (marks[i].reused)
			findings_mark(&f, &FINDING_REUSED);
		correct(&all.v[i], &f, &corrected);
		*valid &= !f.invalid;
		st = call(ctx, &(struct recordlint){ &all.v[i], &f,
						     buf_span(&corrected),
						     buf_span(&owner) });
		findings_free(&f);
		buf_free(&corrected);
		buf_free(&owner);
	}
	free(marks);
	record_scan_free(&all);
	return st;
}
