/* Answers from master files: every row one name, with the section that says
 * what a server would answer. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dns_zone.h"
#include "limit.h"

/* A file that has no name but /dev/fd/N. */
static int scratch(struct span text, char path[static 32])
{
	FILE *f = tmpfile();

	assert_non_null(f);
	int fd = dup(fileno(f));

	fclose(f);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	snprintf(path, 32, "/dev/fd/%d", fd);
	return fd;
}

static enum status open_span(struct span text, const char *origin,
			     struct dns **out, struct diag *why)
{
	char path[32];
	int fd = scratch(text, path);
	const char *paths[] = { path };
	enum status st = dns_zone_open(paths, 1, origin, out, why);

	close(fd);
	return st;
}

static struct dns *open_text(const char *text, const char *origin)
{
	struct diag why = { 0 };
	struct dns *dns = NULL;
	enum status st = open_span(span_str(text), origin, &dns, &why);

	if (st != ST_OK)
		print_error("%s\n%s\n", why.text, text);
	assert_int_equal(st, ST_OK);
	return dns;
}

static void name_set(struct name *name, const char *text)
{
	assert_true(strlen(text) < sizeof(name->text));
	memcpy(name->text, text, strlen(text) + 1);
}

/* "NXDOMAIN", "NODATA", "FAILED", or the records, each behind a "|". */
static void ask(struct dns *dns, const char *text, struct buf *out)
{
	struct name name;
	struct dns_reply txt;

	name_set(&name, text);
	dns_get_txt(dns, &name, NULL, &txt);
	assert_int_equal(txt.secure, DNS_UNKNOWN);
	switch (txt.answer) {
	case DNS_RECORDS:
		for (size_t i = 0; i < txt.n; i++) {
			buf_put(out, SPAN("|"));
			buf_put(out, buf_span(&txt.records[i]));
		}
		break;
	case DNS_NODATA:
		buf_put(out, SPAN("NODATA"));
		break;
	case DNS_NXDOMAIN:
		buf_put(out, SPAN("NXDOMAIN"));
		break;
	case DNS_FAILED:
		assert_true(txt.why.text[0] != 0);
		buf_put(out, SPAN("FAILED"));
		break;
	}
	dns_reply_free(&txt);
}

static void expect_span(struct dns *dns, const char *name, struct span want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	ask(dns, name, &out);
	if (!span_eq(buf_span(&out), want))
		print_error("%s: %s\n", name, (const char *)out.p);
	assert_true(span_eq(buf_span(&out), want));
	buf_free(&out);
}

static void expect(struct dns *dns, const char *name, const char *want)
{
	expect_span(dns, name, span_str(want));
}

struct row {
	const char *name, *want, *where;
};

static void check_rows(struct dns *dns, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(dns, rows[i].name, rows[i].want);
}

/* The zone of RFC 4592 2.2.1, with TXT where it has MX; and around it. */
static const char wildcards[] = "$ORIGIN example.\n"
				"$TTL 3600\n"
				"@ SOA ns hostmaster 1 2 3 4 5\n"
				"@ NS ns.example.com.\n"
				"* TXT \"this is a wildcard\"\n"
				"* MX 10 host1\n"
				"sub.* TXT \"this is not a wildcard\"\n"
				"host1 A 192.0.2.1\n"
				"_ssh._tcp.host1 SRV 0 0 1 host1\n"
				"_ssh._tcp.host2 SRV 0 0 1 host1\n"
				"subdel NS ns.example.com.\n"
				"*.alias CNAME host3.target\n"
				"host3.target TXT \"end\"\n"
				"*.empty A 192.0.2.1\n"
				"x.*.ent TXT \"below an empty wildcard\"\n";

static void test_wildcards(void **state)
{
	static const struct row rows[] = {
		{ "host3.example", "|this is a wildcard", "RFC 4592 2.2.1" },
		{ "foo.bar.example", "|this is a wildcard", "RFC 4592 2.2.1" },
		{ "HOST3.Example", "|this is a wildcard", "RFC 4343 3" },
		{ "host1.example", "NODATA", "RFC 4592 2.2.1" },
		{ "_telnet._tcp.host1.example", "NXDOMAIN", "RFC 4592 2.2.1" },
		{ "_tcp.host1.example", "NODATA", "RFC 4592 2.2.2" },
		{ "host2.example", "NODATA", "RFC 4592 2.2.2" },
		{ "ghost.host2.example", "NXDOMAIN", "RFC 4592 2.2.2" },
		{ "sub.x.example", "|this is a wildcard", "RFC 4592 2.2.1" },
		{ "a.alias.example", "|end", "RFC 4592 3.3" },
		{ "a.b.alias.example", "|end", "RFC 4592 3.3" },
		{ "alias.example", "NODATA", "RFC 4592 2.2.2" },
		{ "target.example", "NODATA", "RFC 4592 2.2.2" },
		{ "other.target.example", "NXDOMAIN", "RFC 4592 3.3.1" },
		{ "a.empty.example", "NODATA", "RFC 4592 2.2.1" },
		{ "a.ent.example", "NODATA", "RFC 4592 2.2.2" },
		{ "example", "NODATA", "RFC 2308 2.2" },
		{ "example.org", "NXDOMAIN", "RFC 2308 2.1" },
		{ "notexample", "NXDOMAIN", "RFC 2308 2.1" },
	};
	struct dns *dns = open_text(wildcards, NULL);

	(void)state;
	check_rows(dns, rows, sizeof(rows) / sizeof(rows[0]));
	dns_close(dns);
}

