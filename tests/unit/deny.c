/* Rules that refuse (--deny) and Exim's words; RFC 6376 6.1, 6.3. */
#include "folder.h"

#include <string.h>

#include "deny.h"
#include "exim.h"

static struct verdict verdict(const char *d, enum status st)
{
	struct verdict v = { .st = st };

	assert_int_equal(name_parse(span_str(d), 0, &v.sig.d, NULL), ST_OK);
	return v;
}

/* What the rules TEXT say of ALL. */
static int check(const char *rules, const char *sender,
		 const struct verification *all)
{
	struct deny d;
	struct span text;
	struct diag why = { 0 };
	int code;

	put_span("file", span_str(rules));
	assert_int_equal(deny_read("file", &d, &why), ST_OK);
	if (sender)
		assert_int_equal(deny_sender(&d, sender, &why), ST_OK);
	code = deny_check(&d, all, &text);
	deny_free(&d);
	return code;
}

static void checks(void **state)
{
	static const struct {
		const char *rules, *sender;
		enum status a, b; /* of a.example and b.example */
		int code;
	} rows[] = {
		{ "", NULL, ST_OK, ST_OK, 0 },
		/* the best of a signer counts */
		{ "* * fail", NULL, ST_BODY_HASH, ST_OK, 0 },
		{ "* a.example fail", NULL, ST_BODY_HASH, ST_OK, 1 },
		{ "* * fail", NULL, ST_BODY_HASH, ST_SYNTAX, 1 },
		{ "* c.example none", NULL, ST_OK, ST_OK, 1 },
		{ "* .example none", NULL, ST_OK, ST_OK, 0 },
		{ "* *.example none:pass", NULL, ST_OK, ST_OK, 1 },
		{ "* .a.example none", NULL, ST_OK, ST_OK, 1 },
		/* From's domain is from.example */
		{ "from.example * pass", NULL, ST_OK, ST_OK, 1 },
		{ ".from.example * pass", NULL, ST_OK, ST_OK, 0 },
		{ "from.example * pass", "x@other.example", ST_OK, ST_OK, 0 },
		{ "other.example * pass", "x@Other.Example", ST_OK, ST_OK, 1 },
		{ ".example * pass", "<>", ST_OK, ST_OK, 0 },
		{ "* * pass", "<>", ST_OK, ST_OK, 1 },
		{ "* * pass", "", ST_OK, ST_OK, 1 },
		{ "b.example * pass", "\"a@x\"@b.example", ST_OK, ST_OK, 1 },
		/* both vocabularies */
		{ "* * permerror", NULL, ST_EXPIRED, ST_NO_KEY, 1 },
		{ "* * invalid", NULL, ST_EXPIRED, ST_NO_KEY, 1 },
		{ "* * invalid", NULL, ST_KEY_WEAK, ST_KEY_WEAK, 0 },
		{ "* * fail", NULL, ST_KEY_WEAK, ST_KEY_WEAK, 1 },
		{ "* * policy", NULL, ST_UNSIGNED_FROM, ST_SYNTAX, 1 },
		{ "* * FAIL", NULL, ST_UNSIGNED_FROM, ST_SYNTAX, 1 },
		/* 6.3: temporary trouble refuses for good only if asked for */
		{ "* * temperror", NULL, ST_DNS, ST_SYNTAX, 1 },
		{ "* * invalid", NULL, ST_DNS, ST_SYNTAX, 75 },
		{ "* * invalid:temperror", NULL, ST_DNS, ST_SYNTAX, 1 },
		/* the first that fits */
		{ "* * none\n* * invalid\n* * temperror", NULL, ST_DNS,
		  ST_SYNTAX, 75 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verdict v[2] = { verdict("a.example", rows[i].a),
					verdict("b.example", rows[i].b) };
		struct verification all = { .v = v,
					    .n = 2,
					    .has_author = true };

		assert_int_equal(
			name_parse(SPAN("from.example"), 0, &all.author, NULL),
			ST_OK);
		bad += row_is(rows[i].rules, "code",
			      check(rows[i].rules, rows[i].sender, &all),
			      rows[i].code);
	}
	assert_int_equal(bad, 0);
}

static void nothing_signed(void **state)
{
	const struct verification all = { 0 };

	(void)state;
	/* no author: every SENDER */
	assert_int_equal(check("x.example y.example none", NULL, &all), 1);
	assert_int_equal(check("x.example * pass:fail:invalid", NULL, &all), 0);
}

/* Each result has a word, a reason but for a pass, and a log line. */
static void exim(void **state)
{
	(void)state;
	for (enum status st = ST_OK; st <= ST_SIGNATURE_LIMIT; st++) {
		struct verdict v = { .st = st };
		const struct verification all = { .v = &v, .n = 1 };
		const char *word = exim_word_text(exim_word(st));
		struct buf line;

		buf_init(&line, 4096);
		exim_report(NULL, &all, &line);
		struct span text = buf_span(&line);

		assert_true(span_starts(text, span_str(word)));
		text = span_from(text, strlen(word));
		assert_int_equal(span_starts(text, SPAN(" DKIM:")),
				 st == ST_OK);
		text = span_from(text, span_find(text, '['));
		assert_true(text.n > 4 && span_ends(text, SPAN("]\n")));
		assert_int_equal(exim_word(st) == EXIM_PASS, st == ST_OK);
		buf_free(&line);
	}
	assert_int_equal(exim_word(ST_D_IS_SUFFIX), EXIM_FAIL);
	assert_int_equal(exim_word(ST_MULTIPLE_KEYS), EXIM_INVALID);
	assert_int_equal(exim_word(ST_SIGNATURE_LIMIT), EXIM_NONE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(checks, clean),
		cmocka_unit_test_teardown(nothing_signed, clean),
		cmocka_unit_test(exim),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
