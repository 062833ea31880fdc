/* Key records (RFC 6376 3.6.1, RFC 8463 4.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "keyrec.h"
#include "keyrec_form.h"
#include "limit.h"

/* RFC 8463 A.2, and RFC 6376 C (1024 bits) */
#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA                                                                    \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeL" \
	"nQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1" \
	"lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUY" \
	"ckcQ2QIDAQAB"

enum { FOREIGN = 1, TESTING = 2, STRICT = 4, NOT_FIRST = 8, EMPTY = 16 };

/* What parsing gives and what a signature with the record's key type and
 * SHA-256 may do. */
static const struct row {
	const char *where;
	struct span txt;
	enum status parsed, allowed;
	unsigned marks;
	const char *says;
} rows[] = {
#define OK(where, txt, marks)                          \
	{                                              \
		where, T(txt), ST_OK, ST_OK, marks, "" \
	}
#define NO(where, txt, st, marks, says)            \
	{                                          \
		where, T(txt), st, st, marks, says \
	}
#define BUT(where, txt, st)                     \
	{                                       \
		where, T(txt), ST_OK, st, 0, "" \
	}
	OK("RFC 6376 C.2", "v=DKIM1; p=" RSA, 0),
	OK("RFC 8463 A.2", "v=DKIM1; k=ed25519; p=" ED, 0),
	OK("v no v=", "k=rsa; p=" RSA, 0),
	OK("p= alone", "p=" RSA, 0),
	OK("final ;", "v=DKIM1; p=" RSA ";", 0),
	OK("LENIENT: final ; ;;", "v=DKIM1;; p=" RSA "; ;", EMPTY),
	OK("FWS in DNS records", "v = DKIM1 ; p = " RSA " \t;", 0),
	OK("blanks in p=",
	   "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQH "
	   "Og7hcvPapiMlrwIaaPcHURo =",
	   0),
	OK("keywords in any case K=", "v=DKIM1; k=RSA; p=" RSA, 0),
	OK("v LENIENT", "k=rsa; v=DKIM1; p=" RSA, NOT_FIRST),
	NO("v", "v=DKIM2; p=" RSA, ST_KEY_SYNTAX, FOREIGN, "v= is not"),
	NO("v", "v=dkim1; p=" RSA, ST_KEY_SYNTAX, FOREIGN, "v= is not"),
	NO("v", "v=DKIM1.0; p=" RSA, ST_KEY_SYNTAX, FOREIGN, "v= is not"),
	NO("v", "v=DKIM10; p=" RSA, ST_KEY_SYNTAX, FOREIGN, "v= is not"),
	NO("v", "v=; p=" RSA, ST_KEY_SYNTAX, FOREIGN, "v= is not"),
	NO("late", "p=" RSA "; v=DKIM2", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("not a key record", "v=spf1 -all", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("not a key record", "v=spf1 include:example.net a:b.example -all",
	   ST_KEY_SYNTAX, FOREIGN, ""),
	NO("not a key record", "v=DMARC1; p=none", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("not a key record", "google-site-verification=abc", ST_KEY_SYNTAX,
	   FOREIGN, ""),
	NO("not a key record", "MS=ms12345678", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("not a key record", "hello", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("empty TXT", "", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("empty TXT", " ", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("control NUL", "\0", ST_KEY_SYNTAX, FOREIGN, ""),
	NO("control NUL", "v=DKIM1; p=\0" ED, ST_KEY_SYNTAX, 0, ""),
	NO("control ESC", "v=DKIM1; n=\x1b[2J; p=" RSA, ST_KEY_SYNTAX, 0, ""),
	NO("control LF", "v=DKIM1;\np=" RSA, ST_KEY_SYNTAX, 0, ""),
	NO("0xff", "v=DKIM1; k=\xff; p=" RSA, ST_KEY_SYNTAX, 0, "ASCII"),
	NO("8-bit in h=", "v=DKIM1; h=\xc3\xa9; p=" RSA, ST_KEY_SYNTAX, 0,
	   "ASCII"),
	OK("8-bit in n=", "v=DKIM1; n=caf\xc3\xa9 \xff; p=" RSA, 0),
	OK("8-bit, unknown tag", "v=DKIM1; x=\xff; p=" RSA, 0),
	/* p= */
	NO("no p", "v=DKIM1; k=rsa", ST_KEY_SYNTAX, 0, "no p="),
	NO("no p", "v=DKIM1; p", ST_KEY_SYNTAX, 0, ""),
	NO("case of tags P=", "v=DKIM1; P=" RSA, ST_KEY_SYNTAX, 0, "no p="),
	NO("Duplicate tag", "v=DKIM1; p=" RSA "; p=" RSA, ST_KEY_SYNTAX, 0,
	   "twice"),
	NO("unknown", "v=DKIM1; x=1; x=1; p=" RSA, ST_KEY_SYNTAX, 0, "twice"),
	NO("p= empty in all forms", "v=DKIM1; p=", ST_KEY_REVOKED, 0, ""),
	NO("p= empty in all forms", "v=DKIM1; p= ", ST_KEY_REVOKED, 0, ""),
	NO("p= empty in all forms", "v=DKIM1; p=;", ST_KEY_REVOKED, 0, ""),
	NO("p= empty in all forms", "v=DKIM1; p=\r\n ", ST_KEY_REVOKED, 0, ""),
	NO("p= empty in all forms", "p=", ST_KEY_REVOKED, 0, ""),
	NO("p without value", "v=DKIM1; k=; p=", ST_KEY_REVOKED, 0, ""),
	NO("p without value", "v=DKIM1; k=; p=" RSA, ST_KEY_UNSUITABLE, 0,
	   "key type"),
	NO("k", "v=DKIM1; k=foo; p=" RSA, ST_KEY_UNSUITABLE, 0, "key type"),
	NO("k", "v=DKIM1; k=rsa1; p=" RSA, ST_KEY_UNSUITABLE, 0,
	   "k=rsa1 is a key type that is not known"),
	NO("k of a draft", "v=DKIM1; k=mldsa44; p=AAAA", ST_KEY_UNSUITABLE, 0,
	   "k=mldsa44 is a key type of the draft of DKIM2"),
	NO("p with quotes, backslashes", "v=DKIM1; p=!!!", ST_KEY_SYNTAX, 0,
	   "not base64"),
	NO("p with quotes, backslashes", "v=DKIM1; p=\"" RSA "\"",
	   ST_KEY_SYNTAX, 0, "quotes"),
	NO("p with quotes, backslashes", "v=DKIM1; p=MIGf\" \"MA0G",
	   ST_KEY_SYNTAX, 0, "quotes"),
	NO("p with quotes, backslashes", "\"v=DKIM1; p=" RSA "\"",
	   ST_KEY_SYNTAX, 0, "quotes"),
	NO("p with quotes, backslashes", "v=DKIM1\\; k=rsa\\; p=" RSA,
	   ST_KEY_SYNTAX, FOREIGN, "backslashes"),
	NO("p with quotes, backslashes", "v=DKIM1; p=MIGf\\010MA0G",
	   ST_KEY_SYNTAX, 0, "line break"),
	NO("p with quotes, backslashes", "v=DKIM1; p=MIGfMA0G...",
	   ST_KEY_SYNTAX, 0, "cut short"),
	NO("p with quotes, backslashes",
	   "v=DKIM1; p=-----BEGIN PUBLIC KEY-----" RSA, ST_KEY_SYNTAX, 0,
	   "PEM"),
	NO("cut short", "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKB",
	   ST_KEY_SYNTAX, 0, "135 of 162 bytes are missing"),
	NO("Ed25519 length 31", "v=DKIM1; k=ed25519; p=AAAA", ST_KEY_SYNTAX, 0,
	   "32"),
	NO("k SPKI",
	   "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPap"
	   "iMlrwIaaPcHURo=",
	   ST_KEY_SYNTAX, 0, "SubjectPublicKeyInfo"),
	NO("Ed25519 under k=rsa",
	   "v=DKIM1; p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcH"
	   "URo=",
	   ST_KEY_SYNTAX, 0, "k= says rsa"),
	NO("Ed25519 octets under k=rsa", "v=DKIM1; p=" ED, ST_KEY_SYNTAX, 0,
	   "p="),
	/* h= */
	OK("h", "v=DKIM1; h=sha256; p=" RSA, 0),
	OK("h", "v=DKIM1; h=sha1 : SHA256; p=" RSA, 0),
	OK("unknown", "v=DKIM1; h=sha256:sha512; p=" RSA, 0),
	BUT("h", "v=DKIM1; h=sha1; p=" RSA, ST_KEY_HASH),
	BUT("empty", "v=DKIM1; h=; p=" RSA, ST_KEY_HASH),
	BUT("h", "v=DKIM1; h=sha2567; p=" RSA, ST_KEY_HASH),
	BUT("h", "v=DKIM1; h=rsa-sha256; p=" RSA, ST_KEY_HASH),
	/* s= */
	OK("s", "v=DKIM1; s=*; p=" RSA, 0),
	OK("s", "v=DKIM1; s=email; p=" RSA, 0),
	OK("s", "v=DKIM1; s=tlsrpt: Email ; p=" RSA, 0),
	OK("s", "v=DKIM1; s=*:email; p=" RSA, 0),
	BUT("s", "v=DKIM1; s=tlsrpt; p=" RSA, ST_KEY_SERVICE),
	BUT("empty", "v=DKIM1; s=; p=" RSA, ST_KEY_SERVICE),
	/* t= */
	OK("t", "v=DKIM1; t=y; p=" RSA, TESTING),
	OK("t", "v=DKIM1; t=Y; p=" RSA, TESTING),
	OK("t", "v=DKIM1; t=s:y; p=" RSA, TESTING | STRICT),
	OK("t", "v=DKIM1; t= s : x ; p=" RSA, STRICT),
	OK("unknown", "v=DKIM1; t=yes; p=" RSA, 0),
	OK("empty", "v=DKIM1; t=; p=" RSA, 0),
	/* g= and n= */
	OK("n", "v=DKIM1; g=; p=" RSA, 0),
	OK("n", "v=DKIM1; g=bob; p=" RSA, 0),
	OK("n", "v=DKIM1; n=a=3Bb=ZZ \"x\"; p=" RSA, 0),
};

static unsigned marks_of(const struct keyrec *r)
{
	return (r->foreign ? FOREIGN : 0) | (r->testing ? TESTING : 0) |
	       (r->strict ? STRICT : 0) |
	       (r->notes & KEYREC_VERSION_NOT_FIRST ? NOT_FIRST : 0) |
	       (r->notes & KEYREC_EMPTY_TAG ? EMPTY : 0);
}

static void records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct keyrec r;
		enum status allowed;

		keyrec_parse(guarded(rows[i].txt), &r);
		allowed = keyrec_allows(&r, r.type, HASH_SHA256, NULL);
		if (r.st != rows[i].parsed || allowed != rows[i].allowed ||
		    marks_of(&r) != rows[i].marks ||
		    !strstr(r.why.text, rows[i].says))
			fail_msg("row %zu (%s): %d %d %u: %s", i, rows[i].where,
				 (int)r.st, (int)allowed, marks_of(&r),
				 r.why.text);
		assert_int_equal(r.key != NULL, r.st == ST_OK);
		keyrec_free(&r);
	}
}

/* the order of RFC 6376 6.1.2 */
/* DK-9: kept for DomainKeys, as it stands. */
static void granularity(void **state)
{
	struct keyrec r;

	(void)state;
	keyrec_parse(SPAN("v=DKIM1; g= J*e ; p=" RSA), &r);
	assert_true(span_eq(buf_span(&r.granularity), SPAN("J*e")));
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; g=; p=" RSA), &r);
	assert_int_equal(r.granularity.n, 0);
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; p=" RSA), &r);
	assert_int_equal(r.granularity.n, 0);
	keyrec_free(&r);
}

static void suitability(void **state)
{
	struct keyrec r;
	struct diag why = { 0 };

	(void)state;
	keyrec_parse(SPAN("v=DKIM1; p=" RSA), &r);
	assert_int_equal(keyrec_allows(&r, KEY_ED25519, HASH_SHA256, &why),
			 ST_KEY_UNSUITABLE);
	assert_int_equal(keyrec_allows(&r, KEY_RSA, HASH_SHA1, NULL), ST_OK);
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; k=ed25519; p=" ED), &r);
	assert_int_equal(keyrec_allows(&r, KEY_RSA, HASH_SHA256, &why),
			 ST_KEY_UNSUITABLE);
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; s=x; h=sha1; p=" RSA), &r);
	assert_int_equal(keyrec_allows(&r, KEY_ED25519, HASH_SHA256, &why),
			 ST_KEY_SERVICE);
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; h=sha1; p=" RSA), &r);
	assert_int_equal(keyrec_allows(&r, KEY_ED25519, HASH_SHA256, &why),
			 ST_KEY_HASH);
	keyrec_free(&r);
	keyrec_parse(SPAN("v=DKIM1; s=x; h=sha1; p="), &r);
	assert_int_equal(keyrec_allows(&r, KEY_RSA, HASH_SHA256, &why),
			 ST_KEY_REVOKED);
	keyrec_free(&r);
}

/* the ceilings at n-1, n, n+1 */
static void ceilings(void **state)
{
	struct buf txt;

	(void)state;
	buf_init(&txt, 100000);
	for (size_t n = LIMIT_TXT_BYTES - 1; n <= LIMIT_TXT_BYTES + 1; n++) {
		struct keyrec r;

		buf_reset(&txt);
		buf_put(&txt, SPAN("v=DKIM1; p=" RSA "; n="));
		while (txt.n < n)
			buf_put(&txt, SPAN("n"));
		keyrec_parse(guarded(buf_span(&txt)), &r);
		assert_int_equal(r.st,
				 n <= LIMIT_TXT_BYTES ? ST_OK : ST_KEY_SYNTAX);
		keyrec_free(&r);
	}
	for (size_t n = LIMIT_P_CHARS - 1; n <= LIMIT_P_CHARS + 1; n++) {
		struct keyrec r;

		buf_reset(&txt);
		buf_put(&txt, SPAN("v=DKIM1; p="));
		for (size_t i = 0; i < n; i++)
			buf_put(&txt, SPAN("A"));
		keyrec_parse(guarded(buf_span(&txt)), &r);
		assert_int_equal(r.st, n <= LIMIT_P_CHARS ? ST_KEY_SYNTAX
							  : ST_KEY_LARGE);
		assert_true(n <= LIMIT_P_CHARS ||
			    strstr(r.why.text, "more than"));
		keyrec_free(&r);
	}
	buf_free(&txt);
}

/* Every record cut at every octet, and with one octet changed: no crash. */
static void cut_and_changed(void **state)
{
	static const struct span txt =
		T("v=DKIM1; h=sha256; k=ed25519; s=email; t=y:s; n=x; p=" ED);
	unsigned char copy[200];

	(void)state;
	for (size_t i = 0; i < txt.n; i++) {
		struct keyrec r;

		keyrec_parse(guarded(span_head(txt, i)), &r);
		keyrec_free(&r);
		for (unsigned c = 0; c < 256; c += 3) {
			memcpy(copy, txt.p, txt.n);
			copy[i] = (unsigned char)c;
			keyrec_parse(guarded(span_of(copy, txt.n)), &r);
			assert_int_equal(r.key != NULL, r.st == ST_OK);
			keyrec_free(&r);
		}
	}
}

/* --- writing ------------------------------------------------------------- */

static const struct {
	const char *where;
	struct keyrec_form form;
	const char *head; /* NULL: refused */
} forms[] = {
	{ "Record text", { 0 }, "v=DKIM1; k=ed25519; " },
	{ "opendkim-genkey -arSt -n hello",
	  { .hashes = "sha256",
	    .note = "hello",
	    .note_quoted = true,
	    .email_only = true,
	    .testing = true,
	    .strict = true },
	  "v=DKIM1; n=\"hello\"; h=sha256; k=ed25519; t=y:s; s=email; " },
	{ "-t", { .testing = true }, "v=DKIM1; k=ed25519; t=y; " },
	{ "-S", { .strict = true }, "v=DKIM1; k=ed25519; t=s; " },
	{ "-g", { .granularity = "*" }, "v=DKIM1; g=*; k=ed25519; " },
	{ "-g", { .granularity = "a;b" }, NULL },
	{ "-g", { .granularity = "a b" }, NULL },
	{ "h=", { .hashes = "" }, "v=DKIM1; k=ed25519; " },
	{ "h=", { .hashes = "SHA256" }, "v=DKIM1; h=sha256; k=ed25519; " },
	{ "live",
	  { .hashes = "rsa-sha256" },
	  "v=DKIM1; h=sha256; k=ed25519; " },
	{ "h=",
	  { .hashes = "sha1:sha256:sha1" },
	  "v=DKIM1; h=sha1:sha256; k=ed25519; " },
	{ "h=", { .hashes = "md5" }, NULL },
	{ "h=", { .hashes = "sha256;x=y" }, NULL },
	{ "h=", { .hashes = "sha256:" }, NULL },
	{ "RFC 2045 6.7",
	  { .note = "a; b" },
	  "v=DKIM1; n=a=3B b; k=ed25519; " },
	{ "RFC 2045 6.7",
	  { .note = "a\"b\\c=d", .note_quoted = true },
	  "v=DKIM1; n=\"a=22b=5Cc=3Dd\"; k=ed25519; " },
	{ "blanks at the ends",
	  { .note = " a  b " },
	  "v=DKIM1; n==20a  b=20; k=ed25519; " },
	{ "controls and 8-bit",
	  { .note = "a\nb\xc3\xbc" },
	  "v=DKIM1; n=a=0Ab=C3=BC; k=ed25519; " },
};

/* What is written is read again. */
static void written(void **state)
{
	struct keyrec key;

	(void)state;
	keyrec_parse(SPAN("v=DKIM1; k=ed25519; p=" ED), &key);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct buf head, p;
		struct diag why = { 0 };
		enum status st;

		buf_init(&head, LIMIT_TXT_BYTES);
		buf_init(&p, LIMIT_TXT_BYTES);
		st = keyrec_format(&forms[i].form, key.key, &head, &p, &why);
		if (st != (forms[i].head ? ST_OK : ST_USAGE))
			fail_msg("row %zu: %s", i, why.text);
		if (forms[i].head) {
			struct keyrec r;

			assert_string_equal((char *)head.p, forms[i].head);
			assert_string_equal((char *)p.p, "p=" ED);
			buf_put(&head, buf_span(&p));
			keyrec_parse(guarded(buf_span(&head)), &r);
			assert_int_equal(r.st, ST_OK);
			assert_int_equal(r.testing, forms[i].form.testing);
			assert_int_equal(r.strict, forms[i].form.strict);
			keyrec_free(&r);
		}
		buf_free(&head);
		buf_free(&p);
	}
	keyrec_free(&key);
}

static void revoked_and_too_long(void **state)
{
	struct keyrec_form form = { 0 };
	struct buf head, p;
	char *note = mem_alloc(LIMIT_TXT_BYTES + 1);

	(void)state;
	buf_init(&head, LIMIT_TXT_BYTES);
	buf_init(&p, LIMIT_TXT_BYTES);
	assert_int_equal(keyrec_format(&form, NULL, &head, &p, NULL), ST_OK);
	assert_string_equal((char *)head.p, "v=DKIM1; ");
	assert_string_equal((char *)p.p, "p=");
	memset(note, 'n', LIMIT_TXT_BYTES);
	form.note = note;
	buf_reset(&head);
	buf_reset(&p);
	assert_int_equal(keyrec_format(&form, NULL, &head, &p, NULL), ST_USAGE);
	free(note);
	buf_free(&head);
	buf_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(granularity),
		cmocka_unit_test(suitability),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(cut_and_changed),
		cmocka_unit_test(written),
		cmocka_unit_test(revoked_and_too_long),
	};
	struct crypto *c = crypto_new();
	int failed = c ? cmocka_run_group_tests(tests, NULL, NULL) : 1;

	crypto_free(c);
	return failed;
}
