#include "coverage.h"

#include "suffix.h"

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

unsigned coverage_message(const struct fields *f)
{
	unsigned found = f->blank_line ? 1U << WARN_BLANK_LINE : 0;

	for (size_t i = 0; i < sizeof(singletons) / sizeof(*singletons); i++)
		if (fields_count(f, span_str(singletons[i])) > 1)
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
	enum status st = suffix_is(&one->sig.d) ? ST_D_IS_SUFFIX : ST_OK;

	*strict = ST_OK;
	if (one->unsigned_octets) {
		verdict_warn(one, WARN_PARTIAL_BODY);
		*strict = ST_PARTIAL_BODY;
	}
	for (size_t i = 0; i < sizeof(singletons) / sizeof(*singletons); i++) {
		struct span name = span_str(singletons[i]);
		size_t signed_n = sig_covers(&one->sig, name);

		if (signed_n == 0 || fields_count(f, name) <= signed_n)
			continue;
		if (i == 0) /* RULES C-8 */
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
