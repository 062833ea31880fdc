/* Findings about policy records. */
#include "fake_dns.h"

#include "lookup.h"
#include "policylint.h"

/* The codes found, in order, with blanks between. */
static void codes(const struct findings *f, struct buf *out)
{
	buf_init(out, 65536);
	buf_put(out, SPAN(""));
	for (size_t i = 0; i < f->n; i++)
		buf_putf(out, "%s%s", i ? " " : "", f->v[i].kind->code);
}

#define LONG_LABEL \
	"a123456789b123456789c123456789d123456789e123456789f123456789xyz"

static void finds(void **state)
{
	static const struct {
		enum policytype type;
		struct span text;
		bool valid;
		const char *codes;
	} rows[] = {
		{ POLICY_DMARC, T("v=DMARC1; p=reject; rua=mailto:a@b.c"), true,
		  "" },
		{ POLICY_DMARC, T(""), false, "empty" },
		{ POLICY_DMARC, T("v=DMARC2; p=none"), false,
		  "not-this-record" },
		{ POLICY_DMARC, T("p=none; v=DMARC1"), false,
		  "not-this-record" },
		{ POLICY_DMARC, T("v=DMARC1"), false,
		  "no-processing no-reports" },
		{ POLICY_DMARC, T("v=DMARC1; p=none"), true,
		  "monitoring-only no-reports" },
		{ POLICY_DMARC, T("v=DMARC1; rua=mailto:a@b.c"), true,
		  "no-policy" },
		{ POLICY_DMARC, T("v=DMARC1; p=x; rua=mailto:a@b.c"), false,
		  "bad-value no-policy" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; p=none"), false,
		  "duplicate-tag" },
		{ POLICY_DMARC, T("v=DMARC1;; p=reject; rua=mailto:a@b.c"),
		  true, "empty-tag" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; rua=mailto:a@b.c; x"),
		  true, "no-equals" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=none; rua=mailto:a@b.c,mailto:b@b.c,"
		    "mailto:c@b.c,mailto:d@b.c,mailto:e@b.c,mailto:f@b.c,"
		    "mailto:g@b.c,mailto:h@b.c,mailto:i@b.c,mailto:j@b.c"),
		  true, "monitoring-only" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=none; rua=mailto:a@b.c,mailto:b@b.c,"
		    "mailto:c@b.c,mailto:d@b.c,mailto:e@b.c,mailto:f@b.c,"
		    "mailto:g@b.c,mailto:h@b.c,mailto:i@b.c,mailto:j@b.c,"
		    "mailto:k@b.c,mailto:l@b.c"),
		  true, "report-many monitoring-only" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=none; psd=y; rua=mailto:a@b.c; "
		    "ruf=mailto:a@b.c"),
		  true, "monitoring-only psd-ruf" },
		{ POLICY_ADSP, T("dkim=all"), true, "historic" },
		{ POLICY_ADSP, T("dkim=all; x=1; ;"), true,
		  "historic empty-tag unknown-tag" },
		{ POLICY_ADSP, T("dkim=most"), true,
		  "historic unknown-practice" },
		{ POLICY_SSP, T(""), false, "historic empty" },
		{ POLICY_SSP, T("dkim=strict; t=y:s:z"), true,
		  "historic policy-testing flag-unknown" },
		{ POLICY_DOMAINKEYS, T("o=-; t=y;;"), true,
		  "historic empty-tag policy-testing" },
		{ POLICY_DOMAINKEYS, T("o=!!"), false, "historic bad-value" },
		/* what RFC 9989 removed never makes a record wrong */
		{ POLICY_DMARC,
		  T("v=DMARC1; p=reject; rua=mailto:a@b.c!10m; pct=abc; "
		    "ri=99999999999999999999; rf=xyz"),
		  true, "removed-size removed-tag removed-tag removed-tag" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=reject; rua=mailto:a@b%0d%0aBcc:x@y"), false,
		  "report-uri" },
		/* RFC 9989 4.10.1: a URI that no report of ours goes to */
		{ POLICY_DMARC,
		  T("v=DMARC1; rua=mailto:a%21b@b.c,mailto:o'n@b.c"), true,
		  "no-policy" },
		{ POLICY_REPORT_AUTH, T("v=DMARC1; ruf=mailto:a*b@b.c"), true,
		  "" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; rua=mailto:x!y@b.c"),
		  false, "report-uri" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; rua=mailto:a!10m"),
		  false, "report-uri" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=reject; rua=mailto:a@b.c?bcc=victim"), true,
		  "report-fields" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; rua=http://169.254.1.2"),
		  true, "report-scheme" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=reject; fo=0:1; rua=mailto:a@b.c"), true,
		  "fo-without-ruf fo-exclusive" },
		{ POLICY_DMARC,
		  T("v=DMARC1; sp=none; p=reject; t=y; rua=mailto:a@b.c"), true,
		  "p-not-second policy-testing" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=reject; adkim=x; psd=z; t=q; fo=k; "
		    "rua=mailto:a@b.c"),
		  false,
		  "bad-value bad-value bad-value fo-without-ruf bad-value" },
		{ POLICY_REPORT_AUTH, T("v=DMARC1"), true, "" },
		{ POLICY_REPORT_AUTH, T("v=DMARC1; p=none"), true,
		  "unknown-tag" },
		{ POLICY_SPF, T("v=spf1 mx -all"), true, "" },
		{ POLICY_SPF, T("v=spf10 -all"), false, "not-this-record" },
		{ POLICY_SPF, T("v=spf1 oops -all"), false, "syntax" },
		{ POLICY_SPF, T("v=spf1 mx"), true, "no-all" },
		{ POLICY_SPF, T("v=spf1 redirect=a.b"), true, "" },
		{ POLICY_SPF, T("v=spf1 ?all"), true, "neutral-all" },
		{ POLICY_SPF, T("v=spf1 +all"), true, "spf-pass-all" },
		{ POLICY_SPF, T("v=spf1 -all a"), true, "after-all" },
		{ POLICY_SPF, T("v=spf1 -all redirect=a.b"), true,
		  "redirect-ignored" },
		{ POLICY_SPF, T("v=spf1 ptr -all"), true, "ptr" },
		{ POLICY_SPF, T("v=spf1 a a a a a a a a a a -all"), true, "" },
		{ POLICY_SPF, T("v=spf1 a a a a a a a a a a a -all"), false,
		  "too-many-lookups" },
		{ POLICY_SPF, T("v=spf1 ip4:0.0.0.0/0 -all"), true,
		  "spf-too-broad" },
		{ POLICY_SPF, T("v=spf1 ip4:10.0.0.0/16 -all"), true, "" },
		{ POLICY_SPF, T("v=spf1 ip4:10.0.0.0/16 ip4:1.2.3.4 -all"),
		  true, "spf-too-broad" },
		{ POLICY_SPF, T("v=spf1 ip6:2000::/3 -all"), true,
		  "spf-too-broad" },
		{ POLICY_SPF, T("v=spf1 x=y -all"), true, "unknown-modifier" },
		/* RFC 7208 4.3, 5.2, 6.1 */
		{ POLICY_SPF, T("v=spf1 include:a..b.test -all"), false,
		  "impossible-name" },
		{ POLICY_SPF, T("v=spf1 redirect=a..b.test"), false,
		  "impossible-name" },
		{ POLICY_SPF, T("v=spf1 include:" LONG_LABEL "x.b.test -all"),
		  false, "impossible-name" },
		{ POLICY_SPF, T("v=spf1 include:" LONG_LABEL ".b.test -all"),
		  true, "" },
		{ POLICY_SPF, T("v=spf1 include:https://b.test -all"), false,
		  "impossible-name" },
		{ POLICY_SPF, T("v=spf1 ?include:b.test,c.test -all"), false,
		  "impossible-name" },
		{ POLICY_SPF, T("v=spf1 include:_s.B-c.test. a:*.b.test -all"),
		  true, "" },
		{ POLICY_SPF, T("v=spf1 include:%{l}..b.test -all"), true, "" },
		{ POLICY_SPF, T("v=spf1 a:a..b.test/24 -all"), true,
		  "name-never-matches" },
		{ POLICY_SPF, T("v=spf1 mx:joe@b.test exists:.b.test -all"),
		  true, "name-never-matches name-never-matches" },
		{ POLICY_SPF, T("v=spf1 ptr:http://b.test -all exp=a..b"), true,
		  "ptr name-never-matches name-never-matches" },
		{ POLICY_SPF, T("v=spf1 -all include:a..b redirect=a..b"), true,
		  "after-all redirect-ignored" },
		/* RFC 7208 6 */
		{ POLICY_SPF, T("v=spf1 include=b.test IP4=1.2.3.4 x=y -all"),
		  true,
		  "mechanism-with-equals mechanism-with-equals "
		  "unknown-modifier" },
		{ POLICY_SENDER_ID, T("spf2.0/pra include:a..b -all"), false,
		  "historic impossible-name" },
		{ POLICY_SPF,
		  T("v=spf1 a \xe2\x80\x93"
		    "all"),
		  false, "typographic-quotes" },
		{ POLICY_DMARC, T("v=DMARC1; p=reject;\n x=y\n"), false,
		  "line-break unknown-tag no-reports" },
		{ POLICY_DMARC, T("v=DMARC1\\; p=reject; x=y"), false,
		  "backslash-in-record unknown-tag no-reports" },
		/* legal, but not read by all */
		{ POLICY_DMARC, T("V=DMARC1; p=reject; rua=mailto:A@b.c"), true,
		  "not-read-by-all" },
		{ POLICY_DMARC, T("v = DMARC1; p=reject; rua=mailto:a@b.c"),
		  true, "not-read-by-all" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=Reject; aspf=S; rua=mailto:a@b.c"), true,
		  "not-read-by-all not-read-by-all" },
		{ POLICY_REPORT_AUTH, T("v= DMARC1"), true, "not-read-by-all" },
		{ POLICY_SPF, T("v=spf1 a//64 mx:b.test//64 -all"), true,
		  "not-read-by-all not-read-by-all" },
		{ POLICY_SPF, T("v=spf1 a/24//64 mx:%{d1/}.b.test/24 -all"),
		  true, "" },
		{ POLICY_SPF, T("v=spf1 exp=%{d}.b.test redirect=_spf.%{d}"),
		  true, "not-read-by-all not-read-by-all" },
		{ POLICY_SENDER_ID, T("spf2.0/pra -all"), true, "historic" },
		{ POLICY_ADSP, T("dkim=all"), true, "historic" },
		{ POLICY_ADSP, T("dkim=strict"), true,
		  "historic unknown-practice" },
		{ POLICY_ADSP, T("t=y; dkim=all"), false,
		  "historic not-this-record" },
		{ POLICY_ADSP, T("dkim=all; dkim=all"), false,
		  "historic syntax" },
		{ POLICY_SSP, T("t=y; dkim=all"), true,
		  "historic policy-testing" },
		{ POLICY_DOMAINKEYS, T("t=y; o=~;"), true,
		  "historic policy-testing" },
		{ POLICY_DOMAINKEYS, T("t=y;o=-;r=a@b.c"), true,
		  "historic policy-testing" },
		{ POLICY_DOMAINKEYS, T("o=?"), false, "historic bad-value" },
		{ POLICY_DOMAINKEYS, T("junk"), false, "historic syntax" },
		{ POLICY_REPORT, T("ra=postmaster; rp=100"), true, "" },
		{ POLICY_REPORT, T("rp=50"), true, "no-address" },
		{ POLICY_REPORT, T("ra=a; rp=101"), false, "bad-value" },
		{ POLICY_REPORT, T("ra=a=0d=0aBcc"), false, "bad-value" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct findings f = { 0 };
		struct buf got;
		char name[200];

		policylint(rows[i].type, guarded(rows[i].text), &f);
		codes(&f, &got);
		snprintf(name, sizeof(name), "%s \"%.*s\"",
			 policytype_word(rows[i].type), (int)rows[i].text.n,
			 (const char *)rows[i].text.p);
		bad += row_is(name, "valid", !f.invalid, rows[i].valid);
		bad += row_is_span(name, "findings", buf_span(&got),
				   span_str(rows[i].codes));
		buf_free(&got);
		findings_free(&f);
	}
	assert_int_equal(bad, 0);
}

