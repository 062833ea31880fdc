/* Lists of hosts (dkim-sign --trusted-hosts). */
#include "folder.h"

#include "hosts.h"

static void lists_hosts(void **state)
{
	static const struct {
		const char *list, *host;
		bool yes;
	} rows[] = {
		{ "", "192.0.2.1", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "[192.0.2.1]", true },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "::ffff:192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.10", false },
		{ "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "192.0.3.0", false },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.77/25", "192.0.2.1", true },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "2001:DB8::1", "IPv6:2001:db8:0:0::1", true },
		{ "::1", "[IPv6:::1]", true },
		{ "127.0.0.1/8 # localhost\r\n::1", "127.9.9.9", true },
		{ "192.0.2.0/24\n!192.0.2.7", "192.0.2.7", false },
		{ "! 192.0.2.7\n192.0.2.0/24", "192.0.2.7", false },
		{ "!192.0.2.7\n192.0.2.0/24", "192.0.2.8", true },
		{ "mail.a.example", "MAIL.a.example", true },
		{ "mail.a.example", "x.mail.a.example", false },
		{ ".a.example", "x.y.a.example", true },
		{ ".a.example", "a.example", false },
		{ ".a.example\n!b.a.example", "b.a.example", false },
		{ "localhost", "localhost", true },
		{ "localhost", "unknown", false },
		{ "localhost", "", false },
		{ "localhost", "]", false },
		/* as opendkim(8) and Postfix write them */
		{ "[192.0.2.1]", "192.0.2.1", true },
		{ "[::1]", "::1", true },
		{ "[::1]/128", "[::1]", true },
		{ "[2001:db8::]/32", "2001:db8::5", true },
		{ "[2001:db8::]/32", "2001:db9::5", false },
		{ "[2001:db8::/32]", "2001:db8::5", true },
		{ "IPv6:2001:db8::1", "2001:db8::1", true },
		{ "[192.0.2.0]/24", "192.0.2.9", true },
		{ "192.0.2.0/24\n![192.0.2.7]", "192.0.2.7", false },
		{ "*.a.example", "x.y.a.example", true },
		{ "*.a.example", "a.example", false },
		{ "*.a.example", "xa.example", false },
		{ "mail.a.example.", "mail.a.example", true },
		{ "mail.a.example", "mail.a.example.", true },
		{ ".a.example.", "x.a.example", true },
		{ "*.a.example\n!*.b.a.example.", "x.b.a.example", false },
		{ "xn--bcher-kva.example",
		  "b\xc3\xbc"
		  "cher.example",
		  true },
		{ ".b\xc3\xbc"
		  "cher.example.",
		  "mx.xn--bcher-kva.example", true },
		/* a name that is none is never listed */
		{ ".a.example", "x y.a.example", false },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct hosts h;
		struct span host = guarded_str(rows[i].host);
		char row[100];

		snprintf(row, sizeof(row), "%s: %s", rows[i].list,
			 rows[i].host);
		put("list", rows[i].list);
		assert_int_equal(hosts_read("list", &h, NULL), ST_OK);
		bad += row_is(row, "listed", hosts_has(&h, &host, 1),
			      rows[i].yes);
		hosts_free(&h);
	}
	assert_int_equal(bad, 0);
}

static void trusts(void **state)
{
	static const struct {
		const char *client[2];
		const char *auth;
		bool yes;
	} rows[] = {
		{ { "192.0.2.1" }, NULL, true },
		{ { "192.0.2.9" }, NULL, false },
		{ { "203.0.113.1" }, NULL, false },
		{ { "203.0.113.1" }, "", false },
		{ { "203.0.113.1" }, "joe", true },
		{ { "192.0.2.9" }, "joe", true },
		{ { "" }, NULL, true }, /* submitted on this host */
		{ { "203.0.113.1", "a.ours.example" }, NULL, true },
		{ { "192.0.2.9", "a.ours.example" }, NULL, false },
		/* excluded by a name that cannot be read */
		{ { "192.0.2.1", "a/b.theirs.example." }, NULL, false },
		{ { "192.0.2.1", "a/btheirs.example" }, NULL, true },
		{ { "a.ours.example", "192.0.2.9" }, NULL, false },
		{ { "", "" }, NULL, true },
		{ { " " }, NULL, false },
		{ { "192.0.2.1 " }, NULL, true },
		{ { "\ta.ours.example " }, NULL, true },
		{ { " 192.0.2.9", "a.ours.example" }, NULL, false },
		/* a client whose name is not known */
		{ { "203.0.113.66", "" }, NULL, false },
		{ { "", "203.0.113.66" }, NULL, false },
		{ { "192.0.2.1", "" }, NULL, true },
		{ { "", "192.0.2.9" }, NULL, false },
		{ { NULL }, "joe", true },
		{ { NULL }, NULL, false },
	};
	struct hosts h;
	int bad = 0;

	(void)state;
	put("list", "192.0.2.0/24\n!192.0.2.9\n.ours.example\n"
		    "!.theirs.example\n");
	assert_int_equal(hosts_read("list", &h, NULL), ST_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const *client = rows[i].client;
		size_t n = client[0] == NULL ? 0 : client[1] == NULL ? 1 : 2;

		bad += row_is(n ? client[0] : "nobody", "trusted",
			      hosts_trusts(&h, client, n, rows[i].auth),
			      rows[i].yes);
	}
	hosts_free(&h);
	assert_int_equal(bad, 0);
}

static void refuses_hosts(void **state)
{
	static const char name[] = "not an address, ADDRESS/BITS, a name, ";
	static const char bits[] = "a network has 0 to ";
	static const char number[] = "not an IP address; a network is ";
	static const char star[] = "\"*\" stands for whole labels, in front: ";
	static const struct {
		const char *list, *said;
	} rows[] = {
		{ "a b", name },
		{ "192.0.2.1/33", bits },
		{ "192.0.2.1/", bits },
		{ "2001:db8::/129", bits },
		{ "192.0.2.1/x", bits },
		{ "a.example/24", name },
		{ "!", number },
		{ "..", number },
		{ "a/b", name },
		{ "1.2.3.4.", number },
		{ "300.0.0.1", number },
		{ "\xff", name },
		{ "[::1", name },
		{ "[]", name },
		{ "[::1]/129", bits },
		{ "[::1]/", bits },
		{ "*", star },
		{ "*.", star },
		{ "a.*.b", star },
		{ "a..b", name },
		{ "[[::1]]/x", name },
		{ "*@a.example", star },
		{ "a.example..", name },
		{ "192.0.2.", number },
		{ ".2.1", number },
		{ "192.0.2.1-9", number },
		{ "192.0.2/24", number },
		{ "192.0.2.*", star },
		{ "mx*.example", star },
		{ "mx[1-9].a", name },
		{ "a.example:25", name },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct hosts h;
		struct diag why = { 0 };
		char want[80];

		put("list", rows[i].list);
		assert_int_equal(hosts_read("list", &h, &why), ST_CONFIG);
		snprintf(want, sizeof(want), "list: line 1: %s", rows[i].said);
		bad += row_is_span(rows[i].list, "said",
				   span_head(span_str(why.text), strlen(want)),
				   span_str(want));
		hosts_free(&h);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lists_hosts, clean),
		cmocka_unit_test_teardown(trusts, clean),
		cmocka_unit_test_teardown(refuses_hosts, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
