#include "keyowner.h"

#include <string.h>

static const char right[] = "_domainkey";

enum { LABEL = sizeof(right) - 1, SLIPS = 2 };

static bool looks_right(struct span label)
{
	return label.n + SLIPS >= LABEL && label.n <= LABEL + SLIPS &&
	       span_distance(label, span_str(right)) <= SLIPS;
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
