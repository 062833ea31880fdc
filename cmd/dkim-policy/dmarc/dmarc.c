#include "dmarc.h"

#include <string.h>

struct evaluation {
	struct dmarc_store *store;
	const struct name *author;
	struct dmarc_walk walk;
	struct dmarc_verdict *out;
	unsigned looked_at; /* identifiers that cost a walk */
};

/* RULES D-15: t=y takes one step back (4.7). */
static enum dmarc_policy soften(enum dmarc_policy p, bool testing)
{
	return testing && p > DMARC_NONE ? p - 1 : p;
}

/* 4.10.1: own p, or what those above say of the names below them. */
static void choose_policy(struct evaluation *e)
{
	struct dmarc_verdict *out = e->out;
	const struct dmarc_record *r = &out->place->record;
	enum dmarc_policy policy = r->p;
	bool exists = true;

	out->has_policy = true;
	if (!name_eq(&out->place->name, e->author)) {
		policy = r->sp;
		if (r->has_np && r->np != r->sp &&
		    dmarc_store_exists(e->store, e->author, &exists,
				       &out->why) != ST_OK)
			out->has_policy = false;
		if (!exists)
			policy = r->np;
	}
	out->policy = soften(policy, r->testing);
}

/* --- alignment (4.4, 4.10.2) --------------------------------------------- */

static bool one_top_level(const struct name *a, const struct name *b)
{
	const char *x = strrchr(a->text, '.'), *y = strrchr(b->text, '.');

	return strcmp(x ? x + 1 : a->text, y ? y + 1 : b->text) == 0;
}

/* What needs no question. A domain's Organizational Domain is above it, so that
 * a domain elsewhere has another one; under another top-level domain even when
 * nobody knows which. */
static enum dmarc_alignment at_sight(const struct evaluation *e,
				     const struct name *domain)
{
	if (name_eq(domain, e->author))
		return DMARC_STRICT;
	if (e->out->has_org ? !name_within(domain, &e->out->org)
			    : !one_top_level(domain, e->author))
		return DMARC_APART;
	return DMARC_UNSURE;
}

static enum dmarc_alignment same_org(struct evaluation *e,
				     const struct name *domain)
{
	struct dmarc_walk walk;
	struct name org;

	if (!e->out->has_org)
		return DMARC_UNSURE;
	if (++e->looked_at > DMARC_IDENTIFIERS)
		return DMARC_APART;
	dmarc_walk(e->store, domain, &walk);
	if (walk.failed)
		return DMARC_UNSURE;
	dmarc_walk_org(&walk, &org);
	return name_eq(&org, &e->out->org) ? DMARC_RELAXED : DMARC_APART;
}

static void align(struct evaluation *e, struct dmarc_identifier *id)
{
	id->aligned = at_sight(e, &id->domain);
	if (id->aligned == DMARC_UNSURE)
		id->aligned = same_org(e, &id->domain);
}

static bool matters(const struct dmarc_identifier *id)
{
	return id->result == RESULT_PASS || id->result == RESULT_TEMPERROR;
}

static bool is_strict(const struct dmarc_record *r,
		      const struct dmarc_identifier *id)
{
	return id->method == DMARC_DKIM ? r->strict_dkim : r->strict_spf;
}

bool dmarc_is_aligned(const struct dmarc_record *r,
		      const struct dmarc_identifier *id)
{
	return id->aligned == DMARC_STRICT ||
	       (id->aligned == DMARC_RELAXED && !is_strict(r, id));
}

/* It might have counted, had DNS answered (5.3.6, RULES D-17b). */
static bool might_count(const struct dmarc_record *r,
			const struct dmarc_identifier *id)
{
	if (id->result == RESULT_TEMPERROR && dmarc_is_aligned(r, id))
		return true;
	return matters(id) && id->aligned == DMARC_UNSURE && !is_strict(r, id);
}

static void judge(struct evaluation *e, struct dmarc_identifier *ids, size_t n)
{
	const struct dmarc_record *r = &e->out->place->record;
	bool unsure = false;

	e->out->result = RESULT_FAIL;
	/* those that decide go first: ten may cost a walk */
	for (size_t i = 0; i < n; i++)
		if (matters(&ids[i]))
			align(e, &ids[i]);
	for (size_t i = 0; i < n; i++) {
		if (!matters(&ids[i]))
			align(e, &ids[i]);
		if (ids[i].result == RESULT_PASS &&
		    dmarc_is_aligned(r, &ids[i]))
			e->out->result = RESULT_PASS;
		unsure = unsure || might_count(r, &ids[i]);
	}
	if (e->out->result == RESULT_PASS)
		return;
	if (unsure || !e->out->has_policy) {
		e->out->result = RESULT_TEMPERROR;
		status_ignore(diag_set(&e->out->why, ST_DNS, "RFC 9989 5.3.6",
				       "what might align could not be looked "
				       "up"));
		return;
	}
	status_ignore(diag_set(&e->out->why, ST_SYNTAX, "RFC 9989 5.3.6",
			       "nothing that passed aligns with the author "
			       "domain"));
}

/* False: there is no policy, and the result says why. */
static bool discover(struct evaluation *e)
{
	struct dmarc_verdict *out = e->out;

	dmarc_walk(e->store, e->author, &e->walk);
	if (!e->walk.failed) {
		out->has_org = true;
		dmarc_walk_org(&e->walk, &out->org);
		out->place = dmarc_walk_policy(&e->walk);
	} else if (e->walk.v[0]->at == DMARC_FOUND) {
		/* the record is known, who else may speak for it is not */
		out->place = e->walk.v[0];
	} else {
		out->result = RESULT_TEMPERROR;
		out->why = e->walk.v[e->walk.n - 1]->why;
		return false;
	}
	if (!out->place || out->place->record.useless) {
		status_ignore(diag_set(&out->why, ST_SYNTAX, "RFC 9989 4.10.1",
				       out->place ? "the record has no valid "
						    "p= and nobody to report "
						    "to"
						  : "no policy record"));
		return false;
	}
	choose_policy(e);
	return true;
}

void dmarc_evaluate(struct dmarc_store *store, const struct name *author,
		    struct dmarc_identifier *ids, size_t n,
		    struct dmarc_verdict *out)
{
	struct evaluation e = { .store = store, .author = author, .out = out };
	unsigned before = dmarc_store_queries(store);
	bool judged = false;

	*out = (struct dmarc_verdict){ .result = RESULT_NONE };
	if (!author) {
		out->result = RESULT_PERMERROR;
		status_ignore(diag_set(&out->why, ST_SYNTAX, "RFC 9989 5.3.1",
				       "From does not name one domain"));
		return;
	}
	/* ATTACKS A32: "localhost" has no owner who could publish */
	if (name_labels(author) == 1)
		status_ignore(diag_set(&out->why, ST_SYNTAX, "RFC 9989 4.3",
				       "the author domain is a single label"));
	else
		judged = discover(&e);
	if (judged)
		judge(&e, ids, n);
	/* D-17: then nothing more is asked for the sake of the table */
	for (size_t i = 0; i < n && !judged; i++)
		ids[i].aligned = at_sight(&e, &ids[i].domain);
	out->queries = dmarc_store_queries(store) - before;
}
