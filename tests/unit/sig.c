/* The DKIM-Signature field (RFC 6376 3.5, 3.7). */
#include "crypto.h"

#include "limit.h"
#include "sig.h"

#define BH "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
#define L61 "a234567890123456789012345678901234567890123456789012345678901"
#define V "v=1;"
#define A "a=rsa-sha256;"
#define D "d=legit.example;"
#define S "s=sel;"
#define H "h=from;"
#define BB "bh=" BH ";b=QUJD"
#define WITH(more) V A D S H more ";" BB

/* The field of VALUE; its octets are in BYTES. */
static void make_field(struct span value, struct buf *bytes,
		       struct field *field)
{
	buf_init(bytes, 4 * LIMIT_HEADER_BYTES);
	buf_put(bytes, SPAN("DKIM-Signature:"));
	buf_put(bytes, value);
	buf_put(bytes, SPAN("\r\n"));
	struct span raw = bytes->n < GUARD_ROOM ? guarded(buf_span(bytes))
						: buf_span(bytes);

	*field = (struct field){ raw, span_head(raw, 14),
				 span_head(span_from(raw, 15), value.n) };
}

static const struct {
	const char *id;
	struct span value;
	enum status st;
} rows[] = {
	{ "S-4 all there", T(V A D S H BB), ST_OK },
	{ "E09 v last", T(A D S H BB ";v=1"), ST_OK },
	{ "T-7 final ;", T(V A D S H BB "; "), ST_OK },
	{ "B15 empty", T(""), ST_SYNTAX },
	{ "B15 FWS", T(" \r\n "), ST_SYNTAX },
	/* the list, T and S-2 */
	{ "E01", T(V A D "d=evil.example;" S H BB), ST_SYNTAX },
	{ "E02", T(V A D S H BB ";b=QUJD"), ST_SYNTAX },
	{ "E02", T(V A D S H H BB), ST_SYNTAX },
	{ "E02", T(WITH("foo=1;foo=2")), ST_SYNTAX },
	{ "E03", T(WITH("D=evil.example")), ST_OK },
	{ "E06", T(WITH(";")), ST_SYNTAX },
	{ "T-7 leading ;", T(";" V A D S H BB), ST_SYNTAX },
	{ "E07", T(WITH("foo")), ST_SYNTAX },
	{ "E07", T(WITH("1a=b")), ST_SYNTAX },
	{ "E07", T(WITH("a-b=c")), ST_SYNTAX },
	{ "S-17", T(WITH("r=y;atps=x;atpsh=none")), ST_OK },
	{ "E33", T(" v = 1 ; a\r\n = rsa-sha256;" D S H BB), ST_OK },
	{ "E33", T("v=1\r\n ;" A D S H BB), ST_OK },
	{ "E33 obs-FWS", T("v=1;\r\n \r\n " A D S H BB), ST_SYNTAX },
	{ "E33 obs-FWS before a value", T("v=\r\n \r\n 1;" A D S H BB),
	  ST_SYNTAX },
	{ "E33 bare LF", T("v=1;\n " A D S H BB), ST_SYNTAX },
	{ "E33 bare CR", T("v=1;\r " A D S H BB), ST_SYNTAX },
	{ "E34 8-bit", T(WITH("foo=\xff")), ST_SYNTAX },
	{ "RFC 8616 UTF-8", T(WITH("foo=\xc3\xa4")), ST_OK },
	{ "E34 overlong", T(WITH("foo=\xc0\x80")), ST_SYNTAX },
	{ "E34 DEL", T(WITH("foo=\x7f")), ST_SYNTAX },
	{ "E34 VT", T(WITH("foo=\v")), ST_SYNTAX },
	{ "E34 NUL", T(WITH("foo=\0")), ST_SYNTAX },
	{ "E36", T("i=1; a=rsa-sha256; cv=none"), ST_MISSING_TAG },
	{ "E38", T(WITH("__proto__=1")), ST_SYNTAX },
	{ "E38", T(WITH("toString=1")), ST_OK },
	/* v, S-3 */
	{ "E08", T("v=2;" A D S H BB), ST_VERSION },
	{ "E08", T("v=01;" A D S H BB), ST_VERSION },
	{ "E08", T("v=1.0;" A D S H BB), ST_VERSION },
	{ "E08", T("v=;" A D S H BB), ST_VERSION },
	{ "E08", T("v=1 1;" A D S H BB), ST_VERSION },
	{ "E08", T("v=DKIM1;" A D S H BB), ST_VERSION },
	{ "E08", T(A D S H BB), ST_MISSING_TAG },
	{ "S-3 before S-4", T("v=2"), ST_VERSION },
	/* S-4 */
	{ "S-4 a", T(V D S H BB), ST_MISSING_TAG },
	{ "S-4 b", T(V A D S H "bh=" BH), ST_MISSING_TAG },
	{ "S-4 bh", T(V A D S H "b=QUJD"), ST_MISSING_TAG },
	{ "S-4 d", T(V A S H BB), ST_MISSING_TAG },
	{ "S-4 h", T(V A D S BB), ST_MISSING_TAG },
	{ "S-4 s", T(V A D H BB), ST_MISSING_TAG },
	{ "S-4 B is not b", T(V A D S H "bh=" BH ";B=QUJD"), ST_MISSING_TAG },
	/* a, S-5 */
	{ "S-5", T(V "a=ed25519-sha256;" D S H BB), ST_OK },
	{ "T-11", T(V "a=RSA-SHA256;" D S H BB), ST_OK },
	{ "E10", T(V "a=rsa-sha1;" D S H BB), ST_HISTORIC },
	{ "E10 bh of SHA-1",
	  T(V "a=rsa-sha1;" D S H "bh=uoq1oCgLlTqpdDX/iUbLy7J1Wic=;b=QQ=="),
	  ST_HISTORIC },
	{ "E11", T(V "a=rsa-sha2567;" D S H BB), ST_ALGORITHM },
	{ "E11", T(V "a=rsa;" D S H BB), ST_ALGORITHM },
	{ "E11", T(V "a=rsa-;" D S H BB), ST_ALGORITHM },
	{ "E11", T(V "a=-sha256;" D S H BB), ST_ALGORITHM },
	{ "E11", T(V "a=rsa-sha256-x;" D S H BB), ST_ALGORITHM },
	{ "E11", T(V "a=rsasha256;" D S H BB), ST_ALGORITHM },
	{ "S-5", T(V "a=rsa-sha512;" D S H BB), ST_ALGORITHM },
	{ "S-5", T(V "a=ed25519-sha512;" D S H BB), ST_ALGORITHM },
	{ "T-4", T(V "a=;" D S H BB), ST_SYNTAX },
	/* b, bh, S-6 */
	{ "E15", T(V A D S H "bh=" BH ";b=QU\r\n\tJD"), ST_OK },
	{ "E15", T(V A D S H "bh=" BH ";b= Q U J D "), ST_OK },
	{ "E15", T(V A D S H "bh=" BH ";b="), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b= "), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b====="), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=QUFB=QUF"), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=!!!!"), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=QU-_"), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=Q"), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=QUJD="), ST_SYNTAX },
	{ "E15", T(V A D S H "bh=" BH ";b=QQ==="), ST_SYNTAX },
	{ "S-6 no padding", T(V A D S H "bh=" BH ";b=QQ"), ST_OK },
	{ "S-6 spare bits", T(V A D S H "bh=" BH ";b=QR=="), ST_OK },
	{ "E13", T(V A D S H "bh=QUFB;b=QUJD"), ST_SYNTAX },
	{ "E13 31",
	  T(V A D S H "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==;"
		      "b=QUJD"),
	  ST_SYNTAX },
	{ "E13 33",
	  T(V A D S H "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA;"
		      "b=QUJD"),
	  ST_SYNTAX },
	{ "E14", T(V A D S H "bh=" BH "AAAA;b=QUJD"), ST_SYNTAX },
	{ "T-4", T(V A D S H "bh=;b=QUJD"), ST_SYNTAX },
	/* c, S-7 */
	{ "S-7", T(WITH("c=relaxed")), ST_OK },
	{ "S-7", T(WITH("c=relaxed/relaxed")), ST_OK },
	{ "T-11", T(WITH("c=Relaxed/SIMPLE")), ST_OK },
	{ "E19", T(WITH("c=relaxed/")), ST_SYNTAX },
	{ "E19", T(WITH("c=/relaxed")), ST_SYNTAX },
	{ "E19", T(WITH("c=relaxed/relaxed/relaxed")), ST_SYNTAX },
	{ "E19", T(WITH("c=simple relaxed")), ST_SYNTAX },
	{ "E19", T(WITH("c=")), ST_SYNTAX },
	{ "E19", T(WITH("c=nofws")), ST_CANON },
	{ "E19", T(WITH("c=simple/nofws")), ST_CANON },
	{ "E19", T(WITH("c=relaxedx")), ST_CANON },
	/* d, S-8 */
	{ "E24", T(V A "d=com;" S H BB), ST_OK },
	{ "E24", T(V A "d=com; i=@x.com;" S H BB), ST_OK },
	{ "E24", T(V A "d=com; i=@com;" S H BB), ST_OK },
	{ "E24", T(V A "d=x.com; i=@com;" S H BB), ST_SYNTAX },
	{ "E24", T(V A "d=com; i=@org;" S H BB), ST_DOMAIN_MISMATCH },
	{ "E25", T(V A "d=legit.example.;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=legit.example(.evil.example;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=legit.example'a.evil.example;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=legit.example\"=(.evil.example;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=legit.example;x;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=legit.example@evil;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=a/b.c;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=a\\.b;" S H BB), ST_SYNTAX },
	{ "E21", T(V A "d=%64.b;" S H BB), ST_SYNTAX },
	{ "E27", T(V A "d=..;" S H BB), ST_SYNTAX },
	{ "S-8 FWS", T(V A "d=legit.\r\n example;" S H BB), ST_SYNTAX },
	{ "S-8 address", T(V A "d=192.0.2.1;" S H BB), ST_SYNTAX },
	{ "S-8 literal", T(V A "d=[192.0.2.1];" S H BB), ST_SYNTAX },
	{ "S-8 underscore", T(V A "d=le_git.example;" S H BB), ST_OK },
	{ "T-4", T(V A "d=;" S H BB), ST_SYNTAX },
	{ "U-1", T(V A "d=l\xc3\xa4git.example;" S H BB), ST_OK },
	{ "U-3", T(V A "d=\xf0\x9f\x98\x80.example;" S H BB), ST_BAD_IDN },
	{ "U-3 mapped to what is no label",
	  T(V A "d=\xe2\x84\x80.legit.example;" S H BB), ST_SYNTAX },
	{ "E26 253", T(V A "d=" L63 "." L63 "." L63 "." L61 ";" S H BB),
	  ST_OK },
	{ "E26 254", T(V A "d=" L63 "." L63 "." L63 "." L61 "b;" S H BB),
	  ST_SYNTAX },
	/* s, S-9 */
	{ "S-9", T(V A D "s=foo.bar;" H BB), ST_OK },
	{ "S-9", T(V A D "s=a_b;" H BB), ST_OK },
	{ "E22", T(V A D "s=selector._domainkey.evil.example.\0.any;" H BB),
	  ST_SYNTAX },
	{ "E23", T(V A D "s=a.;" H BB), ST_SYNTAX },
	{ "E23", T(V A D "s=a..b;" H BB), ST_SYNTAX },
	{ "E23", T(V A D "s=*;" H BB), ST_SYNTAX },
	{ "E23", T(V A D "s=_domainkey.x;" H BB), ST_OK },
	{ "E23", T(V A D "s=" L63 "x;" H BB), ST_SYNTAX },
	{ "E27", T(V A D "s=../../../etc/passwd;" H BB), ST_SYNTAX },
	{ "T-4", T(V A D "s=;" H BB), ST_SYNTAX },
	{ "U-1", T(V A D "s=\xc3\xa4;" H BB), ST_OK },
	{ "U-3", T(V A D "s=\xe2\x80\xa8;" H BB), ST_BAD_IDN },
	/* h, S-10 */
	{ "S-10", T(V A D S "h=to : FROM\r\n : to;" BB), ST_OK },
	{ "S-10", T(V A D S "h=;" BB), ST_SYNTAX },
	{ "S-10", T(V A D S "h=from::to;" BB), ST_SYNTAX },
	{ "S-10", T(V A D S "h=:from;" BB), ST_SYNTAX },
	{ "S-10", T(V A D S "h=from:;" BB), ST_SYNTAX },
	{ "S-10", T(V A D S "h=to;" BB), ST_FROM_NOT_SIGNED },
	{ "C09", T(V A D S "h=fromx:xfrom;" BB), ST_FROM_NOT_SIGNED },
	{ "C09", T(V A D S "h=\"from\";" BB), ST_FROM_NOT_SIGNED },
	{ "C09", T(V A D S "h=from ;" BB), ST_OK },
	{ "C09", T(V A D S "h=f rom;" BB), ST_SYNTAX },
	{ "C12", T(V A D S "h=from:b:bh:!#$%&'*+-.^_|~;" BB), ST_OK },
	{ "E18", T(V A D S "h=from:bh=x;" BB), ST_OK },
	{ "S-10 8-bit", T(V A D S "h=from:\xc3\xa4;" BB), ST_SYNTAX },
	/* i, S-11 */
	{ "S-11", T(WITH("i=@legit.example")), ST_OK },
	{ "S-11", T(WITH("i=a@sub.LEGIT.example")), ST_OK },
	{ "E28", T(WITH("i=@evil.example")), ST_DOMAIN_MISMATCH },
	{ "E28", T(WITH("i=@xlegit.example")), ST_DOMAIN_MISMATCH },
	{ "E28", T(WITH("i=legit.example@evil.example")), ST_DOMAIN_MISMATCH },
	{ "E28", T(WITH("i=a@b@legit.example")), ST_OK },
	{ "E28", T(WITH("i=legit.example")), ST_SYNTAX },
	{ "E28", T(WITH("i=\"a b\"@legit.example")), ST_OK },
	{ "E28", T(WITH("i=a=40evil.example@legit.example")), ST_OK },
	{ "E28 coded @", T(WITH("i=a=40legit.example")), ST_OK },
	{ "S-11 lower-case hex", T(WITH("i=a=2fb@legit.example")), ST_OK },
	{ "E29 CR LF", T(WITH("i==0D=0AX-Injected:=20yes@legit.example")),
	  ST_SYNTAX },
	{ "E29 NUL", T(WITH("i==00@legit.example")), ST_SYNTAX },
	{ "E29 DEL", T(WITH("i==7F@legit.example")), ST_SYNTAX },
	{ "E29", T(WITH("i==G1@legit.example")), ST_SYNTAX },
	{ "E29", T(WITH("i=@legit.example=4")), ST_SYNTAX },
	{ "E29", T(WITH("i=@legit.example=")), ST_SYNTAX },
	{ "E29", T(WITH("i=a@legit.example=41")), ST_DOMAIN_MISMATCH },
	{ "T-4", T(WITH("i=")), ST_SYNTAX },
	{ "S-11", T(WITH("i=@")), ST_SYNTAX },
	{ "S-11", T(WITH("i=a@.legit.example")), ST_SYNTAX },
	{ "S-11", T(WITH("i=a@legit.example.")), ST_SYNTAX },
	{ "S-11", T(WITH("i=@example")), ST_SYNTAX },
	{ "U-1", T(WITH("i=a@\xc3\xa4.legit.example")), ST_OK },
	{ "U-1 encoded", T(WITH("i=a@=C3=A4.legit.example")), ST_OK },
	{ "U-2", T(WITH("i=\xc3\xa4=20=C3=A4@legit.example")), ST_OK },
	{ "U-2 no UTF-8", T(WITH("i=a=C3@legit.example")), ST_SYNTAX },
	{ "U-3", T(WITH("i=@l\xc3\xa4git.example")), ST_DOMAIN_MISMATCH },
	{ "U-3", T(WITH("i=@\xe2\x84\xa6\xcc\x80-.legit.example")),
	  ST_BAD_IDN },
	/* l, S-12 */
	{ "S-12", T(WITH("l=0")), ST_OK },
	{ "D04 2^64", T(WITH("l=18446744073709551616")), ST_OK },
	{ "D04 76 digits",
	  T(WITH("l=1234567890123456789012345678901234567890"
		 "123456789012345678901234567890123456")),
	  ST_OK },
	{ "D04 77 digits",
	  T(WITH("l=1234567890123456789012345678901234567890"
		 "1234567890123456789012345678901234567")),
	  ST_SYNTAX },
	{ "D04", T(WITH("l=-1")), ST_SYNTAX },
	{ "D04", T(WITH("l=+5")), ST_SYNTAX },
	{ "D04", T(WITH("l=0x10")), ST_SYNTAX },
	{ "D04", T(WITH("l=1e3")), ST_SYNTAX },
	{ "D04", T(WITH("l= ")), ST_SYNTAX },
	{ "D04", T(WITH("l=5 5")), ST_SYNTAX },
	/* q, S-13 */
	{ "E31", T(WITH("q=dns/txt")), ST_OK },
	{ "E31", T(WITH("q=dns")), ST_OK },
	{ "E31", T(WITH("q=dns/txt:foo")), ST_OK },
	{ "E31", T(WITH("q=foo/bar : dns/txt")), ST_OK },
	{ "E31", T(WITH("q=dns/TXT")), ST_OK },
	{ "E31", T(WITH("q=")), ST_SYNTAX },
	{ "E31", T(WITH("q=http/x")), ST_QUERY },
	{ "E31", T(WITH("q=dns/txtx")), ST_QUERY },
	/* t, x, S-14 */
	{ "S-14", T(WITH("t=1;x=2")), ST_OK },
	{ "E30", T(WITH("t=2;x=1")), ST_SYNTAX },
	{ "E30", T(WITH("t=2;x=2")), ST_SYNTAX },
	{ "E30", T(WITH("t=-1")), ST_SYNTAX },
	{ "E30", T(WITH("t=+1")), ST_SYNTAX },
	{ "E30", T(WITH("t=")), ST_SYNTAX },
	{ "E30", T(WITH("x=")), ST_SYNTAX },
	{ "S-14", T(WITH("t=1 2")), ST_SYNTAX },
	{ "S-14", T(WITH("x=1e9")), ST_SYNTAX },
	{ "E30", T(WITH("t=99999999999999999999")), ST_OK },
	{ "E30 13 digits", T(WITH("t=1;x=1000000000000")), ST_OK },
	{ "E30 2^31", T(WITH("t=2147483648;x=4294967296")), ST_OK },
	/* z, S-16: never decides */
	{ "E32", T(WITH("z=")), ST_OK },
	{ "E32", T(WITH("z=From:=G|nocolon|||")), ST_OK },
	{ "E17", T(WITH("z=From:b=20b=|x")), ST_OK },
};

