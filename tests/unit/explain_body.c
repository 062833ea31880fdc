/* A body was signed and another one arrived: what each change is called, with
 * its details, and that the work does not grow with what cannot be found. */
#include "explain_body.h"

#include <string.h>

#include "bodyhash.h"
#include "unit.h"

static struct crypto *crypto;

struct search {
	struct causes causes;
	uint64_t octets, tried, faults;
};

static void search(const char *header, enum canon how, struct span signed_body,
		   struct span body, struct search *out)
{
	struct fields f = { .bytes.max = LIMIT_HEADER_BYTES };
	struct sig sig = { .body = how, .hash = HASH_SHA256 };
	struct bodyhash *b = bodyhash_new(crypto);
	size_t mbox, job = bodyhash_add(b, &sig);
	uint64_t trials = 0;
	const struct verify_conf conf = { .crypto = crypto };

	bodyhash_push(b, signed_body);
	bodyhash_end(b);
	sig.bh = *bodyhash_get(b, job, NULL);
	bodyhash_free(b);
	buf_put(&f.bytes, span_str(header));
	fields_parse(&f, false, true, &mbox);
	*out = (struct search){ .octets = LIMIT_EXPLAIN_HASHED };
	const struct explain_input in = {
		.conf = &conf,
		.fields = &f,
		.sig = &sig,
		.body = body,
		.octets = &out->octets,
		.trials = &trials,
		.tried = &out->tried,
		.faults = &out->faults,
	};

	explain_body(&in, &out->causes);
	fields_free(&f);
}

#define PLAIN "Content-Type: text/plain; charset=utf-8\r\n"
#define CODED(word) PLAIN "Content-Transfer-Encoding: " word "\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define PART(type, word, text)                                  \
	"--b\r\nContent-Type: text/" type "; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: " word "\r\n\r\n" text "\r\n"
#define END "--b--\r\n"
#define FOUR "one\r\ntwo\r\nthree\r\nfour\r\n"