static void test_aliases(void **state)
{
	static const char text[] = "$ORIGIN e.org.\n"
				   "a CNAME b\n"
				   "b CNAME c.e.org.\n"
				   "c TXT \"end\"\n"
				   "c A 192.0.2.1\n"
				   "loop CNAME pool\n"
				   "pool CNAME loop\n"
				   "self CNAME self\n"
				   "dangling CNAME nowhere.e.net.\n"
				   "nodata CNAME host\n"
				   "host A 192.0.2.1\n"
				   "both CNAME c\n"
				   "both TXT \"not this\"\n"
				   "twice CNAME c\n"
				   "twice CNAME C.e.org.\n"
				   "old DNAME new.e.org.\n"
				   "old TXT \"at the DNAME itself\"\n"
				   "k.new TXT \"through DNAME\"\n"
				   "round DNAME x.round.e.org.\n";
	static const struct row rows[] = {
		{ "a.e.org", "|end", "RFC 1034 3.6.2" },
		{ "b.e.org", "|end", "RFC 1034 3.6.2" },
		{ "loop.e.org", "FAILED", "RFC 1034 3.6.2" },
		{ "self.e.org", "FAILED", "RFC 1034 3.6.2" },
		{ "dangling.e.org", "NXDOMAIN", "RFC 6604 3" },
		{ "nodata.e.org", "NODATA", "RFC 6604 3" },
		{ "both.e.org", "|end", "RFC 1034 3.6.2" },
		{ "twice.e.org", "|end", "RFC 2181 5" },
		{ "k.old.e.org", "|through DNAME", "RFC 6672 2.2" },
		{ "other.old.e.org", "NXDOMAIN", "RFC 6672 2.2" },
		{ "old.e.org", "|at the DNAME itself", "RFC 6672 2.3" },
		{ "a.round.e.org", "FAILED", "RFC 6672 3.2" },
	};
	struct dns *dns = open_text(text, NULL);

	(void)state;
	check_rows(dns, rows, sizeof(rows) / sizeof(rows[0]));
	dns_close(dns);
}

/* LIMIT_CNAMES: twelve are followed, thirteen are not. */
static void test_chain_length(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 16);
	buf_put(&text, SPAN("$ORIGIN e.org.\n"));
	for (int i = 0; i <= LIMIT_CNAMES; i++)
		buf_putf(&text, "n%d CNAME n%d\n", i, i + 1);
	buf_putf(&text, "n%d TXT x\n", LIMIT_CNAMES + 1);
	struct dns *dns = open_text((const char *)text.p, NULL);

	expect(dns, "n1.e.org", "|x");
	expect(dns, "n0.e.org", "FAILED");
	dns_close(dns);
	buf_free(&text);
}

