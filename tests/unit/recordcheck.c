/* The answer of DNS compared with a key (RFC 6376 3.6.1, 6.1.2). */
#include "key_findings.h"
#include "unit.h"

#include <string.h>

#include "b64.h"
#include "key_der.h"
#include "recordcheck.h"

/* RFC 8463 A.2, and another key */
#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define OTHER "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define KEY "v=DKIM1; k=ed25519; p="

/* A source that always says the same. */
struct told {
	struct dns dns;
	enum dns_answer answer;
	const char *texts[3];
	enum dns_secure secure;
	size_t octets;
};

static void told_get(struct dns *dns, const struct dns_query *query,
		     struct dns_reply *out)
{
	const struct told *t = (const struct told *)dns;

	(void)query;
	out->answer = t->answer;
	out->secure = t->secure;
	out->octets = t->octets;
	if (t->answer == DNS_FAILED)
		status_ignore(diag_set(&out->why, ST_DNS, NULL, "no answer"));
	for (size_t i = 0; i < COUNT(t->texts) && t->texts[i]; i++)
		status_ignore(dns_add_record(out, span_str(t->texts[i])));
}

static void told_close(struct dns *dns)
{
	(void)dns;
}

static const struct dns_class told_class = { told_get, told_close };

static struct key *ed_key(const char *p)
{
	struct key *k = NULL;
	struct buf octets;

	buf_init(&octets, 64);
	assert_int_equal(b64_decode(span_str(p), &octets), ST_OK);
	assert_int_equal(key_from_p(KEY_ED25519, buf_span(&octets), &k, NULL),
			 ST_OK);
	buf_free(&octets);
	return k;
}

static const struct row {
	const char *name;
	struct told told;
	const char *result, *without; /* with the key, and without one */
} rows[] = {
	{ "its own",
	  { .answer = DNS_RECORDS, .texts = { KEY OTHER } },
	  "match",
	  "valid" },
	{ "another's",
	  { .answer = DNS_RECORDS, .texts = { KEY ED } },
	  "mismatch",
	  "valid" },
	{ "NXDOMAIN", { .answer = DNS_NXDOMAIN }, "absent", "absent" },
	{ "NODATA", { .answer = DNS_NODATA }, "absent", "absent" },
	{ "no answer", { .answer = DNS_FAILED }, "temperror", "temperror" },
	{ "revoked",
	  { .answer = DNS_RECORDS, .texts = { "v=DKIM1; p=" } },
	  "revoked",
	  "revoked" },
	{ "two, one of them its own",
	  { .answer = DNS_RECORDS, .texts = { KEY ED, KEY OTHER } },
	  "match",
	  "several" },
	{ "two of others",
	  { .answer = DNS_RECORDS, .texts = { KEY ED, "v=DKIM1; p=" } },
	  "several",
	  "several" },
	{ "another protocol's next to it",
	  { .answer = DNS_RECORDS, .texts = { "a=b", KEY OTHER, "v=spf1" } },
	  "match",
	  "valid" },
	{ "only another protocol's",
	  { .answer = DNS_RECORDS, .texts = { "v=spf1 -all" } },
	  "broken",
	  "broken" },
	{ "the hash is not allowed",
	  { .answer = DNS_RECORDS,
	    .texts = { "v=DKIM1; h=sha1; k=ed25519; p=" OTHER } },
	  "broken",
	  "broken" },
};

static void test_rows(void **state)
{
	struct crypto *c = crypto_new();
	struct key *key = ed_key(OTHER);
	struct name name = { "s._domainkey.example.com" };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int with = 0; with < 2; with++) {
			struct told told = rows[i].told;
			struct recordcheck k;

			told.dns.class = &told_class;
			recordcheck_ask(&told.dns, c, &name, with ? key : NULL,
					false, NULL, &k);
			bad += row_is_span(rows[i].name, "result",
					   span_str(recordcheck_word(k.result)),
					   span_str(with ? rows[i].result
							 : rows[i].without));
			bad += row_is(rows[i].name, "why", k.why.text[0] != 0,
				      !keycheck_well(k.result));
			recordcheck_free(&k);
		}
	key_free(key);
	crypto_free(c);
	assert_int_equal(bad, 0);
}

static void test_answer(void **state)
{
	struct crypto *c = crypto_new();
	struct name name = { "s._domainkey.example.com" };
	struct told told = { .dns.class = &told_class,
			     .answer = DNS_RECORDS,
			     .texts = { KEY OTHER },
			     .secure = DNS_SECURE,
			     .octets = 512 };
	struct recordcheck k;

	(void)state;
	recordcheck_ask(&told.dns, c, &name, NULL, true, NULL, &k);
	assert_int_equal(k.result, KEYCHECK_VALID);
	assert_int_equal(k.findings.n, 0);
	recordcheck_free(&k);
	told.octets = 513;
	recordcheck_ask(&told.dns, c, &name, NULL, true, NULL, &k);
	assert_true(findings_has(&k.findings, &FINDING_ANSWER_512));
	recordcheck_free(&k);
	told.octets = 1233;
	told.secure = DNS_INSECURE;
	recordcheck_ask(&told.dns, c, &name, NULL, false, NULL, &k);
	assert_true(findings_has(&k.findings, &FINDING_BIG_ANSWER));
	assert_true(findings_has(&k.findings, &FINDING_NOT_SECURE));
	assert_int_equal(k.result, KEYCHECK_VALID);
	recordcheck_free(&k);
	/* RFC 4035 4.9.3: asked for, and not given */
	recordcheck_ask(&told.dns, c, &name, NULL, true, NULL, &k);
	assert_int_equal(k.result, KEYCHECK_BROKEN);
	recordcheck_free(&k);
	crypto_free(c);
}

/* A key that is in one record of several is a match, with a warning. */
static void test_several(void **state)
{
	struct crypto *c = crypto_new();
	struct key *key = ed_key(OTHER);
	struct name name = { "s._domainkey.example.com" };
	struct told told = { .dns.class = &told_class,
			     .answer = DNS_RECORDS,
			     .texts = { KEY ED, KEY OTHER } };
	struct recordcheck k;

	(void)state;
	recordcheck_ask(&told.dns, c, &name, key, false, NULL, &k);
	assert_int_equal(k.result, KEYCHECK_MATCH);
	assert_true(findings_has(&k.findings, &FINDING_OTHER_RECORD));
	assert_false(k.findings.invalid);
	assert_true(span_eq(k.found, SPAN(KEY OTHER)));
	assert_true(key_same(k.key, key));
	recordcheck_free(&k);
	recordcheck_ask(&told.dns, c, &name, NULL, false, NULL, &k);
	assert_true(findings_has(&k.findings, &FINDING_SEVERAL));
	assert_null(k.key);
	recordcheck_free(&k);
	key_free(key);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
