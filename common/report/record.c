#include "record.h"

#include <string.h>

struct span record_name(const struct record *r)
{
	struct span s = span_str(r->owner);

	return span_ends(s, SPAN(".")) ? span_head(s, s.n - 1) : s;
}

struct span record_relative(const struct record *r)
{
	struct span s = record_name(r);

	/* a policy may stand at the domain itself */
	if (r->domain && s.n <= strlen(r->domain))
		return SPAN("@");
	return r->domain ? span_head(s, s.n - strlen(r->domain) - 1) : s;
}

unsigned long long record_ttl(const struct record *r)
{
	return r->has_ttl ? r->ttl : RECORD_TTL;
}
