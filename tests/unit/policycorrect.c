/* policycorrect: what wrong records were meant to be, and where nobody knows.
 */
#include "unit.h"

#include "policycorrect.h"

#define LEFT "\xe2\x80\x9c"
#define RIGHT "\xe2\x80\x9d"

static void test_corrections(void **state)
{
	static const struct {
		enum policytype type;
		struct span text;
		const char *corrected; /* NULL: none */
	} rows[] = {
		/* nothing is wrong */
		{ POLICY_DMARC, T("v=DMARC1;p=none;"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; x=y"), NULL },
		/* RFC 9989 4.7: v= first, exactly DMARC1; p= next */
		{ POLICY_DMARC, T("p=reject; v=DMARC1"), "v=DMARC1; p=reject" },
		{ POLICY_DMARC, T(" v=dmarc1;p=none "), "v=DMARC1; p=none" },
		{ POLICY_DMARC, T("v=DMARC1; sp=none; p=reject"),
		  "v=DMARC1; p=reject; sp=none" },
		{ POLICY_DMARC, T("v=DMARC2; p=none"), NULL },
		{ POLICY_DMARC, T("p=reject"), NULL },
		/* separators */
		{ POLICY_DMARC, T("v=DMARC1 p=none sp=reject rua=mailto:a@b.c"),
		  "v=DMARC1; p=none; sp=reject; rua=mailto:a@b.c" },
		{ POLICY_DMARC, T("v=DMARC1; p=none;; x=y"),
		  "v=DMARC1; p=none; x=y" },
		/* what receivers pass over */
		{ POLICY_DMARC, T("v=DMARC1; p=none; rf=afrf; ri=1; pct=100"),
		  "v=DMARC1; p=none" },
		{ POLICY_DMARC,
		  T("v=DMARC1; p=none; rua=mailto:A@b.c!10m , mailto:d@e.f"),
		  "v=DMARC1; p=none; rua=mailto:A@b.c,mailto:d@e.f" },
		{ POLICY_DMARC, T("v=DMARC1; p=none; ruf=mailto:a@b.c!10"),
		  "v=DMARC1; p=none; ruf=mailto:a@b.c" },
		{ POLICY_DMARC, T("v=DMARC1; p=none; rua=mailto:a@b.c!10,x"),
		  NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=none; adkim=x; aspf=s; fo=9"),
		  "v=DMARC1; p=none; aspf=s" },
		{ POLICY_DMARC, T("v=DMARC1; p=none; p=none"),
		  "v=DMARC1; p=none" },
		/* what the domain must choose itself */
		{ POLICY_DMARC, T("v=DMARC1; p=none; p=reject"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=rejct"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; sp=rejct"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; reject; p=none; ri=1"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=reject; pct=10"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=none; rua=a@b.c"), NULL },
		{ POLICY_DMARC, T(""), NULL },
		{ POLICY_REPORT_AUTH, T("v=dmarc1"), "v=DMARC1" },
		/* RFC 7208 4.5, 5.1, 6 */
		{ POLICY_SPF, T("v=spf1 a -all"), NULL },
		{ POLICY_SPF, T(" v=spf1 a  -all"), "v=spf1 a -all" },
		{ POLICY_SPF, T("v=spf1 mx -all ip4:1.2.3.4 exp=e.b.c"),
		  "v=spf1 mx -all exp=e.b.c" },
		{ POLICY_SPF, T("v=spf1 redirect=b.c redirect=b.c"),
		  "v=spf1 redirect=b.c" },
		{ POLICY_SPF, T("v=spf1 redirect=b.c redirect=d.e"), NULL },
		{ POLICY_SPF, T("v=spf1 a ptr -all"), NULL },
		{ POLICY_SPF, T("v=spf1 ip4:1.2.3 -all"), NULL },
		{ POLICY_SPF, T(""), NULL },
		{ POLICY_ADSP, T("t=y; dkim=all"), NULL },
		{ POLICY_DMARC, T("V = DMARC1; p=Reject; rua=mailto:A@b.c"),
		  "v=DMARC1; p=reject; rua=mailto:A@b.c" },
		/* what copying spoils */
		{ POLICY_DMARC, T("v=DMARC1\\; p=none\\; x=y"),
		  "v=DMARC1; p=none; x=y" },
		{ POLICY_DMARC, T(LEFT "v=DMARC1; p=none" RIGHT),
		  "v=DMARC1; p=none" },
		{ POLICY_DMARC, T("v=DMARC1; p=none;\n sp=none\n"),
		  "v=DMARC1; p=none; sp=none" },
		{ POLICY_DMARC, T("\"v=DMARC1; p=no\" \"ne\""),
		  "v=DMARC1; p=none" },
		{ POLICY_DMARC, T("v=DMARC1;\xc2\xa0p=none"),
		  "v=DMARC1; p=none" },
		{ POLICY_DMARC, T("v=DMARC1\\; p=rejct\\;"), NULL },
		{ POLICY_DMARC, T("v=DMARC1; p=none; x=a\\b"), NULL },
		{ POLICY_REPORT_AUTH, T(LEFT "v=DMARC1;" RIGHT), "v=DMARC1" },
		{ POLICY_SPF, T(LEFT "v=spf1 a -all" RIGHT), "v=spf1 a -all" },
		{ POLICY_SPF,
		  T("v=spf1 a \xe2\x80\x93"
		    "all"),
		  "v=spf1 a -all" },
		{ POLICY_SPF, T("v=spf1 a\r\n -all"), "v=spf1 a -all" },
		{ POLICY_SPF, T("v=spf1 \xff -all"), NULL },
		{ POLICY_ADSP, T("dkim=all\\;"), "dkim=all;" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *want = rows[i].corrected;
		struct buf got;

		buf_init(&got, 1000);
		enum status st = policycorrect(rows[i].type,
					       guarded(rows[i].text), &got);
		bool good = want ? st == ST_OK && span_eq(buf_span(&got),
							  span_str(want))
				 : st == ST_SYNTAX && got.n == 0;
		if (!good)
			print_error("\"%.*s\": \"%.*s\"\n", (int)rows[i].text.n,
				    (const char *)rows[i].text.p, (int)got.n,
				    got.p ? (const char *)got.p : "");
		bad += !good;
		buf_free(&got);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corrections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