static void test_syntax(void **state)
{
	static const char text[] =
		"; a comment\n\n"
		"$ORIGIN e.org.\r\n"
		"$TTL 1h\n"
		"multi 300 IN TXT \"v=DKIM1; \" \"k=rsa; p=\" \"AB\" ; note\n"
		"lines IN 300 TXT ( \"a(b\" ; inside\n"
		"\n"
		"   \"c;d\" )\n"
		"	TXT second\n"
		"	in 1h30m TXT third\n"
		"in IN 5 TXT \"IN 300 TXT\"\n"
		"bare TXT v=DKIM1\\; p=AB CD\n"
		"octets TXT \"\\\"q\\\" \\092 \\200 ;\"\n"
		"empty TXT \"\"\n"
		"generic TYPE16 \\# 6 02 6162 02 6364\n"
		"odd TYPE65280 \\# 2 abcd\n"
		"txtgeneric TXT \\# 4 03 61 62 63\n"
		"chaos CH TXT \"another class\"\n"
		"fourth CLASS4 TXT \"another class\"\n"
		"first CLASS1 5 TXT \"this class\"\n"
		"caa CAA 0 issue \"ca.example\"\n"
		"tlsa TLSA 3 1 1 00000000000000000000000000000000"
		"00000000000000000000000000000000\n"
		"esc\\.aped.k TXT x\n"
		"$ORIGIN sub\n"
		"k TXT \"in sub\"\n"
		"$ORIGIN @\n"
		"l TXT \"still in sub\"\n"
		"crlf TXT \"x\" \r\n"
		"@ TXT \"sub itself\"\n"
		"a\\.b. TXT \"the dot that ends it is not escaped\"\n"
		"c\\. TXT \"relative\"\n"
		"nb TXT a\xc2\xa0"
		"b c\\ d\n"
		"paren TXT ( x\n"
		"TXT\n"
		")\n"
		"last TXT \"no line end\"";
	static const struct row rows[] = {
		{ "multi.e.org", "|v=DKIM1; k=rsa; p=AB", "RFC 6376 3.6.2.2" },
		{ "lines.e.org", "|a(bc;d|second|third", "RFC 1035 5.1" },
		{ "in.e.org", "|IN 300 TXT", "RFC 1035 5.1" },
		{ "bare.e.org", "|v=DKIM1;p=ABCD", "RFC 1035 5.1" },
		{ "octets.e.org", "|\"q\" \\ \310 ;", "RFC 1035 5.1" },
		{ "empty.e.org", "|", "RFC 1035 3.3.14" },
		{ "generic.e.org", "|abcd", "RFC 3597 5" },
		{ "odd.e.org", "NODATA", "RFC 3597 5" },
		{ "txtgeneric.e.org", "|abc", "RFC 3597 5" },
		{ "fourth.e.org", "NXDOMAIN", "RFC 3597 5" },
		{ "first.e.org", "|this class", "RFC 3597 5" },
		{ "chaos.e.org", "NXDOMAIN", "RFC 1035 3.2.4" },
		{ "caa.e.org", "NODATA", "RFC 8659 4" },
		{ "tlsa.e.org", "NODATA", "RFC 6698 2" },
		{ "aped.k.e.org", "NXDOMAIN", "RFC 1035 5.1" },
		{ "k.e.org", "NODATA", "RFC 4592 2.2.2" },
		{ "k.sub.e.org", "|in sub", "RFC 1035 5.1" },
		{ "l.sub.e.org", "|still in sub", "RFC 1035 5.1" },
		{ "crlf.sub.e.org", "|x", "RFC 1035 5.1" },
		{ "sub.e.org", "|sub itself", "RFC 1035 5.1" },
		{ "nb.sub.e.org",
		  "|a\xc2\xa0"
		  "bc d",
		  "RFC 1035 5.1" },
		{ "paren.sub.e.org", "|xTXT", "RFC 1035 5.1" },
		{ "last.sub.e.org", "|no line end", "RFC 1035 5.1" },
	};
	struct dns *dns = open_text(text, NULL);

	(void)state;
	check_rows(dns, rows, sizeof(rows) / sizeof(rows[0]));
	dns_close(dns);
}

/* What dkim-genkey writes, with the name that it has elsewhere. */
static void test_bare_records(void **state)
{
	static const char text[] =
		"default._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; "
		"\"\n"
		"\t  \"p=MIIB\"\n"
		"\t  \"IjAN\" )  ; ----- DKIM key default for localhost\n";
	static const char want[] = "|v=DKIM1; h=sha256; k=rsa; p=MIIBIjAN";
	struct dns *dns = open_text(text, "example.com");

	(void)state;
	expect(dns, "default._domainkey.example.com", want);
	expect(dns, "_domainkey.example.com", "NODATA");
	expect(dns, "example.com", "NODATA");
	expect(dns, "other._domainkey.example.com", "NXDOMAIN");
	dns_close(dns);
	dns = open_text(text, "Example.COM.");
	expect(dns, "default._domainkey.example.com", want);
	dns_close(dns);
	dns = open_text("k TXT x\n", ".");
	expect(dns, "k", "|x");
	dns_close(dns);
}

/* Neither the order of lines nor a repeated one changes anything. */
static void test_order(void **state)
{
	struct dns *a = open_text("k.e. TXT b\nk.e. TXT a\nk.e. TXT b\n", NULL);
	struct dns *b = open_text("K.E. TXT a\nk.e. TXT b\n", NULL);

	(void)state;
	expect(a, "k.e", "|a|b");
	expect(b, "k.e", "|a|b");
	dns_close(a);
	dns_close(b);
}

