/* Records found in text of every form (RFC 1035 5.1). */
#include "unit.h"

#include <string.h>

#include "record_scan.h"

static const struct row {
	const char *name;
	struct span text;
	const char *origin;
	const char *found; /* "LINE OWNER TEXT{MEANT}[CODES]" each */
} rows[] = {
	{ "nothing", T(""), NULL, "0  []" },
	{ "blanks", T(" \r\n\t\n"), NULL, "0  []" },
	{ "value", T("v=DKIM1; p=\n"), NULL, "0  v=DKIM1; p=[]" },
	{ "UTF-16", T("\xff\xfev\0=\0"), NULL, "0  [utf-16]" },
	{ "UTF-16, big-endian", T("\xfe\xff\0v\0="), NULL, "0  [utf-16]" },
	{ "value after a byte order mark", T("\xef\xbb\xbfv=DKIM1; p="), NULL,
	  "0  v=DKIM1; p=[]" },
	{ "two values", T("v=DKIM1; p=\r\n\nv=DKIM1; p=A"), NULL,
	  "1  v=DKIM1; p=[]|3  v=DKIM1; p=A[]" },
	{ "one value over two lines", T("v=DKIM1;\np="), NULL,
	  "0  v=DKIM1;\np=[]" },
	{ "a value that says TXT", T("n=a TXT b; p="), NULL,
	  "0  n=a TXT b; p=[]" },
	{ "strings of dig +short", T("\"v=DKIM1; \" \"p=\"\n\"k=rsa; p=\"\n"),
	  NULL, "1  v=DKIM1; p=[]|2  k=rsa; p=[]" },
	{ "a string that goes on", T("\"v=DKIM1; p=A\"\n\"BC\"\n"), NULL,
	  "1  v=DKIM1; p=ABC[]" },
	{ "RFC 1035 5.1",
	  T("$ORIGIN example.com.\n@ IN SOA a b 1 2 3 4 5\n"
	    "s._domainkey 300 IN TXT ( \"v=DKIM1; \" ; a comment\n \"p=\" )\n"
	    "  IN 300 TXT v=DKIM1\\; \"p=\"\n"),
	  NULL,
	  "3 s._domainkey.example.com v=DKIM1; p=[]|"
	  "5 s._domainkey.example.com v=DKIM1;p=[]" },
	{ "the zone's name is in its SOA",
	  T("example.com. SOA a b 1 2 3 4 5\ns._domainkey TXT \"p=\"\n"), NULL,
	  "2 s._domainkey.example.com p=[]" },
	{ "an origin from outside", T("s._domainkey TXT \"p=\"\n"),
	  "example.com", "1 s._domainkey.example.com p=[]" },
	{ "escapes", T("s._domainkey. TXT \"\\118=DKIM1\\; p\\=\"\n"), NULL,
	  "1 s._domainkey v=DKIM1; p=[]" },
	{ "not quoted", T("s._domainkey. TXT v=DKIM1; p=A\n"), NULL,
	  "1 s._domainkey v=DKIM1{v=DKIM1; p=A}[unquoted]" },
	{ "no-break spaces", T("s._domainkey. \xc2\xa0 TXT \"p=\"\n"), NULL,
	  "1 s._domainkey p=[invisible-character]" },
	{ "no closing quote", T("s._domainkey. TXT \"v=DKIM1\nx\n"), NULL,
	  "1 s._domainkey v=DKIM1[unclosed-quote]" },
	{ "no closing parenthesis",
	  T("s._domainkey. TXT ( \"p=\"\nt._domainkey. IN TXT \"p=\"\n"), NULL,
	  "1 s._domainkey p=[unclosed-parenthesis]|2 t._domainkey p=[]" },
	{ "TXT IN", T("s._domainkey. TXT IN \"p=\"\n"), NULL,
	  "1 s._domainkey p=[class-after-type]" },
	{ "a backslash", T("s._domainkey. TXT \"p\" \\ \"=\"\n"), NULL,
	  "1 s._domainkey p=[backslash-between-strings]" },
	{ "other records", T("a. TXT \"v=spf1\"\ns._domainkey. CNAME x.\n"),
	  NULL, "0  []" },
	{ "a key in the wrong place", T("a. TXT \"v=DKIM1; p=\"\n"), NULL,
	  "1 a v=DKIM1; p=[]" },
	{ "nonsense in a zone", T("$TTL 5\nfoo bar\nfoo\n"), NULL,
	  "2  [not-a-record]|3  [not-a-record]" },
	{ "another record that breaks the zone",
	  T("$TTL 5\na TXT \"v=spf1\ns._domainkey. TXT \"p=\"\n"), NULL,
	  "2  [unclosed-quote]|3 s._domainkey p=[]" },
	{ "host", T("s._domainkey.a descriptive text \"p\" \"=\"\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "an alias of nslookup",
	  T("s._domainkey.a\tcanonical name = t._domainkey.b.\n"
	    "t._domainkey.b\ttext = \"p=\"\n"
	    "u._domainkey.b\ttext = \"p=\"\n"),
	  NULL, "2 t._domainkey.b p=[] of an alias|3 u._domainkey.b p=[]" },
	{ "an alias of host",
	  T("s._domainkey.a is an alias for t._domainkey.b.\n"
	    "t._domainkey.b descriptive text \"p=\"\n"),
	  NULL, "2 t._domainkey.b p=[] of an alias" },
	{ "an alias of dig",
	  T("s._domainkey.a. 60 IN CNAME t._domainkey.b.\n"
	    "t._domainkey.b. 60 IN TXT \"p=\"\n"),
	  NULL, "2 t._domainkey.b p=[] of an alias" },
	{ "$INCLUDE", T("$INCLUDE keys\ns._domainkey.a. TXT \"p=\"\n"), NULL,
	  "1  [include]|2 s._domainkey.a p=[]" },
	{ "an origin of U-labels", T("s._domainkey TXT \"p=\"\n"),
	  "b\xc3\xbc"
	  "cher.example",
	  "1 s._domainkey.xn--bcher-kva.example p=[]" },
	{ "a value alone in quotes of a text",
	  T("a. TXT \"\\\"v=DKIM1; p=\"\n"), NULL, "1 a \"v=DKIM1; p=[]" },
	{ "p= of Ed25519, alone",
	  T("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"), NULL,
	  "0  11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	  "{k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=}"
	  "[only-p]" },
	{ "host: no such name", T("Host s not found: 3(NXDOMAIN)\n"), NULL,
	  "0  []" },
	{ "nslookup", T("s._domainkey.a\ttext =\n\n\t\"p\"\n\t\"=\"\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "nsupdate",
	  T("update add s._domainkey.a 60 IN TXT \"p\" \"=\"\nsend\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "knotc",
	  T("zone-set a s._domainkey 60 TXT \"\\\"p\\\" \\\"=\\\"\"\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "pdnsutil",
	  T("pdnsutil replace-rrset a s._domainkey TXT 60 '\"p\" \"=\"'\n"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "pdnsutil, final dots",
	  T("pdnsutil add-record a. s._domainkey.a TXT 60 '\"p=\"'\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "unbound", T("local-data: 's._domainkey.a. 60 IN TXT \"p=\"'\n"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "a value in quotes of a shell", T("'v=DKIM1; h=a:b; p='\n"), NULL,
	  "0  v=DKIM1; h=a:b; p=[]" },
	{ "typographic quotes in JSON",
	  T("{\"name\":\"s._domainkey\",\"content\":\"\\u201cp=\\u00e9\"}"),
	  NULL, "1 s._domainkey \xe2\x80\x9cp=\xc3\xa9[]" },
	{ "dnsmasq with blanks", T("txt-record = s._domainkey.a,p=\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "dnsmasq", T("txt-record=s._domainkey.a,\"p,\",=\n"), NULL,
	  "1 s._domainkey.a p,=[]" },
	{ "dnsmasq, escaped quotes",
	  T("txt-record=s._domainkey.a,\"p=\\\"\\\\,\",x\n"), NULL,
	  "1 s._domainkey.a p=\"\\,x[]" },
	{ "JSON of something else", T("{\"a\":[{\"Value\":\"hello\"}]}"), NULL,
	  "0  []" },
	{ "tinydns", T("'s._domainkey.a:p\\072=:60\n"), NULL,
	  "1 s._domainkey.a p:=[]" },
	{ "tinydns, any type", T(":s._domainkey.a:16:\\001p\\001=:60\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "tinydns, a length too large", T(":s._domainkey.a:16:\\377p=\n"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "JSON",
	  T("{\"Name\":\"s._domainkey.a.\",\"x\":[{\"Value\":\"\\\"p\\\" "
	    "\\\"=\\u003b\\\"\"}]}"),
	  NULL, "1 s._domainkey.a p=;[]" },
	{ "JSON cut short",
	  T("{\"name\":\"s._domainkey.a\",\"content\":\"p=\\"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "YAML", T("s._domainkey:\n  type: TXT\n  value: v=DKIM1\\; p=\n"),
	  NULL, "3 s._domainkey v=DKIM1; p=[]" },
	{ "YAML list",
	  T("s._domainkey:\n  type: TXT\n  values:\n  - v=DKIM1\\; p=\n"
	    "  - 'v=DKIM1\\; p=A'\n"),
	  NULL, "4 s._domainkey v=DKIM1; p=[]|5 s._domainkey v=DKIM1; p=A[]" },
	{ "JavaScript", T("TXT('s._domainkey', 'p', \"=\", TTL(5)),\n"), NULL,
	  "1 s._domainkey p=[]" },
	{ "no JavaScript", T("s._domainkey. TXT \"p=\"\n\tTXT(\"p=\")\n"), NULL,
	  "1 s._domainkey p=[]|2 s._domainkey p=[]" },
	{ "dig +yaml",
	  T("- type: MESSAGE\n  message:\n    QUESTION_SECTION:\n"
	    "      - 's._domainkey.a. IN TXT'\n    ANSWER_SECTION:\n"
	    "      - 's._domainkey.a. 300 IN TXT \"p=\" \"it''s\"'\n"),
	  NULL, "6 s._domainkey.a p=it's[]" },
	{ "dig +yaml of BIND 9.16", T("- s._domainkey.a. 300 IN TXT \"p=\"\n"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "dig +yaml +unknownformat",
	  T("- 's._domainkey.a. 300 CLASS1 TYPE16 \\# 3 02703d'\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "dig +short +identify",
	  T("\"p\" \"=\" from server 127.0.0.1 in 8 ms.\n"), NULL, "1  p=[]" },
	{ "strings that say from server",
	  T("s._domainkey. TXT \"p=\" \"from\" \"server\" a \"in\" 8 ms.\n"),
	  NULL, "1 s._domainkey p=fromserverain8ms.[]" },
	{ "dig +short +unknownformat +identify",
	  T("\\# 6 05 763d313d61 from server ::1 in 8 us.\n\\# 3 02703d\n"),
	  NULL, "1  v=1=a[]|2  p=[]" },
	{ "RFC 3597 5",
	  T("s._domainkey. IN TXT \\# 6 ( 0276\n 3d 02 703D ) ; p=\n"), NULL,
	  "1 s._domainkey v=p=[]" },
	{ "RFC 3597 5, another type", T("s._domainkey. TYPE99 \\# 3 02703d\n"),
	  NULL, "0  []" },
	{ "TYPE16 with strings", T("s._domainkey. CLASS1 TYPE16 \"p=\"\n"),
	  NULL, "1 s._domainkey p=[]" },
	{ "RFC 3597 5, less than its length",
	  T("s._domainkey. TXT \\# 4 02703d\n"), NULL,
	  "1 s._domainkey [generic-rdata]" },
	{ "RFC 3597 5, an odd digit", T("s._domainkey. TXT \\# 3 02703\n"),
	  NULL, "1 s._domainkey [generic-rdata]" },
	{ "RFC 3597 5, no digit", T("s._domainkey. TXT \\# 3 02703x\n"), NULL,
	  "1 s._domainkey [generic-rdata]" },
	{ "RFC 3597 5, in quotes", T("s._domainkey. TXT \\# 3 \"02703d\"\n"),
	  NULL, "1 s._domainkey [generic-rdata]" },
	{ "RFC 3597 5, a string longer than the rest",
	  T("s._domainkey. TXT \\# 3 03703d\n"), NULL,
	  "1 s._domainkey p=[generic-rdata]" },
	{ "RFC 3597 5, nothing", T("s._domainkey. TXT \\#\n"), NULL,
	  "1 s._domainkey [generic-rdata]" },
	{ "RFC 3597 5, a huge length",
	  T("s._domainkey. TXT \\# 99999999999999999999 00\n"), NULL,
	  "1 s._domainkey [generic-rdata]" },
	{ "nsupdate, RFC 3597 5",
	  T("update add s._domainkey.a 60 IN TXT \\# 3 02703d\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "knotc zone-read", T("[a.] s._domainkey.a. 60 TXT \"p=\"\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "knotc zone-diff",
	  T("[a.] - s._domainkey.a. 60 TXT \"q=\"\n"
	    "[a.] + s._domainkey.a. 60 TXT \"p=\"\n"),
	  NULL, "2 s._domainkey.a p=[]" },
	{ "sdig",
	  T("Reply to question for qname='s._domainkey.a.', qtype=TXT\n"
	    "Rcode: 0 (No Error), RD: 0\n"
	    "0\ts._domainkey.a.\t300\tIN\tTXT\t\"p=\"\n"
	    "1\t.\t300\tIN\tNS\tns.\n"),
	  NULL, "3 s._domainkey.a p=[]" },
	{ "an owner of one digit", T("$ORIGIN _domainkey.a.\n1\tTXT\t\"p=\"\n"),
	  NULL, "2 1._domainkey.a p=[]" },
	{ "validns",
	  T("-> a b:1: origin is now a.\n-> z:3: a. IN 3600 SOA a. b. 1 2 3 "
	    "4 5\n-> z:6: s._domainkey.a. IN 3600 TXT \"p=\"\n"
	    "starting workers for signature verification\n"),
	  NULL, "3 s._domainkey.a p=[]" },
	{ "listings without a record",
	  T("[a.\n[.] x\n[\n0\t\n-> \n-> :1: \n- \n- '\n- ''\n->:9: a\n"), NULL,
	  "0  []" },
	{ "unbound-host", T("s._domainkey.a has TXT record \"p=\"\n"), NULL,
	  "1 s._domainkey.a p=[]" },
	{ "resolvectl",
	  T("s._domainkey.a IN TXT \"p\" \"=\" -- link: eth0\n\n"
	    "-- Information acquired via protocol DNS in 1ms.\n"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "kdig +json",
	  T("{\"answerRRs\":[{\"NAME\":\"s._domainkey.a.\",\"TYPE\":16,"
	    "\"rdataTXT\":\"\\\"p\\\" \\\"=\\\"\"}]}"),
	  NULL, "1 s._domainkey.a p=[]" },
	{ "HCL",
	  T("resource \"x\" \"y\" {\n name = \"s._domainkey.a\"\n"
	    " records = [\"p\\\"\\\"=\", \"q=\"]\n}\n"),
	  NULL, "3 s._domainkey.a p=[]|3 s._domainkey.a q=[]" },
};

static void put_record(const struct scan_record *r, struct buf *out)
{
	buf_putf(out, "%s%zu ", out->n ? "|" : "", r->line);
	buf_put(out, buf_span(&r->owner));
	buf_put(out, SPAN(" "));
	buf_put(out, buf_span(&r->text));
	if (r->meant.n) {
		buf_put(out, SPAN("{"));
		buf_put(out, buf_span(&r->meant));
		buf_put(out, SPAN("}"));
	}
	buf_put(out, SPAN("["));
	for (size_t i = 0; i < r->findings.n; i++)
		buf_putf(out, "%s%s", i ? " " : "",
			 r->findings.v[i].kind->code);
	buf_putf(out, "]%s", r->aliased ? " of an alias" : "");
}

static void test_rows(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct record_scan p;
		struct buf found;

		buf_init(&found, 65536);
		assert_int_equal(record_scan_read(guarded(rows[i].text),
						  rows[i].origin, NULL, &p,
						  NULL),
				 ST_OK);
		for (size_t j = 0; j < p.n; j++)
			put_record(&p.v[j], &found);
		bad += row_is_span(rows[i].name, "found", buf_span(&found),
				   span_str(rows[i].found));
		buf_free(&found);
		record_scan_free(&p);
	}
	assert_int_equal(bad, 0);
}

/* Cut anywhere, a text is read to its end. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = 0; n < rows[i].text.n; n++) {
			struct record_scan p;

			assert_int_equal(
				record_scan_read(
					guarded(span_head(rows[i].text, n)),
					NULL, NULL, &p, NULL),
				ST_OK);
			assert_true(p.n > 0);
			record_scan_free(&p);
		}
}

static void test_limit(void **state)
{
	static const char line[] = "a._domainkey. TXT \"p=\"\n";
	struct record_scan p;
	struct diag why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text, LIMIT_LINT_BYTES);
	for (int i = 0; i < LIMIT_LINT_RECORDS; i++)
		buf_put(&text, span_str(line));
	assert_int_equal(
		record_scan_read(buf_span(&text), NULL, NULL, &p, &why), ST_OK);
	assert_int_equal(p.n, LIMIT_LINT_RECORDS);
	record_scan_free(&p);
	buf_put(&text, span_str(line));
	assert_int_equal(
		record_scan_read(buf_span(&text), NULL, NULL, &p, &why),
		ST_LIMIT);
	assert_non_null(strstr(why.text, "65536"));
	record_scan_free(&p);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
