#include "recordlint.h"

#include <stdlib.h>

#include "keycorrect.h"
#include "keylint.h"
#include "keyowner.h"

/* What two records may share. */
struct mark {
	struct span owner, p;
	const struct scan_record *record;
};

struct marks {
	struct mark *v;
	size_t n;
	unsigned char *several, *reused; /* a flag for each record */
};

/* --- together ------------------------------------------------------------ */

static int by_owner(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return span_icmp(x->owner, y->owner);
}

static int by_p(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int order = span_cmp(x->p, y->p);

	return order ? order : span_icmp(x->owner, y->owner);
}

/* The value of p= in the text of a key record, or an empty span. */
static struct span p_of(struct span text)
{
	struct tags t;
	const struct tag *p = tags_parse(&t, text, TAGS_RECORD, NULL) == ST_OK
				      ? tags_find(&t, SPAN("p"))
				      : NULL;

	return p ? p->value : (struct span){ 0 };
}

static void mark_runs(const struct record_scan *all, struct marks *m)
{
	qsort(m->v, m->n, sizeof(*m->v), by_owner);
	for (size_t i = 1; i < m->n; i++)
		if (by_owner(&m->v[i - 1], &m->v[i]) == 0)
			m->several[m->v[i].record - all->v] =
				m->several[m->v[i - 1].record - all->v] = 1;
	qsort(m->v, m->n, sizeof(*m->v), by_p);
	for (size_t i = 1; i < m->n; i++)
		if (m->v[i].p.n && span_eq(m->v[i - 1].p, m->v[i].p) &&
		    by_owner(&m->v[i - 1], &m->v[i]) != 0)
			m->reused[m->v[i].record - all->v] =
				m->reused[m->v[i - 1].record - all->v] = 1;
}

static void marks_fill(const struct record_scan *all, struct marks *m)
{
	struct keyowner o;
	struct keyrec rec;

	m->v = mem_array(NULL, all->n, sizeof(*m->v));
	m->several = mem_alloc(all->n);
	m->reused = mem_alloc(all->n);
	m->n = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct scan_record *r = &all->v[i];
		struct span owner = buf_span(&r->owner);

		if (!owner.n || r->no_record ||
		    (keyowner_parse(owner, &o) && o.policy))
			continue;
		/* a record that is not a key record does not count */
		keyrec_parse(record_scan_meant(r), &rec);
		keyrec_free(&rec);
		if (!rec.foreign)
			m->v[m->n++] =
				(struct mark){ owner,
					       p_of(record_scan_meant(r)), r };
	}
	mark_runs(all, m);
}

static void marks_free(struct marks *m)
{
	free(m->v);
	free(m->several);
	free(m->reused);
}

/* --- names ---------------------------------------------------------------- */

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
		findings_mark(f, FINDING_OWNER_PLACE);
		return;
	}
	if (!o.exact)
		findings_add(f, FINDING_OWNER_LABEL, "not %.*s", (int)o.label.n,
			     (const char *)o.label.p);
	if (o.selector.n == 0)
		findings_mark(f, FINDING_NO_SELECTOR);
	once = doubled_half(o.rest);
	if (once.n)
		findings_mark(f, FINDING_OWNER_DOUBLED);
	else if (!absolute && o.rest.n)
		findings_mark(f, FINDING_NO_DOT);
	if (o.selector.n == 0 || (o.exact && !once.n))
		return;
	if (!once.n)
		once = o.rest;
	buf_put(corrected, o.selector);
	buf_putf(corrected, "._domainkey%s", once.n ? "." : "");
	buf_put(corrected, once);
}

/* --- one by one ---------------------------------------------------------- */

/* Something below _domainkey that is no key and need not be one. */
static bool is_policy(const struct scan_record *r)
{
	struct keyowner o;
	struct span text = record_scan_meant(r);

	return keyowner_parse(buf_span(&r->owner), &o) && o.policy &&
	       !span_ieq(span_head(text, 7), SPAN("v=DKIM1")) &&
	       p_of(text).n == 0;
}

static void judge(const struct scan_record *r, const struct crypto *c,
		  struct findings *f, struct buf *owner)
{
	struct span name = buf_span(&r->owner);

	for (size_t i = 0; i < r->findings.n; i++)
		findings_add(f, r->findings.v[i].id, "%s",
			     r->findings.v[i].detail);
	if (r->no_record)
		return;
	if (name.n > 253)
		findings_mark(f, FINDING_OWNER_LONG);
	if (is_policy(r)) {
		struct keyowner o;

		findings_mark(f, FINDING_POLICY);
		if (keyowner_parse(name, &o) && !o.exact && o.selector.n)
			recordlint_owner(name, r->absolute, f, owner);
		return;
	}
	if (name.n && !r->aliased)
		recordlint_owner(name, r->absolute, f, owner);
	keylint_record(record_scan_meant(r), c, f);
}

static enum status
tell(const struct scan_record *r, struct findings *f, struct buf *owner,
     enum status (*call)(void *ctx, const struct recordlint *one), void *ctx)
{
	struct recordlint one = { .record = r, .findings = f };
	struct buf text;
	enum status st;

	buf_init(&text, LIMIT_TXT_BYTES);
	one.corrected_owner = buf_span(owner);
	if (f->n && !r->no_record && !findings_has(f, FINDING_POLICY)) {
		if (keycorrect(record_scan_meant(r), &text) == ST_OK)
			one.corrected = buf_span(&text);
		else if (f->invalid && !findings_has(f, FINDING_SEVERAL) &&
			 keycorrect_good(record_scan_meant(r)))
			/* only its place or its writing is wrong; which of
			 * several records is meant, nobody can know */
			one.corrected = record_scan_meant(r);
	}
	st = call(ctx, &one);
	buf_free(&text);
	return st;
}

enum status
recordlint_read(struct span text, const char *origin, const struct crypto *c,
		enum status (*call)(void *ctx, const struct recordlint *one),
		void *ctx, bool *valid, struct diag *why)
{
	struct marks m = { 0 };
	struct record_scan all;
	enum status st = record_scan_read(text, origin, NULL, &all, why);

	*valid = true;
	if (st == ST_OK)
		marks_fill(&all, &m);
	for (size_t i = 0; i < all.n && st == ST_OK; i++) {
		struct findings f = { 0 };
		struct buf owner;

		buf_init(&owner, LIMIT_LINT_BYTES);
		judge(&all.v[i], c, &f, &owner);
		if (m.several[i])
			findings_mark(&f, FINDING_SEVERAL);
		if (m.reused[i])
			findings_mark(&f, FINDING_REUSED);
		*valid &= !f.invalid;
		st = tell(&all.v[i], &f, &owner, call, ctx);
		findings_free(&f);
		buf_free(&owner);
	}
	marks_free(&m);
	record_scan_free(&all);
	return st;
}
