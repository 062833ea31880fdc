#include "policylint.h"

#include "adsp.h"
#include "dkim_report.h"
#include "dmarc_lint.h"
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
			findings_mark(f, FINDING_POLICY_TESTING);
		else if (!span_ieq(word, SPAN("s")))
			findings_add(f, FINDING_FLAG_UNKNOWN, "\"%.*s\"",
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
		findings_add(f, FINDING_PRACTICE, "dkim=%.*s",
			     SHOWN(t->v[0].value));
	for (size_t i = 1; i < t->n; i++)
		findings_add(f, FINDING_UNKNOWN_TAG,
			     "%.*s=", SHOWN(t->v[i].name));
}

static void lint_ssp(struct span text, const struct tags *t, struct findings *f)
{
	struct ssp_record r;

	ssp_record_parse(text, &r);
	if (!r.valid)
		findings_add(f, FINDING_VALUE, "o=%.*s",
			     SHOWN(tags_find(t, SPAN("o"))->value));
	lint_flags(t, f);
}

static void lint_report(struct span text, struct findings *f)
{
	struct dkim_report r;

	dkim_report_parse(text, &r);
	if (!r.valid)
		findings_add(f, FINDING_VALUE,
			     "of ra=, rp= or rs= (RFC 6651 3.2)");
	else if (!r.local[0])
		findings_mark(f, FINDING_NO_ADDRESS);
}

/* Records that are a list of tags as RFC 6376 3.2 has it. */
static void lint_tags(enum policytype type, struct span text,
		      struct findings *f)
{
	struct diag why = { 0 };
	struct tags t;

	if (text.n == 0) {
		findings_mark(f, FINDING_EMPTY);
		return;
	}
	if (tags_parse(&t, text, TAGS_RECORD, &why) != ST_OK) {
		findings_add(f, FINDING_SYNTAX, "%s", why.text);
		return;
	}
	if (!policytype_is(type, text)) {
		findings_add(f, FINDING_OTHER, "%s", policytype_word(type));
		return;
	}
	if (t.empty_spec)
		findings_mark(f, FINDING_EMPTY_TAG);
	if (type == POLICY_ADSP)
		lint_adsp(&t, f);
	else if (type == POLICY_SSP || type == POLICY_DOMAINKEYS)
		lint_ssp(text, &t, f);
	else if (type == POLICY_REPORT)
		lint_report(text, f);
}

void policylint(enum policytype t, struct span text, struct findings *f)
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
		findings_add(f, FINDING_HISTORIC, "%s", historic[t]);
	if (t == POLICY_DMARC)
		dmarc_lint(text, f);
	else if (t == POLICY_REPORT_AUTH)
		dmarc_lint_auth(text, f);
	else if (t == POLICY_SPF || t == POLICY_SENDER_ID)
		spf_lint(text, f);
	else
		lint_tags(t, text, f);
}