static void guesses(void **state)
{
	static const struct {
		const char *owner, *text, *type;
	} rows[] = {
		{ "", "v=DMARC1; p=none", "dmarc" },
		{ "", "v=DMARC2", "dmarc" },
		{ "", "v=spf1 -all", "spf" },
		{ "", "spf2.0/pra -all", "sender-id" },
		{ "", "dkim=all", "adsp" },
		{ "", "v=DKIM1; p=x", NULL },
		{ "", "t=y; o=~;", "domainkeys" },
		{ "a.b", "t=y; o=~;", NULL },
		{ "", "ra=x; rp=50", "report" },
		{ "", "rr=v", "report" },
		{ "a.b", "ra=x; rp=50", NULL },
		{ "", "dkim=all; ra=x", "adsp" },
		{ "", "o=~; r=x@a.b", "domainkeys" },
		{ "", "hello", NULL },
		{ "_dmarc.a.b", "whatever", "dmarc" },
		{ "_dmarc", "whatever", "dmarc" },
		{ "a.b._report._dmarc.c.d", "v=DMARC1", "report-auth" },
		{ "_adsp._domainkey.a.b", "x", "adsp" },
		{ "_ssp._domainkey.a.b", "x", "ssp" },
		{ "_policy._domainkey.a.b", "x", "ssp" },
		{ "joe._policy._domainkey.a.b", "o=-", "ssp" },
		{ "_report._domainkey.a.b", "x", "report" },
		{ "_domainkey.a.b", "o=~", "domainkeys" },
		{ "mail._domainkey.a.b", "v=DKIM1; p=x", NULL },
		{ "a.b", "v=spf1 -all", "spf" },
		{ "x_dmarc.a.b", "hello", NULL },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum policytype t = POLICY_TYPES;
		bool is = policytype_of(guarded_str(rows[i].owner),
					guarded_str(rows[i].text), &t);

		bad += row_is_span(
			rows[i].owner[0] ? rows[i].owner : rows[i].text, "type",
			span_str(is ? policytype_word(t) : NULL),
			span_str(rows[i].type));
	}
	assert_int_equal(bad, 0);
}

