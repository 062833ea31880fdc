/* What the header shows of its way, without a proof. */
#include "explain_head.h"

/* One name of h= without a field, where others are not named in advance,
 * either.
 */
static bool guess_other_dropped(const struct head_input *in, struct causes *out)
{
	struct span name = { 0 };

	for (size_t i = 0; i < in->sig->h_n; i++) {
		if (fields_count(in->fields, in->sig->h[i]) ||
		    span_ieq(name, in->sig->h[i]))
			continue;
		if (name.n || sig_covers(in->sig, in->sig->h[i]) > 1)
			return false;
		name = in->sig->h[i];
	}
	if (name.n == 0)
		return false;
	cause_add_text(causes_add(out, CAUSE_DROPPED, false), "field", name);
	return true;
}

static bool guess_dropped(const struct head_input *in, struct causes *out)
{
	/* fields that every message has (RFC 5322 3.6) or most have */
	static const char *const usual[] = {
		"From",		"Date",
		"Subject",	"To",
		"Message-ID",	"MIME-Version",
		"Content-Type", "Content-Transfer-Encoding"
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		struct span name = span_str(usual[i]);

		if (sig_covers(in->sig, name) == 0 ||
		    fields_count(in->fields, name))
			continue;
		cause_add_text(causes_add(out, CAUSE_DROPPED, false), "field",
			       name);
		return true;
	}
	return guess_other_dropped(in, out);
}

static const struct field *signed_field(const struct head_input *in,
					const char *name)
{
	return sig_covers(in->sig, span_str(name))
		       ? fields_find(in->fields, span_str(name), 0)
		       : NULL;
}

/* A list or a relay that writes the field for everybody. */
static bool guess_rewritten(const struct head_input *in, struct causes *out)
{
	static const struct {
		const char *field, *mark;
	} known[] = {
		{ "From", " via " },
		{ "Message-ID", "amazonses.com>" },
		{ "Message-ID", "prod.outlook.com>" },
		{ "Message-ID", "mandrillapp.com>" },
		{ "Message-ID", "geopod-ismtpd" },
		{ "To", "undisclosed" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct field *f = signed_field(in, known[i].field);

		if (!f || span_search(f->value, span_str(known[i].mark)) ==
				  f->value.n)
			continue;
		cause_add_text(causes_add(out, CAUSE_VALUE, false), "field",
			       f->name);
		return true;
	}
	return false;
}

/* Who signs writes its own domain into these. */
static bool guess_domain(const struct head_input *in, struct causes *out)
{
	static const char *const names[] = { "From", "Message-ID" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct field *f = signed_field(in, names[i]);
		struct span v = f ? f->value : SPAN("");
		size_t at = span_rfind(v, '@');
		struct span domain = span_from(v, at + 1);
		struct name name;

		domain = span_trim(span_head(domain, span_find(domain, '>')));
		if (name_parse(domain, NAME_SINGLE | NAME_UNDERSCORE, &name,
			       NULL) != ST_OK ||
		    name_within(&name, &in->sig->d) ||
		    name_within(&in->sig->d, &name))
			continue;
		cause_add_text(causes_add(out, CAUSE_VALUE, false), "field",
			       f->name);
		return true;
	}
	return false;
}

/* A subject that starts with a tag. */
static bool guess_tag(const struct head_input *in, struct causes *out)
{
	const struct field *f = signed_field(in, "Subject");
	struct span v = f ? span_trim(f->value) : SPAN("");
	size_t close = span_find(v, ']');
	struct cause *cause;

	if (!span_starts(v, SPAN("[")) && !span_starts(v, SPAN("***")) &&
	    !span_starts(v, SPAN("{")))
		return false;
	if (v.p[0] != '[')
		close = span_find(v, ' ') - 1;
	bool spam = span_search(span_head(v, close), SPAN("spam")) < close;

	cause = causes_add(out, spam ? CAUSE_SUBJECT_SPAM : CAUSE_SUBJECT_TAG,
			   false);
	cause_add_text(cause, "field", f->name);
	cause_add_text(cause, "tag", span_head(v, close + 1));
	return true;
}

void head_likely(const struct head_input *in, struct causes *out)
{
	if (!guess_dropped(in, out) && !guess_tag(in, out) &&
	    !guess_rewritten(in, out) && !guess_domain(in, out))
		return; /* nothing shows */
}
