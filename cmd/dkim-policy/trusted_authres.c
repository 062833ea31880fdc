#include "trusted_authres.h"

#include <stdlib.h>

#include "array.h"

struct method {
	const char *name;
	const char *words[9];
};

/* RFC 8601 2.7.1, 2.7.2; RFC 7601 2.7.1 had DomainKeys */
static const struct method methods[] = {
	{ "dkim",
	  { "pass", "fail", "policy", "neutral", "temperror", "permerror",
	    "none" } },
	{ "domainkeys",
	  { "pass", "fail", "policy", "neutral", "temperror", "permerror",
	    "none" } },
	{ "spf",
	  { "pass", "fail", "softfail", "policy", "neutral", "temperror",
	    "permerror", "none" } },
};

static const struct method *find_method(struct span name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (span_ieq(name, span_str(methods[i].name)))
			return &methods[i];
	return NULL;
}

static const char *find_word(const struct method *m, struct span word)
{
	for (size_t i = 0; m->words[i]; i++)
		if (span_ieq(word, span_str(m->words[i])))
			return m->words[i];
	return NULL;
}

static void add(struct trusted_authres *t, const struct authres *field,
		const struct authres_result *in)
{
	const struct method *method = find_method(in->method);
	const char *word = method ? find_word(method, in->result) : NULL;

	if (in->version != 1 || (method && !word))
		return;
	t->v = array_grow(t->v, t->n, sizeof(*t->v));
	t->v[t->n++] = (struct trusted_result){ field, in, word };
}

static bool is_authres(const struct field *f)
{
	return span_ieq(f->name, SPAN("Authentication-Results"));
}

/* The first of all such fields of F, if it claims to be from ID, and those of
 * ID that follow it without a gap: how many, from *FIRST on. None below a
 * Received field, with which the message may have come in: RFC 8601 4 has a
 * server put its field above all that came in. */
static size_t topmost(const struct fields *f, struct span id, size_t *first)
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
	size_t first, n = topmost(f, id, &first);

	*t = (struct trusted_authres){ .fields = mem_alloc(
					       (n + 1) * sizeof(*t->fields)) };
	for (; t->fields_n < n; t->fields_n++) {
		struct authres *a = &t->fields[t->fields_n];

		if (authres_parse(f->v[first + t->fields_n].value, a, NULL) !=
		    ST_OK)
			continue;
		for (size_t i = 0; i < a->n; i++)
			add(t, a, &a->v[i]);
	}
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

struct span trusted_sender(const struct trusted_result *r)
{
	struct span sender = trusted_find(r, "smtp", "mailfrom");
	size_t at = span_rfind(sender, '@');

	return at < sender.n ? span_from(sender, at + 1) : sender;
}

const struct trusted_result *trusted_spf(const struct trusted_authres *t)
{
	for (size_t i = 0; t && i < t->n; i++)
		if (trusted_is(&t->v[i], "spf"))
			return &t->v[i];
	return NULL;
}

bool trusted_named(const struct fields *f, struct span id)
{
	for (size_t i = 0; i < f->n; i++)
		if (is_authres(&f->v[i]) && authres_claims(f->v[i].value, id))
			return true;
	return false;
}
