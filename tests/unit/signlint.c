/* Warnings about a message to sign (RFC 6376 5.3). */
#include "unit.h"

#include "signlint.h"

#define FROM "From: a@example.com\n"
#define DATED FROM "Date: 1\nMessage-ID: <2>\n"
#define N(id) (1U << SIGN_##id)

static struct msg *read_all(struct span text, bool *body_8bit)
{
	struct msg *m = msg_new(MSG_AUTO, true, (struct msg_handler){ 0 });
	size_t head = 0;

	while (head < text.n &&
	       !span_starts(span_from(text, head), SPAN("\n\n")))
		head++;
	*body_8bit = span_8bit(span_from(text, head));
	assert_int_equal(msg_push(m, text), ST_OK);
	assert_int_equal(msg_end(m), ST_OK);
	return m;
}

static const struct {
	const char *id;
	struct span text;
	unsigned notes;
} rows[] = {
	{ "plain", T(DATED "\nx\n"), 0 },
	{ "RFC 5322 3.6", T(FROM "\n"), N(NO_DATE) | N(NO_MESSAGE_ID) },
	{ "any case", T(FROM "DATE: 1\nmessage-id: <2>\n\n"), 0 },
	{ "NUL in the body", T(DATED "\n\0"), N(NUL) },
	{ "NUL in the header", T(DATED "X: \0\n\n"), N(NUL) },
	{ "mbox", T("From x\n" DATED "\n"), N(MBOX_LINE) },
	{ "RFC 6532 3.1", T(DATED "X: \xc3\xa9\n\n"), 0 },
	{ "Latin-1", T(DATED "X: \xe9\n\n"), N(HEADER_8BIT) },
	{ "both", T(DATED "X: \xc3\xa9\nY: \xe9\n\n"), N(HEADER_8BIT) },
	{ "RFC 2045 6.2", T(DATED "\n\xc3\xa9\n"), N(BODY_8BIT) },
	{ "8bit",
	  T(DATED "MIME-Version: 1.0\n"
		  "Content-Transfer-Encoding: 8BIT\n\n\xc3\xa9\n"),
	  0 },
	{ "binary",
	  T(DATED "MIME-Version: 1.0 (x)\n"
		  "Content-Transfer-Encoding:\n binary\n\n\xff\n"),
	  0 },
	{ "7bit is no announcement",
	  T(DATED "MIME-Version: 1.0\n"
		  "Content-Transfer-Encoding: 7bit\n\n\xc3\xa9\n"),
	  N(BODY_8BIT) },
	{ "RFC 2045 4: none", T(DATED "Content-Type: text/plain\n\n"),
	  N(MIME) },
	{ "none, and none is needed", T(DATED "Content-Language: en\n\n"), 0 },
	{ "unknown", T(DATED "MIME-Version: 2.0\n\n"), N(MIME) },
	{ "several", T(DATED "MIME-Version: 1.0\nMIME-Version: 1.0\n\n"),
	  N(MIME) },
};

static void messages(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool body_8bit;
		struct msg *m = read_all(rows[i].text, &body_8bit);

		bad += row_is(rows[i].id, "notes",
			      signlint_message(msg_facts(m), msg_fields(m),
					       body_8bit),
			      rows[i].notes);
		msg_free(m);
	}
	assert_int_equal(bad, 0);
}

/* RFC 5322 2.1.1: 998 octets without the line end. */
static void long_lines(void **state)
{
	static char text[1200];

	(void)state;
	for (size_t n = 997; n <= 999; n++) {
		bool body_8bit;
		int at = snprintf(text, sizeof(text), DATED "\n%0*d\r\n",
				  (int)n, 1);
		struct msg *m = read_all(span_of(text, (size_t)at), &body_8bit);

		assert_int_equal(
			signlint_message(msg_facts(m), msg_fields(m), false),
			n > 998 ? N(LONG_LINE) : 0);
		msg_free(m);
	}
}

/* RFC 8058 4, and what else is about the fields that are signed. */
static void signed_fields(void **state)
{
#define POST "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
#define URI "List-Unsubscribe: <https://u>\n"
	static const struct {
		const char *list;
		struct span text;
		unsigned notes;
	} cases[] = {
		{ NULL, T(DATED URI POST "\n"), 0 },
		{ "From", T(DATED URI POST "\n"), N(ONE_CLICK) },
		{ "From:List-Unsubscribe", T(DATED URI POST "\n"),
		  N(ONE_CLICK) },
		{ "From:List-Unsubscribe-Post", T(DATED URI POST "\n"),
		  N(ONE_CLICK) },
		{ "From:list-unsubscribe:list-unsubscribe-post",
		  T(DATED URI POST "\n"), 0 },
		{ "From", T(DATED URI "\n"), 0 }, /* not one click */
		{ "From", T(DATED "\n"), 0 },
		/* a blank before the colon, RFC 5322 4.5 */
		{ NULL, T(DATED "Subject : x\n\n"), N(BLANK_COLON) },
		{ NULL, T("From \t: a@example.com\n\n"), N(BLANK_COLON) },
		{ NULL, T(DATED "Subject:x\n X : y\n\n"), 0 },
		{ NULL, T(DATED "X-Ours : y\n\n"), 0 },
		{ "From:X-Ours", T(DATED "x-ours : y\n\n"), N(BLANK_COLON) },
		{ "From", T(DATED "Subject : y\n\n"), 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool body_8bit;
		struct diag names = { 0 };
		struct headerset_rules rules;
		struct headerset set;
		struct msg *m = read_all(cases[i].text, &body_8bit);

		assert_int_equal(headerset_read(cases[i].list, &rules, NULL),
				 ST_OK);
		assert_int_equal(
			headerset_pick(&rules, msg_fields(m), &set, NULL),
			ST_OK);
		bad += row_is(cases[i].list ? cases[i].list : "default",
			      "notes",
			      signlint_headers(msg_fields(m), &set, &names),
			      cases[i].notes);
		assert_int_equal(names.text[0] != 0,
				 cases[i].notes == N(BLANK_COLON));
		headerset_free(&set);
		headerset_rules_free(&rules);
		msg_free(m);
	}
	assert_int_equal(bad, 0);
}

/* JSON has the codes: no two are one. */
static void codes(void **state)
{
	(void)state;
	for (int n = 0; n < SIGN_NOTE_COUNT; n++) {
		struct span code = span_str(sign_note_code((enum sign_note)n));

		assert_true(code.n && sign_note_text((enum sign_note)n)[0]);
		for (int other = 0; other < n; other++)
			assert_false(
				span_eq(code, span_str(sign_note_code(
						      (enum sign_note)other))));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(signed_fields),
		cmocka_unit_test(codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
