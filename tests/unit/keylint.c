/* Findings about key records (RFC 6376 3.6.1, RFC 8301, RFC 8463), also those
 * of records seen in the wild, and their corrections. */
#include "key_findings.h"
#include "unit.h"

#include <string.h>

#include "keycorrect.h"
#include "keylint.h"

/* RFC 8463 A.2 (Ed25519), RFC 6376 C (1024 bits) in both forms */
#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define TAIL                                                                   \
	"DwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh" \
	"5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitd" \
	"Y9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
#define RSA "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ" TAIL
#define PKCS1                                                              \
	"MIGJAoGBAPAhE/9QLdIGwSYapn1klbf8OQygZ4udCDV9afv/Ni0jE3ZKcUKPE4Io" \
	"b2/dviNh9xM2HmKNKyrrfW4Ei0truh36/9G10LZTMnWVZP3jupH5FxpzaBu2j80y" \
	"onR/N9WMfg64qGK11j21/qZzAaNo0FxZOggyY9I8N1A81RhyRxDZAgMBAAE="
#define GOOD "v=DKIM1; k=rsa; p=" RSA

static const struct row {
	const char *where;
	struct span txt;
	const char *codes; /* in order, without what every record here has */
	const char *corrected; /* NULL: nothing to correct, or nobody knows */
} rows[] = {
	{ "RFC 6376 C", T(GOOD), "", NULL },
	{ "RFC 8463 A.2", T("v=DKIM1; k=ed25519; p=" ED), "", NULL },
	{ "revoked", T("v=DKIM1; p="), "revoked", NULL },
	{ "revoked, with a blank", T("v=DKIM1; p= ;"), "revoked",
	  "v=DKIM1; p=" },
	{ "empty", T(""), "empty!", NULL },
	{ "blanks only", T(" \t"), "empty!", NULL },
	{ "SPF", T("v=spf1 -all"), "not-a-key-record!", NULL },
	{ "DMARC", T("v=DMARC1; p=none"), "not-a-key-record!", NULL },
	{ "a DomainKeys policy", T("t=y; o=~"), "not-a-key-record!", NULL },
	{ "text", T("hello world"), "not-a-key-record!", NULL },
	{ "a token", T("MS=ms123"), "not-a-key-record!", NULL },
	{ "a token with a hyphen", T("google-site-verification=abc"),
	  "not-a-key-record!", NULL },
	{ "a token that begins with _", T("_globalsign=abc"),
	  "not-a-key-record!", NULL },
	{ "a token without =", T("ZOOM_verify_abc"), "not-a-key-record!",
	  NULL },
	{ "a token with a slash, a colon", T("a/b:c=d"), "not-a-key-record!",
	  NULL },
	{ "SPF with a stray tag", T("v=spf1 -all; x"), "not-a-key-record!",
	  NULL },
	{ "8 bits", T("caf\xc3\xa9"), "not-a-key-record!", NULL },
	{ "a colon for =", T("v:DKIM1; k:rsa; p:" RSA), "syntax!", NULL },
	{ "p= alone, without its name", T(RSA), "syntax!", "v=DKIM1; p=" RSA },
	{ "k=RSA", T("v=DKIM1; k=RSA; p=" RSA), "keyword-case", GOOD },
	{ "k=Ed25519", T("v=DKIM1; k=Ed25519; p=" ED), "keyword-case",
	  "v=DKIM1; k=ed25519; p=" ED },
	{ "h=SHA256", T("v=DKIM1; h=SHA256; k=rsa; p=" RSA), "keyword-case",
	  "v=DKIM1; h=sha256; k=rsa; p=" RSA },
	{ "s=Email", T("v=DKIM1; s=Email; k=rsa; p=" RSA), "keyword-case",
	  "v=DKIM1; s=email; k=rsa; p=" RSA },
	{ "t=Y", T("v=DKIM1; t=Y; k=rsa; p=" RSA), "testing keyword-case",
	  "v=DKIM1; t=y; k=rsa; p=" RSA },
	{ "an unknown word in capitals", T("v=DKIM1; t=X; k=rsa; p=" RSA),
	  "flag-unknown", GOOD },
	{ "a blank before = of v", T("v =DKIM1; k=rsa; p=" RSA),
	  "blank-before-equals", GOOD },
	{ "blanks around = of v", T("v = DKIM1; k=rsa; p=" RSA),
	  "blank-before-equals", GOOD },
	{ "a TAB before = of p", T("v=DKIM1; k=rsa; p\t=" RSA),
	  "blank-before-equals", GOOD },
	{ "blanks that all verifiers skip", T("v= DKIM1; k = rsa; p= " RSA), "",
	  GOOD },
	{ "blanks in h=", T("v=DKIM1; h=sha256 : sha1; k=rsa; p=" RSA),
	  "hash-sha1 blank-in-list", "v=DKIM1; h=sha256; k=rsa; p=" RSA },
	{ "blanks in s=", T("v=DKIM1; s=email: *; k=rsa; p=" RSA),
	  "blank-in-list", "v=DKIM1; s=email:*; k=rsa; p=" RSA },
	{ "blanks in t=", T("v=DKIM1; t=y :s; k=rsa; p=" RSA),
	  "testing no-subdomains blank-in-list",
	  "v=DKIM1; t=y:s; k=rsa; p=" RSA },
	{ "no v=", T("k=rsa; p=" RSA), "no-version", GOOD },
	{ "v= is not first", T("k=rsa; v=DKIM1; p=" RSA), "version-not-first!",
	  GOOD },
	{ "v= in lower case", T("v=dkim1; k=rsa; p=" RSA), "version!", GOOD },
	{ "v= with a minor number", T("v=DKIM1.0; k=rsa; p=" RSA), "version!",
	  GOOD },
	{ "v= of another version", T("v=DKIM2; k=rsa; p=" RSA), "version!",
	  NULL },
	{ "p= twice, the same", T("v=DKIM1; k=rsa; p=" RSA "; p=" RSA),
	  "duplicate-tag!", GOOD },
	{ "p= twice, two keys", T("v=DKIM1; p=" RSA "; p=" ED),
	  "duplicate-tag!", NULL },
	{ "p= for v=", T("p=DKIM1; k=rsa; p=" RSA), "duplicate-tag!", GOOD },
	{ "an empty tag", T("v=DKIM1;; k=rsa; p=" RSA), "empty-tag", GOOD },
	{ "8 bits in k=", T("v=DKIM1; k=\xc3\xa9; p=" RSA),
	  "not-ascii! key-type!", "v=DKIM1; k=rsa; p=" RSA },
	{ "a tag without =", T("v=DKIM1; k=rsa; foo; p=" RSA), "syntax!",
	  NULL },
	{ "P= for p=", T("v=DKIM1; k=rsa; P=" RSA), "tag-case missing-p!",
	  GOOD },
	{ "no p=", T("v=DKIM1; k=rsa"), "missing-p!", NULL },
	{ "another k=", T("v=DKIM1; k=foo; p=" RSA), "key-type!", GOOD },
	{ "Ed25519 without k=", T("v=DKIM1; p=" ED), "not-a-key!",
	  "v=DKIM1; k=ed25519; p=" ED },
	{ "Ed25519 as SubjectPublicKeyInfo",
	  T("v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPa"
	    "piMlrwIaaPcHURo="),
	  "not-a-key!", "v=DKIM1; k=ed25519; p=" ED },
	{ "RSA as PKCS#1", T("v=DKIM1; k=rsa; p=" PKCS1), "pkcs1", GOOD },
	{ "h=sha1", T("v=DKIM1; h=sha1; k=rsa; p=" RSA), "hash-not-allowed!",
	  "v=DKIM1; h=sha256; k=rsa; p=" RSA },
	{ "h= with signature algorithms",
	  T("v=DKIM1; h=rsa-sha256; k=rsa; p=" RSA),
	  "hash-unknown hash-not-allowed!",
	  "v=DKIM1; h=sha256; k=rsa; p=" RSA },
	{ "h= with sha1, too", T("v=DKIM1; h=sha1:sha256; k=rsa; p=" RSA),
	  "hash-sha1", "v=DKIM1; h=sha256; k=rsa; p=" RSA },
	{ "s= without email", T("v=DKIM1; s=tlsrpt; k=rsa; p=" RSA),
	  "service-not-allowed!", NULL },
	{ "s= with more than email",
	  T("v=DKIM1; s=email:tlsrpt; k=rsa; p=" RSA), "service-unknown",
	  "v=DKIM1; s=email; k=rsa; p=" RSA },
	{ "testing", T("v=DKIM1; t=y; k=rsa; p=" RSA), "testing", NULL },
	{ "unknown and known flags", T("v=DKIM1; t=y:s:x; k=rsa; p=" RSA),
	  "testing no-subdomains flag-unknown",
	  "v=DKIM1; t=y:s; k=rsa; p=" RSA },
	{ "an unknown flag", T("v=DKIM1; t=n; k=rsa; p=" RSA), "flag-unknown",
	  GOOD },
	{ "t= is empty", T("v=DKIM1; t=; k=rsa; p=" RSA), "", GOOD },
	{ "y=n", T("k=rsa;y=n;p=" RSA), "no-version flag-as-tag", GOOD },
	{ "g=", T("v=DKIM1; g=*; k=rsa; p=" RSA), "granularity", GOOD },
	{ "an unknown tag", T("v=DKIM1; x=1; k=rsa; p=" RSA), "unknown-tag",
	  NULL },
	{ "n= in quotes", T("v=DKIM1; n=\"hi; k=rsa; p=" RSA), "", NULL },
	{ "p= in quotes", T("v=DKIM1; k=rsa; p=\"" RSA "\""),
	  "quotes-in-record!", GOOD },
	{ "all in quotes", T("\"v=DKIM1; k=rsa; p=" RSA "\""),
	  "quotes-in-record!", GOOD },
	{ "escaped semicolons", T("v=DKIM1\\; k=rsa\\; p=" RSA),
	  "backslash-in-record!", GOOD },
	{ "an escaped line feed", T("v=DKIM1; k=rsa; p=\\010" RSA),
	  "line-break!", GOOD },
	{ "a line feed", T("v=DKIM1; k=rsa;\np=" RSA), "line-break!", GOOD },
	{ "all in typographic quotes",
	  T("\xe2\x80\x9cv=DKIM1; k=rsa; p=" RSA "\xe2\x80\x9d"),
	  "typographic-quotes!", GOOD },
	{ "p= in typographic quotes",
	  T("v=DKIM1; k=rsa; p=\xe2\x80\x9c" RSA "\xe2\x80\x9d"),
	  "typographic-quotes!", GOOD },
	{ "a zero-width space", T("v=DKIM1; k=rsa; p=\xe2\x80\x8b" RSA),
	  "invisible-character!", GOOD },
	{ "PEM lines in p=",
	  T("k=rsa; p=--BEGIN PUBLIC KEY--" RSA "--END PUBLIC KEY--"),
	  "no-version pem-in-p!", GOOD },
	{ "p= with dots", T("v=DKIM1; g=*; k=rsa; t=y; p=MIGf........."),
	  "granularity testing cut-short!", NULL },
	{ "p= with an ellipsis", T("v=DKIM1;p=MIG\xe2\x80\xa6QIDAQAB"),
	  "cut-short!", NULL },
	{ "a placeholder", T("v=DKIM1; t=y; k=rsa; p=<public key>"),
	  "testing placeholder!", NULL },
	{ "p= is not base64", T("v=DKIM1; p=!!!notbase64"), "not-base64!",
	  NULL },
	{ "p= is truncated", T("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEB"),
	  "not-a-key!", NULL },
	{ "a blank in p=",
	  T("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQH "
	    "Og7hcvPapiMlrwIaaPcHURo="),
	  "blank-in-p", "v=DKIM1; k=ed25519; p=" ED },
	{ "no padding",
	  T("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPap"
	    "iMlrwIaaPcHURo"),
	  "base64-padding", "v=DKIM1; k=ed25519; p=" ED },
	{ "a key of low order",
	  T("v=DKIM1; k=ed25519; p=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAA="),
	  "weak-key!", NULL },
	{ "NUL", T("v=DKIM1; p=\0"), "syntax!", NULL },
	{ "a control character", T("v=DKIM1; n=\x1b[2J; p="), "syntax!", NULL },
};