struct look {
	const char *rule, *zone;
	enum policytype type;
	enum lookup_result result;
	const char *at, *codes;
};

static int look(const struct look *row)
{
	struct dns_clock clock = { 0 };
	struct published_from from = { NULL, &clock };
	struct dmarc_store *store;
	struct fake_dns f;
	struct lookup l;
	struct name name;
	struct buf got;
	int bad;

	fake_open(&f, row->zone);
	from.dns = &f.dns;
	store = dmarc_store_new(&from);
	assert_int_equal(name_parse(SPAN("a.example"), 0, &name, NULL), ST_OK);
	lookup(&from, store, row->type, &name, false, &l);
	codes(&l.findings, &got);
	bad = row_is(row->rule, "result", l.result, row->result);
	bad += row_is_span(row->rule, "findings", buf_span(&got),
			   span_str(row->codes));
	if (row->at)
		bad += row_is_span(row->rule, "at", buf_span(&l.at),
				   span_str(row->at));
	bad += row_is(row->rule, "queries in bounds", f.queries <= 100, 1);
	buf_free(&got);
	buf_free(&f.asked);
	lookup_free(&l);
	dmarc_store_free(store);
	return bad;
}

#define D "_dmarc.a.example TXT v=DMARC1; p=reject; rua="
#define AUTH "a.example._report._dmarc.b.test TXT v=DMARC1"

