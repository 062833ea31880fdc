#include "coverage.h"

/* RFC 5322 3.6: fields that may stand once only (RULES M-8). */
static const char *const singletons[] = {
	"From",		"Sender",
	"Reply-To",	"To",
	"Cc",		"Bcc",
	"Message-ID",	"In-Reply-To",
	"References",	"Subject",
	"Date",		"MIME-Version",
	"Content-Type", "Content-Transfer-Encoding",
};

/* Signatures of other kinds, whose tags look like DKIM's and mean something
 * else: named, never parsed (RULES ). */
static const struct {
	const char *name;
	enum warning note;
} others[] = {
	{ "ARC-Seal", WARN_ARC },
	{ "ARC-Message-Signature", WARN_ARC },
	{ "ARC-Authentication-Results", WARN_ARC },
	{ "DKIM2-Signature", WARN_DKIM2 },
	{ "Message-Instance", WARN_DKIM2 },
};

/* The second field of its name in the index, which may stand once only: so each
 * such name is met once. */
static bool is_repeated(const struct fields *f, size_t i)
{
	struct span name = f->sorted[i]->name;

	if (i == 0 || !span_ieq(f->sorted[i - 1]->name, name) ||
	    (i > 1 && span_ieq(f->sorted[i - 2]->name, name)))
		return false;
	for (size_t k = 0; k < sizeof(singletons) / sizeof(*singletons); k++)
		if (span_ieq(name, span_str(singletons[k])))
			return true;
	return false;
}

unsigned coverage_message(const struct fields *f)
{
	unsigned found = f->blank_line ? 1U << WARN_BLANK_LINE : 0;

	for (size_t i = 0; i < f->n; i++)
		if (is_repeated(f, i))
			found |= 1U << WARN_DUPLICATE_FIELD;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (fields_find(f, span_str(others[i].name), 0))
			found |= 1U << others[i].note;
	return found;
}

static bool covers(const struct verdict *one, const char *name)
{
	return sig_covers(&one->sig, span_str(name)) > 0;
}

/* RFC 8058 4: a button that anybody may have added must not be pressed. */
static void note_one_click(struct verdict *one, const struct fields *f)
{
	if (fields_count(f, SPAN("List-Unsubscribe-Post")) &&
	    !(covers(one, "List-Unsubscribe") &&
	      covers(one, "List-Unsubscribe-Post")))
		verdict_warn(one, WARN_ONE_CLICK);
}

enum status coverage_check(struct verdict *one, const struct fields *f,
			   enum status *strict)
{
	static const char *const wanted[] = {
		"Subject",	"Date",		"To",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding"
	};
	/* RFC 6376 6.1.1: a verifier may ignore d= of those under whom others
	 * register names; of top-level domains that is known without a list */
	enum status st = name_labels(&one->sig.d) > 1 ? ST_OK : ST_D_IS_SUFFIX;

	*strict = ST_OK;
	if (one->unsigned_octets) {
		verdict_warn(one, WARN_PARTIAL_BODY);
		*strict = ST_PARTIAL_BODY;
	}
	for (size_t i = 0; i < f->n; i++) {
		struct span name = f->sorted[i]->name;
		size_t signed_n =
			is_repeated(f, i) ? sig_covers(&one->sig, name) : 0;

		if (signed_n == 0 || fields_count(f, name) <= signed_n)
			continue;
		if (span_ieq(name, SPAN("From"))) /* RULES C-8 */
			st = ST_UNSIGNED_FROM;
		else {
			verdict_warn(one, WARN_UNSIGNED_DUPLICATE);
			*strict = ST_UNSIGNED_FIELD;
		}
	}
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!covers(one, wanted[i]) &&
		    fields_count(f, span_str(wanted[i])))
			verdict_warn(one, WARN_WEAK_COVERAGE);
	note_one_click(one, f);
	return st;
}
