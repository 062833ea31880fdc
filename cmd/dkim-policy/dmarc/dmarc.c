#include "dmarc.h"

#include <string.h>

struct evaluation {
	struct dmarc_store *store;
	const struct name *author;
	struct dmarc_walk walk;
	struct dmarc_verdict *out;
	unsigned looked_at; /* identifiers that cost a walk */
};

/* 4.7: with t=y the policy is one step milder. */
static enum dmarc_policy soften(enum dmarc_policy p, bool testing)
{
	return testing && p > DMARC_NONE ? p - 1 : p;
}

/* 4.10.1: p= of the Author Domain's own record; of one above it sp=, or np= if
 * the Author Domain does not exist. */
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

/* What needs no question. The Organizational Domain of a domain is the domain
 * or above it, so that one that is not below the author's has another one; and
 * so has one below another top-level domain. */
static enum dmarc_alignment align_by_name(const struct evaluation *e,
					  const struct name *domain)
{
	if (name_eq(domain, e->author))
		return DMARC_STRICT;
	if (e->out->has_org ? !name_within(domain, &e->out->org)
			    : !one_top_level(domain, e->author))
		return DMARC_APART;
	return DMARC_UNSURE;
}

static enum dmarc_alignment align_by_walk(struct evaluation *e,
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

/* A malformed signature, or one without a key, names any domain at no cost. */
static bool has_no_owner(const struct dmarc_identifier *id)
{
	return id->result == RESULT_PERMERROR || id->result == RESULT_NONE;
}

static void align_identifier(struct evaluation *e, struct dmarc_identifier *id)
{
	id->aligned = align_by_name(e, &id->domain);
	if (id->aligned == DMARC_UNSURE && !has_no_owner(id))
		id->aligned = align_by_walk(e, &id->domain);
	if (id->agent && id->aligned == DMARC_STRICT)
		id->aligned = DMARC_RELAXED;
}

static bool can_pass(const struct dmarc_identifier *id)
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

/* With an answer from DNS it might be an aligned pass, so that there is no fail
 * yet (5.3.6). */
static bool might_count(const struct dmarc_record *r,
			const struct dmarc_identifier *id)
{
	if (id->result == RESULT_TEMPERROR && dmarc_is_aligned(r, id))
		return true;
	return can_pass(id) && id->aligned == DMARC_UNSURE && !is_strict(r, id);
}

static void check_alignment(struct evaluation *e, struct dmarc_identifier *ids,
			    size_t n)
{
	const struct dmarc_record *r = &e->out->place->record;
	bool unsure = false;

	e->out->result = RESULT_FAIL;
	/* those that can decide are first: only ten may cost a walk */
	for (size_t i = 0; i < n; i++)
		if (can_pass(&ids[i]))
			align_identifier(e, &ids[i]);
	for (size_t i = 0; i < n; i++) {
		if (!can_pass(&ids[i]))
			align_identifier(e, &ids[i]);
		if (ids[i].result == RESULT_PASS &&
		    dmarc_is_aligned(r, &ids[i]))
			e->out->result = RESULT_PASS;
		unsure = unsure || might_count(r, &ids[i]);
	}
	if (e->out->result == RESULT_PASS)
		return;
	if (unsure || !e->out->has_policy) {
		e->out->result = RESULT_TEMPERROR;
		diag_set(&e->out->why, ST_DNS, "RFC 9989 5.3.6",
			 "DNS gave no answer about a domain that "
			 "may align");
		return;
	}
	diag_set(&e->out->why, ST_SYNTAX, "RFC 9989 5.3.6",
		 "nothing that passed aligns with the Author "
		 "Domain");
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
		/* the own record applies; its organization is not known */
		out->place = e->walk.v[0];
	} else {
		out->result = RESULT_TEMPERROR;
		out->why = e->walk.v[e->walk.n - 1]->why;
		return false;
	}
	if (!out->place || out->place->record.useless) {
		diag_set(&out->why, ST_SYNTAX, "RFC 9989 4.10.1",
			 out->place ? "the record has neither a "
				      "valid p= nor a rua="
				    : "no policy record");
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
	bool has_record = false;

	*out = (struct dmarc_verdict){ .result = RESULT_NONE };
	if (!author) {
		out->result = RESULT_PERMERROR;
		diag_set(&out->why, ST_SYNTAX, "RFC 9989 5.3.1",
			 "From does not name one domain");
		return;
	}
	/* a single label such as "localhost" has no owner who could publish a
	 * policy */
	if (name_labels(author) == 1)
		diag_set(&out->why, ST_SYNTAX, "RFC 9989 4.3",
			 "the Author Domain is a single label");
	else
		has_record = discover(&e);
	if (has_record)
		check_alignment(&e, ids, n);
	/* without a policy alignment decides nothing, and costs no question */
	for (size_t i = 0; i < n && !has_record; i++)
		ids[i].aligned = align_by_name(&e, &ids[i].domain);
	out->queries = dmarc_store_queries(store) - before;
}
