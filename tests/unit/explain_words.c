/* Each code of a cause in words (explain_words.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "explain_words.h"

/* Who is to do something, or what: each "do" begins with one of these. */
static const char *const addressees[] = {
	"when signing: ",
	"on the list: ",
	"on the gateway: ",
	"on the relay: ",
	"on the filter: ",
	"on the list or relay: ",
	"on the signer: ",
	"on the receiver: ",
	"on the sending program: ",
	"on the list or gateway: ",
	"on the relay or the sending program: ",
	"usual on mailing lists; ",
	"usual on mailing lists, ",
	"look for ",
	"get the message again; ",
	"compare: dkim-txt ",
	"publish it: dkim-txt ",
	"publish it again: dkim-txt ",
	"publish it as several strings: ",
	"nothing for old mail; ",
	"nothing if it arrived in time: ",
	"move the record to ",
};

static const char *const details[] = { "field", "tag", "original", "kind",
				       "from",	"to",  "name" };

static void put_cause(struct explanation *e, enum cause_code code, bool proven)
{
	struct cause *c = causes_add(&e->causes, code, proven);

	for (size_t i = 0; i + 1 < sizeof(details) / sizeof(*details); i++)
		/* hostile: neither may end a line or a quoted string */
		if (strcmp(details[i], "kind") != 0 ||
		    code == CAUSE_KEY_MANGLED)
			cause_add_text(c, details[i], SPAN("x\"\n\033(y"));
}

static bool is_line(struct span s, const char *unwanted)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' || strchr(unwanted, s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_addressed(struct span act)
{
	for (size_t i = 0; i < sizeof(addressees) / sizeof(*addressees); i++)
		if (span_starts(act, span_str(addressees[i])))
			return true;
	return false;
}

static int one_code(enum cause_code code, bool proven, enum canon canon)
{
	struct verdict v = { .st = ST_EXPIRED,
			     .why = { .text = "the signature expired 1 day ago "
					      "(2026-01-02 10:01 UTC)" } };
	struct explanation e = { 0 };
	struct buf verdict, cause, act, reason;
	int bad = 0;

	v.sig.text_d = SPAN("example.com");
	v.sig.text_s = SPAN("mail");
	v.sig.header = v.sig.body = canon;
	memcpy(e.owner.text, "mail._domainkey.example.com", 28);
	put_cause(&e, code, proven);
	buf_init(&verdict, 4096);
	buf_init(&cause, 4096);
	buf_init(&act, 4096);
	buf_init(&reason, 4096);
	explain_verdict(&v, &e, &verdict);
	explain_cause(&v, &e, e.causes.v, &cause);
	explain_act(&v, &e, e.causes.v, &act);
	explain_reason(&v, &e, &reason);
	bad += !is_line(buf_span(&verdict), "");
	bad += !is_line(buf_span(&cause), "");
	bad += !span_ends(buf_span(&cause),
			  proven ? SPAN(" (proven)")
			  : code == CAUSE_WRONG_KEY
				  ? SPAN(" (likely; else b= was damaged)")
				  : SPAN(" (likely)"));
	bad += !is_line(buf_span(&act), "") || !is_addressed(buf_span(&act));
	/* RFC 8601 2.2: it is put between quotes; no text of the message */
	bad += !is_line(buf_span(&reason), "\"\\()") ||
	       span_search(buf_span(&reason), SPAN("x")) == 0;
	bad += span_starts(buf_span(&reason), SPAN("likely: ")) == proven;
	/* advice that is followed already helps nobody */
	if (canon == CANON_RELAXED)
		bad += span_search(buf_span(&act), SPAN("-c relaxed")) < act.n;
	if (bad)
		print_error("%s: %s | %s | %s | %s\n", cause_word(code),
			    (const char *)verdict.p, (const char *)cause.p,
			    (const char *)act.p, (const char *)reason.p);
	buf_free(&verdict);
	buf_free(&cause);
	buf_free(&act);
	buf_free(&reason);
	causes_free(&e.causes);
	return bad;
}

static void every_code(void **state)
{
	int bad = 0;

	(void)state;
	for (int code = 0; code < CAUSE_CODES; code++)
		for (int proven = 0; proven < 2; proven++) {
			bad += one_code((enum cause_code)code, proven,
					CANON_SIMPLE);
			bad += one_code((enum cause_code)code, proven,
					CANON_RELAXED);
		}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_code) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
