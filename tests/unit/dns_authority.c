/* Who speaks for a name, found in a zone that is all the DNS there is. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "dns_authority.h"
#include "dns_ask.h"
#include "dns_source.h"
#include "dns_zone.h"

static struct dns *open_text(const char *text)
{
	FILE *f = tmpfile();
	char path[32];
	const char *paths[] = { path };
	struct diag why = { 0 };
	struct dns *dns = NULL;

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	rewind(f);
	snprintf(path, sizeof(path), "/dev/fd/%d", fileno(f));
	if (dns_zone_open(paths, 1, NULL, &dns, &why) != ST_OK)
		fail_msg("%s", why.text);
	fclose(f);
	return dns;
}

/* "ZONE: HOST=ADDR@PORT ...", or "STATUS: why". */
static void find(struct dns *dns, const char *name, struct buf *out)
{
	struct dns_authorities all;
	struct dns_clock clock = { 0 };
	struct dns_name wire;
	struct diag why = { 0 };

	assert_true(dns_name_of(span_str(name), &wire));
	enum status st =
		dns_authorities_find(dns, &wire, 5300, &clock, &all, &why);

	if (st != ST_OK) {
		assert_null(all.v);
		buf_putf(out, "%s: %s", st == ST_LIMIT ? "limit" : "dns",
			 why.text);
		return;
	}
	assert_int_equal(dns_name_text(&all.zone, out), ST_OK);
	buf_put(out, SPAN(":"));
	for (size_t i = 0; i < all.n; i++)
		buf_putf(out, " %s=%s%s", all.v[i].host, all.v[i].server,
			 all.v[i].server[0] ? "" : all.v[i].why.text);
	dns_authorities_free(&all);
}

static const char text[] =
	"$ORIGIN example.\n"
	"zone NS b.ns\n"
	"zone NS a.ns\n"
	"k.sub.zone TXT x\n"
	"a.ns A 127.0.0.2\n"
	"a.ns A 127.0.0.1\n"
	"a.ns AAAA ::1\n"
	"b.ns A 192.0.2.1\n"
	"child.zone NS c.ns\n"
	"c.ns CNAME a.ns\n"
	"alias.zone CNAME other\n"
	"other NS far.ns\n"
	"far.ns A 192.0.2.9\n"
	"lost NS nowhere\n"
	"lost NS a.ns\n"
	"lame NS loop\n"
	"loop CNAME loop\n"
	"www.looped CNAME loop\n"
	"odd NS x\\.y\\000\n"
	"x\\.y\\000 A 127.0.0.3\n"
	"null NS .\n"
	"half NS half.ns\n" /* the other half can never be asked */
	"half.ns A 127.0.0.1\n"
	"half.ns A 255.255.255.255\n"
	"none NS none.ns\n"
	"none.ns A 255.255.255.255\n"
	"mapped NS mapped.ns\n"
	"mapped.ns AAAA ::ffff:127.0.0.1\n";

