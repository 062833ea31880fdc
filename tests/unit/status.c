/* The table of verdicts, refusals and system errors, against CONTRACT. */
#include "unit.h"

/* CONTRACT 7, the words of `reason`, with what RULES R-2 and F say they give;
 * later versions may add, never rename. */
static const struct {
	const char *reason;
	enum result result;
	int exit;
} contract[] = {
	{ "ok", RESULT_PASS, 0 },
	{ "body-hash-mismatch", RESULT_FAIL, 1 },
	{ "bad-signature", RESULT_FAIL, 1 },
	{ "syntax", RESULT_NEUTRAL, 1 },
	{ "incompatible-version", RESULT_NEUTRAL, 1 },
	{ "missing-tag", RESULT_NEUTRAL, 1 },
	{ "unsupported-algorithm", RESULT_NEUTRAL, 1 },
	{ "unsupported-canon", RESULT_NEUTRAL, 1 },
	{ "unsupported-query", RESULT_NEUTRAL, 1 },
	{ "from-not-signed", RESULT_PERMERROR, 1 },
	{ "domain-mismatch", RESULT_PERMERROR, 1 },
	{ "body-too-short", RESULT_PERMERROR, 1 },
	{ "expired", RESULT_PERMERROR, 1 },
	{ "future", RESULT_PERMERROR, 1 },
	{ "no-key", RESULT_PERMERROR, 1 },
	{ "key-revoked", RESULT_PERMERROR, 1 },
	{ "key-syntax", RESULT_PERMERROR, 1 },
	{ "multiple-keys", RESULT_PERMERROR, 1 },
	{ "key-unsuitable", RESULT_PERMERROR, 1 },
	{ "hash-not-allowed", RESULT_PERMERROR, 1 },
	{ "service-not-allowed", RESULT_PERMERROR, 1 },
	{ "identity-not-allowed", RESULT_PERMERROR, 1 },
	{ "historic-algorithm", RESULT_PERMERROR, 1 },
	{ "weak-key", RESULT_PERMERROR, 1 },
	{ "key-too-large", RESULT_PERMERROR, 1 },
	{ "dns", RESULT_TEMPERROR, 75 },
	{ "malformed-header", RESULT_PERMERROR, 1 },
	{ "limit", RESULT_PERMERROR, 1 },
	{ "bad-idn", RESULT_PERMERROR, 1 },
	{ "unsigned-from", RESULT_POLICY, 1 },
	{ "partial-body", RESULT_POLICY, 1 },
	{ "d-is-suffix", RESULT_POLICY, 1 },
	{ "unsigned-duplicate", RESULT_POLICY, 1 }, /* added: RULES C-8 */
	{ "signature-limit", RESULT_POLICY, 1 },
	{ "insecure-dns", RESULT_POLICY, 1 },
};

static int check_verdict(enum status st)
{
	const char *reason = status_reason(st);

	for (size_t i = 0; i < COUNT(contract); i++)
		if (span_eq(span_str(reason), span_str(contract[i].reason)))
			return row_is(reason, "result", status_result(st),
				      contract[i].result) +
			       row_is(reason, "exit", status_exit(st),
				      contract[i].exit);
	print_error("%s is not in CONTRACT 7\n", reason);
	return 1;
}

static void rows(void **state)
{
	int bad = 0;
	bool verdicts_over = false;

	(void)state;
	for (int i = 0; i < ST_COUNT; i++) {
		enum status st = (enum status)i;
		int code = status_exit(st);
		const char *reason = status_reason(st);

		bad += row_is(status_text(st), "exit allowed",
			      code == 0 || code == 1 ||
				      (code >= 64 && code <= 78),
			      1);
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
			bad += row_is(status_text(st), "exit above 63",
				      code > 63 && code != 75, 1);
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
	/* RFC 8601 2.7.1; best first, RULES R-5 */
	static const char *const wanted[] = { "pass",	"temperror", "fail",
					      "policy", "permerror", "neutral",
					      "none" };

	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_string_equal(result_word((enum result)i), wanted[i]);
}

/* CONTRACT 1: 7x and 6x over 75 over 1 over 2 over 0 */
static void worse(void **state)
{
	static const int order[] = { 0, 2, 1, 75 };
	static const int top[] = { 64, 65, 66, 70, 71, 73, 74, 77, 78 };

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++)
		for (size_t j = 0; j < COUNT(order); j++)
			assert_int_equal(exit_worse(order[i], order[j]),
					 order[i > j ? i : j]);
	for (size_t i = 0; i < COUNT(top); i++) {
		for (size_t j = 0; j < COUNT(order); j++) {
			assert_int_equal(exit_worse(top[i], order[j]), top[i]);
			assert_int_equal(exit_worse(order[j], top[i]), top[i]);
		}
		/* of two such the first stays */
		assert_int_equal(exit_worse(top[i], 65), top[i]);
	}
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
		cmocka_unit_test(worse),
		cmocka_unit_test(says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
