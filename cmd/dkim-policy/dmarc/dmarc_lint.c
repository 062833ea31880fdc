#include "dmarc_lint.h"

#include "policy_findings.h"

/* The first 80 bytes of a span, as arguments of "%.*s". */
#define SHOWN(s) (int)((s).n > 80 ? 80 : (s).n), (const char *)(s).p

static void lint_uris(const struct dmarc_tag *t, struct findings *f)
{
	struct span rest = t->value;
	struct report_uri uri;
	size_t n = 0;

	while (report_uri_next(&rest, &uri)) {
		if (!uri.valid)
			findings_add(f, &FINDING_REPORT_URI, "\"%.*s\": %s",
				     SHOWN(uri.text), uri.why);
		else if (!uri.mailto)
			findings_add(f, &FINDING_REPORT_SCHEME, "\"%.*s\"",
				     SHOWN(uri.text));
		else if (uri.why)
			findings_add(f, &FINDING_REPORT_FIELDS, "\"%.*s\"",
				     SHOWN(uri.text));
		if (uri.valid && uri.has_size)
			findings_add(f, &FINDING_REMOVED_SIZE, "\"%.*s\"",
				     SHOWN(uri.text));
		if (++n == REPORT_URIS + 1)
			findings_mark(f, &FINDING_REPORT_MANY);
	}
}

/* Forms that the grammar allows (RFC 9989 4.8), but not every receiver reads.
 */
static void lint_form(const struct dmarc_tag *t, struct findings *f)
{
	bool upper = false;

	for (size_t i = 0; i < t->value.n && *dmarc_tag_values(t->id); i++)
		upper = upper || ascii_lower(t->value.p[i]) != t->value.p[i];
	if (t->valid && upper)
		findings_add(f, &FINDING_UNREAD, "capitals in %.*s=%.*s",
			     SHOWN(t->name), SHOWN(t->value));
	if (t->id == DMARC_V &&
	    (t->name.p[0] != 'v' || t->value.p != t->name.p + 2))
		findings_add(f, &FINDING_UNREAD,
			     "the first tag is not exactly v=DMARC1");
}

static void lint_tag(const struct dmarc_record *r, const struct dmarc_tag *t,
		     struct findings *f)
{
	const char *values = dmarc_tag_values(t->id);

	if (t->id == DMARC_PCT || t->id == DMARC_RF || t->id == DMARC_RI) {
		findings_add(f, &FINDING_REMOVED, "%.*s=", SHOWN(t->name));
		return;
	}
	if (t->id == DMARC_UNKNOWN) {
		findings_add(f, &FINDING_UNKNOWN_TAG, "%.*s=", SHOWN(t->name));
		return;
	}
	if (t->id == DMARC_RUA || t->id == DMARC_RUF) {
		lint_uris(t, f);
		return;
	}
	if (t->id == DMARC_FO && !r->ruf.p)
		findings_mark(f, &FINDING_FO_ALONE);
	if (t->id == DMARC_FO && (r->fo & DMARC_FO_ALL) &&
	    (r->fo & DMARC_FO_ANY))
		findings_mark(f, &FINDING_FO_BOTH);
	if (!t->valid)
		findings_add(f, &FINDING_VALUE, "%.*s=%.*s%s%s", SHOWN(t->name),
			     SHOWN(t->value), *values ? ": must be " : "",
			     values);
}

static void lint_policy(const struct dmarc_record *r, struct findings *f)
{
	const struct dmarc_tag *p = dmarc_record_find(r, DMARC_P);

	if (r->useless)
		findings_mark(f, &FINDING_USELESS);
	else if (!p || !p->valid)
		findings_mark(f, &FINDING_NO_POLICY);
	else if (r->p == DMARC_NONE)
		findings_mark(f, &FINDING_MONITORING);
	if (p && p != &r->v[1])
		findings_mark(f, &FINDING_P_LATE);
	if (!r->rua.p)
		findings_mark(f, &FINDING_NO_REPORTS);
	if (r->testing)
		findings_add(f, &FINDING_POLICY_TESTING,
			     "a failing message is treated one step milder");
	if (r->psd == 'y' && r->ruf.p)
		findings_mark(f, &FINDING_PSD_RUF);
}

/* What both kinds of records have in common; false if the tags are of no
 * interest any more. */
static bool lint_begin(struct span text, struct dmarc_record *r,
		       struct findings *f)
{
	if (text.n == 0) {
		findings_mark(f, &FINDING_EMPTY);
		return false;
	}
	if (!dmarc_record_is(text)) {
		findings_add(f, &FINDING_OTHER,
			     "the first tag must be v=DMARC1 (RFC 9989 4.7)");
		return false;
	}
	dmarc_record_parse(text, r);
	if (r->duplicate)
		findings_mark(f, &FINDING_DUPLICATE);
	if (r->empty)
		findings_mark(f, &FINDING_EMPTY_TAG);
	if (r->junk)
		findings_mark(f, &FINDING_NO_EQUALS);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\t' && (text.p[i] < ' ' || text.p[i] > '~')) {
			findings_mark(f, &FINDING_EIGHT_BIT);
			break;
		}
	return !r->duplicate;
}

void dmarc_lint(struct span text, struct findings *f)
{
	struct dmarc_record r;

	if (!lint_begin(text, &r, f))
		return;
	for (size_t i = 0; i < r.n; i++) {
		lint_form(&r.v[i], f);
		lint_tag(&r, &r.v[i], f);
	}
	lint_policy(&r, f);
}

void dmarc_lint_auth(struct span text, struct findings *f)
{
	struct dmarc_record r;

	if (!lint_begin(text, &r, f))
		return;
	lint_form(&r.v[0], f);
	for (size_t i = 0; i < r.n; i++)
		if (r.v[i].id == DMARC_RUA || r.v[i].id == DMARC_RUF)
			lint_tag(&r, &r.v[i], f);
		else if (r.v[i].id != DMARC_V)
			findings_add(f, &FINDING_UNKNOWN_TAG,
				     "%.*s=", SHOWN(r.v[i].name));
}