#define MX(n) "a.example MX m" #n ".b.test\nm" #n ".b.test A 192.0.2." #n "\n"
#define EXP "a.example TXT v=spf1 -all exp=e.test\n"
#define TEN_MX MX(0) MX(1) MX(2) MX(3) MX(4) MX(5) MX(6) MX(7) MX(8) MX(9)
#define ELEVEN_MX TEN_MX MX(10)

static void looks(void **state)
{
	static const struct look rows[] = {
		{ "none", "", POLICY_DMARC, LOOKUP_NONE, NULL, "" },
		{ "own", D "mailto:x@a.example\n", POLICY_DMARC, LOOKUP_FOUND,
		  "_dmarc.a.example", "" },
		{ "above",
		  "_dmarc.example TXT v=DMARC1; p=reject; psd=y; "
		  "rua=mailto:x@example\n",
		  POLICY_DMARC, LOOKUP_INVALID, "_dmarc.example",
		  "inherited report-uri" },
		{ "TLD record",
		  D "mailto:x@a.example\n"
		    "_dmarc.example TXT v=DMARC1; p=none\n",
		  POLICY_DMARC, LOOKUP_FOUND, NULL, "top-level-org" },
		{ "two records",
		  D "mailto:x@a.example\n" D "mailto:y@a.example\n",
		  POLICY_DMARC, LOOKUP_INVALID, NULL, "several-records" },
		{ "no answer", "_dmarc.a.example FAIL\n", POLICY_DMARC,
		  LOOKUP_TEMPERROR, NULL, "" },
		{ "If OrgDomain", D "mailto:x@b.test\n", POLICY_DMARC,
		  LOOKUP_INVALID, NULL, "report-unauthorized" },
		{ "authorized", D "mailto:x@b.test\n" AUTH "\n", POLICY_DMARC,
		  LOOKUP_FOUND, NULL, "" },
		{ "several", D "mailto:x@b.test\n" AUTH ";\n" AUTH "; x=y\n",
		  POLICY_DMARC, LOOKUP_FOUND, NULL, "" },
		{ "version", D "mailto:x@b.test\n" AUTH "x\n", POLICY_DMARC,
		  LOOKUP_INVALID, NULL, "report-unauthorized" },
		{ "same host",
		  D "mailto:x@b.test\n" AUTH "; rua=mailto:z@b.test\n",
		  POLICY_DMARC, LOOKUP_FOUND, NULL, "" },
		{ "third", D "mailto:x@b.test\n" AUTH "; rua=mailto:z@c.test\n",
		  POLICY_DMARC, LOOKUP_INVALID, NULL, "report-unauthorized" },
		{ "DNS temporary error",
		  D "mailto:x@b.test\n"
		    "a.example._report._dmarc.b.test FAIL\n",
		  POLICY_DMARC, LOOKUP_TEMPERROR, NULL, "report-no-answer" },
		{ "spf none", "a.example TXT hello\n", POLICY_SPF, LOOKUP_NONE,
		  NULL, "" },
		{ "spf several",
		  "a.example TXT v=spf1 -all\na.example TXT v=spf1 +all\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL, "several-records" },
		{ "spf include", "a.example TXT v=spf1 include:b.test -all\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL, "include-broken" },
		{ "spf include syntax",
		  "a.example TXT v=spf1 include:b.test -all\n"
		  "b.test TXT v=spf1 oops\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL, "include-broken" },
		{ "spf loop", "a.example TXT v=spf1 include:a.example -all\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL, "include-loop" },
		{ "spf loop of two",
		  "a.example TXT v=spf1 include:b.test include:b.test -all\n"
		  "b.test TXT v=spf1 redirect=A.example.\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL,
		  "include-loop include-loop" },
		{ "spf twice, no loop",
		  "a.example TXT v=spf1 include:b.test include:b.test -all\n"
		  "b.test TXT v=spf1 -all\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "" },
		{ "spf tree",
		  "a.example TXT v=spf1 a a a include:b.test redirect=b.test\n"
		  "b.test TXT v=spf1 a a a -all\na.example A 1.2.3.4\n"
		  "b.test A 1.2.3.4\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL, "too-many-lookups" },
		{ "spf voids", "a.example TXT v=spf1 a:x.y mx:y.z -all\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "void-lookup void-lookup" },
		{ "spf voids 3",
		  "a.example TXT v=spf1 a:x.y mx:y.z exists:z.z -all\n",
		  POLICY_SPF, LOOKUP_INVALID, NULL,
		  "void-lookup void-lookup void-lookup void-lookups" },
		{ "spf after all",
		  "a.example TXT v=spf1 -all include:b.test redirect=c.test\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL,
		  "after-all redirect-ignored" },
		{ "spf ten mail servers",
		  "a.example TXT v=spf1 mx -all\n" TEN_MX, POLICY_SPF,
		  LOOKUP_FOUND, NULL, "" },
		{ "spf eleven", "a.example TXT v=spf1 mx -all\n" ELEVEN_MX,
		  POLICY_SPF, LOOKUP_INVALID, NULL, "mx-names" },
		{ "spf eleven of another name",
		  "a.example TXT v=spf1 include:b.test -all\n"
		  "b.test TXT v=spf1 ?mx:a.example/24 -all\n" ELEVEN_MX,
		  POLICY_SPF, LOOKUP_INVALID, NULL, "mx-names" },
		{ "spf eleven behind redirect=",
		  "a.example TXT v=spf1 redirect=b.test\n"
		  "b.test TXT v=spf1 mx:A.example. -all\n" ELEVEN_MX,
		  POLICY_SPF, LOOKUP_INVALID, NULL, "mx-names" },
		{ "spf mail server without address",
		  "a.example TXT v=spf1 mx -all\na.example MX gone.test\n"
		  "a.example MX m.test\nm.test AAAA 2001:db8::1\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "mx-host-missing" },
		{ "spf mail server without answer",
		  "a.example TXT v=spf1 mx -all\na.example MX m.test\n"
		  "m.test FAIL\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "" },
		{ "spf null MX",
		  "a.example TXT v=spf1 mx -all\na.example MX .\n", POLICY_SPF,
		  LOOKUP_FOUND, NULL, "" },
		{ "spf explanation", EXP "e.test TXT see %{i}: 100%% sure\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "" },
		{ "spf explanation absent", EXP, POLICY_SPF, LOOKUP_FOUND, NULL,
		  "explanation" },
		{ "spf explanation twice", EXP "e.test TXT a\ne.test TXT b\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "explanation" },
		{ "spf explanation with a sign", EXP "e.test TXT 100% sure\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "explanation" },
		{ "spf explanation without answer", EXP "e.test FAIL\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "" },
		{ "spf explanation behind redirect=",
		  "a.example TXT v=spf1 redirect=b.test\n"
		  "b.test TXT v=spf1 -all exp=e.test\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "explanation" },
		{ "spf explanation of what is included",
		  "a.example TXT v=spf1 include:b.test -all\n"
		  "b.test TXT v=spf1 -all exp=e.test\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "" },
		{ "spf void names only where they are asked",
		  "a.example TXT v=spf1 a:a..b mx:b..c exists:c..d -all\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL,
		  "name-never-matches name-never-matches name-never-matches" },
		{ "spf broad",
		  "a.example TXT v=spf1 include:b.test -all\n"
		  "b.test TXT v=spf1 ip4:10.0.0.0/8 -all\n",
		  POLICY_SPF, LOOKUP_FOUND, NULL, "spf-too-broad" },
		{ "adsp", "_adsp._domainkey.a.example TXT dkim=all\n",
		  POLICY_ADSP, LOOKUP_FOUND, "_adsp._domainkey.a.example",
		  "historic" },
		{ "report several",
		  "_report._domainkey.a.example TXT ra=a\n"
		  "_report._domainkey.a.example TXT ra=b\n",
		  POLICY_REPORT, LOOKUP_INVALID, NULL, "several-records" },
		{ "domainkeys", "_domainkey.a.example TXT o=~\n",
		  POLICY_DOMAINKEYS, LOOKUP_FOUND, NULL, "historic" },
		{ "domainkeys other", "_domainkey.a.example TXT hello\n",
		  POLICY_DOMAINKEYS, LOOKUP_NONE, NULL, "" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += look(&rows[i]);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(guesses),
		cmocka_unit_test(looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
