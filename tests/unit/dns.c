/* Names on their way into a question and out of an answer, and what every
 * source's answers go through. */
#include "unit.h"

#include "dns.h"

/* A label of N octets "a", with what follows. */
static size_t put_label(char *to, size_t n, const char *tail)
{
	memset(to, 'a', n);
	memcpy(to + n, tail, strlen(tail) + 1);
	return n + strlen(tail);
}

static void test_names(void **state)
{
	static const struct {
		struct span text, wire; /* wire.n 0: no name */
		const char *back;
	} rows[] = {
		{ T("a.bc"), T("\1a\2bc\0"), "a.bc" },
		{ T("A.bC."), T("\1A\2bC\0"), "a.bc" }, /* RFC 4343 3 */
		{ T(""), T(""), NULL },
		{ T("."), T(""), NULL },
		{ T(".."), T(""), NULL },
		{ T("a..b"), T(""), NULL },
		{ T(".a"), T(""), NULL },
		{ T("a\\.b"), T("\2a\\\1b\0"), "a\\092.b" },
		{ T("a b.\"c;d\".@$()"), T("\3a b\5\"c;d\"\4@$()\0"),
		  "a\\032b.\\034c\\059d\\034.\\064\\036\\040\\041" },
		{ T("\0\n\x1b\x7f\xff"), T("\5\0\n\x1b\x7f\xff\0"),
		  "\\000\\010\\027\\127\\255" },
		{ T("a_b-c*=/+"), T("\11a_b-c*=/+\0"), "a_b-c*=/+" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_name name;
		struct buf back;
		bool is = dns_name_of(guarded(rows[i].text), &name);

		buf_init(&back, 4096);
		bad += row_is(rows[i].back, "a name", is, rows[i].wire.n > 0);
		if (is) {
			bad += row_is_span(rows[i].back, "wire",
					   span_of(name.b, name.n),
					   rows[i].wire);
			assert_int_equal(dns_name_text(&name, &back), ST_OK);
			bad += row_is_span(rows[i].back, "text",
					   buf_span(&back),
					   span_str(rows[i].back));
		}
		buf_free(&back);
	}
	assert_int_equal(bad, 0);
}

/* What dns_name_text writes is read back; other texts are refused. */
static void test_read(void **state)
{
	static const struct {
		struct span text, wire; /* wire.n 0: no name */
	} rows[] = {
		{ T("."), T("\0") },
		{ T("a.bc"), T("\1a\2bc\0") },
		{ T("a\\046b.\\000\\255\\\"\\\\"), T("\3a.b\4\0\377\"\\\0") },
		{ T("\\a\\12x"), T("\4a12x\0") },
		{ T(""), T("") },
		{ T("a."), T("") },
		{ T(".a"), T("") },
		{ T("a..b"), T("") },
		{ T("a\\"), T("") },
		{ T("a\\256"), T("") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_name name;
		bool is = dns_name_read(guarded(rows[i].text), &name);
		const char *row = (const char *)rows[i].text.p;

		bad += row_is(row, "a name", is, rows[i].wire.n > 0);
		if (is && rows[i].wire.n)
			bad += row_is_span(row, "wire", span_of(name.b, name.n),
					   rows[i].wire);
	}
	assert_int_equal(bad, 0);
}

static void test_root(void **state)
{
	struct dns_name root = { { 0 }, 1 };
	struct buf text;

	(void)state;
	buf_init(&text, 16);
	assert_int_equal(dns_name_text(&root, &text), ST_OK);
	assert_string_equal((const char *)text.p, ".");
	buf_free(&text);
}

/* RFC 1035 2.3.4: a label has 63 octets, a name 255 with the root's length. */
static void test_long_names(void **state)
{
	char text[300];
	struct dns_name name;
	size_t n = 0;

	(void)state;
	put_label(text, 63, ".b");
	assert_true(dns_name_of(span_str(text), &name));
	put_label(text, 64, ".b");
	assert_false(dns_name_of(span_str(text), &name));
	for (int i = 0; i < 3; i++)
		n += put_label(text + n, 63, ".");
	put_label(text + n, 61, "");
	assert_true(dns_name_of(span_str(text), &name));
	assert_int_equal(name.n, 255);
	put_label(text + n, 61, ".");
	assert_true(dns_name_of(span_str(text), &name));
	put_label(text + n, 62, "");
	assert_false(dns_name_of(span_str(text), &name));
	assert_false(dns_name_read(span_str(text), &name));
	put_label(text + n, 61, "");
	assert_true(dns_name_read(span_str(text), &name));
	assert_int_equal(name.n, 255);
	put_label(text, 64, ".b");
	assert_false(dns_name_read(span_str(text), &name));
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(dns_secure_word(DNS_SECURE), "secure");
	assert_string_equal(dns_secure_word(DNS_INSECURE), "insecure");
	assert_string_equal(dns_secure_word(DNS_UNKNOWN), "unknown");
	assert_string_equal(dns_type_word(DNS_TXT), "TXT");
	assert_string_equal(dns_type_word(DNS_AAAA), "AAAA");
	assert_string_equal(dns_type_word(DNS_NS), "NS");
}

/* ---- a source that says everything at once ---- */

static size_t to_give;
static enum dns_answer to_say;
static enum dns_secure secure_to_say = DNS_SECURE;

static void fake_get(struct dns *dns, const struct dns_query *query,
		     struct dns_reply *out)
{
	struct diag why;

	(void)dns;
	(void)query;
	for (size_t i = 0; i < to_give; i++) {
		unsigned char octets[2] = { (unsigned char)(i >> 8),
					    (unsigned char)i };

		if (dns_add_record(out, span_of(octets, 2)) != ST_OK)
			return;
	}
	dns_add_alias(out, &query->name);
	status_ignore(diag_set(&why, ST_DNS, NULL, "words"));
	out->answer = to_say;
	out->secure = secure_to_say;
	out->timeout = true;
	out->ttl = 7;
	out->why = why;
}

static void get(enum dns_type type, size_t n, enum dns_answer say,
		struct dns_reply *out)
{
	static const struct dns_class class = { fake_get, NULL };
	struct dns dns = { .class = &class };
	struct dns_query query = { .type = type };

	assert_true(dns_name_of(SPAN("a.example"), &query.name));
	to_give = n;
	to_say = say;
	dns_get(&dns, &query, out);
}

static void test_failure(void **state)
{
	struct dns_reply out;

	(void)state;
	get(DNS_A, 3, DNS_FAILED, &out);
	assert_int_equal(out.n, 0);
	assert_int_equal(out.ttl, 0);
	assert_int_equal(out.secure, DNS_UNKNOWN);
	assert_true(out.timeout);
	assert_string_equal(out.why.text, "words");
	dns_reply_free(&out);
	get(DNS_A, 3, DNS_RECORDS, &out);
	assert_int_equal(out.n, 3);
	assert_int_equal(out.ttl, 7);
	assert_int_equal(out.secure, DNS_SECURE);
	assert_false(out.timeout);
	assert_string_equal(out.why.text, "");
	assert_string_equal((const char *)out.chain.p, "a.example\n");
	dns_reply_free(&out);
}

/* RFC 1035 3.2.1: 16 bits say how long the data of a record is. */
static void test_long_record(void **state)
{
	static const unsigned char octets[DNS_WIRE_DATA + 1];
	struct dns_reply out = { .answer = DNS_RECORDS };

	(void)state;
	assert_int_equal(dns_add_record(&out, span_of(octets, DNS_WIRE_DATA)),
			 ST_OK);
	assert_int_equal(out.n, 1);
	assert_int_equal(dns_add_record(&out, span_of(octets, sizeof(octets))),
			 ST_LIMIT);
	assert_int_equal(out.answer, DNS_FAILED);
	assert_int_equal(out.n, 0);
	dns_reply_free(&out);
}

/* A name of struct name may be too long for a question (RFC 1035 2.3.4): the
 * source is not asked. */
static void test_txt_name(void **state)
{
	static const struct dns_class class = { fake_get, NULL };
	struct dns dns = { .class = &class };
	struct dns_reply out;
	struct name name = { .text = "a..example" };

	(void)state;
	to_give = 1;
	to_say = DNS_RECORDS;
	dns_get_txt(&dns, &name, NULL, &out);
	assert_int_equal(out.answer, DNS_FAILED);
	assert_false(out.timeout);
	assert_string_equal(out.why.text, "not a domain name");
	dns_reply_free(&out);
	name = (struct name){ .text = "a.example" };
	dns_get_txt(&dns, &name, NULL, &out);
	assert_int_equal(out.n, 1);
	dns_reply_free(&out);
}

/* What DNSSEC says of several answers is the worst of them; one that failed
 * says nothing. */
static void test_clock(void **state)
{
	static const struct {
		const char *row;
		enum dns_answer answer[2];
		enum dns_secure secure[2];
		const char *word;
		bool good;
	} rows[] = {
		{ "none", { DNS_FAILED, DNS_FAILED }, { 0 }, NULL, true },
		{ "all",
		  { DNS_RECORDS, DNS_NXDOMAIN },
		  { DNS_SECURE, DNS_SECURE },
		  "secure",
		  true },
		{ "the second is not",
		  { DNS_RECORDS, DNS_NODATA },
		  { DNS_SECURE, DNS_INSECURE },
		  "insecure",
		  false },
		{ "the first is not",
		  { DNS_RECORDS, DNS_RECORDS },
		  { DNS_UNKNOWN, DNS_SECURE },
		  "unknown",
		  false },
		{ "one failed",
		  { DNS_FAILED, DNS_RECORDS },
		  { 0, DNS_SECURE },
		  "secure",
		  true },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const struct dns_class class = { fake_get, NULL };
		struct dns dns = { .class = &class };
		struct dns_clock clock = { 0 };
		struct dns_query query = { .type = DNS_A, .clock = &clock };

		assert_true(dns_name_of(SPAN("a.example"), &query.name));
		to_give = 0;
		for (int k = 0; k < 2; k++) {
			struct dns_reply out;

			to_say = rows[i].answer[k];
			secure_to_say = rows[i].secure[k];
			dns_get(&dns, &query, &out);
			dns_reply_free(&out);
		}
		secure_to_say = DNS_SECURE;
		bad += row_is_span(rows[i].row, "word",
				   span_str(dns_clock_word(&clock)),
				   span_str(rows[i].word));
		bad += row_is(rows[i].row, "secure", dns_clock_secure(&clock),
			      rows[i].good);
	}
	assert_int_equal(bad, 0);
	assert_null(dns_clock_word(NULL));
	assert_false(dns_clock_secure(NULL));
}

/* Addresses have no limit of their own, TXT records have. */
static void test_many(void **state)
{
	struct dns_reply out;

	(void)state;
	get(DNS_TXT, DNS_MOST_TXT, DNS_RECORDS, &out);
	assert_int_equal(out.n, DNS_MOST_TXT);
	dns_reply_free(&out);
	get(DNS_TXT, DNS_MOST_TXT + 1, DNS_RECORDS, &out);
	assert_int_equal(out.answer, DNS_FAILED);
	assert_non_null(strstr(out.why.text, "more than 100"));
	dns_reply_free(&out);
	get(DNS_A, DNS_MOST_OTHERS, DNS_RECORDS, &out);
	assert_int_equal(out.n, DNS_MOST_OTHERS);
	for (size_t i = 1; i < out.n; i++)
		assert_true(span_cmp(buf_span(&out.records[i - 1]),
				     buf_span(&out.records[i])) < 0);
	dns_reply_free(&out);
	get(DNS_A, DNS_MOST_OTHERS + 1, DNS_RECORDS, &out);
	assert_int_equal(out.answer, DNS_FAILED);
	assert_int_equal(out.n, 0);
	dns_reply_free(&out);
}

#define SIXTEEN "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* Data as on the wire, whole and with an octet more or less (RFC 1035 3.3). */
static void test_data_of_wire(void **state)
{
	static const struct {
		const char *row;
		enum dns_type type;
		struct span rdata;
		enum status st;
		struct span data;
	} rows[] = {
		{ "TXT", DNS_TXT, T("\1a\0\2bc"), ST_OK, T("abc") },
		{ "TXT, no string", DNS_TXT, T(""), ST_OK, T("") },
		{ "TXT, cut", DNS_TXT, T("\1a\2b"), ST_SYNTAX, T("ab") },
		{ "A", DNS_A, T("\300\0\2\1"), ST_OK, T("\300\0\2\1") },
		{ "A, cut", DNS_A, T("\300\0\2"), ST_SYNTAX, T("") },
		{ "AAAA, of A", DNS_AAAA, T("\300\0\2\1"), ST_SYNTAX, T("") },
		{ "MX", DNS_MX, T("\1\2\1A\1b\0"), ST_OK, T("\1\2a.b") },
		{ "MX, null", DNS_MX, T("\0\0\0"), ST_OK, T("\0\0.") },
		{ "MX, no name", DNS_MX, T("\0\1"), ST_SYNTAX, T("") },
		{ "MX, cut", DNS_MX, T("\0"), ST_SYNTAX, T("") },
		{ "NS", DNS_NS, T("\1a\0"), ST_OK, T("a") },
		{ "NS, more", DNS_NS, T("\1a\0\0"), ST_SYNTAX, T("") },
		{ "NS, cut", DNS_NS, T("\1a"), ST_SYNTAX, T("") },
		{ "NS, compressed", DNS_NS, T("\1a\300\14"), ST_SYNTAX, T("") },
		{ "SOA", DNS_SOA, T("\1a\2bc\0\1d\0\1\2\3\4" SIXTEEN), ST_OK,
		  T("\1\2\3\4") },
		{ "SOA, roots", DNS_SOA, T("\0\0\0\0\0\1" SIXTEEN), ST_OK,
		  T("\0\0\0\1") },
		{ "SOA, one name", DNS_SOA, T("\1a\0"), ST_SYNTAX, T("") },
		{ "SOA, cut in a label", DNS_SOA, T("\1a\0\5b"), ST_SYNTAX,
		  T("") },
		{ "SOA, compressed", DNS_SOA, T("\300\0\0\1\2\3\4" SIXTEEN),
		  ST_SYNTAX, T("") },
		{ "SOA, four numbers", DNS_SOA, T("\0\0" SIXTEEN), ST_SYNTAX,
		  T("") },
		{ "SOA, more", DNS_SOA, T("\0\0\1\2\3\4\5" SIXTEEN), ST_SYNTAX,
		  T("") },
		{ "PTR, label of 64", DNS_PTR,
		  T("\100aaaaaaaabbbbbbbbccccccccddddddddeeeeeeee"
		    "ffffffffgggggggghhhhhhhh\0"),
		  ST_SYNTAX, T("") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		buf_init(&out, 1024);
		bad += row_is(
			rows[i].row, "status",
			dns_data_of_wire(rows[i].type, rows[i].rdata, &out),
			rows[i].st);
		bad += row_is_span(rows[i].row, "data", buf_span(&out),
				   rows[i].data);
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_of_wire),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_record),
		cmocka_unit_test(test_txt_name),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