static void test_several_files(void **state)
{
	char one[32], two[32];
	int first = scratch(SPAN("$ORIGIN e.org.\na CNAME b\n"), one);
	int second = scratch(SPAN("b TXT x\n"), two);
	const char *paths[] = { one, two };
	struct dns *dns = NULL;
	struct diag why = { 0 };

	(void)state;
	/* $ORIGIN ends with its file, as the RFC has it for $INCLUDE */
	assert_int_equal(dns_zone_open(paths, 2, NULL, &dns, &why), ST_USAGE);
	assert_null(dns);
	assert_int_equal(lseek(first, 0, SEEK_SET), 0);
	assert_int_equal(lseek(second, 0, SEEK_SET), 0);
	assert_int_equal(dns_zone_open(paths, 2, "e.org", &dns, &why), ST_OK);
	expect(dns, "a.e.org", "|x");
	dns_close(dns);
	close(first);
	close(second);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *origin, *said, *where;
	} rows[] = {
		{ "k TXT x\n", NULL, "line 1: a relative name", "5.1" },
		{ "\n; c\n\nk TXT x\n\n\n", NULL, "line 4: a rel", "5.1" },
		{ "k TXT x\n", NULL, "--origin=NAME", "no origin" },
		{ "@ TXT x\n", NULL, "line 1: a relative name", "5.1" },
		{ "k.e. CNAME x\n", NULL, "line 1: a relative name", "5.1" },
		{ "k.e. MX 1 x\n", NULL, "line 1: a relative name", "5.1" },
		{ "k.e. NS x\n", NULL, "line 1: a relative name", "5.1" },
		{ "k.e. A\n", NULL, "line 1", "3.4.1" },
		{ "k.e. TYPE1 \\# 3 010203\n", NULL, "line 1", "RFC 3597" },
		{ "k.e. TYPE28 \\# 4 01020304\n", NULL, "line 1", "3597" },
		{ "k.e. TYPE15 \\# 2 0001\n", NULL, "line 1", "RFC 3597" },
		{ "k.e. TYPE2 \\# 3 056162\n", NULL, "line 1", "RFC 3597" },
		{ "k.e. TYPE5 \\# 3 056162\n", NULL, "line 1", "RFC 3597" },
		{ "k.e. TYPE39 \\# 2 0000\n", NULL, "line 1", "RFC 3597" },
		{ "e. SOA a. b. -1 1 1 1 1\n", NULL, "line 1", "3.3.13" },
		{ "e. SOA a. b. 4294967296 1 1 1 1\n", NULL, "line 1",
		  "3.3.13" },
		{ "k.e. CNAME @\n", NULL, "line 1: a relative name", "5.1" },
		{ "k.e. DNAME x\n", NULL, "line 1: a relative name", "5.1" },
		{ "k MX 1 a.\n", NULL, "line 1: a relative name", "5.1" },
		{ "$ORIGIN sub\nk TXT x\n", NULL, "line 1: a rel", "5.1" },
		{ "$ORIGIN @\nk TXT x\n", NULL, "line 1: a rel", "5.1" },
		{ "$INCLUDE /etc/passwd\n", NULL, "line 1: $INCLUDE", "5.1" },
		{ "$INCLUDE\n", NULL, "line 1: $INCLUDE", "5.1" },
		{ "$GENERATE 1-3 a$ TXT x\n", "e", "line 1: $GENERATE is",
		  "5.1" },
		{ "$ORIGINX e.\n", "e", "line 1", "5.1" },
		{ "$FOO TXT x\n", "e", "line 1: an unknown $", "5.1" },
		{ " TXT x\n", "e", "line 1: no name here", "5.1" },
		{ "@x TXT x\n", "e", "begins with @", "5.1" },
		{ "k.e. WHAT x\n", NULL, "type \"WHAT\"", "5.1" },
		{ "k.e. 5 IN TXTT x\n", NULL, "type \"TXTT\"", "5.1" },
		{ "k.e. SOA x\n", NULL, "line 1", "5.1" },
		{ " RESINFO x\n", "e", "line 1: no name here", "5.1" },
		{ "k RESINFO x\n", NULL, "line 1: a relative name", "5.1" },
		{ "a..e. RESINFO x\n", NULL, "line 1", "5.1" },
		{ "k.e. [AGE:x] TXT x\n", NULL, "line 1", "5.1" },
		{ "\xef\xbb\xbf\nk.e. A x\n", NULL, "line 2", "5.1" },
		{ "k.e.\n", NULL, "line 1", "5.1" },
		{ "k.e. TXT\n", NULL, "line 1", "3.3.14" },
		{ "k.e. CNAME\n", NULL, "line 1", "3.3.1" },
		{ "a.e. TXT x\nk.e. A 192.0.2\n", NULL, "line 2", "3.4.1" },
		{ "a.e. TXT (x\ny)\nk.e. A z\n", NULL, "line 3", "5.1" },
		{ "k.e. TXT \"x\n", NULL, "line 1: a string without", "5.1" },
		{ "k.e. TXT \"x", NULL, "line 1: a string without", "5.1" },
		{ "k.e. TXT ( x\n\n", NULL, "line 1: \"(\"", "5.1" },
		{ "a.e. TXT x\nk.e. TXT x )", NULL, "line 2: \")\"", "5.1" },
		{ "k.e. TXT x )\n", NULL, "line 1: \")\"", "5.1" },
		{ "k.e. TXT \"\\", NULL, "line 1", "5.1" },
		{ "k.e. TXT \"\\300\"\n", NULL, "line 1", "5.1" },
		{ "k.e. TXT \\# 3 05 6162\n", NULL, "line 1", "RFC 3597" },
		{ "k.e. TXT \\# 0\n", NULL, "line 1", "RFC 1035 3.3.14" },
		{ "k.e. TXT \\# 3 05\n", NULL, "line 1", "RFC 3597" },
		{ "\nk.e. TXT x\vy\n", NULL, "line 2: a NUL, form", "5.1" },
		{ "k.e. TXT x\ry\n", NULL, "line 1: a CR", "5.1" },
		{ "a..b. TXT x\n", NULL, "line 1", "2.3.1" },
		{ "$TTL x\nk TXT x\n", "e", "line 1: $TTL", "RFC 2308 4" },
		{ "$TTL \"\"\n", "e", "line 1: $TTL without", "RFC 2308 4" },
		{ "$TTL\n", "e", "line 1: an unknown $", "RFC 2308 4" },
		{ "$ORIGIN a. b\n", NULL, "line 1: an unknown $", "5.1" },
		{ "k.e. 5x TXT a\n", NULL, "type \"5x\"", "5.1" },
		{ "k.e. 5 6 TXT a\n", NULL, "type \"6\"", "5.1" },
		{ "k.e. IN IN TXT a\n", NULL, "type \"IN\"", "5.1" },
		{ "k.e. CLASS65537 TXT x\n", NULL, "type \"CLASS65537\"",
		  "3597 5" },
		{ "k.e. TYPE65536 \\# 0\n", NULL, "type \"TYPE65", "3597 5" },
		{ "k.e. \"v=DKIM1\"\n", NULL, "type \"\"v=DKIM1", "5.1" },
		{ "k.e. A 192.0.2.1 x\n", NULL, "line 1: not the", "3.4.1" },
		{ "k.e. MX 65536 a.\n", NULL, "line 1: not the", "3.3.9" },
		{ "k.e. MX 1 a. b.\n", NULL, "line 1: not the", "3.3.9" },
		{ "k.e. NS a..b.\n", NULL, "line 1: not a domain", "2.3.4" },
		{ "k.e. TXT a\\\nj.e. TXT b\n", NULL, "line 1: a backs",
		  "5.1" },
		{ "k.e. TXT \\256\n", NULL, "line 1: an escape", "5.1" },
		{ "a.e. TXT (x\n\"y\n)\n", NULL, "line 2: a string", "5.1" },
		{ "hello world\n", NULL, "line 1", "5.1" },
		{ "k.e. CNAME a.\nk.e. CNAME b.\n", NULL, "two CNAME",
		  "RFC 2181 10.1" },
		{ "k.e. TXT x\n", "a..b", "the origin \"a..b\"", "2.3.1" },
		{ "k.e. TXT x\n", "", "the origin \"\"", "2.3.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct diag why = { 0 };
		struct dns *dns = NULL;
		enum status st = open_span(span_str(rows[i].text),
					   rows[i].origin, &dns, &why);

		if (st != ST_USAGE || !strstr(why.text, rows[i].said))
			print_error("row %zu: %s: %s\n", i, rows[i].text,
				    why.text);
		assert_int_equal(st, ST_USAGE);
		assert_non_null(strstr(why.text, rows[i].said));
		assert_null(dns);
	}
}

