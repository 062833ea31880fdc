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
	{ "all there", T(V A D S H BB), ST_OK },
	{ "v last", T(A D S H BB ";v=1"), ST_OK },
	{ "final ;", T(V A D S H BB "; "), ST_OK },
	{ "empty", T(""), ST_SYNTAX },
	{ "nothing FWS", T(" \r\n "), ST_SYNTAX },
	/* the list itself */
	{ "two d=", T(V A D "d=evil.example;" S H BB), ST_SYNTAX },
	{ "a tag twice", T(V A D S H BB ";b=QUJD"), ST_SYNTAX },
	{ "a tag twice", T(V A D S H H BB), ST_SYNTAX },
	{ "a tag twice", T(WITH("foo=1;foo=2")), ST_SYNTAX },
	{ "D= is not d=", T(WITH("D=evil.example")), ST_OK },
	{ "semicolons", T(WITH(";")), ST_SYNTAX },
	{ "leading ;", T(";" V A D S H BB), ST_SYNTAX },
	{ "not a tag", T(WITH("foo")), ST_SYNTAX },
	{ "not a tag", T(WITH("1a=b")), ST_SYNTAX },
	{ "not a tag", T(WITH("a-b=c")), ST_SYNTAX },
	{ "unknown tags", T(WITH("r=y;atps=x;atpsh=none")), ST_OK },
	{ "FWS everywhere", T(" v = 1 ; a\r\n = rsa-sha256;" D S H BB), ST_OK },
	{ "FWS everywhere", T("v=1\r\n ;" A D S H BB), ST_OK },
	{ "obs-FWS", T("v=1;\r\n \r\n " A D S H BB), ST_SYNTAX },
	{ "obs-FWS before a value", T("v=\r\n \r\n 1;" A D S H BB), ST_SYNTAX },
	{ "bare LF", T("v=1;\n " A D S H BB), ST_SYNTAX },
	{ "bare CR", T("v=1;\r " A D S H BB), ST_SYNTAX },
	{ "8-bit", T(WITH("foo=\xff")), ST_SYNTAX },
	{ "RFC 8616 UTF-8", T(WITH("foo=\xc3\xa4")), ST_OK },
	{ "overlong", T(WITH("foo=\xc0\x80")), ST_SYNTAX },
	{ "control DEL", T(WITH("foo=\x7f")), ST_SYNTAX },
	{ "control VT", T(WITH("foo=\v")), ST_SYNTAX },
	{ "control NUL", T(WITH("foo=\0")), ST_SYNTAX },
	{ "tags of ARC", T("i=1; a=rsa-sha256; cv=none"), ST_MISSING_TAG },
	{ "tag named", T(WITH("__proto__=1")), ST_SYNTAX },
	{ "tag named", T(WITH("toString=1")), ST_OK },
	/* v */
	{ "v=", T("v=2;" A D S H BB), ST_VERSION },
	{ "v=", T("v=01;" A D S H BB), ST_VERSION },
	{ "v=", T("v=1.0;" A D S H BB), ST_VERSION },
	{ "v=", T("v=;" A D S H BB), ST_VERSION },
	{ "v=", T("v=1 1;" A D S H BB), ST_VERSION },
	{ "v=", T("v=DKIM1;" A D S H BB), ST_VERSION },
	{ "v=", T(A D S H BB), ST_MISSING_TAG },
	{ "a later version", T("v=2"), ST_VERSION },
	{ "Required a", T(V D S H BB), ST_MISSING_TAG },
	{ "Required b", T(V A D S H "bh=" BH), ST_MISSING_TAG },
	{ "Required bh", T(V A D S H "b=QUJD"), ST_MISSING_TAG },
	{ "Required d", T(V A S H BB), ST_MISSING_TAG },
	{ "Required h", T(V A D S BB), ST_MISSING_TAG },
	{ "Required s", T(V A D H BB), ST_MISSING_TAG },
	{ "B is not b", T(V A D S H "bh=" BH ";B=QUJD"), ST_MISSING_TAG },
	/* a */
	{ "a=", T(V "a=ed25519-sha256;" D S H BB), ST_OK },
	{ "keywords in any case", T(V "a=RSA-SHA256;" D S H BB), ST_OK },
	{ "rsa-sha1", T(V "a=rsa-sha1;" D S H BB), ST_HISTORIC },
	{ "rsa-sha1 bh of SHA-1",
	  T(V "a=rsa-sha1;" D S H "bh=uoq1oCgLlTqpdDX/iUbLy7J1Wic=;b=QQ=="),
	  ST_HISTORIC },
	{ "a= compared whole", T(V "a=rsa-sha2567;" D S H BB), ST_ALGORITHM },
	{ "a= compared whole", T(V "a=rsa;" D S H BB), ST_ALGORITHM },
	{ "a= compared whole", T(V "a=rsa-;" D S H BB), ST_ALGORITHM },
	{ "a= compared whole", T(V "a=-sha256;" D S H BB), ST_ALGORITHM },
	{ "a= compared whole", T(V "a=rsa-sha256-x;" D S H BB), ST_ALGORITHM },
	{ "a= compared whole", T(V "a=rsasha256;" D S H BB), ST_ALGORITHM },
	{ "a=", T(V "a=rsa-sha512;" D S H BB), ST_ALGORITHM },
	{ "a=", T(V "a=ed25519-sha512;" D S H BB), ST_ALGORITHM },
	{ "empty tag", T(V "a=;" D S H BB), ST_SYNTAX },
	/* b, bh */
	{ "base64", T(V A D S H "bh=" BH ";b=QU\r\n\tJD"), ST_OK },
	{ "base64", T(V A D S H "bh=" BH ";b= Q U J D "), ST_OK },
	{ "base64", T(V A D S H "bh=" BH ";b="), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b= "), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b====="), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=QUFB=QUF"), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=!!!!"), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=QU-_"), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=Q"), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=QUJD="), ST_SYNTAX },
	{ "base64", T(V A D S H "bh=" BH ";b=QQ==="), ST_SYNTAX },
	{ "no padding", T(V A D S H "bh=" BH ";b=QQ"), ST_OK },
	{ "spare bits", T(V A D S H "bh=" BH ";b=QR=="), ST_OK },
	{ "bh of 3 octets", T(V A D S H "bh=QUFB;b=QUJD"), ST_SYNTAX },
	{ "bh of 31 octets",
	  T(V A D S H "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==;"
		      "b=QUJD"),
	  ST_SYNTAX },
	{ "bh of 33 octets",
	  T(V A D S H "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA;"
		      "b=QUJD"),
	  ST_SYNTAX },
	{ "bh correct + trailing garbage", T(V A D S H "bh=" BH "AAAA;b=QUJD"),
	  ST_SYNTAX },
	{ "empty tag", T(V A D S H "bh=;b=QUJD"), ST_SYNTAX },
	/* c */
	{ "c", T(WITH("c=relaxed")), ST_OK },
	{ "c", T(WITH("c=relaxed/relaxed")), ST_OK },
	{ "keywords in any case", T(WITH("c=Relaxed/SIMPLE")), ST_OK },
	{ "c=", T(WITH("c=relaxed/")), ST_SYNTAX },
	{ "c=", T(WITH("c=/relaxed")), ST_SYNTAX },
	{ "c=", T(WITH("c=relaxed/relaxed/relaxed")), ST_SYNTAX },
	{ "c=", T(WITH("c=simple relaxed")), ST_SYNTAX },
	{ "c=", T(WITH("c=")), ST_SYNTAX },
	{ "c=", T(WITH("c=nofws")), ST_CANON },
	{ "c=", T(WITH("c=simple/nofws")), ST_CANON },
	{ "c=", T(WITH("c=relaxedx")), ST_CANON },
	/* d */
	{ "8-bit in a name", T(V A "d=com;" S H BB), ST_OK },
	{ "8-bit in a name", T(V A "d=com; i=@x.com;" S H BB), ST_OK },
	{ "8-bit in a name", T(V A "d=com; i=@com;" S H BB), ST_OK },
	{ "8-bit in a name", T(V A "d=x.com; i=@com;" S H BB), ST_SYNTAX },
	{ "8-bit in a name", T(V A "d=com; i=@org;" S H BB),
	  ST_DOMAIN_MISMATCH },
	{ "no domain name", T(V A "d=legit.example.;" S H BB), ST_SYNTAX },
	{ "d= not a name", T(V A "d=legit.example(.evil.example;" S H BB),
	  ST_SYNTAX },
	{ "d= not a name", T(V A "d=legit.example'a.evil.example;" S H BB),
	  ST_SYNTAX },
	{ "d= not a name", T(V A "d=legit.example\"=(.evil.example;" S H BB),
	  ST_SYNTAX },
	{ "d= not a name", T(V A "d=legit.example;x;" S H BB), ST_SYNTAX },
	{ "d= not a name", T(V A "d=legit.example@evil;" S H BB), ST_SYNTAX },
	{ "d= not a name", T(V A "d=a/b.c;" S H BB), ST_SYNTAX },
	{ "d= not a name", T(V A "d=a\\.b;" S H BB), ST_SYNTAX },
	{ "d= not a name", T(V A "d=%64.b;" S H BB), ST_SYNTAX },
	{ "s or d as path", T(V A "d=..;" S H BB), ST_SYNTAX },
	{ "d FWS", T(V A "d=legit.\r\n example;" S H BB), ST_SYNTAX },
	{ "address", T(V A "d=192.0.2.1;" S H BB), ST_SYNTAX },
	{ "literal", T(V A "d=[192.0.2.1];" S H BB), ST_SYNTAX },
	{ "underscore", T(V A "d=le_git.example;" S H BB), ST_OK },
	{ "empty tag", T(V A "d=;" S H BB), ST_SYNTAX },
	{ "U-labels", T(V A "d=l\xc3\xa4git.example;" S H BB), ST_OK },
	{ "A-labels", T(V A "d=\xf0\x9f\x98\x80.example;" S H BB), ST_BAD_IDN },
	{ "mapped to what is no label",
	  T(V A "d=\xe2\x84\x80.legit.example;" S H BB), ST_SYNTAX },
	{ "name length 253", T(V A "d=" L63 "." L63 "." L63 "." L61 ";" S H BB),
	  ST_OK },
	{ "name length 254",
	  T(V A "d=" L63 "." L63 "." L63 "." L61 "b;" S H BB), ST_SYNTAX },
	/* s */
	{ "s", T(V A D "s=foo.bar;" H BB), ST_OK },
	{ "s", T(V A D "s=a_b;" H BB), ST_OK },
	{ "NUL", T(V A D "s=selector._domainkey.evil.example.\0.any;" H BB),
	  ST_SYNTAX },
	{ "s ends with dot / empty label", T(V A D "s=a.;" H BB), ST_SYNTAX },
	{ "s ends with dot / empty label", T(V A D "s=a..b;" H BB), ST_SYNTAX },
	{ "s ends with dot / empty label", T(V A D "s=*;" H BB), ST_SYNTAX },
	{ "s ends with dot / empty label", T(V A D "s=_domainkey.x;" H BB),
	  ST_OK },
	{ "s ends with dot / empty label", T(V A D "s=" L63 "x;" H BB),
	  ST_SYNTAX },
	{ "s or d as path", T(V A D "s=../../../etc/passwd;" H BB), ST_SYNTAX },
	{ "empty tag", T(V A D "s=;" H BB), ST_SYNTAX },
	{ "U-labels", T(V A D "s=\xc3\xa4;" H BB), ST_OK },
	{ "A-labels", T(V A D "s=\xe2\x80\xa8;" H BB), ST_BAD_IDN },
	/* h */
	{ "h", T(V A D S "h=to : FROM\r\n : to;" BB), ST_OK },
	{ "h", T(V A D S "h=;" BB), ST_SYNTAX },
	{ "h", T(V A D S "h=from::to;" BB), ST_SYNTAX },
	{ "h", T(V A D S "h=:from;" BB), ST_SYNTAX },
	{ "h", T(V A D S "h=from:;" BB), ST_SYNTAX },
	{ "h", T(V A D S "h=to;" BB), ST_FROM_NOT_SIGNED },
	{ "odd h=", T(V A D S "h=fromx:xfrom;" BB), ST_FROM_NOT_SIGNED },
	{ "odd h=", T(V A D S "h=\"from\";" BB), ST_FROM_NOT_SIGNED },
	{ "odd h=", T(V A D S "h=from ;" BB), ST_OK },
	{ "odd h=", T(V A D S "h=f rom;" BB), ST_SYNTAX },
	{ "h= lists", T(V A D S "h=from:b:bh:!#$%&'*+-.^_|~;" BB), ST_OK },
	{ "bh= in another tag", T(V A D S "h=from:bh=x;" BB), ST_OK },
	{ "8-bit", T(V A D S "h=from:\xc3\xa4;" BB), ST_SYNTAX },
	/* i */
	{ "i", T(WITH("i=@legit.example")), ST_OK },
	{ "i", T(WITH("i=a@sub.LEGIT.example")), ST_OK },
	{ "i", T(WITH("i=@evil.example")), ST_DOMAIN_MISMATCH },
	{ "i", T(WITH("i=@xlegit.example")), ST_DOMAIN_MISMATCH },
	{ "i", T(WITH("i=legit.example@evil.example")), ST_DOMAIN_MISMATCH },
	{ "i", T(WITH("i=a@b@legit.example")), ST_OK },
	{ "i", T(WITH("i=legit.example")), ST_SYNTAX },
	{ "i", T(WITH("i=\"a b\"@legit.example")), ST_OK },
	{ "i", T(WITH("i=a=40evil.example@legit.example")), ST_OK },
	{ "coded @", T(WITH("i=a=40legit.example")), ST_OK },
	{ "lower-case hex", T(WITH("i=a=2fb@legit.example")), ST_OK },
	{ "QP injection CR LF",
	  T(WITH("i==0D=0AX-Injected:=20yes@legit.example")), ST_SYNTAX },
	{ "QP injection NUL", T(WITH("i==00@legit.example")), ST_SYNTAX },
	{ "QP injection DEL", T(WITH("i==7F@legit.example")), ST_SYNTAX },
	{ "QP injection", T(WITH("i==G1@legit.example")), ST_SYNTAX },
	{ "QP injection", T(WITH("i=@legit.example=4")), ST_SYNTAX },
	{ "QP injection", T(WITH("i=@legit.example=")), ST_SYNTAX },
	{ "QP injection", T(WITH("i=a@legit.example=41")), ST_DOMAIN_MISMATCH },
	{ "empty tag", T(WITH("i=")), ST_SYNTAX },
	{ "i", T(WITH("i=@")), ST_SYNTAX },
	{ "i", T(WITH("i=a@.legit.example")), ST_SYNTAX },
	{ "i", T(WITH("i=a@legit.example.")), ST_SYNTAX },
	{ "i", T(WITH("i=@example")), ST_SYNTAX },
	{ "U-labels", T(WITH("i=a@\xc3\xa4.legit.example")), ST_OK },
	{ "encoded", T(WITH("i=a@=C3=A4.legit.example")), ST_OK },
	{ "quoted-printable", T(WITH("i=\xc3\xa4=20=C3=A4@legit.example")),
	  ST_OK },
	{ "quoted-printable no UTF-8", T(WITH("i=a=C3@legit.example")),
	  ST_SYNTAX },
	{ "A-labels", T(WITH("i=@l\xc3\xa4git.example")), ST_DOMAIN_MISMATCH },
	{ "A-labels", T(WITH("i=@\xe2\x84\xa6\xcc\x80-.legit.example")),
	  ST_BAD_IDN },
	/* l */
	{ "l", T(WITH("l=0")), ST_OK },
	{ "l=18446744073709551616 2^64", T(WITH("l=18446744073709551616")),
	  ST_OK },
	{ "76 digits",
	  T(WITH("l=1234567890123456789012345678901234567890"
		 "123456789012345678901234567890123456")),
	  ST_OK },
	{ "77 digits",
	  T(WITH("l=1234567890123456789012345678901234567890"
		 "1234567890123456789012345678901234567")),
	  ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l=-1")), ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l=+5")), ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l=0x10")), ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l=1e3")), ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l= ")), ST_SYNTAX },
	{ "l=18446744073709551616", T(WITH("l=5 5")), ST_SYNTAX },
	/* q */
	{ "q=", T(WITH("q=dns/txt")), ST_OK },
	{ "q=", T(WITH("q=dns")), ST_OK },
	{ "q=", T(WITH("q=dns/txt:foo")), ST_OK },
	{ "q=", T(WITH("q=foo/bar : dns/txt")), ST_OK },
	{ "q=", T(WITH("q=dns/TXT")), ST_OK },
	{ "q=", T(WITH("q=")), ST_SYNTAX },
	{ "q=", T(WITH("q=http/x")), ST_QUERY },
	{ "q=", T(WITH("q=dns/txtx")), ST_QUERY },
	/* t, x */
	{ "t, x", T(WITH("t=1;x=2")), ST_OK },
	{ "t/x", T(WITH("t=2;x=1")), ST_SYNTAX },
	{ "t/x", T(WITH("t=2;x=2")), ST_SYNTAX },
	{ "t/x", T(WITH("t=-1")), ST_SYNTAX },
	{ "t/x", T(WITH("t=+1")), ST_SYNTAX },
	{ "t/x", T(WITH("t=")), ST_SYNTAX },
	{ "t/x", T(WITH("x=")), ST_SYNTAX },
	{ "t, x", T(WITH("t=1 2")), ST_SYNTAX },
	{ "t, x", T(WITH("x=1e9")), ST_SYNTAX },
	{ "t/x", T(WITH("t=99999999999999999999")), ST_OK },
	{ "13 digits", T(WITH("t=1;x=1000000000000")), ST_OK },
	{ "t/x 2^31", T(WITH("t=2147483648;x=4294967296")), ST_OK },
	/* z: never decides */
	{ "z= 65,534 octets", T(WITH("z=")), ST_OK },
	{ "z= 65,534 octets", T(WITH("z=From:=G|nocolon|||")), ST_OK },
	{ "the value of b=", T(WITH("z=From:b=20b=|x")), ST_OK },
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
	/* names of h= */
	for (size_t n = LIMIT_SIGNED_NAMES - 1; n <= LIMIT_SIGNED_NAMES + 1;
	     n++)
		assert_int_equal(
			parse_repeated(V A D S "h=from", ":x", n - 1, ";" BB),
			n > LIMIT_SIGNED_NAMES ? ST_SYNTAX : ST_OK);
	assert_int_equal(
		parse_repeated(V A D S "h=from", ":from", 100000, ";" BB),
		ST_SYNTAX);
	assert_int_equal(parse_repeated(V A D S "h=", ":", 500000, ";" BB),
			 ST_SYNTAX);
	assert_int_equal(parse_repeated("", ";", 1000000, ""), ST_SYNTAX);
	assert_int_equal(parse_repeated(V A D S "h=", "a ", 500000, ";" BB),
			 ST_SYNTAX);
	assert_int_equal(parse_repeated(V A D S H BB ";foo=", "x", 1000000, ""),
			 ST_OK);
	assert_int_equal(parse_repeated(V A D S H BB ";z=", "|", 65534, ""),
			 ST_OK);
	/* 7 tags and N more */
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

	/* no c= is simple/simple; no i= is @d */
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
	{ "b last", T(FROM SIGN H "b=QUJD\r\n"), T(FROM SIGN H "b=") },
	{ "b last with ;", T(FROM SIGN H "b=QUJD;\r\n"), T(FROM SIGN H "b=;") },
	{ "FWS around", T(FROM SIGN H "b= QU\r\n\tJD \r\n ;t=1\r\n"),
	  T(FROM SIGN H "b=;t=1") },
	{ "FWS before =", T(FROM SIGN H "b \r\n = QUJD ; t=1\r\n"),
	  T(FROM SIGN H "b \r\n =; t=1") },
	{ "FWS at the end", T(FROM SIGN H "b=QUJD\r\n \r\n"),
	  T(FROM SIGN H "b=") },
	{ "folds stay", T(FROM SIGN "\r\n " H "\r\n\tb=QUJD\r\n"),
	  T(FROM SIGN "\r\n " H "\r\n\tb=") },
	{ "b first",
	  T(FROM "DKIM-Signature:b=QUJD; v=1;" A D S H "bh=" BH "\r\n"),
	  T(FROM "DKIM-Signature:b=; v=1;" A D S H "bh=" BH) },
	{ "b in the middle", T(FROM SIGN "b=QUJD;" H "\r\n"),
	  T(FROM SIGN "b=;" H) },
	{ "tags xb, zb", T(FROM SIGN "xb=1;" H "b=QUJD;zb=2\r\n"),
	  T(FROM SIGN "xb=1;" H "b=;zb=2") },
	{ "b= in z=", T(FROM SIGN "z=From:b=20b=;" H "b=QUJD\r\n"),
	  T(FROM SIGN "z=From:b=20b=;" H "b=") },
	{ "bh= in h=", T(FROM SIGN "h=from:bh=x:b=y;b=QUJD\r\n"),
	  T(FROM SIGN "h=from:bh=x:b=y;b=") },
	{ "B is not b", T(FROM SIGN H "B=QUJD;b=QUJD\r\n"),
	  T(FROM SIGN H "B=QUJD;b=") },
	{ "relaxed", T(FROM SIGN "c=relaxed;\r\n\t" H "\r\n  b= QUJD\r\n"),
	  T(FROM_R SIGN_R "c=relaxed; " H " b=") },
	{ "relaxed, FWS behind ;",
	  T(FROM SIGN "c=relaxed;" H "b=QUJD; \r\n \r\n"),
	  T(FROM_R SIGN_R "c=relaxed;" H "b=;") },
	{ "name", T(FROM "dkim-SIGNATURE :" V A D S H BB "\r\n"),
	  T(FROM "dkim-SIGNATURE :" V A D S H "bh=" BH ";b=") },
	{ "no CRLF at the end", T(SIGN "h=from:to;b=QUJD\r\nFrom: a\r\nTo: b"),
	  T("From: a\r\nTo: b\r\n" SIGN "h=from:to;b=") },
	{ "bottom up",
	  T("From: 1\r\nTo: x\r\nfrom: 2\r\n" SIGN "h=from:FROM:to;b=QQ\r\n"),
	  T("from: 2\r\nFrom: 1\r\nTo: x\r\n" SIGN "h=from:FROM:to;b=") },
	{ "absent", T(FROM SIGN "h=x:from:from:y;b=QQ\r\n"),
	  T(FROM SIGN "h=x:from:from:y;b=") },
	{ "not itself", T(FROM SIGN "h=from:dkim-signature;b=QQ\r\n"),
	  T(FROM SIGN "h=from:dkim-signature;b=") },
	{ "(C11) the others with b=",
	  T("DKIM-Signature: 0; b=x\r\n" FROM SIGN
	    "h=dkim-signature:from:dkim-signature:dkim-signature;b=QQ\r\n"
	    "dkim-signature: 2; b=y\r\n"),
	  T("dkim-signature: 2; b=y\r\n" FROM "DKIM-Signature: 0; b=x\r\n" SIGN
	    "h=dkim-signature:from:dkim-signature:dkim-signature;b=") },
	{ "NUL in a field NUL", T("From: a\0b\r\n" SIGN H "b=QQ\r\n"),
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
		sig_digest(&sig, &f, crypto, &got);
		hasher_put(h, hashed[i].hashed);
		hasher_end(h, &wanted);
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