static void table(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf bytes;
		struct field field;
		struct sig sig;
		struct diag why = { 0 };
		char row[120];

		make_field(rows[i].value, &bytes, &field);
		snprintf(row, sizeof(row), "%s: %s", rows[i].id,
			 (const char *)rows[i].value.p);
		bad += row_is(row, "status", sig_parse(&field, &sig, &why),
			      rows[i].st);
		assert_ptr_equal(sig.field, &field);
		sig_free(&sig);
		buf_free(&bytes);
	}
	assert_int_equal(bad, 0);
}

static enum status parse_repeated(const char *head, const char *part, size_t n,
				  const char *tail)
{
	struct buf text, bytes;
	struct field field;
	struct sig sig;

	buf_init(&text, 4 * LIMIT_HEADER_BYTES);
	buf_put(&text, span_str(head));
	for (size_t i = 0; i < n; i++)
		buf_put(&text, span_str(part));
	buf_put(&text, span_str(tail));
	make_field(buf_span(&text), &bytes, &field);
	enum status st = sig_parse(&field, &sig, NULL);

	if (st == ST_OK && part[0] == ':')
		assert_int_equal(sig.h_n, n + 1);
	sig_free(&sig);
	buf_free(&text);
	buf_free(&bytes);
	return st;
}

static void limits(void **state)
{
	(void)state;
	/* C06, S-10: names of h= */
	for (size_t n = LIMIT_SIGNED_NAMES - 1; n <= LIMIT_SIGNED_NAMES + 1;
	     n++)
		assert_int_equal(
			parse_repeated(V A D S "h=from", ":x", n - 1, ";" BB),
			n > LIMIT_SIGNED_NAMES ? ST_SYNTAX : ST_OK);
	assert_int_equal(
		parse_repeated(V A D S "h=from", ":from", 100000, ";" BB),
		ST_SYNTAX);
	/* C07 */
	assert_int_equal(parse_repeated(V A D S "h=", ":", 500000, ";" BB),
			 ST_SYNTAX);
	/* E06, F08 */
	assert_int_equal(parse_repeated("", ";", 1000000, ""), ST_SYNTAX);
	assert_int_equal(parse_repeated(V A D S "h=", "a ", 500000, ";" BB),
			 ST_SYNTAX);
	/* E05, E32 */
	assert_int_equal(parse_repeated(V A D S H BB ";foo=", "x", 1000000, ""),
			 ST_OK);
	assert_int_equal(parse_repeated(V A D S H BB ";z=", "|", 65534, ""),
			 ST_OK);
	/* E04, T-9: 7 tags and N more */
	for (size_t n = LIMIT_TAGS - 1; n <= LIMIT_TAGS + 1; n++) {
		struct buf text;

		buf_init(&text, 8192);
		for (size_t i = 0; i < n - 7; i++)
			buf_putf(&text, "a%zu=1;", i);
		assert_int_equal(parse_repeated((const char *)text.p, "", 0,
						V A D S H BB),
				 n > LIMIT_TAGS ? ST_SYNTAX : ST_OK);
		buf_free(&text);
	}
}