/* Whole zones as servers and providers export them. */
static void test_foreign(void **state)
{
	static const char text[] =
		"\xef\xbb\xbfmail TXT first\r\n"
		"info 3600 IN RESINFO qnamemin ( \"x\"\n y )\n"
		"\tTXT same\n"
		"@ 300 ALIAS www.example.net.\n"
		"bad DS 1 2 3 not-hex\n"
		"age [AGE:3587523] 1200 TXT old\n"
		"age2 [AGE:1]\tTXT ( old\n\t\"\xc3\xbc\" )\n"
		"w\xc3\xbc TXT \"f\xc3\xbc\" ; \xc3\xbc\n"
		"alias CNAME w\xc3\x9c.e.\n"
		"$ORIGIN b\xc3\xbc"
		"cher.e.\n"
		"sub TXT \xc3\xbc\n"
		"\xfc TXT latin\n";
	static const struct row rows[] = {
		{ "mail.e", "|first", "RFC 3629 6" },
		{ "info.e", "|same", "RFC 9606" },
		{ "e", "NODATA", "RFC 1035 5.1" },
		{ "bad.e", "NODATA", "RFC 4034 5.3" },
		{ "age.e", "|old", "RFC 1035 5.1" },
		{ "age2.e", "|old\xc3\xbc", "RFC 1035 5.1" },
		{ "xn--w-eha.e", "|f\xc3\xbc", "RFC 8616 3" },
		{ "alias.e", "|f\xc3\xbc", "RFC 8616 3" },
		{ "sub.xn--bcher-kva.e", "|\xc3\xbc", "RFC 8616 3" },
	};
	struct dns *dns = open_text(text, "e");

	(void)state;
	check_rows(dns, rows, sizeof(rows) / sizeof(rows[0]));
	dns_close(dns);
}

static void test_nul(void **state)
{
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	assert_int_equal(open_span(SPAN("k.e. TXT a\0b\n"), NULL, &dns, &why),
			 ST_USAGE);
	assert_non_null(strstr(why.text, "line 1: a NUL"));
	assert_int_equal(open_span(SPAN("k.e. TXT a\\\0b\n"), NULL, &dns, &why),
			 ST_USAGE);
}

