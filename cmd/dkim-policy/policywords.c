#include "policywords.h"

/* A row with a value goes before the one without for the same tag. */
static const struct row {
	enum policytype type;
	const char *name, *value, *words;
} rows[] = {
	{ POLICY_DMARC, "v", NULL, "a DMARC policy record" },
	{ POLICY_DMARC, "p", "none",
	  "mail that fails is treated like other mail" },
	{ POLICY_DMARC, "p", "quarantine", "mail that fails is suspicious" },
	{ POLICY_DMARC, "p", "reject", "mail that fails is to be refused" },
	{ POLICY_DMARC, "sp", "none",
	  "for names below: mail that fails is treated like other mail" },
	{ POLICY_DMARC, "sp", "quarantine",
	  "for names below: mail that fails is suspicious" },
	{ POLICY_DMARC, "sp", "reject",
	  "for names below: mail that fails is to be refused" },
	{ POLICY_DMARC, "np", "none",
	  "for names below that do not exist: treated like other mail" },
	{ POLICY_DMARC, "np", "quarantine",
	  "for names below that do not exist: suspicious" },
	{ POLICY_DMARC, "np", "reject",
	  "for names below that do not exist: to be refused" },
	{ POLICY_DMARC, "adkim", "s", "DKIM: d= must be the author's domain" },
	{ POLICY_DMARC, "adkim", "r",
	  "DKIM: d= must be of the same organization" },
	{ POLICY_DMARC, "aspf", "s",
	  "SPF: MAIL FROM must be of the author's domain" },
	{ POLICY_DMARC, "aspf", "r",
	  "SPF: MAIL FROM must be of the same organization" },
	{ POLICY_DMARC, "psd", "y",
	  "a public suffix: names below belong to others" },
	{ POLICY_DMARC, "psd", "n", "this is the organization's own domain" },
	{ POLICY_DMARC, "psd", "u",
	  "not said whether this is a public suffix" },
	{ POLICY_DMARC, "t", "y", "testing: policies are one step milder" },
	{ POLICY_DMARC, "t", "n", "the policies apply as written" },
	{ POLICY_DMARC, "rua", NULL, "where aggregate reports go" },
	{ POLICY_DMARC, "ruf", NULL, "where failure reports go" },
	{ POLICY_DMARC, "fo", NULL, "which failures are to be reported" },
	{ POLICY_DMARC, "pct", NULL,
	  "removed: how much of the mail the policy was for" },
	{ POLICY_DMARC, "rf", NULL, "removed: the format of failure reports" },
	{ POLICY_DMARC, "ri", NULL, "removed: seconds between reports" },
	{ POLICY_REPORT_AUTH, "v", NULL, "reports of the domain are accepted" },
	{ POLICY_REPORT_AUTH, "rua", NULL, "where reports go instead" },
	{ POLICY_REPORT_AUTH, "ruf", NULL, "where reports go instead" },
	{ POLICY_ADSP, "dkim", "unknown", "some mail is signed, or none" },
	{ POLICY_ADSP, "dkim", "all", "all mail is signed when it leaves" },
	{ POLICY_ADSP, "dkim", "discardable",
	  "all mail is signed, and without a signature it can go" },
	{ POLICY_SSP, "dkim", "unknown", "some mail is signed, or none" },
	{ POLICY_SSP, "dkim", "all", "all mail is signed, by any domain" },
	{ POLICY_SSP, "dkim", "strict", "all mail is signed by the domain" },
	{ POLICY_SSP, "t", "y", "testing" },
	{ POLICY_SSP, "t", "s", "not for names below" },
	{ POLICY_SSP, "o", "~", "some mail is signed, or none" },
	{ POLICY_SSP, "o", "-", "all mail is signed, by any domain" },
	{ POLICY_SSP, "o", "!", "all mail is signed by the domain" },
	{ POLICY_SSP, "o", ".", "no mail comes from this domain" },
	{ POLICY_SSP, "o", "^", "each user's policy is below the user's name" },
	{ POLICY_SSP, "r", NULL, "address for reports of problems" },
	{ POLICY_SSP, "n", NULL, "a note" },
	{ POLICY_DOMAINKEYS, "o", "-", "all mail is signed" },
	{ POLICY_DOMAINKEYS, "o", "~", "some mail is signed" },
	{ POLICY_DOMAINKEYS, "t", "y", "testing" },
	{ POLICY_DOMAINKEYS, "r", NULL, "address for reports of problems" },
	{ POLICY_DOMAINKEYS, "n", NULL, "a note" },
	{ POLICY_REPORT, "ra", NULL, "local part of the address for reports" },
	{ POLICY_REPORT, "rp", NULL, "percentage of failures to report" },
	{ POLICY_REPORT, "rr", NULL, "which failures to report" },
	{ POLICY_REPORT, "rs", NULL, "text for SMTP replies" },
};

static const char *tag_words_of(enum policytype t, struct span name,
				struct span value)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].type == t &&
		    span_ieq(name, span_str(rows[i].name)) &&
		    (!rows[i].value ||
		     span_ieq(value, span_str(rows[i].value))))
			return rows[i].words;
	return "";
}

/* How many bytes of TERM are before ":", "=" or "/". */
static size_t term_name(struct span term)
{
	size_t at = 0;

	while (at < term.n && span_find(SPAN(":=/"), term.p[at]) == 3)
		at++;
	return at;
}

static const char *term_words_of(struct span term)
{
	static const struct {
		const char *name, *words;
	} terms[] = {
		{ "v=spf1", "an SPF record" },
		{ "all", "every other host" },
		{ "include", "every host that passes for that domain" },
		{ "a", "the addresses of the name" },
		{ "mx", "its mail servers" },
		{ "ptr", "hosts whose names are below it" },
		{ "ip4", "these addresses" },
		{ "ip6", "these addresses" },
		{ "exists", "any host, if that name exists" },
		{ "redirect", "that domain's record instead" },
		{ "exp", "where the explanation for refused mail is" },
	};
	size_t at;

	if (term.n && span_find(SPAN("+-~?"), term.p[0]) < 4)
		term = span_from(term, 1);
	if (span_ieq(term, SPAN("v=spf1")))
		return terms[0].words;
	at = term_name(term);
	for (size_t i = 1; i < sizeof(terms) / sizeof(*terms); i++)
		if (span_ieq(span_head(term, at), span_str(terms[i].name)))
			return terms[i].words;
	return "";
}

bool policywords_next(enum policytype t, struct span *rest,
		      struct policywords *out)
{
	bool terms = t == POLICY_SPF || t == POLICY_SENDER_ID;
	struct span item = { 0 };
	size_t at = 0;

	do {
		if (!span_split(rest, terms ? ' ' : ';', &item))
			return false;
		item = span_trim(item);
		at = terms ? term_name(item) : span_find(item, '=');
		out->name = span_trim(span_head(item, at));
	} while (terms ? item.n == 0 : out->name.n == 0);
	out->whole = item;
	/* the "/" of a term belongs to its value */
	at += at < item.n && item.p[at] != '/';
	out->value = span_trim(span_from(item, at));
	out->words = terms ? term_words_of(item)
			   : tag_words_of(t, out->name, out->value);
	return true;
}