/* What a good signature says, and what a broken one still tells. */
static void values(void **state)
{
	struct buf bytes;
	struct field field;
	struct sig s;

	(void)state;
	make_field(SPAN(V A
			"d=LEGIT.example;s=Foo.Bar;c=relaxed;"
			"h=To:from:FROM;i=A=40b\r\n @x.legit.example;l=12;t=1;"
			"x=1000000000000;q=dns;bh=" BH ";b=QU JD"),
		   &bytes, &field);
	assert_int_equal(sig_parse(&field, &s, NULL), ST_OK);
	assert_string_equal(s.d.text, "legit.example");
	assert_string_equal(s.s.text, "foo.bar");
	assert_true(span_eq(s.text_d, SPAN("LEGIT.example")));
	assert_true(span_eq(s.text_b, SPAN("QU JD")));
	assert_true(span_eq(buf_span(&s.b), SPAN("ABC")));
	assert_true(
		span_eq(buf_span(&s.identity), SPAN("A@b@x.legit.example")));
	assert_string_equal(s.i_domain.text, "x.legit.example");
	assert_int_equal(s.type, KEY_RSA);
	assert_int_equal(s.hash, HASH_SHA256);
	assert_int_equal(s.header, CANON_RELAXED);
	assert_int_equal(s.body, CANON_SIMPLE);
	assert_int_equal(s.bh.n, 32);
	assert_int_equal(s.h_n, 3);
	assert_true(span_eq(s.h[2], SPAN("FROM")));
	assert_int_equal(sig_covers(&s, SPAN("From")), 2);
	assert_int_equal(sig_covers(&s, SPAN("Fro")), 0);
	assert_true(s.has_l && s.l == 12 && s.has_t && s.t == 1);
	assert_true(s.has_x && s.x == UINT64_MAX);
	assert_int_equal(s.notes, SIG_QUERY_DNS);
	sig_free(&s);
	buf_free(&bytes);

	/* E20: no c= is simple/simple; no i= is @d */
	make_field(SPAN(V "a=ed25519-sha256;d=le_git.example;" S H
			  "l=18446744073709551616;" BB),
		   &bytes, &field);
	assert_int_equal(sig_parse(&field, &s, NULL), ST_OK);
	assert_int_equal(s.type, KEY_ED25519);
	assert_int_equal(s.header, CANON_SIMPLE);
	assert_int_equal(s.body, CANON_SIMPLE);
	assert_true(span_eq(buf_span(&s.identity), SPAN("@le_git.example")));
	assert_null(s.text_i.p);
	assert_true(s.l == UINT64_MAX);
	assert_int_equal(s.notes, SIG_UNDERSCORE);
	assert_false(s.has_t || s.has_x);
	sig_free(&s);
	buf_free(&bytes);

	make_field(SPAN("v=9;d=legit.example;s=sel;a=x"), &bytes, &field);
	assert_int_equal(sig_parse(&field, &s, NULL), ST_VERSION);
	assert_true(span_eq(s.text_d, SPAN("legit.example")));
	assert_true(span_eq(s.text_s, SPAN("sel")));
	assert_true(span_eq(s.text_a, SPAN("x")));
	assert_string_equal(s.d.text, "");
	sig_free(&s);
	sig_free(&s);
	buf_free(&bytes);
}