/* A name of 255 octets is one, 256 is none (RFC 1035 2.3.4), also when the
 * origin makes it so. */
static void test_long_names(void **state)
{
	char label[64], text[600];
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	memset(label, 'a', 63);
	label[63] = 0;
	snprintf(text, sizeof(text), "%s.%s.%s TXT x\n", label, label, label);
	dns = open_text(text, label + 2);
	snprintf(text, sizeof(text), "%s.%s.%s.%s", label, label, label,
		 label + 2);
	expect(dns, text, "|x");
	expect(dns, text + 1, "NXDOMAIN");
	dns_close(dns);
	snprintf(text, sizeof(text), "%s.%s.%s TXT x\n", label, label, label);
	assert_int_equal(open_span(span_str(text), label + 1, &dns, &why),
			 ST_USAGE);
}

/* A substitution that is too long is no "does not exist" (RFC 6672 2.2). */
static void test_long_dname(void **state)
{
	char label[64], text[900];

	(void)state;
	memset(label, 'a', 63);
	label[63] = 0;
	snprintf(text, sizeof(text), "d. DNAME %s.%s.%s.\n", label, label,
		 label);
	struct dns *dns = open_text(text, NULL);

	snprintf(text, sizeof(text), "%s.d", label + 2);
	expect(dns, text, "NXDOMAIN");
	snprintf(text, sizeof(text), "%s.d", label + 1);
	expect(dns, text, "FAILED");
	dns_close(dns);
}

static void add_txt(struct buf *text, size_t octets)
{
	buf_put(text, SPAN("k.e. TXT"));
	for (size_t i = 0; i < octets; i++)
		buf_putf(text, "%s%c%s", i % 255 == 0 ? " \"" : "", 'x',
			 i % 255 == 254 || i + 1 == octets ? "\"" : "");
	buf_put(text, SPAN("\n"));
}

/* More than a key record may have; strings of 255 and 256. */
static void test_sizes(void **state)
{
	struct buf text, want;
	const size_t most = 40000;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&want, 1 << 20);
	add_txt(&text, most);
	buf_put(&want, SPAN("|"));
	for (size_t i = 0; i < most; i++)
		buf_put(&want, SPAN("x"));
	struct dns *dns = open_text((const char *)text.p, NULL);

	expect_span(dns, "k.e", buf_span(&want));
	dns_close(dns);
	buf_reset(&text);
	buf_put(&text, SPAN("k.e. TXT \""));
	for (int i = 0; i < 256; i++)
		buf_put(&text, SPAN("x"));
	buf_put(&text, SPAN("\"\n"));
	struct diag why = { 0 };

	assert_int_equal(open_span(buf_span(&text), NULL, &dns, &why),
			 ST_USAGE);
	assert_non_null(strstr(why.text, "more than 255 bytes"));
	buf_free(&text);
	buf_free(&want);
}

static void test_many_records(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 100; i++)
		buf_putf(&text, "k.e. TXT %d\n", i);
	struct dns *dns = open_text((const char *)text.p, NULL);
	struct name name = { "k.e" };
	struct dns_reply txt;

	dns_get_txt(dns, &name, NULL, &txt);
	assert_int_equal(txt.answer, DNS_RECORDS);
	assert_int_equal(txt.n, 100);
	dns_reply_free(&txt);
	dns_reply_free(&txt);
	dns_close(dns);
	buf_put(&text, SPAN("k.e. TXT 100\n"));
	dns = open_text((const char *)text.p, NULL);
	dns_get_txt(dns, &name, NULL, &txt);
	assert_int_equal(txt.answer, DNS_FAILED);
	assert_int_equal(txt.n, 0);
	assert_null(txt.records);
	dns_reply_free(&txt);
	dns_close(dns);
	buf_free(&text);
}

static void test_empty(void **state)
{
	struct dns *dns = open_text("", NULL);

	(void)state;
	expect(dns, "k.e", "NXDOMAIN");
	dns_close(dns);
	dns = open_text("\n; only this", NULL);
	expect(dns, "e", "NXDOMAIN");
	dns_close(dns);
	dns_close(NULL);
}

static void test_files(void **state)
{
	const char *absent[] = { "/dev/null/absent" }, *folder[] = { "/" };
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	assert_int_equal(dns_zone_open(absent, 1, NULL, &dns, &why),
			 ST_NO_INPUT);
	assert_non_null(strstr(why.text, "/dev/null/absent: "));
	assert_int_equal(dns_zone_open(folder, 1, NULL, &dns, &why),
			 ST_NO_INPUT);
	assert_int_equal(dns_zone_open(NULL, 0, NULL, &dns, NULL), ST_OK);
	expect(dns, "e", "NXDOMAIN");
	dns_close(dns);
}