/* "code code! ...": "!" behind an error. */
static void codes_of(const struct findings *f, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding_kind *kind = f->v[i].kind;

		/* the keys of the RFCs are short and known */
		if (kind == &FINDING_SHORT || kind == &FINDING_KNOWN)
			continue;
		buf_putf(out, "%s%s%s", out->n ? " " : "", kind->code,
			 kind->severity == SEVERITY_ERROR ? "!" : "");
	}
}

static void test_records(void **state)
{
	struct crypto *c = crypto_new();
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span txt = guarded(rows[i].txt);
		struct findings f = { 0 };
		struct buf codes, corrected;

		buf_init(&codes, 4096);
		buf_init(&corrected, LIMIT_TXT_BYTES);
		keylint_record(txt, c, &f);
		codes_of(&f, &codes);
		bad += row_is_span(rows[i].where, "findings", buf_span(&codes),
				   span_str(rows[i].codes));
		bad += row_is(rows[i].where, "invalid", f.invalid,
			      strchr(rows[i].codes, '!') != NULL);
		if (keycorrect(txt, &corrected) != ST_OK)
			bad += row_is(rows[i].where, "left over",
				      (long long)corrected.n, 0);
		bad += row_is_span(rows[i].where, "corrected",
				   buf_span(&corrected),
				   span_str(rows[i].corrected));
		findings_free(&f);
		buf_free(&corrected);
		buf_free(&codes);
	}
	crypto_free(c);
	assert_int_equal(bad, 0);
}

