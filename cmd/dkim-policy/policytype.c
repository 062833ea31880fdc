#include "policytype.h"

#include <string.h>

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

/* TEXT after the quotes and the like that were copied with it. */
static struct span after_quotes(struct span text)
{
	while (text.n && (text.p[0] >= 0x80 || ascii_wsp(text.p[0]) ||
			  span_find(SPAN("\"'\\"), text.p[0]) < 3))
		text = span_from(text, 1);
	return text;
}

static bool is_like_dmarc(struct span text)
{
	text = after_quotes(text);
	return span_ieq(span_head(text, 7), SPAN("v=DMARC"));
}

static bool is_like_spf(struct span text)
{
	text = after_quotes(text);
	return span_ieq(span_head(text, 5), SPAN("v=spf"));
}

static const struct row {
	const char *word;
	const char *where; /* goes before the domain */
	bool (*is)(struct span text);
} rows[POLICY_TYPES] = {
	[POLICY_DMARC] = { "dmarc", "_dmarc.", dmarc_record_is },
	[POLICY_ADSP] = { "adsp", "_adsp._domainkey.", adsp_record_is },
	[POLICY_SSP] = { "ssp", "_ssp._domainkey.", is_ssp },
	[POLICY_DOMAINKEYS] = { "domainkeys", "_domainkey.", ssp_policy_is },
	[POLICY_SPF] = { "spf", "", is_spf },
	[POLICY_SENDER_ID] = { "sender-id", "", is_sender_id },
	[POLICY_REPORT] = { "report", "_report._domainkey.", dkim_report_is },
	[POLICY_REPORT_AUTH] = { "report-auth", "_report._dmarc.",
				 dmarc_record_is },
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

/* WHERE, as in rows, is a part of OWNER, or FIRST: its beginning. */
static bool has_part(struct span owner, const char *where, bool first)
{
	struct span part = span_head(span_str(where), strlen(where) - 1);

	for (size_t i = 0; i + part.n <= owner.n; i++) {
		struct span rest = span_from(owner, i);

		if ((i == 0 || (!first && owner.p[i - 1] == '.')) &&
		    span_ieq(span_head(rest, part.n), part) &&
		    (rest.n == part.n || rest.p[part.n] == '.'))
			return true;
	}
	return false;
}

bool policytype_of(struct span owner, struct span text, enum policytype *out)
{
	/* a part of another one is after it */
	static const enum policytype by_owner[] = {
		POLICY_REPORT_AUTH, POLICY_DMARC,  POLICY_ADSP,
		POLICY_SSP,	    POLICY_REPORT, POLICY_DOMAINKEYS,
	};
	static const struct {
		enum policytype type;
		bool (*is)(struct span text);
		bool bare; /* only without an owner: records of other kinds
			    * look alike */
	} by_text[] = {
		{ POLICY_DMARC, dmarc_record_is, false },
		{ POLICY_SPF, is_spf, false },
		{ POLICY_SENDER_ID, is_sender_id, false },
		{ POLICY_ADSP, adsp_record_is, false },
		{ POLICY_SSP, ssp_record_is, true },
		{ POLICY_REPORT, dkim_report_is, true },
		{ POLICY_DOMAINKEYS, ssp_policy_is, true },
		{ POLICY_DMARC, is_like_dmarc, false },
		{ POLICY_SPF, is_like_spf, false },
	};

	for (size_t i = 0; i < sizeof(by_owner) / sizeof(*by_owner); i++) {
		*out = by_owner[i];
		/* the domain whose reports are accepted is before the part */
		if (has_part(owner, rows[*out].where,
			     *out != POLICY_REPORT_AUTH))
			return true;
	}
	*out = POLICY_SSP;
	/* draft-allman-dkim-ssp: also below the name of a user */
	if (has_part(owner, "_policy._domainkey.", false))
		return true;
	for (size_t i = 0; i < sizeof(by_text) / sizeof(*by_text); i++) {
		*out = by_text[i].type;
		if (!(by_text[i].bare && owner.n) && by_text[i].is(text))
			return true;
	}
	return false;
}