static void test_too_large(void **state)
{
	FILE *f = tmpfile();
	char path[32];
	const char *paths[] = { path };
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	assert_non_null(f);
	snprintf(path, sizeof(path), "/dev/fd/%d", fileno(f));
	assert_int_equal(ftruncate(fileno(f), 64 * 1024 * 1024 + 1), 0);
	assert_int_equal(dns_zone_open(paths, 1, NULL, &dns, &why), ST_USAGE);
	assert_non_null(strstr(why.text, "larger than 64 MB"));
	fclose(f);
}

/* ---- every type ---- */

/* "NXDOMAIN", "NODATA", "FAILED", or each record behind a "|", octets that do
 * not print as \DDD; then " TTL" and the chain, if there is one. */
static void show(const struct dns_reply *r, struct buf *out)
{
	static const char *const words[] = {
		[DNS_RECORDS] = "",
		[DNS_NODATA] = "NODATA",
		[DNS_NXDOMAIN] = "NXDOMAIN",
		[DNS_FAILED] = "FAILED",
	};

	buf_putf(out, "%s", words[r->answer]);
	for (size_t i = 0; i < r->n; i++) {
		buf_put(out, SPAN("|"));
		for (size_t k = 0; k < r->records[i].n; k++) {
			unsigned char c = r->records[i].p[k];

			buf_putf(out, c < '!' || c > '~' ? "\\%03u" : "%c", c);
		}
	}
	if (r->answer == DNS_RECORDS)
		buf_putf(out, " %u", r->ttl);
	for (size_t i = 0; i < r->chain.n; i++)
		buf_putf(out, "%c",
			 r->chain.p[i] == '\n' ? ' ' : r->chain.p[i]);
}

static const char every_type[] = "$ORIGIN e.org.\n"
				 "$TTL 60\n"
				 "@ NS b.ns.other.\n"
				 "@ 30 NS A.ns\n"
				 "@ MX 10 mail\n"
				 "@ MX 266 Mail\n"
				 "null MX 0 .\n"
				 "mail 5 A 192.0.2.2\n"
				 "mail 7 A 192.0.2.1\n"
				 "mail AAAA 2001:db8::1\n"
				 "1.2.0.192.in-addr.arpa. PTR mail\n"
				 "both A 192.0.2.3\n"
				 "both TXT x\n"
				 "a.ent A 192.0.2.4\n"
				 "*.wild A 192.0.2.5\n"
				 "*.wild MX 1 mail\n"
				 "x.wild TXT y\n"
				 "www 20 CNAME web\n"
				 "web 40 CNAME mail\n"
				 "dangling CNAME gone\n"
				 "old 3 DNAME new\n"
				 "k.new CNAME mail\n"
				 "\\000\\010\\\"\\\\\\.\\255 A 192.0.2.6\n"
				 "ptr PTR \\000\\010\\\"\\\\\\.\\255\n"
				 "generic TYPE1 \\# 4 c0000207\n"
				 "generic TYPE28 \\# 16 00000000000000000000"
				 "000000000001\n"
				 "generic TYPE15 \\# 5 0102016100\n"
				 "generic TYPE12 \\# 3 016200\n"
				 "generic TYPE2 \\# 3 016300\n"
				 "generic TYPE16 \\# 2 0164\n"
				 "generic TYPE6 \\# 22 00000102030400000000"
				 "000000000000000000000000\n"
				 "generic5 TYPE5 \\# 15 0767656e657269630165036"
				 "f726700\n"
				 "generic39 TYPE39 \\# 7 0165036f726700\n"
				 "old2 A 192.0.2.1\n"
				 "zero 2147483648 A 192.0.2.1\n";