/* RFC 6376 3.5 */
static void times(void **state)
{
	static const struct {
		const char *value;
		int64_t now, skew;
		enum status st;
	} tests[] = {
		{ WITH("r=n"), 1000, 0, ST_OK },
		{ WITH("x=1000"), 1000, 0, ST_OK },
		{ WITH("x=999"), 1000, 0, ST_EXPIRED },
		{ WITH("x=700"), 1000, 300, ST_OK },
		{ WITH("x=699"), 1000, 300, ST_EXPIRED },
		{ WITH("x=0"), 299, 300, ST_OK },
		{ WITH("x=0"), 301, 300, ST_EXPIRED },
		{ WITH("t=1000"), 1000, 0, ST_OK },
		{ WITH("t=1001"), 1000, 0, ST_FUTURE },
		{ WITH("t=1300"), 1000, 300, ST_OK },
		{ WITH("t=1301"), 1000, 300, ST_FUTURE },
		{ WITH("t=0;x=1"), 1000, 300, ST_EXPIRED },
		{ WITH("x=1000000000000"), 999999999999, 0, ST_OK },
		{ WITH("t=1000000000000"), 999999999999, 300, ST_FUTURE },
		{ WITH("t=99999999999999999999"), 999999999999, 300,
		  ST_FUTURE },
		{ WITH("t=4294967297"), 4294967296, 0, ST_FUTURE },
		{ WITH("x=4294967295"), 4294967296, 0, ST_EXPIRED },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct buf bytes;
		struct field field;
		struct sig sig;
		struct diag why = { 0 };

		make_field(span_str(tests[i].value), &bytes, &field);
		assert_int_equal(sig_parse(&field, &sig, &why), ST_OK);
		bad += row_is(tests[i].value, "status",
			      sig_time(&sig, tests[i].now, tests[i].skew, &why),
			      tests[i].st);
		sig_free(&sig);
		buf_free(&bytes);
	}
	assert_int_equal(bad, 0);
}

