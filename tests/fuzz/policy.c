/* A policy record is judged the same twice whatever it is taken for, and what
 * its reader finds stands in its text; macros of an SPF record that passes the
 * check expand, and a domain they make is no longer than a name. The first
 * octet chooses the type. */
#include "policylint.h"

#include "dmarc_record.h"
#include "dkim_report.h"
#include "fuzz.h"
#include "spf_macro.h"
#include "spf_record.h"

static void stands_in(struct span part, struct span text)
{
	hold(part.n == 0 ||
		     (part.p >= text.p && part.p + part.n <= text.p + text.n),
	     "a part of the text");
}

static void expand(struct span spec)
{
	const struct spf_macros m = {
		.local = SPAN("local-part.with-dots"),
		.sender_domain = SPAN("sender.example"),
		.domain = SPAN("domain.example"),
		.helo = SPAN("helo.example"),
		.validated = SPAN("unknown"),
		.ip = { .v6 = true, .b = { 0x20, 1 } },
	};
	struct buf out;

	buf_init(&out, 253);
	hold(spf_macro_expand(spec, SPF_IN_DOMAIN, &m, &out) == ST_OK,
	     "expands");
	buf_free(&out);
}

static void spf(struct span text)
{
	struct span terms = { 0 };
	struct spf_record r;

	if (!spf_record_is(text, &terms))
		return;
	if (spf_record_parse(terms, &r, NULL) == ST_OK)
		for (size_t i = 0; i < r.n; i++) {
			const struct spf_term *t = &r.v[i];

			stands_in(t->text, text);
			stands_in(t->spec, text);
			hold(t->bits4 <= 32 && t->bits6 <= 128, "bits");
			if (t->spec.n)
				expand(t->spec);
		}
	spf_record_free(&r);
}

static void dmarc(struct span text)
{
	struct dmarc_record r;

	if (!dmarc_record_is(text))
		return;
	dmarc_record_parse(text, &r);
	for (size_t i = 0; i < r.n; i++) {
		stands_in(r.v[i].name, text);
		stands_in(r.v[i].value, text);
	}
	if (!r.duplicate)
		hold(!r.useless || r.p == DMARC_NONE, "useless is none");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_from(span_of(data, size), 1);
	struct findings a = { 0 }, b = { 0 };
	struct dkim_report report;
	enum policytype t;

	if (size == 0)
		return 0;
	t = (enum policytype)(data[0] % POLICY_TYPES);
	policylint(t, text, &a);
	policylint(t, text, &b);
	hold(a.n == b.n && a.invalid == b.invalid, "the same");
	spf(text);
	dmarc(text);
	dkim_report_parse(text, &report);
	findings_free(&a);
	findings_free(&b);
	return 0;
}
