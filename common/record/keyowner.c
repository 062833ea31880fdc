#include "keyowner.h"

#include <string.h>

static const char right[] = "_domainkey";

enum { LABEL = sizeof(right) - 1, SLIPS = 2 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The number of letters to add, remove, change or swap with their neighbour
 * (Damerau 1964) between S, at most LABEL + SLIPS octets, and "_domainkey". */
static unsigned distance(struct span s)
{
	unsigned d[LABEL + SLIPS + 1][LABEL + 1];

	for (unsigned i = 0; i <= s.n; i++)
		d[i][0] = i;
	for (unsigned j = 0; j <= LABEL; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= s.n; i++)
		for (size_t j = 1; j <= LABEL; j++) {
			unsigned char a = ascii_lower(s.p[i - 1]);
			unsigned char b = (unsigned char)right[j - 1];
			unsigned change = d[i - 1][j - 1] + (a != b);

			d[i][j] = least(change, least(d[i - 1][j] + 1,
						      d[i][j - 1] + 1));
			if (i > 1 && j > 1 &&
			    a == (unsigned char)right[j - 2] &&
			    ascii_lower(s.p[i - 2]) == b)
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[s.n][LABEL];
}

static bool looks_right(struct span label)
{
	return label.n + SLIPS >= LABEL && label.n <= LABEL + SLIPS &&
	       distance(label) <= SLIPS;
}

/* Names below _domainkey of policies that were never deployed with a key: ADSP
 * (RFC 5617 4.1), its drafts, and DomainKeys (RFC 4870 3.6). */
static bool is_policy(struct span selector)
{
	return !selector.n ||
	       span_one_of(selector, "_adsp _ssp _policy _report");
}

bool keyowner_parse(struct span owner, struct keyowner *out)
{
	struct span rest = owner, label = { 0 };
	bool found = false;

	*out = (struct keyowner){ 0 };
	while (!out->exact && span_split(&rest, '.', &label)) {
		bool exact = span_ieq(label, span_str(right));

		if (!exact && (found || !looks_right(label)))
			continue;
		size_t at = (size_t)(label.p - owner.p);

		out->selector = span_head(owner, at ? at - 1 : 0);
		out->label = label;
		out->rest = span_from(owner, at + label.n + 1);
		out->exact = exact;
		out->policy = is_policy(out->selector);
		found = true;
	}
	return found;
}