static const struct {
	const char *name, *header;
	enum canon how;
	const char *was, *is;
	const char *code; /* of the first cause; "": none */
	const char *detail, *text;
	long long number; /* of that detail, where TEXT is NULL */
} rows[] = {
	{ "footer", PLAIN, CANON_RELAXED, FOUR, FOUR "-- \r\nlist\r\n",
	  "body-footer-appended", "octets", NULL, 11 },
	{ "banner", PLAIN, CANON_SIMPLE, FOUR, "CAUTION\r\n\r\n" FOUR,
	  "body-banner-prepended", "lines", NULL, 2 },
	{ "both ends", PLAIN, CANON_SIMPLE, FOUR, "CAUTION\r\n" FOUR "ad\r\n",
	  "body-banner-prepended", "octets", NULL, 9 },
	{ "lines inside", PLAIN, CANON_SIMPLE, FOUR,
	  "one\r\ntwo\r\nthree\r\nad\r\nad\r\nfour\r\n", "body-footer-appended",
	  "lines", NULL, 2 },
	{ "a part more", MIXED, CANON_SIMPLE, PART("plain", "7bit", "a") END,
	  PART("plain", "7bit", "a") PART("plain", "7bit", "ad") END,
	  "body-footer-in-multipart", "offset", NULL, 82 },
	{ "made a part", MIXED, CANON_SIMPLE, "a\r\nb\r\n",
	  PART("plain", "7bit", "a\r\nb\r\n") PART("plain", "7bit", "ad") END,
	  "body-footer-in-multipart", NULL, NULL, 0 },
	{ "in a part", MIXED, CANON_SIMPLE,
	  PART("plain", "7bit", "a") PART("html", "7bit", "<p>b") END,
	  PART("plain", "7bit", "a\r\nad") PART("html", "7bit", "<p>b") END,
	  "body-footer-in-multipart", "octets", NULL, 4 },
	{ "before </body>", "Content-Type: text/html\r\n", CANON_SIMPLE,
	  "<body><p>a</p></body>\r\n", "<body><p>a</p><hr>ad</body>\r\n",
	  "body-footer-appended", "text", "<hr>ad", 0 },
	{ "after <body>", "Content-Type: text/html\r\n", CANON_SIMPLE,
	  "<body x><p>a</p></body>\r\n",
	  "<body x><b>EXT</b><p>a</p></body>\r\n", "body-banner-prepended",
	  "octets", NULL, 10 },
	{ "half a CRLF", PLAIN, CANON_SIMPLE, "a\r", "a\r\n",
	  "body-final-newline", NULL, NULL, 0 },
	{ "bare LF", PLAIN, CANON_RELAXED, "a\r\nb\r\nc\r\n", "a\nb\nc\n",
	  "line-endings-LF", "lines", NULL, 3 },
	{ "CR CR LF", PLAIN, CANON_RELAXED, "a\r\nb\r\nc\r\n",
	  "a\r\r\nb\r\r\nc\r\n", "line-endings-CRCRLF", "lines", NULL, 2 },
	{ "From", PLAIN, CANON_RELAXED, "a\r\nFrom b\r\n>From c\r\n",
	  "a\r\n>From b\r\n>From c\r\n", "body-from-quoted", "lines", NULL, 1 },
	{ "From, and a footer", PLAIN, CANON_RELAXED, "a\r\nFrom b\r\n",
	  "a\r\n>From b\r\nlist\r\nad\r\n", "body-footer-appended", "octets",
	  NULL, 10 },
	{ "dots doubled", PLAIN, CANON_RELAXED, "a\r\n.b\r\n..\r\n",
	  "a\r\n..b\r\n...\r\n", "body-dot-stuffed", "lines", NULL, 2 },
	{ "dots lost", PLAIN, CANON_RELAXED, "a {\r\n}\r\n.b { c }\r\n",
	  "a {\r\n}\r\nb { c }\r\n", "body-dot-unstuffed", "lines", NULL, 1 },
	{ "blank lines lost", PLAIN, CANON_RELAXED,
	  "a\r\n\r\n\r\nb\r\n\r\n\r\nc\r\n", "a\r\n\r\nb\r\n\r\nc\r\n",
	  "body-blank-lines-changed", "blank_lines", NULL, -2 },
	{ "blank lines more", PLAIN, CANON_RELAXED, "a\r\nb\r\nc\r\n",
	  "a\r\n\r\nb\r\n\r\nc\r\n", "body-blank-lines-changed", "blank_lines",
	  NULL, 2 },
	{ "a blank line anywhere", PLAIN, CANON_RELAXED, "a\r\n\r\nb\r\nc\r\n",
	  "a\r\nb\r\nc\r\n", "body-blank-lines-changed", "blank_lines", NULL,
	  -1 },
	{ "dashes", PLAIN, CANON_SIMPLE, "a\r\n-- \r\nb\r\n",
	  "a\r\n--\r\nb\r\n", "body-trailing-space-stripped", "lines", NULL,
	  1 },
	{ "flowed", PLAIN, CANON_SIMPLE, "aa bb \r\ncc \r\ndd\r\n\r\ne\r\n",
	  "aa bb\r\ncc\r\ndd\r\n\r\ne\r\n", "body-trailing-space-stripped",
	  "lines", NULL, 2 },
	{ "tabs", PLAIN, CANON_SIMPLE, "\ta\r\n\t\tb\r\n",
	  "        a\r\n                b\r\n", "body-tabs-to-spaces", "tabs",
	  NULL, 3 },
	{ "tab stops", PLAIN, CANON_SIMPLE, "ab\tc\r\nabc\td\r\n",
	  "ab      c\r\nabc     d\r\n", "body-tabs-to-spaces", "tabs", NULL,
	  2 },
	{ "broken", PLAIN, CANON_RELAXED, "aaa bbb ccc\r\nd\r\n",
	  "aaa bbb\r\nccc\r\nd\r\n", "body-rewrapped", "breaks", NULL, 1 },
	{ "a link", PLAIN, CANON_RELAXED, "see http://a.example/b now\r\n",
	  "see "
	  "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2F"
	  "a.example%2Fb&data=1 now\r\n",
	  "body-line-rewritten", "original", "http://a.example/b", 0 },
	{ "defanged", PLAIN, CANON_RELAXED, "see http://a.example/b\r\n",
	  "see hxxp://a[.]example/b\r\n", "body-line-rewritten", "urls", NULL,
	  2 },
	{ "a word", PLAIN, CANON_RELAXED, "red blue red\r\n",
	  "red blue blue\r\n", "body-line-rewritten", "original", "red", 0 },
	{ "a letter", PLAIN, CANON_RELAXED, "some text\r\n", "some tezt\r\n",
	  "body-line-rewritten", "original", "x", 0 },
	{ "QP to 8bit", CODED("8bit"), CANON_RELAXED, "caf=C3=A9=\r\n b\r\n",
	  "caf\xc3\xa9 b\r\n", "", NULL, NULL, 0 },
	{ "8bit to QP", CODED("quoted-printable"), CANON_RELAXED,
	  "caf\xc3\xa9 b\r\n", "caf=C3=A9 b\r\n", "body-reencoded", "from",
	  "8bit", 0 },
	{ "7bit to QP", CODED("quoted-printable"), CANON_RELAXED, "a=b\r\n",
	  "a=3Db\r\n", "body-reencoded", "from", "7bit", 0 },
	{ "base64 to 8bit", CODED("8bit"), CANON_RELAXED, "Y2Fmw6kNCg==\r\n",
	  "caf\xc3\xa9\r\n", "body-reencoded", "from", "base64", 0 },
	{ "a part's encoding", MIXED, CANON_RELAXED,
	  PART("plain", "8bit", "caf\xc3\xa9") PART("html", "7bit", "<p>b") END,
	  PART("plain", "quoted-printable", "caf=C3=A9")
		  PART("html", "7bit", "<p>b") END,
	  "body-reencoded", "parts", NULL, 1 },
	{ "latin 1", PLAIN, CANON_RELAXED, "caf\xe9\r\n", "caf\xc3\xa9\r\n",
	  "body-charset-converted", "from", "iso-8859-1", 0 },
	{ "footer in base64", CODED("base64"), CANON_RELAXED,
	  "b25lDQp0d28NCg==\r\n", "b25lDQp0d28NCmFkDQo=\r\n",
	  "body-footer-appended", "decoded_octets", NULL, 4 },
	{ "footer in two parts", MIXED, CANON_RELAXED,
	  PART("plain", "base64", "b25lDQo=")
		  PART("html", "base64", "PHA+b25lPC9wPg==") END,
	  PART("plain", "base64", "b25lDQphZA==")
		  PART("html", "base64", "PHA+b25lPC9wPg0KYWQ=") END,
	  "body-footer-appended", NULL, NULL, 0 },
	{ "cut multipart", MIXED, CANON_SIMPLE, PART("plain", "7bit", "a") END,
	  PART("plain", "7bit", "a"), "body-truncated", "octets", NULL, 7 },
	{ "replaced", PLAIN, CANON_RELAXED, "what was written\r\n",
	  "another text\r\nof two lines\r\n", "", NULL, NULL, 0 },
};

