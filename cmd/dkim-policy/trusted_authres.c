#include "trusted_authres.h"

#include <stdlib.h>

#include "array.h"

/* RFC 7601 2.7.1 had DomainKeys. */
static bool is_judged(const struct trusted_result *r)
{
	return trusted_is(r, "spf") || trusted_is(r, "dkim") ||
	       trusted_is(r, "domainkeys");
}

static void add_result(struct trusted_authres *t, const struct authres *field,
		       const struct authres_result *in)
{
	struct trusted_result r = { field, in, NULL, RESULT_FAIL };

	for (enum result one = RESULT_PASS; one <= RESULT_NONE; one++)
		if (span_ieq(in->result, span_str(result_word(one)))) {
			r.word = result_word(one);
			r.result = one;
		}
	if (trusted_is(&r, "spf") && span_ieq(in->result, SPAN("softfail")))
		r.word = "softfail";
	if (!is_judged(&r))
		r.word = NULL;
	else if (!r.word)
		trusted_unused(t, &r, "the method has no such result");
	if (in->version != 1)
		trusted_unused(t, &r, "a version other than 1 of the method");
	if (in->version != 1 || (!r.word && is_judged(&r)))
		return;
	t->v = array_grow(t->v, t->n, sizeof(*t->v));
	t->v[t->n++] = r;
}

static bool is_authres(const struct field *f)
{
	return span_ieq(f->name, SPAN("Authentication-Results"));
}

/* The first of all such fields of F, if it claims to be from ID, and those of
 * ID that follow it without a gap: how many, from *FIRST on. None below a
 * Received field, with which the message may have come in: RFC 8601 4 has a
 * server put its field above all that came in. */
static size_t find_topmost(const struct fields *f, struct span id,
			   size_t *first)
{
	size_t n = 0;

	for (*first = 0; *first < f->n && !is_authres(&f->v[*first]); ++*first)
		if (span_ieq(f->v[*first].name, SPAN("Received")))
			return 0;
	while (*first + n < f->n && is_authres(&f->v[*first + n]) &&
	       authres_claims(f->v[*first + n].value, id))
		n++;
	return n;
}

struct trusted_authres *trusted_read(const struct fields *f, struct span id)
{
	struct trusted_authres *t = mem_alloc(sizeof(*t));
	size_t first, n = f ? find_topmost(f, id, &first) : 0;

	t->fields = mem_alloc((n + 1) * sizeof(*t->fields));
	for (; t->fields_n < n; t->fields_n++) {
		struct authres *a = &t->fields[t->fields_n];

		if (authres_parse(f->v[first + t->fields_n].value, a,
				  &t->unreadable) != ST_OK)
			continue;
		for (size_t i = 0; i < a->n; i++)
			add_result(t, a, &a->v[i]);
	}
	for (size_t i = 0; f && n == 0 && i < f->n; i++)
		t->ignored = t->ignored || (is_authres(&f->v[i]) &&
					    authres_claims(f->v[i].value, id));
	return t;
}

void trusted_free(struct trusted_authres *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->fields_n; i++)
		authres_free(&t->fields[i]);
	free(t->fields);
	free(t->v);
	free(t);
}

void trusted_unused(struct trusted_authres *t, const struct trusted_result *r,
		    const char *what)
{
	if (!t->unused.text[0])
		diag_set(&t->unused, ST_SYNTAX, "RFC 8601 2.7", "%.*s=%.*s: %s",
			 (int)span_head(r->in->method, 40).n,
			 (const char *)r->in->method.p,
			 (int)span_head(r->in->result, 40).n,
			 (const char *)r->in->result.p, what);
}

bool trusted_is(const struct trusted_result *r, const char *method)
{
	return span_ieq(r->in->method, span_str(method));
}

struct span trusted_find(const struct trusted_result *r, const char *ptype,
			 const char *property)
{
	const struct authres_prop *p = r->field->props + r->in->first;

	for (size_t i = 0; i < r->in->n; i++)
		if (span_ieq(p[i].ptype, span_str(ptype)) &&
		    span_ieq(p[i].property, span_str(property)))
			return p[i].value;
	return (struct span){ 0 };
}

struct span trusted_domain(const struct trusted_result *r, const char *ptype,
			   const char *property)
{
	struct span value = trusted_find(r, ptype, property);
	size_t at = span_rfind(value, '@');

	return at < value.n ? span_from(value, at + 1) : value;
}