/* What is hashed, written out (RFC 6376 3.7). */
#define FROM "From:  a@legit.example\r\n"
#define FROM_R "from:a@legit.example\r\n"
#define SIGN "DKIM-Signature: v=1;" A D S "bh=" BH ";"
#define SIGN_R "dkim-signature:v=1;" A D S "bh=" BH ";"

static const struct {
	const char *id;
	struct span header, hashed;
} hashed[] = {
	{ "H-1 b last", T(FROM SIGN H "b=QUJD\r\n"), T(FROM SIGN H "b=") },
	{ "H-2 b last with ;", T(FROM SIGN H "b=QUJD;\r\n"),
	  T(FROM SIGN H "b=;") },
	{ "H-2 FWS around", T(FROM SIGN H "b= QU\r\n\tJD \r\n ;t=1\r\n"),
	  T(FROM SIGN H "b=;t=1") },
	{ "H-2 FWS before =", T(FROM SIGN H "b \r\n = QUJD ; t=1\r\n"),
	  T(FROM SIGN H "b \r\n =; t=1") },
	{ "H-2 FWS at the end", T(FROM SIGN H "b=QUJD\r\n \r\n"),
	  T(FROM SIGN H "b=") },
	{ "H-2 folds stay", T(FROM SIGN "\r\n " H "\r\n\tb=QUJD\r\n"),
	  T(FROM SIGN "\r\n " H "\r\n\tb=") },
	{ "H-2 b first",
	  T(FROM "DKIM-Signature:b=QUJD; v=1;" A D S H "bh=" BH "\r\n"),
	  T(FROM "DKIM-Signature:b=; v=1;" A D S H "bh=" BH) },
	{ "H-2 b in the middle", T(FROM SIGN "b=QUJD;" H "\r\n"),
	  T(FROM SIGN "b=;" H) },
	{ "E17 xb, zb", T(FROM SIGN "xb=1;" H "b=QUJD;zb=2\r\n"),
	  T(FROM SIGN "xb=1;" H "b=;zb=2") },
	{ "E17 b= in z", T(FROM SIGN "z=From:b=20b=;" H "b=QUJD\r\n"),
	  T(FROM SIGN "z=From:b=20b=;" H "b=") },
	{ "E18 bh= in h", T(FROM SIGN "h=from:bh=x:b=y;b=QUJD\r\n"),
	  T(FROM SIGN "h=from:bh=x:b=y;b=") },
	{ "H-2 B is not b", T(FROM SIGN H "B=QUJD;b=QUJD\r\n"),
	  T(FROM SIGN H "B=QUJD;b=") },
	{ "H-3 relaxed", T(FROM SIGN "c=relaxed;\r\n\t" H "\r\n  b= QUJD\r\n"),
	  T(FROM_R SIGN_R "c=relaxed; " H " b=") },
	{ "H-3 relaxed, FWS behind ;",
	  T(FROM SIGN "c=relaxed;" H "b=QUJD; \r\n \r\n"),
	  T(FROM_R SIGN_R "c=relaxed;" H "b=;") },
	{ "B14 name", T(FROM "dkim-SIGNATURE :" V A D S H BB "\r\n"),
	  T(FROM "dkim-SIGNATURE :" V A D S H "bh=" BH ";b=") },
	{ "C-4 no CRLF at the end",
	  T(SIGN "h=from:to;b=QUJD\r\nFrom: a\r\nTo: b"),
	  T("From: a\r\nTo: b\r\n" SIGN "h=from:to;b=") },
	{ "C-1 bottom up",
	  T("From: 1\r\nTo: x\r\nfrom: 2\r\n" SIGN "h=from:FROM:to;b=QQ\r\n"),
	  T("from: 2\r\nFrom: 1\r\nTo: x\r\n" SIGN "h=from:FROM:to;b=") },
	{ "C-2 absent", T(FROM SIGN "h=x:from:from:y;b=QQ\r\n"),
	  T(FROM SIGN "h=x:from:from:y;b=") },
	{ "C-5 (C10) not itself", T(FROM SIGN "h=from:dkim-signature;b=QQ\r\n"),
	  T(FROM SIGN "h=from:dkim-signature;b=") },
	{ "C-5 (C11) the others with b=",
	  T("DKIM-Signature: 0; b=x\r\n" FROM SIGN
	    "h=dkim-signature:from:dkim-signature:dkim-signature;b=QQ\r\n"
	    "dkim-signature: 2; b=y\r\n"),
	  T("dkim-signature: 2; b=y\r\n" FROM "DKIM-Signature: 0; b=x\r\n" SIGN
	    "h=dkim-signature:from:dkim-signature:dkim-signature;b=") },
	{ "B17 NUL", T("From: a\0b\r\n" SIGN H "b=QQ\r\n"),
	  T("From: a\0b\r\n" SIGN H "b=") },
};