/* What is corrected has nothing left to correct, and no error. */
static void test_fixed_point(void **state)
{
	struct crypto *c = crypto_new();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct findings f = { 0 };
		struct buf once, twice;

		buf_init(&once, LIMIT_TXT_BYTES);
		buf_init(&twice, LIMIT_TXT_BYTES);
		if (keycorrect(rows[i].txt, &once) == ST_OK) {
			keylint_record(buf_span(&once), c, &f);
			assert_false(f.invalid);
			assert_int_not_equal(
				keycorrect(buf_span(&once), &twice), ST_OK);
		}
		findings_free(&f);
		buf_free(&twice);
		buf_free(&once);
	}
	crypto_free(c);
}

static void test_limits(void **state)
{
	struct crypto *c = crypto_new();
	struct findings f = { 0 };
	struct buf txt;

	(void)state;
	buf_init(&txt, 2 * LIMIT_TXT_BYTES);
	buf_put(&txt, SPAN("v=DKIM1; n="));
	while (txt.n < LIMIT_TXT_BYTES - 3)
		buf_put(&txt, SPAN("x"));
	buf_put(&txt, SPAN(";p="));
	assert_int_equal(txt.n, LIMIT_TXT_BYTES);
	keylint_record(buf_span(&txt), c, &f);
	assert_false(f.invalid);
	buf_put(&txt, SPAN(" "));
	keylint_record(buf_span(&txt), c, &f);
	assert_true(findings_has(&f, &FINDING_TOO_LONG));
	findings_free(&f);
	buf_free(&txt);
	for (int i = 0; i < 2 * LIMIT_FINDINGS; i++)
		findings_add(&f,
			     i < LIMIT_FINDINGS ? &FINDING_TESTING
						: &FINDING_EMPTY,
			     "%d", i);
	assert_int_equal(f.n, LIMIT_FINDINGS);
	assert_true(f.invalid);
	findings_free(&f);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_fixed_point),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