static void test_types(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		const char *want, *where;
	} rows[] = {
		{ "mail.e.org", DNS_A,
		  "|\\192\\000\\002\\001|\\192\\000\\002"
		  "\\002 5",
		  "RFC 1035 3.4.1" },
		{ "mail.e.org", DNS_AAAA,
		  "|\\032\\001\\013\\184\\000\\000\\000"
		  "\\000\\000\\000\\000\\000\\000\\000"
		  "\\000\\001 60",
		  "RFC 3596 2.2" },
		{ "e.org", DNS_NS, "|a.ns.e.org|b.ns.other 30", "3.3.11" },
		{ "e.org", DNS_MX,
		  "|\\000\\010mail.e.org|\\001\\010mail.e.org "
		  "60",
		  "RFC 1035 3.3.9" },
		{ "null.e.org", DNS_MX, "|\\000\\000. 60", "RFC 7505 3" },
		{ "1.2.0.192.in-addr.arpa", DNS_PTR, "|mail.e.org 60",
		  "RFC 1035 3.3.12" },
		{ "both.e.org", DNS_A, "|\\192\\000\\002\\003 60", "3.6" },
		{ "both.e.org", DNS_TXT, "|x 60", "RFC 1034 3.6" },
		{ "both.e.org", DNS_MX, "NODATA", "RFC 2308 2.2" },
		{ "ent.e.org", DNS_A, "NODATA", "RFC 4592 2.2.2" },
		{ "ent.e.org", DNS_NS, "NODATA", "RFC 4592 2.2.2" },
		{ "none.e.org", DNS_A, "NXDOMAIN", "RFC 2308 2.1" },
		{ "y.wild.e.org", DNS_A, "|\\192\\000\\002\\005 60", "4592" },
		{ "y.wild.e.org", DNS_MX, "|\\000\\001mail.e.org 60", "4592" },
		{ "y.wild.e.org", DNS_AAAA, "NODATA", "RFC 4592 2.2.1" },
		{ "x.wild.e.org", DNS_A, "NODATA", "RFC 4592 2.2.1" },
		{ "www.e.org", DNS_A,
		  "|\\192\\000\\002\\001|\\192\\000\\002\\002 5web.e.org "
		  "mail.e.org ",
		  "RFC 1034 3.6.2" },
		{ "www.e.org", DNS_AAAA,
		  "|\\032\\001\\013\\184\\000\\000\\000\\000\\000\\000\\000\\00"
		  "0"
		  "\\000\\000\\000\\001 20web.e.org mail.e.org ",
		  "3.6.2" },
		{ "www.e.org", DNS_MX, "NODATAweb.e.org mail.e.org ", "3.6.2" },
		{ "dangling.e.org", DNS_A, "NXDOMAINgone.e.org ", "6604 3" },
		{ "k.old.e.org", DNS_A,
		  "|\\192\\000\\002\\001|\\192\\000\\002\\002 3k.new.e.org "
		  "mail.e.org ",
		  "RFC 6672 3.2" },
		{ "generic.e.org", DNS_A, "|\\192\\000\\002\\007 60", "3597" },
		{ "generic.e.org", DNS_AAAA,
		  "|\\000\\000\\000\\000\\000\\000\\000\\000"
		  "\\000\\000\\000\\000\\000\\000\\000\\001 60",
		  "3597" },
		{ "generic.e.org", DNS_MX, "|\\001\\002a 60", "3597" },
		{ "generic.e.org", DNS_PTR, "|b 60", "3597" },
		{ "generic.e.org", DNS_NS, "|c 60", "3597" },
		{ "generic.e.org", DNS_TXT, "|d 60", "3597" },
		{ "generic.e.org", DNS_SOA, "|\\001\\002\\003\\004 60",
		  "3597" },
		{ "generic5.e.org", DNS_TXT, "|d 60generic.e.org ", "3597" },
		{ "generic.generic39.e.org", DNS_TXT, "|d 60generic.e.org ",
		  "3597" },
		{ "zero.e.org", DNS_A, "|\\192\\000\\002\\001 0", "2181 8" },
		{ "ptr.e.org", DNS_PTR,
		  "|\\000\\010\\034\\092\\046\\255.e.org 60", "1035 5.1" },
	};
	struct dns *dns = open_text(every_type, NULL);
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_query query = { .type = rows[i].type };
		struct dns_reply reply;
		struct buf out;

		buf_init(&out, 4096);
		assert_true(dns_name_of(span_str(rows[i].name), &query.name));
		dns_get(dns, &query, &reply);
		show(&reply, &out);
		bad += row_is_span(rows[i].name, rows[i].where, buf_span(&out),
				   span_str(rows[i].want));
		assert_int_equal(reply.octets, 0);
		dns_reply_free(&reply);
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
	dns_close(dns);
}

/* A label may hold any octet, also a dot, and is compared as octets but for the
 * case of letters (RFC 4343 2). */
static void test_octets_in_labels(void **state)
{
	static const unsigned char label[] = "\6\0\n\"\\.\xff";
	struct dns *dns = open_text(every_type, NULL);
	struct dns_query query = { .type = DNS_A };
	struct dns_reply reply;

	(void)state;
	memcpy(query.name.b, label, 7);
	memcpy(query.name.b + 7, "\1E\3oRg", 7);
	query.name.n = 14;
	dns_get(dns, &query, &reply);
	assert_int_equal(reply.answer, DNS_RECORDS);
	assert_int_equal(reply.records[0].p[3], 6);
	dns_reply_free(&reply);
	query.name.b[1] = 1;
	dns_get(dns, &query, &reply);
	assert_int_equal(reply.answer, DNS_NXDOMAIN);
	dns_reply_free(&reply);
	dns_close(dns);
}

/* Many records are bounded, and no error. */
static void test_many_addresses(void **state)
{
	struct dns_query query = { .type = DNS_A };
	struct dns_reply reply;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < 10000; i++)
		buf_putf(&text, "k.e. A 10.0.%u.%u\n", i / 256, i % 256);
	struct dns *dns = open_text((const char *)text.p, NULL);

	assert_true(dns_name_of(SPAN("k.e"), &query.name));
	dns_get(dns, &query, &reply);
	assert_int_equal(reply.n, 10000);
	dns_reply_free(&reply);
	dns_close(dns);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_chain_length),
		cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_bare_records),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_several_files),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_long_dname),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_many_records),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_octets_in_labels),
		cmocka_unit_test(test_many_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
