#include "identity.h"

/* i= stays in one piece on its line (RFC 5322 2.1.1: 998 octets). */
enum { IDENTITY_OCTETS = 512 };

static enum status domain_of(struct span i, struct name *out, struct diag *why)
{
	return name_parse(span_from(i, span_rfind(i, '@') + 1), NAME_UNDERSCORE,
			  out, why);
}

enum status identity_check(const char *text, struct diag *why)
{
	struct span i = span_str(text);
	struct name ignored;
	struct diag more = { 0 };

	for (size_t k = 0; k < i.n; k++)
		if (i.p[k] <= ' ' || i.p[k] >= 0x7f || i.p[k] == ';' ||
		    i.p[k] == '=')
			return diag_set(
				why, ST_USAGE, "RFC 6376 3.5",
				"octet 0x%02x cannot stand in i=", i.p[k]);
	if (i.n > IDENTITY_OCTETS)
		return diag_set(why, ST_USAGE, "RFC 5322 2.1.1",
				"i= has at most %d octets", IDENTITY_OCTETS);
	if (span_rfind(i, '@') == i.n)
		return diag_set(why, ST_USAGE, "RFC 6376 3.5",
				"the identity \"%s\" has no @", text);
	if (domain_of(i, &ignored, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "i=: %s", more.text);
	return ST_OK;
}

bool identity_fits(const char *text, const struct name *d)
{
	struct name domain;

	return domain_of(span_str(text), &domain, NULL) == ST_OK &&
	       name_within(&domain, d);
}
