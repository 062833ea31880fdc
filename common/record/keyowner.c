#include "keyowner.h"

#include <string.h>

#include "buf.h"

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

/* -- names that are wrong -------------------------------------------------- */

#define TWICE                                                                 \
	"the domain occurs twice in the name: a final dot is missing in the " \
	"zone file, or the form adds the domain itself"

/* S and D stand for the selector and the domain, P for the domain's parent. */
static const struct {
	const char *form, *mistake;
} wrong[KEYOWNER_WRONG] = {
	{ "S._domainkey.D.D", TWICE },
	{ "S._domainkey.D._domainkey.D", TWICE },
	{ "S._domainkey._domainkey.D", "_domainkey occurs twice in the name" },
	{ "S._domainkey.S._domainkey.D",
	  "the selector and _domainkey occur twice in the name" },
	{ "S.domainkey.D", "_domainkey begins with an underscore" },
	{ "S._domiankey.D", "_domainkey is misspelled" },
	{ "S._domainkeys.D", "_domainkey is misspelled" },
	{ "S.D", "_domainkey is missing in the name" },
	{ "_domainkey.S.D", "the selector goes before _domainkey" },
	{ "_domainkey.D", "the selector is missing in the name" },
	{ "D", "the selector and _domainkey are missing in the name" },
	{ "S._domainkey.P", "it is that of the domain above" },
};

const char *keyowner_wrong(size_t i, const struct name *selector,
			   const struct name *domain, struct name *out)
{
	const char *dot = strchr(domain->text, '.');
	/* not the top-level domain */
	const char *parent = dot && strchr(dot + 1, '.') ? dot + 1 : "";
	struct buf text;

	buf_init(&text, 4 * sizeof(out->text));
	for (const char *form = wrong[i].form; *form; form++)
		if (*form == 'S')
			buf_put(&text, span_str(selector->text));
		else if (*form == 'D')
			buf_put(&text, span_str(domain->text));
		else if (*form == 'P')
			buf_put(&text, span_str(parent));
		else
			buf_put(&text, span_of(form, 1));
	bool ok = name_parse(buf_span(&text), NAME_UNDERSCORE | NAME_SINGLE,
			     out, NULL) == ST_OK;

	buf_free(&text);
	return ok ? wrong[i].mistake : NULL;
}
