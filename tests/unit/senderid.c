/* Sender ID: RFC 4406, 4407. */
#include "fake_dns.h"

#include "senderid.h"

static void parse(struct fields *f, const char *text)
{
	size_t mbox;

	*f = (struct fields){ 0 };
	buf_init(&f->bytes, 65536);
	buf_put(&f->bytes, span_str(text));
	fields_parse(f, false, true, &mbox);
}

static void pra(void **state)
{
	static const struct {
		const char *rule, *header, *field, *address;
	} rows[] = {
		{ "4", "From: a@b.c\r\n", "From", "a@b.c" },
		{ "4 two", "From: a@b.c\r\nFrom: a@b.c\r\n", NULL, "" },
		{ "4 list", "From: a@b.c, d@b.c\r\n", NULL, "" },
		{ "4 broken", "From: a\r\n", NULL, "" },
		{ "3", "From: a@b.c\r\nSender: s@b.c\r\n", "Sender", "s@b.c" },
		{ "3 two", "From: a@b.c\r\nSender: s@b.c\r\nSender: t@b.c\r\n",
		  NULL, "" },
		{ "3 empty", "From: a@b.c\r\nSender: \r\n", "From", "a@b.c" },
		{ "2", "Resent-From: r@b.c\r\nSender: s@b.c\r\n", "Resent-From",
		  "r@b.c" },
		{ "1", "Resent-Sender: q@b.c\r\nResent-From: r@b.c\r\n",
		  "Resent-Sender", "q@b.c" },
		{ "1 after", "Resent-From: r@b.c\r\nResent-Sender: q@b.c\r\n",
		  "Resent-Sender", "q@b.c" },
		{ "1 parted",
		  "Resent-From: r@b.c\r\nReceived: x\r\n"
		  "Resent-Sender: q@b.c\r\n",
		  "Resent-From", "r@b.c" },
		{ "1 parted",
		  "Resent-From: r@b.c\r\nReturn-Path: x\r\n"
		  "Resent-Sender: q@b.c\r\n",
		  "Resent-From", "r@b.c" },
		{ "1 empty",
		  "Resent-From:\t\r\nReceived: x\r\nResent-Sender: q@b.c\r\n",
		  "Resent-Sender", "q@b.c" },
		{ "none", "To: a@b.c\r\n", NULL, "" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct senderid s;
		struct fields f;
		bool is;

		parse(&f, rows[i].header);
		is = senderid_pra(&f, &s);
		bad += row_is(rows[i].header, rows[i].rule, is,
			      rows[i].field != NULL);
		if (is) {
			bad += row_is_span(rows[i].header, "field",
					   span_str(s.field),
					   span_str(rows[i].field));
			bad += row_is_span(rows[i].header, "address",
					   buf_span(&s.address),
					   span_str(rows[i].address));
		}
		senderid_free(&s);
		fields_free(&f);
	}
	assert_int_equal(bad, 0);
}

static void records(void **state)
{
	static const struct {
		const char *rule, *zone;
		enum spf_result result;
	} rows[] = {
		{ "Records v1", "b.c TXT v=spf1 -all\n", SPF_FAIL },
		{ "Records v2",
		  "b.c TXT spf2.0/pra -all\nb.c TXT v=spf1 +all\n", SPF_FAIL },
		{ "other scope",
		  "b.c TXT spf2.0/mfrom -all\nb.c TXT v=spf1 ~all\n",
		  SPF_SOFTFAIL },
		{ "both", "b.c TXT spf2.0/mfrom,pra ?all\n", SPF_NEUTRAL },
		{ "prattle", "b.c TXT spf2.0/mfrom,prattle,fubar -all\n",
		  SPF_NONE },
		{ "fubar", "b.c TXT spf2.0/mfrom,pra,fubar -all\n", SPF_FAIL },
		{ "SenderID x", "b.c TXT spf2.x/pra -all\n", SPF_NONE },
		{ "minor", "b.c TXT spf2.7/pra -all\n", SPF_FAIL },
		{ "no scope", "b.c TXT spf2.0 -all\n", SPF_NONE },
		{ "two",
		  "b.c TXT spf2.0/pra -all\n"
		  "b.c TXT spf2.0/mfrom,pra -all\n",
		  SPF_PERMERROR },
		{ "no such domain", "", SPF_FAIL },
		{ "exists", "b.c A 1.2.3.4\n", SPF_NONE },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_clock clock = { 0 };
		struct spf_query q = { .helo = SPAN("h.e") };
		struct senderid s;
		struct fields f;
		struct fake_dns dns;

		fake_open(&dns, rows[i].zone);
		q.client.dns = &dns.dns;
		q.client.clock = &clock;
		assert_true(ip_parse(SPAN("192.0.2.1"), &q.client.ip));
		parse(&f, "From: a@b.c\r\n");
		senderid_check(&q, &f, &s);
		bad += row_is(rows[i].rule, "result", s.spf.result,
			      rows[i].result);
		senderid_free(&s);
		fields_free(&f);
		buf_free(&dns.asked);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pra),
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
