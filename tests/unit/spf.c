/* check_host: RFC 7208. The 203 tests of the RFC's own
 * suite are run from outside; here stands what they leave open, and what an
 * evaluation may cost. */
#include "fake_dns.h"

#include "spf_report.h"
#include "spf.h"
#include "spf_record.h"
#include "spf_macro.h"

#define SPF(name, text) name " TXT v=spf1 " text "\n"
#define X10(s) s s s s s s s s s s

static int check(const char *zone, const char *ip, const char *helo,
		 const char *from, struct spf_verdict *v, unsigned *queries)
{
	struct dns_clock clock = { 0 };
	struct spf_query q = { .helo = span_str(helo),
			       .mail_from = guarded_str(from),
			       .now = 12345 };
	struct fake_dns f;

	fake_open(&f, zone);
	q.client.dns = &f.dns;
	q.client.clock = &clock;
	assert_true(ip_parse(span_str(ip), &q.client.ip));
	spf_check(&q, v);
	if (queries)
		*queries = f.queries;
	buf_free(&f.asked);
	return (int)v->result;
}

/* of 2001:db8::cb01 (RFC 7208 7.4) */
#define NIBBLES                                               \
	"1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b" \
	".d.0.1.0.0.2"

static void decides(void **state)
{
	static const struct {
		const char *rule, *zone, *ip, *from;
		enum spf_result result;
	} rows[] = {
		{ "Domain malformed", SPF("a.b", "-all"), "1.2.3.4", "x@a.b",
		  SPF_FAIL },
		{ "dot", SPF("a.b", "-all"), "1.2.3.4", "x@a.b.", SPF_FAIL },
		{ "Domain malformed no @", SPF("a.b", "-all"), "1.2.3.4", "a.b",
		  SPF_FAIL },
		{ "single", SPF("b", "-all"), "1.2.3.4", "x@b", SPF_NONE },
		{ "literal", "", "1.2.3.4", "x@[1.2.3.4]", SPF_NONE },
		{ "empty", "", "1.2.3.4", "x@", SPF_NONE },
		/* a pass of what is not an address is withheld, and
		 * nothing but a pass */
		{ "nested includes", SPF("a.b", "+all"), "1.2.3.4", "(any@a.b",
		  SPF_NONE },
		{ "injection through", SPF("a.b", "+all"), "1.2.3.4",
		  "any@a.b(a.evil.example", SPF_NONE },
		{ "injection through", SPF("a.b", "+all"), "1.2.3.4",
		  "@legit,@any:'x@a.b", SPF_NONE },
		{ "injection through", SPF("a.b", "+all"), "1.2.3.4", "<x@a.b>",
		  SPF_NONE },
		{ "fail", SPF("a.b", "-all"), "1.2.3.4", "(any@a.b", SPF_FAIL },
		{ "softfail", SPF("a.b", "~all"), "1.2.3.4", "a,b@a.b",
		  SPF_SOFTFAIL },
		{ "neutral", SPF("a.b", "?all"), "1.2.3.4", "a;b@a.b",
		  SPF_NEUTRAL },
		{ "permerror", SPF("a.b", "oops"), "1.2.3.4", "x@y@a.b",
		  SPF_PERMERROR },
		{ "temperror", "a.b FAIL\n", "1.2.3.4", "a\"b@a.b",
		  SPF_TEMPERROR },
		{ "long", SPF("a.b", "-all"), "1.2.3.4",
		  X10(X10(X10("a"))) "a@a.b", SPF_FAIL },
		{ "long", SPF("a.b", "+all"), "1.2.3.4",
		  X10(X10(X10("a"))) "a@a.b", SPF_NONE },
		{ "long macro",
		  SPF("a.b", "-exists:%{l}.c.d +all") "z.c.d A 1.2.3.4\n",
		  "1.2.3.4", X10(X10(X10("a"))) ".z@a.b", SPF_FAIL },
		{ "quoted", SPF("a.b", "+all"), "1.2.3.4", "\"(x\"@a.b",
		  SPF_PASS },
		{ "fail", SPF("a.b", "-all"), "1.2.3.4", "x@a.b ", SPF_FAIL },
		{ "fail", SPF("a.b", "-all"), "1.2.3.4", "x@\ta.b\r\n",
		  SPF_FAIL },
		{ "fail", SPF("a.b", "-all"), "1.2.3.4", "x@a.b.>", SPF_FAIL },
		{ "fail", SPF("a.b", "-all"), "1.2.3.4", "\"x@a.b\"",
		  SPF_FAIL },
		{ "hyphens", SPF("-x.a.b", "-all"), "1.2.3.4", "x@-x.a.b",
		  SPF_FAIL },
		{ "hyphens", SPF("-x-.a.b", "-all"), "1.2.3.4", "x@-x-.a.b.",
		  SPF_FAIL },
		{ "hyphens", "", "1.2.3.4", "x@-x..a.b", SPF_NONE },
		{ "pass withheld", SPF("a.b", "+all"), "1.2.3.4", "x@a.b ",
		  SPF_NONE },
		{ "pass withheld", SPF("a.b", "+all"), "1.2.3.4", "x@a.b>",
		  SPF_NONE },
		{ "null", "a.b TXT v=spf10 +all\n" SPF("a.b", "-all"),
		  "1.2.3.4", "x@a.b", SPF_FAIL },
		{ "null", "a.b TXT V=SPF1 -all\n", "1.2.3.4", "x@a.b",
		  SPF_FAIL },
		{ "null", SPF("a.b", "-all") SPF("a.b", "+all"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		/* an error anywhere */
		{ "syntax error after", SPF("a.b", "-all oops"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4:1.2.3.4/33"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4:1.2.3.4/032"),
		  "1.2.3.4", "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4:1.2.3"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4:1.2.3.4/"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4:1.2.3.4//32"),
		  "1.2.3.4", "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip4"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "ip6:::1/129"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a:"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a/24/64"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a/"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a/24x"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a$b=c"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "redirect=%{c}.d"),
		  "1.2.3.4", "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "exp=1"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "all:x"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "redirect=c.d redirect=c.d"),
		  "1.2.3.4", "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a\tmx"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "a \x80"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "-"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "syntax error after", SPF("a.b", "%"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "names in any case", SPF("a.b", "default=pass ALL"),
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "names in any case", SPF("a.b", "=x"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "ip4/ip6", SPF("a.b", "ip4:1.2.3.0/24 -all"),
		  "::ffff:1.2.3.4", "x@a.b", SPF_PASS },
		{ "ip4/ip6", SPF("a.b", "ip6:::/0 -all"), "1.2.3.4", "x@a.b",
		  SPF_FAIL },
		{ "ip4/ip6", SPF("a.b", "ip6:2001:db8::/32 -all"),
		  "2001:db8::1", "x@a.b", SPF_PASS },
		{ "ip4 /25", SPF("a.b", "ip4:1.2.3.0/25 -all"), "1.2.3.127",
		  "x@a.b", SPF_PASS },
		{ "ip4 /25", SPF("a.b", "ip4:1.2.3.0/25 -all"), "1.2.3.128",
		  "x@a.b", SPF_FAIL },
		{ "ip6 /33", SPF("a.b", "ip6:2001:db8::/33 -all"),
		  "2001:db8:7fff::1", "x@a.b", SPF_PASS },
		{ "ip6 /33", SPF("a.b", "ip6:2001:db8::/33 -all"),
		  "2001:db8:8000::1", "x@a.b", SPF_FAIL },
		{ "ptr ip6",
		  SPF("a.b", "ptr -all") NIBBLES ".ip6.arpa PTR x.a.b\n"
						 "x.a.b AAAA 2001:db8::cb01\n",
		  "2001:db8::cb01", "x@a.b", SPF_PASS },
		{ "exists ip6",
		  SPF("a.b", "exists:%{ir}.%{v}.c.d -all") NIBBLES
		  ".ip6.c.d A 127.0.0.2\n",
		  "2001:db8::cb01", "x@a.b", SPF_PASS },
		{ "final dot", SPF("a.b", "a:c.d. -all") "c.d A 1.2.3.4\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		/* what macros make may be no name (4.8) */
		{ "a of no name", SPF("a.b", "a:%{l}.c.d -all"), "1.2.3.4",
		  "..@a.b", SPF_FAIL },
		{ "include of no name", SPF("a.b", "include:%{l}.c.d -all"),
		  "1.2.3.4", "..@a.b", SPF_PERMERROR },
		{ "redirect to no name", SPF("a.b", "redirect=%{l}.c.d"),
		  "1.2.3.4", "..@a.b", SPF_PERMERROR },
		{ "redirect by 8-bit", SPF("a.b", "redirect=%{l}.c.d"),
		  "1.2.3.4", "u\xc3\xa4@a.b", SPF_PERMERROR },
		{ "long domain", "", "1.2.3.4", "x@-" X10(X10("aaa")) ".b",
		  SPF_NONE },
		/* 4.6.4: at most two answers without records, %{p} included */
		{ "void ptr", SPF("a.b", "a:c.d a:d.e ptr +all"), "1.2.3.4",
		  "x@a.b", SPF_PERMERROR },
		{ "void %{p}", SPF("a.b", "a:c.d a:d.e a:%{p}.z +all"),
		  "1.2.3.4", "x@a.b", SPF_PERMERROR },
		{ "void %{p}",
		  SPF("a.b", "a:c.d redirect=%{p}.z") SPF("unknown.z", "+all"),
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "ip4/ip6 /0", SPF("a.b", "a/0 -all") "a.b A 9.9.9.9\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "exists",
		  SPF("a.b",
		      "exists:%{ir}.c.d -all") "4.3.2.1.c.d A 127.0.0.2\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "Left to right",
		  SPF("a.b", "redirect=c.d") SPF("c.d", "-all"), "1.2.3.4",
		  "x@a.b", SPF_FAIL },
		{ "none", SPF("a.b", "redirect=c.d"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "none", SPF("a.b", "include:c.d ~all"), "1.2.3.4", "x@a.b",
		  SPF_PERMERROR },
		{ "fail", SPF("a.b", "include:c.d ~all") SPF("c.d", "-all"),
		  "1.2.3.4", "x@a.b", SPF_SOFTFAIL },
		{ "include -",
		  SPF("a.b", "-include:c.d ~all") SPF("c.d", "+all"), "1.2.3.4",
		  "x@a.b", SPF_FAIL },
		{ "DNS error rcode", SPF("a.b", "a:c.d -all") "c.d FAIL\n",
		  "1.2.3.4", "x@a.b", SPF_TEMPERROR },
		{ "DNS error rcode", "a.b FAIL\n", "1.2.3.4", "x@a.b",
		  SPF_TEMPERROR },
		{ "unused", SPF("a.b", "-all a:c.d") "c.d FAIL\n", "1.2.3.4",
		  "x@a.b", SPF_FAIL },
		/* a name that nothing confirms; an error is no match */
		{ "PTR of attacker",
		  SPF("a.b", "ptr -all") "4.3.2.1.in-addr.arpa PTR "
					 "x.a.b\nx.a.b A 9.9.9.9\n",
		  "1.2.3.4", "x@a.b", SPF_FAIL },
		{ "mx without MX records",
		  SPF("a.b", "ptr -all") "4.3.2.1.in-addr.arpa PTR "
					 "x.a.b\nx.a.b A 1.2.3.4\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "bound",
		  SPF("a.b", "ptr -all") "4.3.2.1.in-addr.arpa PTR xa.b\nxa.b "
					 "A 1.2.3.4\n",
		  "1.2.3.4", "x@a.b", SPF_FAIL },
		/* 7.3: of the names the domain itself, else one below it */
		{ "%{p} itself",
		  SPF("a.b", "exists:%{p}.z -all") "4.3.2.1.in-addr.arpa PTR "
						   "x.a.b\n"
						   "4.3.2.1.in-addr.arpa PTR "
						   "a.b\n"
						   "4.3.2.1.in-addr.arpa PTR "
						   "y.a.b\n"
						   "a.b A 1.2.3.4\n"
						   "x.a.b A 1.2.3.4\n"
						   "y.a.b A 1.2.3.4\n"
						   "a.b.z A 1.1.1.1\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "%{p} below it",
		  SPF("a.b", "exists:%{p}.z -all") "4.3.2.1.in-addr.arpa PTR "
						   "c.d\n"
						   "4.3.2.1.in-addr.arpa PTR "
						   "x.a.b\n"
						   "c.d A 1.2.3.4\n"
						   "x.a.b A 1.2.3.4\n"
						   "x.a.b.z A 1.1.1.1\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "%{p} elsewhere",
		  SPF("a.b", "exists:%{p}.z -all") "4.3.2.1.in-addr.arpa PTR "
						   "c.d\n"
						   "c.d A 1.2.3.4\n"
						   "c.d.z A 1.1.1.1\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "error", SPF("a.b", "ptr -all") "4.3.2.1.in-addr.arpa FAIL\n",
		  "1.2.3.4", "x@a.b", SPF_FAIL },
		{ "mx without MX records mx",
		  SPF("a.b", "mx -all") "a.b A 1.2.3.4\n", "1.2.3.4", "x@a.b",
		  SPF_FAIL },
		{ "null mx", SPF("a.b", "mx -all") "a.b MX .\n", "1.2.3.4",
		  "x@a.b", SPF_FAIL },
		{ "U-labels",
		  SPF("a.b",
		      "exists:%{l}.c.d -all") "u\xc3\xa4.c.d A 1.1.1.1\n",
		  "1.2.3.4", "u\xc3\xa4@a.b", SPF_FAIL },
		{ "%{d} too long",
		  SPF("a.b", "include:c.d")
			  SPF("c.d", "a:x.%{d} -all") "x.c.d A 1.2.3.4\n",
		  "1.2.3.4", "x@a.b", SPF_PASS },
		{ "BreakSPF", SPF("a.b", "ip4:0.0.0.0/0 -all"), "1.2.3.4",
		  "x@a.b", SPF_PASS },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spf_verdict v;
		int got = check(rows[i].zone, rows[i].ip, "helo.example",
				rows[i].from, &v, NULL);

		bad += row_is(rows[i].zone, rows[i].rule, got,
			      (int)rows[i].result);
		spf_verdict_free(&v);
	}
	assert_int_equal(bad, 0);
}

/* what a hostile tree may cost. */
static void costs(void **state)
{
	static const struct {
		const char *rule, *zone;
		enum spf_result result;
		unsigned lookups, most_queries;
	} rows[] = {
		{ "include", SPF("a.b", "include:a.b"), SPF_PERMERROR, 11, 11 },
		{ "redirect", SPF("a.b", "redirect=a.b"), SPF_PERMERROR, 11,
		  11 },
		{ "mutual", SPF("a.b", "include:c.d") SPF("c.d", "include:a.b"),
		  SPF_PERMERROR, 11, 11 },
		{ "lookups 10", SPF("a.b", X10("a ")) "a.b A 9.9.9.9\n",
		  SPF_NEUTRAL, 10, 11 },
		{ "lookups 11", SPF("a.b", X10("a ") "a") "a.b A 9.9.9.9\n",
		  SPF_PERMERROR, 11, 11 },
		{ "void 2", SPF("a.b", "a:x.y exists:y.z"), SPF_NEUTRAL, 2, 3 },
		{ "void 3", SPF("a.b", "a:x.y mx:y.z exists:z.z +all"),
		  SPF_PERMERROR, 3, 4 },
		/* 5.5: no answer about a PTR record is no void look-up */
		{ "void 2 and no answer",
		  SPF("a.b", "ptr a:x.y a:y.z") "4.3.2.1.in-addr.arpa FAIL\n",
		  SPF_NEUTRAL, 3, 4 },
		{ "void ptr", SPF("a.b", "ptr a:x.y a:y.z"), SPF_PERMERROR, 3,
		  4 },
		{ "lookups mx 10", SPF("a.b", "mx ?all") X10("a.b MX c.d\n"),
		  SPF_NEUTRAL, 1, 12 },
		{ "lookups mx 11",
		  SPF("a.b", "mx ?all") X10("a.b MX c.d\n") "a.b MX e.f\n",
		  SPF_PERMERROR, 1, 2 },
		{ "macros %{p}",
		  SPF("a.b", X10("exists:%{p}.a.b ")) "unknown.a.b FAIL\n",
		  SPF_TEMPERROR, 2, 4 },
		{ "ptr once", SPF("a.b", "ptr ptr ptr ?all"), SPF_NEUTRAL, 3,
		  2 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spf_verdict v;
		unsigned queries;
		int got = check(rows[i].zone, "1.2.3.4", "helo.example",
				"x@a.b", &v, &queries);

		bad += row_is(rows[i].rule, "result", got, (int)rows[i].result);
		bad += row_is(rows[i].rule, "lookups", v.lookups,
			      rows[i].lookups);
		bad += row_is(rows[i].rule, "queries in bounds",
			      queries <= rows[i].most_queries, 1);
		spf_verdict_free(&v);
	}
	assert_int_equal(bad, 0);
}

/* Which terms ask DNS and so count (RFC 7208 4.6.4). */
static void asks(void **state)
{
	static const struct {
		const char *term;
		bool asks;
	} rows[] = {
		{ "all", false },	 { "ip4:192.0.2.1", false },
		{ "ip6:::1", false },	 { "a", true },
		{ "mx", true },		 { "ptr", true },
		{ "include:a.b", true }, { "exists:a.b", true },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spf_record r;

		assert_int_equal(
			spf_record_parse(span_str(rows[i].term), &r, NULL),
			ST_OK);
		assert_int_equal(r.n, 1);
		bad += row_is(rows[i].term, "asks", spf_term_asks(&r.v[0]),
			      rows[i].asks);
		spf_record_free(&r);
	}
	assert_int_equal(bad, 0);
}

/* the names of a client beyond the tenth are not looked at. */
static void ptr_ten(void **state)
{
	struct buf zone;
	struct spf_verdict v;
	unsigned queries;

	(void)state;
	buf_init(&zone, 65536);
	buf_put(&zone, span_str(SPF("a.b", "ptr -all")));
	for (int i = 0; i < 11; i++)
		buf_putf(&zone, "4.3.2.1.in-addr.arpa PTR %c.a.b\n", 'a' + i);
	buf_put(&zone, SPAN("k.a.b A 1.2.3.4\n"));
	assert_int_equal(check((const char *)zone.p, "1.2.3.4", "h.e", "x@a.b",
			       &v, &queries),
			 SPF_FAIL);
	assert_int_equal(queries, 12);
	spf_verdict_free(&v);
	buf_put(&zone, SPAN("j.a.b A 1.2.3.4\n"));
	assert_int_equal(check((const char *)zone.p, "1.2.3.4", "h.e", "x@a.b",
			       &v, NULL),
			 SPF_PASS);
	spf_verdict_free(&v);
	buf_free(&zone);
}

/* 60,000 octets and 20,000 terms. */
static void long_record(void **state)
{
	struct buf zone;
	struct spf_verdict v;

	(void)state;
	buf_init(&zone, 65536);
	buf_put(&zone, SPAN("a.b TXT v=spf1"));
	while (zone.n < 60000)
		buf_put(&zone, SPAN(" ip4:9.9.9.9"));
	buf_put(&zone, SPAN(" -all\n"));
	assert_int_equal(check((const char *)zone.p, "1.2.3.4", "h.e", "x@a.b",
			       &v, NULL),
			 SPF_FAIL);
	spf_verdict_free(&v);
	buf_free(&zone);
}

static void macros(void **state)
{
	static const struct {
		const char *rule, *text, *expanded; /* NULL: a syntax error */
	} rows[] = {
		/* RFC 7208 7.4 */
		{ "7.4", "%{s}", "strong-bad@email.example.com" },
		{ "7.4", "%{o}", "email.example.com" },
		{ "7.4", "%{d}", "email.example.com" },
		{ "7.4", "%{d4}", "email.example.com" },
		{ "7.4", "%{d3}", "email.example.com" },
		{ "7.4", "%{d2}", "example.com" },
		{ "7.4", "%{d1}", "com" },
		{ "7.4", "%{dr}", "com.example.email" },
		{ "7.4", "%{d2r}", "example.email" },
		{ "7.4", "%{l}", "strong-bad" },
		{ "7.4", "%{l-}", "strong.bad" },
		{ "7.4", "%{lr}", "strong-bad" },
		{ "7.4", "%{lr-}", "bad.strong" },
		{ "7.4", "%{l1r-}", "strong" },
		{ "7.4", "%{ir}.%{v}._spf.%{d2}",
		  "3.2.0.192.in-addr._spf.example.com" },
		{ "7.4", "%{lr-}.lp._spf.%{d2}",
		  "bad.strong.lp._spf.example.com" },
		{ "Macros 127", "%{d127}", "email.example.com" },
		{ "huge", "%{d99999999999999999999}", "email.example.com" },
		{ "%{L999r}", "%{L999r-+,/_=}", "bad.strong" },
		{ "Macros 0", "%{d0}", NULL },
		{ "Macros %", "%", NULL },
		{ "Macros %a", "%a", NULL },
		{ "open", "%{d", NULL },
		{ "empty", "%{}", NULL },
		{ "delimiter", "%{d*}", NULL },
		{ "letter", "%{z}", NULL },
		{ "Macros %%", "%%%_%-", "% %20" },
		{ "7.2 c", "%{c} %{t} %{r}", "192.0.2.3 12345 unknown" },
		{ "7.3 escape", "%{S}", "strong-bad%40email.example.com" },
	};
	struct spf_macros m = { .local = SPAN("strong-bad"),
				.sender_domain = SPAN("email.example.com"),
				.domain = SPAN("email.example.com"),
				.helo = SPAN("h"),
				.receiver = SPAN("unknown"),
				.now = 12345 };
	int bad = 0;

	(void)state;
	m.ip = (struct ip){ .b = { 192, 0, 2, 3 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span text = guarded_str(rows[i].text);
		bool fine = spf_macro_check(text, SPF_IN_EXPLANATION);
		struct buf out;

		buf_init(&out, 1000);
		bad += row_is(rows[i].text, "valid", fine,
			      rows[i].expanded != NULL);
		if (fine && rows[i].expanded) {
			assert_int_equal(spf_macro_expand(text,
							  SPF_IN_EXPLANATION,
							  &m, &out),
					 ST_OK);
			bad += row_is_span(rows[i].text, rows[i].rule,
					   buf_span(&out),
					   span_str(rows[i].expanded));
		}
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

static void domain_specs(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{ "a.b", true },       { "a.b.", true },
		{ "a", false },	       { "a.", false },
		{ "", false },	       { "a.1", false },
		{ "a.1b", true },      { "a.-b", false },
		{ "a.b-", false },     { "%{d}", true },
		{ "%{d}.", false },    { "x.%{d2r.}", true },
		{ "%{d.}com", false }, { "%%", true },
		{ "a.%{c}", false },   { "a b.c", false },
		{ "%{r}.b", false },   { "a.b\x80", false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += row_is(rows[i].text, "valid",
			      spf_macro_check_domain(guarded_str(rows[i].text)),
			      rows[i].valid);
	assert_int_equal(bad, 0);
}

/* whatever the macros make, the last 253 octets, whole labels. */
static void bomb(void **state)
{
	unsigned char local[300];
	struct spf_macros m = { .sender_domain = SPAN("a.b"),
				.domain = SPAN("tail.example") };
	struct buf spec, out;

	(void)state;
	for (size_t i = 0; i < sizeof(local); i++)
		local[i] = i % 10 ? 'x' : '.';
	m.local = span_of(local, sizeof(local));
	buf_init(&spec, 65536);
	buf_init(&out, 253);
	for (int i = 0; i < 10000; i++)
		buf_put(&spec, SPAN("%{L}"));
	buf_put(&spec, SPAN(".%{d}"));
	assert_int_equal(
		spf_macro_expand(buf_span(&spec), SPF_IN_DOMAIN, &m, &out),
		ST_OK);
	assert_true(out.n <= 253 && out.n > 240);
	assert_true(span_ends(buf_span(&out), SPAN(".tail.example")));
	assert_int_equal(out.p[0], 'x');
	buf_free(&spec);
	buf_free(&out);
}

static void explains(void **state)
{
	static const struct {
		const char *rule, *zone, *from, *text;
	} rows[] = {
		{ "6.2", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT no %{l}!\n",
		  "x@a.b", "no x!" },
		{ "exp= ESC",
		  SPF("a.b", "-all exp=e.a.b") "e.a.b TXT \x1b]0;pwn\x07\n",
		  "x@a.b", "" },
		{ "8-bit", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT \xc3\xa4\n",
		  "x@a.b", "" },
		{ "exp= CR", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT a\rb\n",
		  "x@a.b", "" },
		{ "size",
		  SPF("a.b", "-all exp=e.a.b") "e.a.b TXT " X10(
			  X10("%{S}%{S}%{S}")) "\n",
		  "x@a.b", "" },
		{ "8-bit %{l}", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT %{l}\n",
		  "\xc3\xa4@a.b", "" },
		{ "7.3 %{p}", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT %{p}\n",
		  "x@a.b", "unknown" },
		{ "7.3 %{p}",
		  SPF("a.b", "-all exp=e.a.b") "e.a.b TXT %{p}\n"
					       "4.3.2.1.in-addr.arpa PTR c.d\n"
					       "c.d A 1.2.3.4\n",
		  "x@a.b", "c.d" },
		{ "syntax", SPF("a.b", "-all exp=e.a.b") "e.a.b TXT %{x}\n",
		  "x@a.b", "" },
		{ "two",
		  SPF("a.b", "-all exp=e.a.b") "e.a.b TXT a\ne.a.b TXT b\n",
		  "x@a.b", "" },
		{ "not counted",
		  SPF("a.b", X10("a ") "-all exp=%{p}.e.a.b") "a.b A 9.9.9.9\n"
							      "unknown.e.a.b "
							      "TXT far\n",
		  "x@a.b", "far" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spf_verdict v;

		bad += row_is(rows[i].rule, "result",
			      check(rows[i].zone, "1.2.3.4", "h.e",
				    rows[i].from, &v, NULL),
			      SPF_FAIL);
		bad += row_is_span(rows[i].rule, "explanation",
				   buf_span(&v.explanation),
				   span_str(rows[i].text));
		spf_verdict_free(&v);
	}
	assert_int_equal(bad, 0);
}

/* HELO is asked only where there is no MAIL FROM. */
static void helo(void **state)
{
	static const char zone[] = SPF("helo.evil.example", "+all");
	struct spf_verdict v;

	(void)state;
	assert_int_equal(check(zone, "1.2.3.4", "helo.evil.example",
			       "any@notexist.legit.example", &v, NULL),
			 SPF_NONE);
	assert_false(v.helo);
	spf_verdict_free(&v);
	assert_int_equal(
		check(zone, "1.2.3.4", "helo.evil.example", "", &v, NULL),
		SPF_PASS);
	assert_true(v.helo);
	spf_verdict_free(&v);
	assert_int_equal(check("", "1.2.3.4", "JUMPIN' JUPITER", "", &v, NULL),
			 SPF_NONE);
	spf_verdict_free(&v);
	assert_int_equal(check(SPF("a.b", "a:%{h} -all"), "1.2.3.4",
			       "[1.2.3.4]", "x@a.b", &v, NULL),
			 SPF_FAIL);
	spf_verdict_free(&v);
}

/* what strangers say ends neither value nor field. */
static void field(void **state)
{
	struct spf_query q = {
		.helo = SPAN("x; spf=pass\" (Evil: y"),
		.mail_from = SPAN("a\"b\\@a.b"),
		.receiver = SPAN("mx.example"),
	};
	struct spf_verdict v = { .result = SPF_FAIL };
	struct buf out;

	(void)state;
	buf_init(&v.domain, 100);
	buf_put(&v.domain, SPAN("a.b) evil ("));
	buf_init(&v.mechanism, 100);
	buf_put(&v.mechanism, SPAN("-all"));
	buf_init(&out, 65536);
	assert_true(ip_parse(SPAN("192.0.2.1"), &q.client.ip));
	spf_received(&q, &v, &out);
	assert_string_equal(
		(const char *)out.p,
		"Received-SPF: fail (domain of a.b\\) evil \\( does not "
		"designate 192.0.2.1 as\r\n permitted sender) "
		"receiver=\"mx.example\"; identity=\"mailfrom\";\r\n"
		" client-ip=\"192.0.2.1\"; "
		"envelope-from=\"a\\\"b\\\\@a.b\";\r\n"
		" helo=\"x; spf=pass\\\" \\(Evil: y\"; "
		"mechanism=\"-all\";\r\n");
	/* without some of its bytes it would be another name */
	buf_reset(&out);
	q.helo = SPAN("x.example\r\nEvil: y");
	spf_received(&q, &v, &out);
	assert_true(span_search(buf_span(&out), SPAN("helo")) == out.n);
	assert_true(span_search(buf_span(&out), SPAN("Evil: y")) == out.n);
	buf_free(&out);
	spf_verdict_free(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides),	cmocka_unit_test(asks),
		cmocka_unit_test(costs),	cmocka_unit_test(ptr_ten),
		cmocka_unit_test(long_record),	cmocka_unit_test(macros),
		cmocka_unit_test(domain_specs), cmocka_unit_test(bomb),
		cmocka_unit_test(explains),	cmocka_unit_test(helo),
		cmocka_unit_test(field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
