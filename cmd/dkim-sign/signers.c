#include "signers.h"

#include <stdlib.h>

struct sign_key *signers_add(struct signers *s)
{
	s->v = mem_array(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n] = (struct sign_key){ 0 };
	return &s->v[s->n++];
}

void signers_drop(struct signers *s)
{
	struct sign_key *last = &s->v[--s->n];

	key_free(last->own);
	free(last->identity);
}

void signers_keep(struct signers *s, size_t to, size_t from)
{
	struct sign_key other = s->v[to];

	s->v[to] = s->v[from];
	s->v[from] = other;
}

enum status signers_domain(const struct name *author, struct name *out,
			   struct diag *why)
{
	struct diag more = { 0 };

	if (name_parse(span_str(author->text), NAME_UNDERSCORE, out, &more) ==
	    ST_OK)
		return ST_OK;
	return diag_set(why, ST_REFUSED, more.where,
			"no domain to sign for: %s", more.text);
}

bool signers_double(const struct signers *s)
{
	const struct sign_key *last = &s->v[s->n - 1];

	for (size_t i = 0; i + 1 < s->n; i++)
		if (name_eq(&s->v[i].selector, &last->selector) &&
		    name_eq(&s->v[i].domain, &last->domain))
			return true;
	return false;
}

void signers_free(struct signers *s)
{
	while (s->n)
		signers_drop(s);
	free(s->v);
	*s = (struct signers){ 0 };
}
