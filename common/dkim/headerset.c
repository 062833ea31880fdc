#include "headerset.h"

#include <stdlib.h>

#include "limit.h"

/* How often a name is signed. Absent fields that lists and gateways add later
 * are not guarded, or every list would break the signature. */
enum often {
	PRESENT,      /* all that are there */
	GUARD_IF_ANY, /* one more than present, if one is present */
	GUARD,	      /* one more than present */
};

static const struct {
	const char *name;
	enum often often;
} defaults[] = {
	{ "From", GUARD },
	{ "Reply-To", GUARD_IF_ANY },
	{ "Subject", GUARD },
	{ "Date", GUARD_IF_ANY },
	{ "To", GUARD },
	{ "Cc", GUARD },
	{ "Message-ID", GUARD_IF_ANY },
	{ "In-Reply-To", GUARD_IF_ANY },
	{ "References", GUARD_IF_ANY },
	{ "MIME-Version", GUARD_IF_ANY },
	{ "Content-Type", GUARD_IF_ANY },
	{ "Content-Transfer-Encoding", GUARD_IF_ANY },
	{ "Sender", GUARD_IF_ANY },
	{ "Resent-Date", PRESENT },
	{ "Resent-From", PRESENT },
	{ "Resent-Sender", PRESENT },
	{ "Resent-To", PRESENT },
	{ "Resent-Cc", PRESENT },
	{ "Resent-Message-ID", PRESENT },
	{ "List-Id", PRESENT },
	{ "List-Help", PRESENT },
	{ "List-Unsubscribe", PRESENT },
	{ "List-Unsubscribe-Post", PRESENT }, /* RFC 8058 4 */
	{ "List-Subscribe", PRESENT },
	{ "List-Post", PRESENT },
	{ "List-Owner", PRESENT },
	{ "List-Archive", PRESENT },
};

/* RFC 6376 5.4: changed or added on the way by design. */
static const char *const never[] = {
	"Return-Path", "Received",   "Comments",       "Keywords",
	"Bcc",	       "Resent-Bcc", "DKIM-Signature", "Authentication-Results",
};
static const char *const never_begin[] = { "ARC-", "X-Spam-" };

/* A name stays in one piece on its line (RFC 5322 2.1.1: 998 octets). */
enum { NAME_OCTETS = 256 };

static enum status add(struct headerset *h, struct span name, struct diag *why)
{
	if (h->n + 1 >= LIMIT_SIGNED_NAMES)
		return diag_set(why, ST_REFUSED, "RFC 6376 8.9",
				"more than %d header fields to sign",
				LIMIT_SIGNED_NAMES);
	if (h->n % 64 == 0)
		h->v = mem_array(h->v, h->n + 64, sizeof(*h->v));
	h->v[h->n++] = name;
	return ST_OK;
}

static enum status pick_defaults(const struct fields *fields,
				 struct headerset *out, struct diag *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		struct span name = span_str(defaults[i].name);
		size_t n = fields_count(fields, name);

		if (defaults[i].often == GUARD ||
		    (defaults[i].often == GUARD_IF_ANY && n))
			n++;
		for (; n && st == ST_OK; n--)
			st = add(out, name, why);
	}
	return st;
}

/* A name without ";", which would end the tag, and without the marks that mean
 * something to other signers, as in "+To". */
static bool is_plain(struct span s)
{
	return fields_is_name(s) && s.n <= NAME_OCTETS &&
	       span_find(s, ';') == s.n && span_find(SPAN("+-=*"), s.p[0]) == 4;
}

static bool is_never(struct span name)
{
	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		if (span_ieq(name, span_str(never[i])))
			return true;
	for (size_t i = 0; i < sizeof(never_begin) / sizeof(*never_begin);
	     i++) {
		struct span begin = span_str(never_begin[i]);

		if (span_ieq(span_head(name, begin.n), begin))
			return true;
	}
	return false;
}

static enum status pick_listed(struct span list, struct headerset *out,
			       struct diag *why)
{
	struct span name;
	bool from = false;
	enum status st = ST_OK;

	while (st == ST_OK && span_split(&list, ':', &name)) {
		name = span_trim(name);
		if (!is_plain(name))
			return diag_set(why, ST_USAGE, "RFC 5322 3.6.8",
					"--headers: \"%.*s\" is no plain field "
					"name",
					(int)(name.n < 80 ? name.n : 80),
					(const char *)name.p);
		if (is_never(name))
			return diag_set(why, ST_USAGE, "RFC 6376 5.4",
					"--headers: %.*s must not be signed",
					(int)name.n, (const char *)name.p);
		from |= span_ieq(name, SPAN("From"));
		st = add(out, name, why);
	}
	if (st == ST_OK && !from)
		return diag_set(why, ST_USAGE, "RFC 6376 5.4",
				"--headers: From must be signed");
	return st;
}

enum status headerset_pick(const char *list, const struct fields *fields,
			   struct headerset *out, struct diag *why)
{
	*out = (struct headerset){ 0 };
	return list ? pick_listed(span_str(list), out, why)
		    : pick_defaults(fields, out, why);
}

void headerset_free(struct headerset *h)
{
	free(h->v);
	*h = (struct headerset){ 0 };
}