static void digests(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(hashed); i++) {
		struct fields f = { .bytes.max = LIMIT_HEADER_BYTES };
		const struct field *field = NULL;
		struct hasher *h = hasher_new(crypto, HASH_SHA256);
		struct digest got = { 0 }, wanted;
		struct sig sig;
		size_t mbox;

		buf_put(&f.bytes, hashed[i].header);
		fields_parse(&f, false, true, &mbox);
		assert_int_equal(f.st, ST_OK);
		for (size_t j = 0; j < f.n; j++)
			if (span_find(f.v[j].value, 'v') < f.v[j].value.n &&
			    span_ieq(f.v[j].name, SPAN("DKIM-Signature")))
				field = &f.v[j];
		assert_non_null(field);
		bad += row_is(hashed[i].id, "parse",
			      sig_parse(field, &sig, NULL), ST_OK);
		assert_int_equal(sig_digest(&sig, &f, crypto, &got), ST_OK);
		assert_int_equal(hasher_put(h, hashed[i].hashed), ST_OK);
		assert_int_equal(hasher_end(h, &wanted), ST_OK);
		bad += row_is(hashed[i].id, "hashed as written",
			      span_eq(digest_span(&got), digest_span(&wanted)),
			      1);
		sig_free(&sig);
		hasher_free(h);
		fields_free(&f);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),   cmocka_unit_test(limits),
		cmocka_unit_test(values),  cmocka_unit_test(times),
		cmocka_unit_test(digests),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
