/* What one source answers, recorded and told again by master files: the same
 * answer to the octet, whatever it holds. */
#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dns_recording.h"
#include "dns_zone.h"

/* ---- a source that says what a test gives it ---- */

struct say {
	const char *name; /* of the question */
	enum dns_type type;
	struct dns_reply reply; /* records apart */
	struct span records[3];
	size_t n;
	const char *chain; /* or NULL */
};

static const struct say *saying;

static void fake_get(struct dns *dns, const struct dns_query *query,
		     struct dns_reply *out)
{
	(void)dns;
	(void)query;
	*out = saying->reply;
	for (size_t i = 0; i < saying->n; i++)
		assert_int_equal(dns_add_record(out, saying->records[i]),
				 ST_OK);
	if (saying->chain)
		assert_int_equal(dns_add_chain(out, span_str(saying->chain)),
				 ST_OK);
}

static void fake_close(struct dns *dns)
{
	(void)dns;
}

static struct dns *fake(void)
{
	static const struct dns_class class = { fake_get, fake_close };
	static struct dns dns = { .class = &class };

	return &dns;
}

/* ---- files ---- */

static char path[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/dns_record.XXXXXX");
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void append(const char *text)
{
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static enum status open_zone(struct dns **out, struct diag *why)
{
	const char *paths[] = { path };

	return dns_zone_open(paths, 1, NULL, out, why);
}

static struct dns *open_recorder(void)
{
	struct diag why = { 0 };
	struct dns *dns = NULL;

	assert_int_equal(dns_recording_open(path, fake(), &dns, &why), ST_OK);
	return dns;
}

static void ask(struct dns *dns, const char *name, enum dns_type type,
		struct dns_reply *out)
{
	struct dns_query query = { .type = type };

	assert_true(dns_name_of(span_str(name), &query.name));
	dns_get(dns, &query, out);
}

static int same(const char *row, const struct dns_reply *a,
		const struct dns_reply *b)
{
	int bad = 0;

	bad += row_is(row, "answer", a->answer, b->answer);
	bad += row_is(row, "secure", a->secure, b->secure);
	bad += row_is(row, "timeout", a->timeout, b->timeout);
	bad += row_is(row, "ttl", a->ttl, b->ttl);
	bad += row_is(row, "octets", (long long)a->octets,
		      (long long)b->octets);
	bad += row_is_span(row, "chain", buf_span(&a->chain),
			   buf_span(&b->chain));
	bad += row_is_span(row, "why", span_str(a->why.text),
			   span_str(b->why.text));
	bad += row_is_span(row, "where", span_str(a->why.where),
			   span_str(b->why.where));
	bad += row_is(row, "records", (long long)a->n, (long long)b->n);
	for (size_t i = 0; i < a->n && i < b->n; i++)
		bad += row_is_span(row, "record", buf_span(&a->records[i]),
				   buf_span(&b->records[i]));
	return bad;
}

/* ---- the same answer again ---- */

/* 41 octets, as text a hundred more */
#define LENGTHY                                                            \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xff\xff\xff\xff."

static const struct say says[] = {
	{ .name = "mail._domainkey.example.com",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS,
		     .secure = DNS_SECURE,
		     .ttl = 300,
		     .octets = 412 },
	  .records = { T("v=DKIM1; p=A") },
	  .n = 1 },
	{ .name = "several.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS, .secure = DNS_INSECURE },
	  .records = { T(""), T("a"), T("b") },
	  .n = 3 },
	/* nothing in it ends a string or the line */
	{ .name = "odd.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS, .ttl = 1 },
	  .records = { T("\0\"\n;! k. TXT NXDOMAIN\r\n\\\\032\x1b[2J\xff;"
			 "()@$ \t"),
		       T("\"\nk. TXT forged\n;") },
	  .n = 2 },
	{ .name = "b.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS, .ttl = 1 },
	  .records = { T("x") },
	  .n = 1,
	  .chain = "a\\046\\\"b.example\nb.example\n" },
	{ .name = "a.example",
	  .type = DNS_A,
	  .reply = { .answer = DNS_RECORDS, .ttl = 86400 },
	  .records = { T("\300\0\2\1"), T("\300\0\2\2") },
	  .n = 2 },
	{ .name = "a.example",
	  .type = DNS_AAAA,
	  .reply = { .answer = DNS_RECORDS, .ttl = 2147483647 },
	  .records = { T("\0\0\0\0\0\0\0\0\0\0\377\377\300\0\2\1") },
	  .n = 1 },
	{ .name = "a.example",
	  .type = DNS_MX,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("\0\12m\\046x\\000y.example"), T("\377\377.") },
	  .n = 2 },
	{ .name = "1.2.0.192.in-addr.arpa",
	  .type = DNS_PTR,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("host.example") },
	  .n = 1 },
	{ .name = "example",
	  .type = DNS_NS,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("b.ns.example") },
	  .n = 1 },
	{ .name = "serial.example",
	  .type = DNS_SOA,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("\1\2\3\377"), T("\377\377\377\377") },
	  .n = 2 },
	{ .name = "absent.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_NXDOMAIN,
		     .secure = DNS_SECURE,
		     .octets = 100 } },
	{ .name = "absent.example",
	  .type = DNS_A,
	  .reply = { .answer = DNS_NXDOMAIN, .secure = DNS_INSECURE },
	  .chain = "gone.example\n" },
	{ .name = "empty.example",
	  .type = DNS_MX,
	  .reply = { .answer = DNS_NODATA, .secure = DNS_UNKNOWN } },
	{ .name = "silent.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_FAILED,
		     .timeout = true,
		     .why = { NULL, "no answer from ::1@53: timeout after "
				    "5 s" } } },
	{ .name = "broken.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_FAILED,
		     .octets = 65535,
		     .why = { "RFC 1034 3.6.2", "a \"loop\"\n;! \\ \xff" } },
	  .chain = "broken.example\n" },
	{ .name = "\\\"odd name;\t\xff@$.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_NODATA } },
	/* names that a reader could take for others, or for too long */
	{ .name = "at.example",
	  .type = DNS_MX,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("\0\12\\064.example") },
	  .n = 1 },
	{ .name = LENGTHY LENGTHY "example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS, .ttl = 9 },
	  .records = { T("a"), T("b") },
	  .n = 2 },
	{ .name = LENGTHY LENGTHY LENGTHY "example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_NODATA } },
	{ .name = "*.example",
	  .type = DNS_TXT,
	  .reply = { .answer = DNS_RECORDS, .ttl = 5 },
	  .records = { T("star") },
	  .n = 1 },
};

