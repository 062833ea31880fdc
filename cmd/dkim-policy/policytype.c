#include "policytype.h"

#include "adsp.h"
#include "dkim_report.h"
#include "dmarc_record.h"
#include "spf_record.h"
#include "ssp.h"

static bool is_spf(struct span text)
{
	struct span terms;

	return spf_record_is(text, &terms);
}

static bool is_sender_id(struct span text)
{
	return span_ieq(span_head(text, 5), SPAN("spf2."));
}

/* The draft of 2007, or that of 2005. */
static bool is_ssp(struct span text)
{
	return ssp_record_is(text) || ssp_policy_is(text);
}

/* Rows in the order of the enum. MARK is a part of the owner, the longest
 * first where one holds another. */
static const struct row {
	const char *word, *where, *mark;
	bool (*is)(struct span text);
} rows[POLICY_TYPES] = {
	[POLICY_DMARC] = { "dmarc", "_dmarc.", "_dmarc", dmarc_record_is },
	[POLICY_ADSP] = { "adsp", "_adsp._domainkey.", "_adsp._domainkey",
			  adsp_record_is },
	[POLICY_SSP] = { "ssp", "_ssp._domainkey.", "_ssp._domainkey", is_ssp },
	[POLICY_DOMAINKEYS] = { "domainkeys", "_domainkey.", "_domainkey",
				ssp_policy_is },
	[POLICY_SPF] = { "spf", "", NULL, is_spf },
	[POLICY_SENDER_ID] = { "sender-id", "", NULL, is_sender_id },
	[POLICY_REPORT] = { "report", "_report._domainkey.",
			    "_report._domainkey", dkim_report_is },
	[POLICY_REPORT_AUTH] = { "report-auth", "_report._dmarc.",
				 "_report._dmarc", dmarc_record_is },
};

const char *policytype_word(enum policytype t)
{
	return rows[t].word;
}

bool policytype_find(struct span word, enum policytype *out)
{
	for (enum policytype t = 0; t < POLICY_TYPES; t++)
		if (span_ieq(word, span_str(rows[t].word))) {
			*out = t;
			return true;
		}
	return false;
}

enum status policytype_option(struct span word, enum policytype *out,
			      struct diag *why)
{
	if (policytype_find(word, out))
		return ST_OK;
	if (span_ieq(word, SPAN("atps")))
		return diag_set(why, ST_USAGE, NULL,
				"--type=atps is gone: nobody used RFC 6541, an "
				"experiment of 2012");
	return diag_set(why, ST_USAGE, NULL,
			"--type: \"%.*s\" is not one of dmarc, adsp, ssp, "
			"domainkeys, spf, sender-id, report and report-auth",
			(int)word.n, (const char *)word.p);
}

enum status policytype_set(const char *list, unsigned *set, struct diag *why)
{
	struct span rest = span_str(list), word = { 0 };
	enum policytype t;

	*set = list ? 0 : (1U << POLICY_LOOKUPS) - 1;
	while (span_split(&rest, ',', &word)) {
		enum status st = policytype_option(span_trim(word), &t, why);

		if (st != ST_OK)
			return st;
		if (t >= POLICY_LOOKUPS)
			return diag_set(why, ST_USAGE, NULL,
					"--type=report-auth needs --lint");
		*set |= 1U << t;
	}
	return ST_OK;
}

const char *policytype_where(enum policytype t)
{
	return rows[t].where;
}

bool policytype_is(enum policytype t, struct span text)
{
	return rows[t].is(text);
}

/* MARK stands in OWNER, whole labels. FIRST: and is its beginning. */
static bool marked(struct span owner, const char *mark, bool first)
{
	struct span m = span_str(mark);

	for (size_t i = 0; i + m.n <= owner.n; i++) {
		struct span rest = span_from(owner, i);

		if ((i == 0 || (!first && owner.p[i - 1] == '.')) &&
		    span_ieq(span_head(rest, m.n), m) &&
		    (rest.n == m.n || rest.p[m.n] == '.'))
			return true;
	}
	return false;
}

bool policytype_of(struct span owner, struct span text, enum policytype *out)
{
	static const enum policytype by_owner[] = {
		POLICY_REPORT_AUTH, POLICY_DMARC,  POLICY_ADSP,
		POLICY_SSP,	    POLICY_REPORT, POLICY_DOMAINKEYS,
	};
	static const enum policytype by_text[] = {
		POLICY_DMARC,
		POLICY_SPF,
		POLICY_SENDER_ID,
		POLICY_ADSP,
	};

	for (size_t i = 0; i < sizeof(by_owner) / sizeof(*by_owner); i++) {
		*out = by_owner[i];
		/* names before these say whom they are about */
		if (marked(owner, rows[*out].mark, *out != POLICY_REPORT_AUTH))
			return true;
	}
	*out = POLICY_SSP;
	/* below a user's name, too (RULES A-6) */
	if (marked(owner, "_policy._domainkey", false))
		return true;
	for (size_t i = 0; i < sizeof(by_text) / sizeof(*by_text); i++) {
		*out = by_text[i];
		if (rows[*out].is(text))
			return true;
	}
	/* alone it can be nothing else; elsewhere much looks like it */
	*out = POLICY_SSP;
	if (owner.n == 0 && ssp_record_is(text))
		return true;
	*out = POLICY_REPORT;
	if (owner.n == 0 && dkim_report_is(text))
		return true;
	*out = POLICY_DOMAINKEYS;
	if (owner.n == 0 && ssp_policy_is(text))
		return true;
	/* what was meant to be one */
	*out = POLICY_DMARC;
	if (span_ieq(span_head(text, 7), SPAN("v=DMARC")))
		return true;
	*out = POLICY_SPF;
	return span_ieq(span_head(text, 5), SPAN("v=spf"));
}
