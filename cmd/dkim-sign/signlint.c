#include "signlint.h"

const char *sign_note_text(enum sign_note n)
{
	static const char *const texts[] = {
#define X(id, code, text) text,
		SIGN_NOTES(X)
#undef X
	};

	return texts[n];
}

const char *sign_note_code(enum sign_note n)
{
	static const char *const codes[] = {
#define X(id, code, text) code,
		SIGN_NOTES(X)
#undef X
	};

	return codes[n];
}

static struct span value_of(const struct fields *f, struct span name)
{
	const struct field *field = fields_find(f, name, 0);

	return field ? span_trim(field->value) : SPAN("");
}

/* RFC 2045 4: one MIME-Version, 1.0, where there is any Content-* that only it
 * gives a meaning. */
static bool mime_trouble(const struct fields *f)
{
	size_t n = fields_count(f, SPAN("MIME-Version"));
	bool content = fields_count(f, SPAN("Content-Type")) ||
		       fields_count(f, SPAN("Content-Transfer-Encoding"));

	return n > 1 || (n == 0 && content) ||
	       (n == 1 &&
		!span_starts(value_of(f, SPAN("MIME-Version")), SPAN("1.0")));
}

/* Relays may turn 8-bit text that is not announced into quoted-printable
 * (RFC 6376 5.3). */
static bool unannounced(const struct fields *f)
{
	struct span how = value_of(f, SPAN("Content-Transfer-Encoding"));

	return !span_ieq(how, SPAN("8bit")) && !span_ieq(how, SPAN("binary"));
}

unsigned signlint_message(const struct msg_facts *facts, const struct fields *f,
			  bool body_8bit)
{
	const bool is[SIGN_NOTE_COUNT] = {
		[SIGN_NUL] = facts->nul,
		[SIGN_LONG_LINE] = facts->longest > 998,
		[SIGN_HEADER_8BIT] = facts->header_8bit && !f->international,
		[SIGN_BODY_8BIT] = body_8bit && unannounced(f),
		[SIGN_MBOX_LINE] = facts->top > 0,
		[SIGN_NO_DATE] = fields_count(f, SPAN("Date")) == 0,
		[SIGN_NO_MESSAGE_ID] = fields_count(f, SPAN("Message-ID")) == 0,
		[SIGN_MIME] = mime_trouble(f),
	};
	unsigned notes = 0;

	for (int n = 0; n < SIGN_NOTE_COUNT; n++)
		notes |= (unsigned)is[n] << n;
	return notes;
}

/* Whether a field of SET has blanks before its colon, which RFC 5322 4.5
 * permits as obsolete syntax. NAMES gets the first names. */
static bool has_blank_colon(const struct fields *f, const struct headerset *set,
			    struct diag *names)
{
	enum { NAMED = 4 };
	size_t n = 0;

	for (size_t i = 0; i < f->n && n < NAMED; i++) {
		const struct field *one = &f->v[i];

		if (one->raw.n <= one->name.n ||
		    one->raw.p[one->name.n] == ':' ||
		    !headerset_count(set, one->name))
			continue;
		struct diag before = *names;

		diag_set(names, ST_OK, NULL, "%s%s%.*s", before.text,
			 n ? ", " : "", (int)one->name.n,
			 (const char *)one->name.p);
		n++;
	}
	return n > 0;
}

unsigned signlint_headers(const struct fields *f, const struct headerset *set,
			  struct diag *names)
{
	/* RFC 8058 4: the signature must cover both */
	bool missing = fields_count(f, SPAN("List-Unsubscribe-Post")) &&
		       (!headerset_count(set, SPAN("List-Unsubscribe-Post")) ||
			!headerset_count(set, SPAN("List-Unsubscribe")));

	return (unsigned)missing << SIGN_ONE_CLICK |
	       (unsigned)has_blank_colon(f, set, names) << SIGN_BLANK_COLON;
}
