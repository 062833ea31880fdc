#include "policylint.h"

#include <string.h>

#include "adsp.h"
#include "dkim_report.h"
#include "dmarc_lint.h"
#include "policy_findings.h"
#include "spf_lint.h"
#include "ssp.h"
#include "tag.h"

#define SHOWN(s) (int)((s).n > 80 ? 80 : (s).n), (const char *)(s).p

static void lint_flags(const struct tags *t, struct findings *f)
{
	const struct tag *flags = tags_find(t, SPAN("t"));
	struct span rest = flags ? flags->value : SPAN(""), word = { 0 };

	while (flags && tag_words(&rest, &word)) {
		if (span_ieq(word, SPAN("y")))
			findings_mark(f, &FINDING_POLICY_TESTING);
		else if (!span_ieq(word, SPAN("s")))
			findings_add(f, &FINDING_FLAG_UNKNOWN, "\"%.*s\"",
				     SHOWN(word));
	}
}

static void lint_adsp(const struct tags *t, struct findings *f)
{
	static const char *const known[] = { "unknown", "all", "discardable" };
	bool is_known = false;

	for (size_t i = 0; i < 3; i++)
		is_known = is_known ||
			   span_ieq(t->v[0].value, span_str(known[i]));
	if (!is_known)
		findings_add(f, &FINDING_PRACTICE, "dkim=%.*s",
			     SHOWN(t->v[0].value));
	for (size_t i = 1; i < t->n; i++)
		findings_add(f, &FINDING_UNKNOWN_TAG,
			     "%.*s=", SHOWN(t->v[i].name));
}

static void lint_ssp(struct span text, const struct tags *t, struct findings *f)
{
	struct ssp_record r;

	ssp_record_parse(text, &r);
	if (!r.valid)
		findings_add(f, &FINDING_VALUE, "o=%.*s",
			     SHOWN(tags_find(t, SPAN("o"))->value));
	lint_flags(t, f);
}

static void lint_report(struct span text, struct findings *f)
{
	struct dkim_report r;

	dkim_report_parse(text, &r);
	if (!r.valid)
		findings_add(f, &FINDING_VALUE,
			     "of ra=, rp= or rs= (RFC 6651 3.2)");
	else if (!r.local[0])
		findings_mark(f, &FINDING_NO_ADDRESS);
}

/* Records that are a list of tags as RFC 6376 3.2 has it. */
static void lint_tags(enum policytype type, struct span text,
		      struct findings *f)
{
	struct diag why = { 0 };
	struct tags t;

	if (text.n == 0) {
		findings_mark(f, &FINDING_EMPTY);
		return;
	}
	if (tags_parse(&t, text, TAGS_RECORD, &why) != ST_OK) {
		findings_add(f, &FINDING_SYNTAX, "%s", why.text);
		return;
	}
	if (!policytype_is(type, text)) {
		findings_add(f, &FINDING_OTHER, "%s", policytype_word(type));
		return;
	}
	if (t.empty_spec)
		findings_mark(f, &FINDING_EMPTY_TAG);
	if (type == POLICY_ADSP)
		lint_adsp(&t, f);
	else if (type == POLICY_SSP || type == POLICY_DOMAINKEYS)
		lint_ssp(text, &t, f);
	else if (type == POLICY_REPORT)
		lint_report(text, f);
}

static void lint_text_of(enum policytype t, struct span text,
			 struct findings *f)
{
	/* those that a later standard or the end of a draft made obsolete */
	static const char *const historic[POLICY_TYPES] = {
		[POLICY_ADSP] = "ADSP was made historic in 2013; DMARC took "
				"its place",
		[POLICY_SSP] = "SSP was a draft of 2005 to 2007, never a "
			       "standard",
		[POLICY_DOMAINKEYS] = "DomainKeys (RFC 4870) is historic since "
				      "2007",
		[POLICY_SENDER_ID] = "Sender ID (RFC 4406) is historic; v=spf1 "
				     "and DMARC remain",
	};

	if (historic[t])
		findings_add(f, &FINDING_HISTORIC, "%s", historic[t]);
	if (t == POLICY_DMARC)
		dmarc_lint(text, f);
	else if (t == POLICY_REPORT_AUTH)
		dmarc_lint_auth(text, f);
	else if (t == POLICY_SPF || t == POLICY_SENDER_ID)
		spf_lint(text, f);
	else
		lint_tags(t, text, f);
}

bool policylint_clean(struct span text, struct buf *out, struct findings *f)
{
	static const struct {
		const char *sign, *meant;
		const struct finding_kind *kind;
	} signs[] = {
		{ "\xe2\x80\x9c", "", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x9d", "", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x9e", "", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x98", "", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x99", "", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x90", "-", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x91", "-", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x93", "-", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x80\x94", "-", &FINDING_TYPOGRAPHIC },
		{ "\xe2\x88\x92", "-", &FINDING_TYPOGRAPHIC },
		{ "\xc2\xa0", " ", &FINDING_INVISIBLE },
		{ "\xe2\x80\x8b", "", &FINDING_INVISIBLE },
		{ "\xe2\x80\x8c", "", &FINDING_INVISIBLE },
		{ "\xe2\x80\x8d", "", &FINDING_INVISIBLE },
		{ "\xef\xbb\xbf", "", &FINDING_INVISIBLE },
		{ "\n", " ", &FINDING_LINE_BREAK },
		{ "\r", "", &FINDING_LINE_BREAK },
		{ "\\010", " ", &FINDING_LINE_BREAK },
		{ "\\013", "", &FINDING_LINE_BREAK },
		{ "\\", "", &FINDING_BACKSLASHES },
		{ "\" \"", "", &FINDING_QUOTES },
		{ "\"", "", &FINDING_QUOTES },
	};
	size_t n = sizeof(signs) / sizeof(*signs);
	bool spoilt = false;

	while (text.n) {
		size_t i = 0;

		while (i < n && !span_starts(text, span_str(signs[i].sign)))
			i++;
		buf_put(out,
			i < n ? span_str(signs[i].meant) : span_head(text, 1));
		spoilt = spoilt || i < n;
		if (i < n && f && !findings_has(f, signs[i].kind))
			findings_mark(f, signs[i].kind);
		text = span_from(text, i < n ? strlen(signs[i].sign) : 1);
	}
	return spoilt;
}

void policylint(enum policytype t, struct span text, struct findings *f)
{
	size_t before = f->n;
	bool invalid = f->invalid;
	struct buf clean;

	f->invalid = false;
	lint_text_of(t, text, f);
	buf_init(&clean, 2 * text.n + 1);
	if ((f->invalid || findings_has(f, &FINDING_PRACTICE)) &&
	    policylint_clean(text, &clean, NULL)) {
		/* what else is wrong is seen in the record that was meant */
		f->n = before;
		buf_reset(&clean);
		(void)policylint_clean(text, &clean, f);
		lint_text_of(t, span_trim(buf_span(&clean)), f);
	}
	buf_free(&clean);
	f->invalid = f->invalid || invalid;
}