static void test_again(void **state)
{
	struct dns *recorder = open_recorder(), *zone = NULL;
	struct dns_reply first[COUNT(says)], again;
	struct diag why = { 0 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(says); i++) {
		saying = &says[i];
		ask(recorder, says[i].name, says[i].type, &first[i]);
	}
	assert_int_equal(dns_recording_status(recorder, &why), ST_OK);
	dns_close(recorder);
	if (open_zone(&zone, &why) != ST_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < COUNT(says); i++) {
		ask(zone, says[i].name, says[i].type, &again);
		bad += same(says[i].name, &again, &first[i]);
		dns_reply_free(&again);
		dns_reply_free(&first[i]);
	}
	assert_int_equal(bad, 0);
	/* what was not asked for is not made up */
	ask(zone, "empty.example", DNS_A, &again);
	assert_int_equal(again.answer, DNS_NODATA);
	dns_reply_free(&again);
	ask(zone, "k", DNS_TXT, &again);
	assert_int_equal(again.answer, DNS_NXDOMAIN);
	dns_reply_free(&again);
	dns_close(zone);
}

/* Data that no record of its type has is not written down as something else. */
static void test_not_data(void **state)
{
	static const struct say wrong[] = {
		{ .type = DNS_A, .records = { T("\300\0\2") } },
		{ .type = DNS_A, .records = { T("\300\0\2\1\0") } },
		{ .type = DNS_AAAA, .records = { T("\300\0\2\1") } },
		{ .type = DNS_MX, .records = { T("\1") } },
		{ .type = DNS_SOA, .records = { T("\1\2\3") } },
		{ .type = DNS_SOA, .records = { T("\1\2\3\4\5") } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct say say = wrong[i];
		struct dns *recorder = open_recorder();
		struct dns_reply reply;
		struct diag why = { 0 };

		say.reply.answer = DNS_RECORDS;
		say.n = 1;
		saying = &say;
		ask(recorder, "k.example", say.type, &reply);
		dns_reply_free(&reply);
		assert_int_equal(dns_recording_status(recorder, &why), ST_IO);
		assert_non_null(strstr(why.text, "cannot be written down"));
		dns_close(recorder);
	}
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

/* Ask a recorder once for N octets C. */
static enum status record_octets(size_t n, unsigned char c,
				 struct dns_reply *reply)
{
	struct say say = { .name = "k.example",
			   .reply = { .answer = DNS_RECORDS },
			   .n = 1 };
	struct dns *recorder = open_recorder();
	struct diag why = { 0 };
	struct buf text;

	buf_init(&text, n);
	while (buf_addc(&text, c) == ST_OK)
		;
	say.records[0] = buf_span(&text);
	saying = &say;
	ask(recorder, say.name, DNS_TXT, reply);
	enum status st = dns_recording_status(recorder, &why);

	dns_close(recorder);
	buf_free(&text);
	return st;
}

/* The largest record comes back whole, whatever its text is. */
static void test_large(void **state)
{
	static const unsigned char octets[] = { 'x', '"', 0xff };
	struct diag why = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(octets); i++) {
		struct dns_reply first, again;
		struct dns *zone = NULL;

		assert_int_equal(
			record_octets(DNS_WIRE_DATA, octets[i], &first), ST_OK);
		if (open_zone(&zone, &why) != ST_OK)
			fail_msg("%s", why.text);
		ask(zone, "k.example", DNS_TXT, &again);
		assert_int_equal(again.n, 1);
		assert_int_equal(same("large", &again, &first), 0);
		dns_reply_free(&first);
		dns_reply_free(&again);
		dns_close(zone);
		assert_int_equal(truncate(path, 0), 0);
	}
}

/* ---- which set counts ---- */

/* The answer's word, or the records behind "|". */
static void expect(const char *text, const char *name, const char *want)
{
	static const char *const words[] = { "", "NODATA", "NXDOMAIN",
					     "FAILED " };
	struct diag why = { 0 };
	struct dns *zone = NULL;
	struct dns_reply reply;
	struct buf out;

	assert_int_equal(truncate(path, 0), 0);
	append(text);
	if (open_zone(&zone, &why) != ST_OK)
		fail_msg("%s\n%s", why.text, text);
	buf_init(&out, 65536);
	ask(zone, name, DNS_TXT, &reply);
	buf_putf(&out, "%s", words[reply.answer]);
	for (size_t i = 0; i < reply.n; i++)
		buf_putf(&out, "|%s", (const char *)reply.records[i].p);
	if (reply.answer == DNS_FAILED)
		buf_putf(&out, "%s%s", reply.timeout ? "TIMEOUT " : "",
			 reply.why.text);
	if (reply.secure != DNS_UNKNOWN)
		buf_putf(&out, " %s", dns_secure_word(reply.secure));
	assert_int_equal(
		row_is_span(text, name, buf_span(&out), span_str(want)), 0);
	dns_reply_free(&reply);
	buf_free(&out);
	dns_close(zone);
}

#define AT ";@ 2026-11-24T16:09:21Z dnssec=insecure\n"

static void test_last_wins(void **state)
{
	(void)state;
	/* by hand, as the contract has it */
	expect(";! k. TXT NXDOMAIN\n", "k", "NXDOMAIN");
	expect(";! k. TXT NODATA", "k", "NODATA");
	expect(";! k. TXT SERVFAIL\n", "k", "FAILED SERVFAIL");
	expect(";! K. txt TIMEOUT ; note\n", "k", "FAILED TIMEOUT timeout");
	expect(";! k. TXT NXDOMAIN AD\r\n", "k", "NXDOMAIN secure");
	expect("$ORIGIN e.org.\n;! k TXT SERVFAIL\n", "k.e.org",
	       "FAILED SERVFAIL");
	expect("$ORIGIN e.org.\n;! @ TXT SERVFAIL\nk A 192.0.2.1\n", "e.org",
	       "FAILED SERVFAIL");
	expect("a. TXT x\n  ; indented\n;! k. TXT SERVFAIL\n", "k",
	       "FAILED SERVFAIL");
	/* the last set of a name and type */
	expect("k. TXT a\nk. TXT b\n", "k", "|a|b");
	expect(AT "k. TXT a\n" AT "k. TXT b\n", "k", "|b insecure");
	expect(AT "k. TXT a\nk. TXT b\n" AT "k. TXT c\nk. TXT d\n", "k",
	       "|c|d insecure");
	expect(AT "k. TXT a\n;! k. TXT NXDOMAIN\n", "k", "NXDOMAIN");
	expect(";! k. TXT NXDOMAIN\n" AT "k. TXT a\n", "k", "|a insecure");
	expect(";! k. TXT NXDOMAIN\nk. TXT a\nk. TXT b\n", "k", "|a|b");
	expect("k. TXT a\n;! k. TXT SERVFAIL\n", "k", "FAILED SERVFAIL");
	expect(";! k. TXT SERVFAIL\n;! k. TXT NODATA\n", "k", "NODATA");
	expect(AT ";! k. TXT NODATA\n", "k", "NODATA insecure");
	expect(AT ";! k. TXT NODATA\n;! k. TXT NODATA\n", "k", "NODATA");
	/* other types and names are left alone */
	expect(AT "k. TXT a\n" AT "k. A 192.0.2.1\n", "k", "|a insecure");
	expect("k. TXT a\n;! k. A SERVFAIL\n", "k", "|a");
	expect("k. TXT a\n;! j. TXT SERVFAIL\n", "k", "|a");
	expect(";! k. A NXDOMAIN\n", "k", "NXDOMAIN");
	expect(";! k. A NODATA\n", "k", "NODATA");
	expect(";! a.k. TXT NXDOMAIN\n", "k", "NXDOMAIN");
	expect(";! a.k. TXT NODATA\n", "k", "NODATA");
	/* details are of what follows directly */
	expect(AT "j. A 192.0.2.1\nk. TXT a\n", "k", "|a");
	expect(AT "j. CNAME k.\nk. TXT a\n", "k", "|a");
	expect(AT "j. CNAME k.\n;! k. TXT NODATA\n", "k", "NODATA");
	/* before what the zone has for the name otherwise */
	expect("*.w. TXT a\n;! k.w. TXT NXDOMAIN\n", "k.w", "NXDOMAIN");
	expect("k. CNAME j.\nj. TXT a\n;! k. TXT SERVFAIL\n", "k",
	       "FAILED SERVFAIL");
	expect("k. CNAME j.\n" AT "j. TXT a\n", "k", "|a");
	expect("d. DNAME j.\n;! k.j. TXT SERVFAIL\n", "k.d", "FAILED SERVFAIL");
}

/* Comments of zones that were never recorded. */
static void test_comments(void **state)
{
	static const char *const comments[] = {
		";",
		";!",
		";! ",
		";@",
		";@ ",
		";@ k",
		";!k. TXT NXDOMAIN",
		"; ! k. TXT NXDOMAIN",
		";! k. TXT",
		";! k. NXDOMAIN",
		";! DO NOT EDIT",
		";! k. TXT PERHAPS",
		";! k. CAA NXDOMAIN",
		";@ 1700000000 dnssec=secure",
		";@ 2026 dnssec=secure",
		";@ 2026-11-24 dnssec=secure",
		"; 2026-11-24T16:09:21Z",
		"  ;! k. TXT NXDOMAIN",
		";; ;! k. TXT NXDOMAIN",
		"a. TXT x ;! k. TXT NXDOMAIN",
		"a. TXT \";! k. TXT NXDOMAIN\"",
		"a. TXT ( x\n;! k. TXT NXDOMAIN\n)",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(comments); i++) {
		char text[256];

		snprintf(text, sizeof(text), "k. TXT a\n%s\nk. TXT b\n%s",
			 comments[i], comments[i]);
		expect(text, "k", "|a|b");
	}
}

/* Details that no recorder writes change nothing, and hurt nothing. */
static void test_odd_details(void **state)
{
	static const char *const details[] = {
		"",
		"dnssec",
		"dnssec=",
		"dnssec=\"",
		"dnssec=sure",
		"=x",
		"octets=99999999999999999999",
		"octets=x",
		"chain=\"\\",
		"chain=\"\\9\"",
		"chain=\"\\999\"",
		"what=ever",
		"why=\"",
		"why=\"\\000\"",
		"section=\"\"",
		"dnssec=\"x y\"z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(details); i++) {
		char text[256];

		snprintf(text, sizeof(text),
			 ";@ 2026-11-24T16:09:21Z %s\nk. TXT a\n", details[i]);
		expect(text, "k", "|a");
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ ";! k TXT NXDOMAIN\n", "line 1: a relative name" },
		{ "\n;! a..b. TXT NXDOMAIN\n", "line 2: not a domain name" },
		{ ";! k. TXT NXDOMAIN yes\n", "line 1: only AD is allowed" },
		{ ";! k. TXT NXDOMAIN AD yes\n", "line 1: only AD is allowed" },
		{ ";! k. TXT NXDOMAIN ad\n", "line 1: only AD is allowed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diag why = { 0 };
		struct dns *zone = NULL;

		assert_int_equal(truncate(path, 0), 0);
		append(rows[i].text);
		if (open_zone(&zone, &why) != ST_USAGE ||
		    !strstr(why.text, rows[i].said))
			fail_msg("%s%s", rows[i].text, why.text);
	}
}

/* ---- files ---- */

static void test_files(void **state)
{
	struct diag why = { 0 };
	struct dns *dns = NULL;
	struct dns_reply reply;

	(void)state;
	assert_int_equal(dns_recording_open("/dev/null/x", fake(), &dns, &why),
			 ST_CANT_CREATE);
	assert_null(dns);
	assert_non_null(strstr(why.text, "/dev/null/x"));
	assert_int_equal(dns_recording_open("/", fake(), &dns, &why),
			 ST_CANT_CREATE);
	assert_int_equal(dns_recording_open("/dev/full", fake(), &dns, &why),
			 ST_OK);
	assert_int_equal(dns_recording_status(dns, &why), ST_OK);
	saying = says;
	for (int i = 0; i < 2; i++) { /* the answers come all the same */
		ask(dns, says[0].name, DNS_TXT, &reply);
		assert_int_equal(reply.answer, DNS_RECORDS);
		dns_reply_free(&reply);
		assert_int_equal(dns_recording_status(dns, &why), ST_IO);
	}
	assert_non_null(strstr(why.text, "/dev/full: "));
	dns_close(dns);
	assert_int_equal(dns_recording_status(NULL, &why), ST_OK);
	assert_int_equal(dns_recording_status(fake(), &why), ST_OK);
}

/* A disk that was full for a while leaves no gap unnoticed. */
static void test_full_for_a_while(void **state)
{
	struct rlimit before, little = { .rlim_cur = 10 };
	struct dns *dns = open_recorder();
	struct dns_reply reply;
	struct diag why = { 0 };

	(void)state;
	saying = says;
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little.rlim_max = before.rlim_max;
	for (int i = 0; i < 2; i++) {
		setrlimit(RLIMIT_FSIZE, i == 0 ? &little : &before);
		ask(dns, says[0].name, DNS_TXT, &reply);
		dns_reply_free(&reply);
	}
	assert_int_equal(dns_recording_status(dns, &why), ST_IO);
	dns_close(dns);
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	assert_int_equal(ftell(f), 10);
	fclose(f);
}

/* ---- threads ---- */

static void *ask_often(void *dns)
{
	struct dns_reply reply;

	for (int i = 0; i < 100; i++) {
		ask(dns, says[0].name, DNS_TXT, &reply);
		dns_reply_free(&reply);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct dns *recorder[2] = { open_recorder(), open_recorder() };
	pthread_t thread[4];
	char line[256];
	int lines = 0;

	(void)state;
	saying = says;
	for (size_t i = 0; i < COUNT(thread); i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_often,
						recorder[i % 2]),
				 0);
	for (size_t i = 0; i < COUNT(thread); i++)
		pthread_join(thread[i], NULL);
	dns_close(recorder[0]);
	dns_close(recorder[1]);
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	for (; fgets(line, sizeof(line), f); lines++)
		assert_memory_equal(line,
				    lines % 2 ? "mail._domainkey" : ";@ 20", 5);
	fclose(f);
	assert_int_equal(lines, 800);
}

int main(void)
{
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FILE(test_again),	  WITH_FILE(test_large),
		WITH_FILE(test_not_data), WITH_FILE(test_last_wins),
		WITH_FILE(test_comments), WITH_FILE(test_odd_details),
		WITH_FILE(test_refused),  WITH_FILE(test_files),
		WITH_FILE(test_threads),  WITH_FILE(test_full_for_a_while),
	};
#undef WITH_FILE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
