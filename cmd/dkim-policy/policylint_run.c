#include "policylint_run.h"

#include <stdlib.h>

struct one {
	enum policytype type;
	bool known; /* its type is */
	bool several;
};

struct read {
	struct record_scan all;
	struct one *v; /* for each of `all` */
	size_t *order;
	const enum policytype *type;
};

/* What a zone holds besides is nobody's mistake; a bare record was meant. */
static bool wanted(struct span owner, struct span text)
{
	enum policytype ignored;

	/* Route 53 and Cloudflare have it with its quotes */
	if (span_starts(text, SPAN("\"")))
		text = span_from(text, 1);
	return owner.n == 0 || policytype_of(owner, text, &ignored);
}

/* Several permissions may stand at one name. */
static bool is_single(enum policytype t)
{
	return t != POLICY_REPORT_AUTH;
}

static bool is_same(const struct read *r, size_t a, size_t b)
{
	return r->v[a].known && r->v[b].known && r->v[a].type == r->v[b].type &&
	       span_ieq(buf_span(&r->all.v[a].owner),
			buf_span(&r->all.v[b].owner)) &&
	       is_single(r->v[a].type) &&
	       policytype_is(r->v[a].type, record_scan_meant(&r->all.v[a])) &&
	       policytype_is(r->v[b].type, record_scan_meant(&r->all.v[b]));
}

static int by_owner(const void *a, const void *b, void *read)
{
	const struct read *r = read;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = span_icmp(buf_span(&r->all.v[x].owner),
			      buf_span(&r->all.v[y].owner));

	if (order == 0)
		order = (int)r->v[x].type - (int)r->v[y].type;
	return order ? order : (x > y) - (x < y);
}

static void classify(struct read *r)
{
	for (size_t i = 0; i < r->all.n; i++) {
		const struct scan_record *rec = &r->all.v[i];
		struct one *one = &r->v[i];
		bool bare = rec->owner.n == 0;

		one->known = policytype_of(buf_span(&rec->owner),
					   record_scan_meant(rec), &one->type);
		if (r->type && (bare || !one->known)) {
			one->type = *r->type;
			one->known = true;
		}
	}
	for (size_t i = 0; i < r->all.n; i++)
		r->order[i] = i;
	qsort_r(r->order, r->all.n, sizeof(*r->order), by_owner, r);
	for (size_t i = 1; i < r->all.n; i++)
		if (r->all.v[r->order[i]].owner.n &&
		    is_same(r, r->order[i - 1], r->order[i]))
			r->v[r->order[i - 1]].several =
				r->v[r->order[i]].several = true;
}

static enum status judge(struct read *r, size_t i,
			 enum status (*call)(void *ctx,
					     const struct policyread *one),
			 void *ctx, bool *valid)
{
	struct scan_record *rec = &r->all.v[i];
	struct policyread out = { rec, record_scan_meant(rec),
				  r->v[i].known && !rec->no_record,
				  r->v[i].type, &rec->findings };

	if (!r->v[i].known)
		findings_add(&rec->findings,
			     out.text.n ? FINDING_OTHER : FINDING_EMPTY, "%s",
			     out.text.n ? "--type tells what it is meant to be"
					: "");
	else if (!rec->no_record)
		policylint(r->v[i].type, out.text, &rec->findings);
	if (r->v[i].several)
		findings_mark(&rec->findings, FINDING_POLICY_SEVERAL);
	*valid = *valid && !rec->findings.invalid;
	return call(ctx, &out);
}

/* A type was asked for, and this record of a zone is of another. */
static bool is_passed_over(const struct read *r, size_t i)
{
	return r->type && r->all.v[i].owner.n && r->v[i].type != *r->type;
}

enum status
policyread(struct span text, const char *origin, const enum policytype *type,
	   enum status (*call)(void *ctx, const struct policyread *one),
	   void *ctx, bool *valid, struct diag *why)
{
	struct read r = { .type = type };
	enum status st = record_scan_read(text, origin, wanted, &r.all, why);
	size_t judged = 0;

	*valid = true;
	r.v = mem_alloc((r.all.n + 1) * sizeof(*r.v));
	r.order = mem_alloc((r.all.n + 1) * sizeof(*r.order));
	if (st == ST_OK)
		classify(&r);
	for (size_t i = 0; i < r.all.n && st == ST_OK; i++) {
		if (is_passed_over(&r, i))
			continue;
		judged++;
		st = judge(&r, i, call, ctx, valid);
	}
	*valid = *valid && judged > 0;
	free(r.v);
	free(r.order);
	record_scan_free(&r.all);
	return st;
}
