/* Names of key records (RFC 6376 3.6.2.1). */
#include "unit.h"

#include "keyowner.h"
#include "recordlint.h"

static const struct row {
	const char *owner;
	bool absolute;
	const char *codes, *corrected;
} rows[] = {
	{ "mail._domainkey.example.com", true, "", "" },
	{ "MAIL._DOMAINKEY.example.com", true, "", "" },
	{ "a.b._domainkey.example.com", true, "", "" },
	{ "*._domainkey", false, "", "" },
	{ "mail._domainkey", false, "", "" },
	{ "mail._domainkey.example.com", false, "no-final-dot", "" },
	{ "mail.domainkey.example.com", true, "domainkey-label",
	  "mail._domainkey.example.com" },
	{ "mail._domiankey.example.com", true, "domainkey-label",
	  "mail._domainkey.example.com" },
	{ "mail._domainkeys.example.com", true, "domainkey-label",
	  "mail._domainkey.example.com" },
	{ "mail.-domainkey", false, "domainkey-label", "mail._domainkey" },
	/* three slips are none of ours */
	{ "mail.domankee.example.com", true, "not-below-domainkey", "" },
	{ "mail.example.com", true, "not-below-domainkey", "" },
	/* the right label wins over one that looks like it */
	{ "domainkey._domainkey.example.com", true, "", "" },
	{ "_domainkey.example.com", true, "no-selector", "" },
	{ "mail._domainkey.example.com.example.com", true, "owner-doubled",
	  "mail._domainkey.example.com" },
	{ "mail._domainkey.Example.com.example.COM", true, "owner-doubled",
	  "mail._domainkey.Example.com" },
	{ "mail.domainkey.example.com.example.com", true,
	  "domainkey-label owner-doubled", "mail._domainkey.example.com" },
	/* a label that is there twice is no domain that is */
	{ "mail._domainkey.co.co", true, "", "" },
	{ "mail._domainkey.xexample.com.example.com", true, "", "" },
	{ "", true, "not-below-domainkey", "" },
	{ "..", true, "not-below-domainkey", "" },
};

static void test_rows(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct findings f = { 0 };
		struct buf codes, corrected;

		buf_init(&codes, 4096);
		buf_init(&corrected, 4096);
		recordlint_owner(guarded_str(rows[i].owner), rows[i].absolute,
				 &f, &corrected);
		for (size_t j = 0; j < f.n; j++)
			buf_putf(&codes, "%s%s", j ? " " : "",
				 f.v[j].kind->code);
		bad += row_is_span(rows[i].owner, "findings", buf_span(&codes),
				   span_str(rows[i].codes));
		bad += row_is_span(rows[i].owner, "corrected",
				   buf_span(&corrected),
				   span_str(rows[i].corrected));
		findings_free(&f);
		buf_free(&corrected);
		buf_free(&codes);
	}
	assert_int_equal(bad, 0);
}

static void test_policies(void **state)
{
	struct keyowner o;

	(void)state;
	assert_true(keyowner_parse(SPAN("_adsp._domainkey.example.com"), &o));
	assert_true(o.policy);
	assert_true(keyowner_parse(SPAN("_domainkey.example.com"), &o));
	assert_true(o.policy && o.selector.n == 0);
	assert_true(keyowner_parse(SPAN("x._domainkey.example.com"), &o));
	assert_false(o.policy);
	assert_true(span_eq(o.rest, SPAN("example.com")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
