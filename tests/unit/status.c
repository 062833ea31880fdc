/* The table of verdicts, refusals and system errors. */
#include "unit.h"

/* The words of the JSON key `reason`, which dkim-verify(1) lists, with their
 * results (RFC 8601 2.7.1); later versions may add, never rename. */
static const struct {
	const char *reason;
	enum result result;
} promised[] = {
	{ "ok", RESULT_PASS },
	{ "body-hash-mismatch", RESULT_FAIL },
	{ "bad-signature", RESULT_FAIL },
	{ "syntax", RESULT_NEUTRAL },
	{ "incompatible-version", RESULT_NEUTRAL },
	{ "missing-tag", RESULT_NEUTRAL },
	{ "unsupported-algorithm", RESULT_NEUTRAL },
	{ "unsupported-canon", RESULT_NEUTRAL },
	{ "unsupported-query", RESULT_NEUTRAL },
	{ "from-not-signed", RESULT_PERMERROR },
	{ "domain-mismatch", RESULT_PERMERROR },
	{ "body-too-short", RESULT_PERMERROR },
	{ "expired", RESULT_PERMERROR },
	{ "future", RESULT_PERMERROR },
	{ "no-key", RESULT_PERMERROR },
	{ "key-revoked", RESULT_PERMERROR },
	{ "key-syntax", RESULT_PERMERROR },
	{ "multiple-keys", RESULT_PERMERROR },
	{ "key-unsuitable", RESULT_PERMERROR },
	{ "hash-not-allowed", RESULT_PERMERROR },
	{ "service-not-allowed", RESULT_PERMERROR },
	{ "identity-not-allowed", RESULT_PERMERROR },
	{ "historic-algorithm", RESULT_PERMERROR },
	{ "weak-key", RESULT_PERMERROR },
	{ "key-too-large", RESULT_PERMERROR },
	{ "dns", RESULT_TEMPERROR },
	{ "malformed-header", RESULT_PERMERROR },
	{ "limit", RESULT_PERMERROR },
	{ "bad-idn", RESULT_PERMERROR },
	{ "unsigned-from", RESULT_POLICY },
	{ "partial-body", RESULT_POLICY },
	{ "d-is-suffix", RESULT_POLICY },
	{ "unsigned-duplicate", RESULT_POLICY },
	{ "signature-limit", RESULT_POLICY },
	{ "insecure-dns", RESULT_POLICY },
};

static int check_verdict(enum status st)
{
	const char *reason = status_reason(st);

	for (size_t i = 0; i < COUNT(promised); i++)
		if (span_eq(span_str(reason), span_str(promised[i].reason)))
			return row_is(reason, "result", status_result(st),
				      promised[i].result);
	print_error("%s is not in the list\n", reason);
	return 1;
}

static void rows(void **state)
{
	int bad = 0;
	bool verdicts_over = false;

	(void)state;
	for (int i = 0; i < ST_COUNT; i++) {
		enum status st = (enum status)i;
		const char *reason = status_reason(st);

		assert_true(status_text(st)[0]);
		verdicts_over |= !reason;
		/* the families are in order, a verdict says where it is from */
		bad += row_is(status_text(st), "reason", reason != NULL,
			      !verdicts_over);
		if (reason) {
			assert_non_null(status_where(st));
			bad += check_verdict(st);
		} else {
			bad += row_is(status_text(st), "result",
				      status_result(st), RESULT_NONE);
		}
		for (int j = 0; j < i && reason; j++)
			assert_string_not_equal(reason,
						status_reason((enum status)j));
	}
	assert_int_equal(bad, 0);
	assert_int_equal(ST_OK, 0);
}

static void words(void **state)
{
	(void)state;
	/* RFC 8601 2.7.1; best first */
	static const char *const wanted[] = { "pass",	"temperror", "fail",
					      "policy", "permerror", "neutral",
					      "none" };

	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_string_equal(result_word((enum result)i), wanted[i]);
}

static void says(void **state)
{
	struct diag why = { 0 };
	char longer[2 * LIMIT_DIAG];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	assert_int_equal(diag_set(&why, ST_IO, "RFC 1", "%s", longer), ST_IO);
	assert_string_equal(why.where, "RFC 1");
	assert_int_equal(strlen(why.text), LIMIT_DIAG - 1);
	assert_int_equal(diag_set(NULL, ST_BUG, NULL, "%d", 1), ST_BUG);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(words),
		cmocka_unit_test(says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