static const struct detail *detail_of(const struct cause *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->detail[i].name, name) == 0)
			return &c->detail[i];
	return NULL;
}

static void names(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct search s;

		search(rows[i].header, rows[i].how,
		       guarded(span_str(rows[i].was)),
		       guarded(span_str(rows[i].is)), &s);
		const struct cause *c = s.causes.n ? &s.causes.v[0] : NULL;

		bad += row_is_span(rows[i].name, "code",
				   span_str(c ? cause_word(c->code) : ""),
				   span_str(rows[i].code));
		bad += row_is(rows[i].name, "proven", c && c->proven,
			      rows[i].code[0] != 0);
		bad += row_is(rows[i].name, "faults", (long long)s.faults, 0);
		const struct detail *d = c && rows[i].detail
						 ? detail_of(c, rows[i].detail)
						 : NULL;

		if (d && rows[i].text)
			bad += row_is_span(rows[i].name, rows[i].detail,
					   buf_span(&d->text),
					   span_str(rows[i].text));
		else if (rows[i].detail)
			bad += row_is(rows[i].name, rows[i].detail,
				      d ? d->number : -99, rows[i].number);
		causes_free(&s.causes);
	}
	assert_int_equal(bad, 0);
}

/* Bodies of which nothing can be found, each ten times the one before: the
 * tries stay within the ceiling. */
static void ceilings(void **state)
{
	static const char *const lines[] = {
		"\r\n",		 "a b\r\n",
		".\r\n",	 "> From x http://y/ hxxp\r\n",
		"  =C3=A9=\r\n", "<td></td>\r\n"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t n = 100; n <= 10000; n *= 10) {
			struct search s;
			struct buf body;

			buf_init(&body, 8 * 1024 * 1024);
			for (size_t k = 0; k < n; k++)
				buf_put(&body, span_str(lines[i]));
			search(i % 2 ? PLAIN : CODED("quoted-printable"),
			       CANON_SIMPLE, SPAN("none of it\r\n"),
			       buf_span(&body), &s);
			/* what is left is no more than it was, and each try
			 * took its part, however short the text */
			assert_true(s.octets <= LIMIT_EXPLAIN_HASHED);
			assert_true(s.tried * 600 <=
				    LIMIT_EXPLAIN_HASHED + 600 * 1000);
			assert_int_equal(s.faults, 0);
			causes_free(&s.causes);
			buf_free(&body);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(ceilings),
	};

	crypto = crypto_new();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