static void test_find(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "zone.example", "zone.example: a.ns.example=127.0.0.1@5300 "
				  "a.ns.example=127.0.0.2@5300 "
				  "a.ns.example=::1@5300 "
				  "b.ns.example=192.0.2.1@53" },
		{ "k.sub.zone.example",
		  "zone.example: a.ns.example=127.0.0.1@5300 "
		  "a.ns.example=127.0.0.2@5300 a.ns.example=::1@5300 "
		  "b.ns.example=192.0.2.1@53" },
		{ "absent.child.zone.example",
		  "child.zone.example: c.ns.example=127.0.0.1@5300 "
		  "c.ns.example=127.0.0.2@5300 c.ns.example=::1@5300" },
		/* an alias is in the zone where it stands */
		{ "alias.zone.example",
		  "zone.example: a.ns.example=127.0.0.1@5300 "
		  "a.ns.example=127.0.0.2@5300 a.ns.example=::1@5300 "
		  "b.ns.example=192.0.2.1@53" },
		{ "other.example",
		  "other.example: far.ns.example=192.0.2.9@53" },
		{ "lost.example",
		  "lost.example: a.ns.example=127.0.0.1@5300 "
		  "a.ns.example=127.0.0.2@5300 a.ns.example=::1@5300 "
		  "nowhere.example=the name server has no address" },
		{ "lame.example", "lame.example: loop.example=a CNAME loop, or "
				  "a chain of more than 12" },
		{ "www.looped.example",
		  "dns: a CNAME loop, or a chain of more than 12" },
		{ "odd.example",
		  "odd.example: x\\046y\\000.example=127.0.0.3@5300" },
		{ "null.example",
		  "null.example: .=the name server has no address" },
		{ "mapped.example",
		  "mapped.example: mapped.ns.example=::ffff:127.0.0.1@53" },
		{ "half.example",
		  "half.example: half.ns.example=127.0.0.1@5300" },
		{ "none.example",
		  "none.example: none.ns.example=255.255.255.255@53" },
		{ "example.org", "dns: no name servers found" },
	};
	struct dns *dns = open_text(text);
	struct dns_server six;
	bool has_six;
	int bad = 0;

	(void)state;
	assert_int_equal(dns_server_parse("::1", &six, NULL), ST_OK);
	has_six = dns_server_routed(&six);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		if (!has_six && strstr(rows[i].want, "=::1@"))
			continue;
		buf_init(&out, 4096);
		find(dns, rows[i].name, &out);
		bad += row_is_span(rows[i].name, "found", buf_span(&out),
				   span_str(rows[i].want));
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
	dns_close(dns);
}

/* As many as the ceiling, and one more. */
static void test_many(void **state)
{
	struct buf zone, out;

	(void)state;
	for (int n = DNS_MOST_AUTHORITIES; n <= DNS_MOST_AUTHORITIES + 1; n++) {
		buf_init(&zone, 1 << 20);
		buf_init(&out, 1 << 20);
		buf_put(&zone, SPAN("e. NS ns.e.\n"));
		for (int i = 1; i <= n; i++)
			buf_putf(&zone, "ns.e. A 127.0.0.%d\n", i);
		struct dns *dns = open_text((const char *)zone.p);

		find(dns, "a.e", &out);
		assert_true(span_starts(buf_span(&out),
					n > DNS_MOST_AUTHORITIES
						? SPAN("limit: more than 64")
						: SPAN("e: ns.e=127.0.0.1@5300 "
						       "ns.e=127.0.0.2@5300")));
		dns_close(dns);
		buf_free(&zone);
		buf_free(&out);
	}
}

/* What the options say of one server among several. */
static void test_options(void **state)
{
	const char *servers[] = { "127.0.0.1@5353", "192.0.2.1", "[::1]:54",
				  "::1#55", "::1:56" };
	struct dns_options options;
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	dns_options_init(&options);
	assert_int_equal(dns_authority_port(&options), 53);
	options.nameserver = (struct opt_list){ servers, 2 };
	assert_int_equal(dns_authority_port(&options), 5353);
	options.nameserver = (struct opt_list){ servers + 1, 1 };
	assert_int_equal(dns_authority_port(&options), 53);
	options.nameserver = (struct opt_list){ servers + 2, 1 };
	assert_int_equal(dns_authority_port(&options), 54);
	options.nameserver = (struct opt_list){ servers + 3, 1 };
	assert_int_equal(dns_authority_port(&options), 55);
	options.nameserver = (struct opt_list){ servers + 4, 1 };
	assert_int_equal(dns_authority_port(&options), 53);
	assert_int_equal(
		dns_source_open_at(&options, "127.0.0.1@9", &dns, &why), ST_OK);
	assert_int_equal(dns_source_close(dns, &why), ST_OK);
	assert_int_equal(dns_source_open_at(&options, "localhost", &dns, &why),
			 ST_USAGE);
	assert_null(dns);
	options.record = "/dev/null/x";
	assert_int_equal(
		dns_source_open_at(&options, "127.0.0.1@9", &dns, &why),
		ST_CANT_CREATE);
	assert_null(dns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
