/* The resolver against name servers that behave in every way but the right one.
 * They run in threads of this process on loopback; waiting ends by events or by
 * the resolver's own short timeouts, and only results are judged. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_resolver.h"
#include "limit.h"

enum { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };
enum { QR = 0x8000, AA = 0x0400, TC = 0x0200, RD = 0x0100, AD = 0x0020 };
enum { TXT = 16, CNAME = 5, NS = 2, SOA = 6, IN = 1, CH = 3 };
enum { ANSWER = 6, AUTHORITY = 8, ADDITIONAL = 10 }; /* where it is counted */

struct fake;

/* What a server is asked, and the way back. */
struct asked {
	struct fake *f;
	struct span query;
	char name[256]; /* in lower case */
	struct sockaddr_in from;
	int tcp; /* the connection, or -1 */
	int nth; /* 0 for the first question of all */
};

struct fake {
	void (*serve)(const struct asked *q);
	int udp, listening, stranger, wake[2];
	pthread_t thread;
	atomic_int datagrams, connections;
	char address[32];
};

/* ---- messages ---- */

static void put16(struct buf *b, unsigned v)
{
	unsigned char octets[2] = { (unsigned char)(v >> 8), (unsigned char)v };

	buf_put(b, span_of(octets, 2));
}

static void put_name(struct buf *b, const char *name)
{
	struct span rest = span_str(name), label;

	while (name[0] && span_split(&rest, '.', &label)) {
		unsigned char n = (unsigned char)label.n;

		buf_put(b, span_of(&n, 1));
		buf_put(b, label);
	}
	buf_put(b, span_of("", 1));
}

static size_t question_end(struct span query)
{
	size_t at = 12;

	while (at < query.n && query.p[at])
		at += query.p[at] + 1u;
	return at + 5;
}

/* A reply to Q without records, its question as it was asked. */
static void begin(struct buf *b, const struct asked *q, unsigned flags)
{
	buf_init(b, 1 << 20);
	buf_put(b, span_head(q->query, 2));
	put16(b, QR | RD | flags);
	put16(b, 1);
	for (int i = 0; i < 3; i++)
		put16(b, 0);
	buf_put(b, span_from(span_head(q->query, question_end(q->query)), 12));
}

static void add_class(struct buf *b, int section, const char *owner,
		      unsigned type, unsigned class, struct span data)
{
	unsigned count = (unsigned)(b->p[section] << 8 | b->p[section + 1]) + 1;

	b->p[section] = (unsigned char)(count >> 8);
	b->p[section + 1] = (unsigned char)count;
	put_name(b, owner);
	put16(b, type);
	put16(b, class);
	put16(b, 0);
	put16(b, 300);
	put16(b, (unsigned)data.n);
	buf_put(b, data);
}

static void add(struct buf *b, const char *owner, unsigned type,
		struct span data)
{
	add_class(b, ANSWER, owner, type, IN, data);
}

static void add_txt(struct buf *b, const char *owner, const char *text)
{
	unsigned char n = (unsigned char)strlen(text);
	struct buf data;

	buf_init(&data, 256);
	buf_put(&data, span_of(&n, 1));
	buf_put(&data, span_str(text));
	add(b, owner, TXT, buf_span(&data));
	buf_free(&data);
}

static void add_cname(struct buf *b, const char *owner, const char *target)
{
	struct buf data;

	buf_init(&data, 300);
	put_name(&data, target);
	add(b, owner, CNAME, buf_span(&data));
	buf_free(&data);
}

/* A TXT record of N octets "x". */
static void add_long_txt(struct buf *b, const char *owner, size_t n)
{
	struct buf data;

	buf_init(&data, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		unsigned char left = (unsigned char)(n - i < 255 ? n - i : 255);

		if (i % 255 == 0)
			buf_put(&data, span_of(&left, 1));
		buf_put(&data, SPAN("x"));
	}
	add(b, owner, TXT, buf_span(&data));
	buf_free(&data);
}

static void give(const struct asked *q, struct buf *b)
{
	if (q->tcp < 0) {
		sendto(q->f->udp, b->p, b->n, 0, (const void *)&q->from,
		       sizeof(q->from));
	} else {
		struct buf framed;

		buf_init(&framed, 1 << 20);
		put16(&framed, (unsigned)b->n);
		buf_put(&framed, buf_span(b));
		send(q->tcp, framed.p, framed.n, MSG_NOSIGNAL);
		buf_free(&framed);
	}
	buf_free(b);
}

static void give_txt(const struct asked *q, const char *text)
{
	struct buf b;

	begin(&b, q, AD);
	add_txt(&b, q->name, text);
	give(q, &b);
}

static void give_code(const struct asked *q, unsigned rcode)
{
	struct buf b;

	begin(&b, q, rcode);
	give(q, &b);
}

/* ---- servers ---- */

static void dispatch(struct fake *f, struct asked *q)
{
	size_t at = 12, n = 0;

	while (at < q->query.n && q->query.p[at] && n < 200) {
		for (unsigned i = 1; i <= q->query.p[at]; i++)
			q->name[n++] = (char)ascii_lower(q->query.p[at + i]);
		at += q->query.p[at] + 1u;
		q->name[n++] = q->query.p[at] ? '.' : 0;
	}
	q->f = f;
	f->serve(q);
}

static void serve_udp(struct fake *f)
{
	unsigned char in[4096];
	struct asked q = { .tcp = -1 };
	socklen_t size = sizeof(q.from);
	ssize_t n = recvfrom(f->udp, in, sizeof(in), 0, (void *)&q.from, &size);

	if (n < 12)
		return;
	q.nth = atomic_fetch_add(&f->datagrams, 1);
	q.query = span_of(in, (size_t)n);
	dispatch(f, &q);
}

static void serve_tcp(struct fake *f)
{
	unsigned char in[4096];
	struct asked q = { .tcp = accept(f->listening, NULL, NULL) };
	ssize_t n = q.tcp < 0 ? 0 : recv(q.tcp, in, sizeof(in), 0);

	if (n > 14) {
		q.nth = atomic_fetch_add(&f->connections, 1);
		q.query = span_from(span_of(in, (size_t)n), 2);
		dispatch(f, &q);
	}
	if (q.tcp >= 0)
		close(q.tcp);
}

static void *run(void *context)
{
	struct fake *f = context;
	struct pollfd p[] = { { .fd = f->wake[0], .events = POLLIN },
			      { .fd = f->udp, .events = POLLIN },
			      { .fd = f->listening, .events = POLLIN } };

	for (;;) {
		if (poll(p, 3, -1) < 0 || p[0].revents)
			return NULL;
		if (p[1].revents)
			serve_udp(f);
		if (p[2].revents)
			serve_tcp(f);
	}
}

/* A socket on 127.0.0.1; *PORT 0 chooses one. -1 when it is taken. */
static int bound(int type, uint16_t *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(*port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(to);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (bind(fd, (void *)&to, n) != 0) {
		close(fd);
		return -1;
	}
	assert_int_equal(getsockname(fd, (void *)&to, &n), 0);
	*port = ntohs(to.sin_port);
	return fd;
}

static void start(struct fake *f, void (*serve)(const struct asked *q))
{
	uint16_t port = 0, other = 0;

	*f = (struct fake){ .serve = serve };
	do {
		port = 0;
		f->udp = bound(SOCK_DGRAM, &port);
		f->listening = bound(SOCK_STREAM, &port);
		if (f->listening < 0)
			close(f->udp);
	} while (f->listening < 0);
	f->stranger = bound(SOCK_DGRAM, &other);
	assert_int_equal(listen(f->listening, 8), 0);
	assert_int_equal(pipe(f->wake), 0);
	snprintf(f->address, sizeof(f->address), "127.0.0.1@%u",
		 (unsigned)port);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
}

static void stop(struct fake *f)
{
	assert_int_equal(write(f->wake[1], "", 1), 1);
	pthread_join(f->thread, NULL);
	close(f->udp);
	close(f->listening);
	close(f->stranger);
	close(f->wake[0]);
	close(f->wake[1]);
}

/* ---- asking ---- */

static struct dns *open_conf(const struct dns_servers *conf)
{
	struct dns *dns = NULL;
	struct diag why = { 0 };
	enum status st = dns_resolver_open(conf, &dns, &why);

	if (st != ST_OK)
		print_error("%s\n", why.text);
	assert_int_equal(st, ST_OK);
	return dns;
}

/* The message whose questions these are; NULL: each one's own. */
static struct dns_clock *message;
static bool timed_out; /* says the last answer */

/* Words as in the zone tests: NXDOMAIN, NODATA, "|" before each record, or
 * FAILED with why. */

static void describe(const struct dns_reply *txt, struct buf *out)
{
	switch (txt->answer) {
	case DNS_RECORDS:
		for (size_t i = 0; i < txt->n; i++) {
			buf_put(out, SPAN("|"));
			buf_put(out, buf_span(&txt->records[i]));
		}
		break;
	case DNS_NODATA:
		buf_put(out, SPAN("NODATA"));
		break;
	case DNS_NXDOMAIN:
		buf_put(out, SPAN("NXDOMAIN"));
		break;
	case DNS_FAILED:
		assert_int_equal(txt->n, 0);
		assert_int_equal(txt->secure, DNS_UNKNOWN);
		buf_putf(out, "FAILED %s", txt->why.text);
		break;
	}
}

/* Ask DNS for NAME and compare with WANT: all of it, or for a failure what it
 * begins with, behind "FAILED " any part of the reason. */
static enum dns_secure expect(struct dns *dns, const char *text,
			      const char *want)
{
	struct name name = { 0 };
	struct dns_reply txt;
	struct buf out;

	memcpy(name.text, text, strlen(text) + 1);
	buf_init(&out, 1 << 22);
	dns_get_txt(dns, &name, message, &txt);
	describe(&txt, &out);
	bool fine = strncmp(want, "FAILED ", 7) == 0
			    ? txt.answer == DNS_FAILED &&
				      strstr(txt.why.text, want + 7) != NULL
			    : span_eq(buf_span(&out), span_str(want));

	if (!fine)
		print_error("%s: %.200s\n", text, (const char *)out.p);
	assert_true(fine);
	enum dns_secure secure = txt.secure;

	timed_out = txt.timeout;
	dns_reply_free(&txt);
	buf_free(&out);
	return secure;
}

/* The same with one server of its own. SILENT_MS bounds each wait. */
static void expect_from(void (*serve)(const struct asked *q), const char *want,
			unsigned silent_ms)
{
	struct fake f;

	start(&f, serve);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = silent_ms });

	expect(dns, "k.example", want);
	dns_close(dns);
	stop(&f);
}

enum { PATIENT = 20000, BRIEF = 100 };

/* ---- the question ---- */

static void serve_if_well_asked(const struct asked *q)
{
	/* RD and AD; one question; no records but OPT (RFC 6891 6.1.2) of
	 * 1232 octets, version 0, without DO; TXT IN */
	static const unsigned char head[] = { 1, 0x20, 0, 1, 0, 0, 0, 0, 0, 1 };
	static const unsigned char opt[] = {
		0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0
	};
	static const unsigned char tail[] = { 0, 0, 16, 0, 1 };
	struct span s = span_from(q->query, 2);
	size_t end = question_end(q->query);

	give_txt(q, span_starts(s, span_of(head, sizeof(head))) &&
				    span_eq(span_from(q->query, end),
					    span_of(opt, sizeof(opt))) &&
				    span_eq(span_from(span_head(q->query, end),
						      end - 5),
					    span_of(tail, sizeof(tail))) &&
				    strcmp(q->name, "k.example") == 0
			    ? "well"
			    : "badly");
}

static void test_question(void **state)
{
	(void)state;
	expect_from(serve_if_well_asked, "|well", PATIENT);
}

/* ---- whose reply it is (RFC 5452 9) ---- */

static void serve_wrong_id(const struct asked *q)
{
	struct buf b;

	for (unsigned bit = 1; bit < 256; bit *= 2) {
		begin(&b, q, 0);
		add_txt(&b, q->name, "forged");
		b.p[0] ^= (unsigned char)bit;
		give(q, &b);
	}
	give_txt(q, "true");
}

static void serve_wrong_question(const struct asked *q)
{
	size_t end = question_end(q->query);
	size_t at[] = { 13, end - 3, end - 1, 4,
			5 }; /* name type class count */
	struct buf b;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		begin(&b, q, 0);
		add_txt(&b, q->name, "forged");
		b.p[at[i]] ^= 1;
		give(q, &b);
	}
	begin(&b, q, 0);
	b.p[5] = 0; /* no question, but NOERROR */
	give(q, &b);
	give_txt(q, "true");
}

static void serve_stranger(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	add_txt(&b, q->name, "forged");
	sendto(q->f->stranger, b.p, b.n, 0, (const void *)&q->from,
	       sizeof(q->from));
	buf_free(&b);
	give_txt(q, "true");
}

static void serve_no_reply_first(const struct asked *q)
{
	struct buf b;

	for (size_t n = 0; n < 12; n++) /* pieces of a header */
		sendto(q->f->udp, q->query.p, n, 0, (const void *)&q->from,
		       sizeof(q->from));
	begin(&b, q, 0);
	b.p[2] &= 0x7f; /* a question */
	add_txt(&b, q->name, "forged");
	give(q, &b);
	begin(&b, q, 0);
	b.p[2] |= 0x20; /* a NOTIFY */
	add_txt(&b, q->name, "forged");
	give(q, &b);
	give_txt(q, "true");
}

static void serve_upper_case(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	b.p[13] = 'K';
	add_txt(&b, "K.eXAMPLE", "true");
	give(q, &b);
}

static void test_whose_reply(void **state)
{
	(void)state;
	expect_from(serve_wrong_id, "|true", PATIENT);
	expect_from(serve_wrong_question, "|true", PATIENT);
	expect_from(serve_stranger, "|true", PATIENT);
	expect_from(serve_no_reply_first, "|true", PATIENT);
	expect_from(serve_upper_case, "|true", PATIENT); /* RFC 4343 3 */
}

/* ---- what it says ---- */

static void serve_nxdomain(const struct asked *q)
{
	give_code(q, NXDOMAIN);
}

static void serve_nodata(const struct asked *q)
{
	give_code(q, NOERROR);
}

static void serve_several(const struct asked *q)
{
	static const char parts[] = "\2ab\0\3c d", odd[] = "\3x\377y";
	struct buf b;

	begin(&b, q, 0);
	add(&b, q->name, TXT, SPAN("\1z"));
	add(&b, q->name, TXT, span_of(parts, sizeof(parts) - 1));
	add(&b, q->name, TXT, SPAN("\0"));
	add(&b, q->name, TXT, span_of(odd, sizeof(odd) - 1));
	give(q, &b);
}

static void serve_elsewhere(const struct asked *q)
{
	struct buf b;

	begin(&b, q, AA);
	add_txt(&b, "other.example", "forged");
	add_class(&b, ANSWER, q->name, TXT, CH, SPAN("\6forged"));
	add_class(&b, AUTHORITY, q->name, TXT, IN, SPAN("\6forged"));
	add_class(&b, ADDITIONAL, q->name, TXT, IN, SPAN("\6forged"));
	give(q, &b);
}

static void serve_100(const struct asked *q)
{
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : 0);
	for (int i = 0; i < 100; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i % 2);
		add_txt(&b, q->name, text);
	}
	give(q, &b);
}

static void serve_101(const struct asked *q)
{
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : 0);
	for (int i = 0; i <= 100 && q->tcp >= 0; i++)
		add_txt(&b, q->name, "x");
	give(q, &b);
}

static void test_answers(void **state)
{
	(void)state;
	expect_from(serve_nxdomain, "NXDOMAIN", PATIENT); /* RFC 2308 2.1 */
	expect_from(serve_nodata, "NODATA", PATIENT);	  /* RFC 2308 2.2 */
	expect_from(serve_elsewhere,			  /* RFC 5452 6 */
		    "FAILED an answer that is about something else", PATIENT);
	/* RFC 6376 3.6.2.2, in a fixed order */
	expect_from(serve_several, "||abc d|x\377y|z", PATIENT);
	expect_from(serve_100, "|0|1", PATIENT);
	expect_from(serve_101, "FAILED more than 100", PATIENT);
}

/* ---- every type ---- */

enum { A = 1, PTR = 12, MX = 15, AAAA = 28 };

static unsigned asked_type(const struct asked *q)
{
	size_t end = question_end(q->query);

	return (unsigned)(q->query.p[end - 4] << 8 | q->query.p[end - 3]);
}

/* A record of each type but NS, and an alias in front of AAAA. */
static void serve_types(const struct asked *q)
{
	static const unsigned char address[16] = { 0x20, 1, 0xd, 0xb8 };
	struct buf b;

	begin(&b, q, AD);
	switch (asked_type(q)) {
	case A:
		add(&b, q->name, A, SPAN("\300\0\2\2"));
		add(&b, q->name, A, SPAN("\300\0\2\1"));
		add(&b, q->name, A, SPAN("\300\0\2\2"));
		break;
	case AAAA:
		add_cname(&b, q->name, "B.example");
		b.p[b.n - 11 - 4] = 0; /* its TTL is 200 */
		b.p[b.n - 11 - 3] = 200;
		add(&b, "b.example", AAAA, span_of(address, 16));
		break;
	case MX:
		add(&b, q->name, MX, SPAN("\0\12\1A\7example\0"));
		add(&b, q->name, MX, SPAN("\1\12\0"));
		break;
	case PTR:
		add(&b, q->name, PTR, SPAN("\6a.\\\0\377\n\0"));
		break;
	case TXT:
		add_txt(&b, q->name, "text");
		break;
	default:
		break;
	}
	give(q, &b);
}

static void get(struct dns *dns, const char *name, enum dns_type type,
		struct dns_reply *out)
{
	struct dns_query query = { .type = type };

	assert_true(dns_name_of(span_str(name), &query.name));
	dns_get(dns, &query, out);
}

static void test_types(void **state)
{
	static const struct {
		enum dns_type type;
		size_t n, octets;
		struct span first, last;
		const char *chain;
	} rows[] = {
		/* the head, the question, then records of 25 and their data */
		{ DNS_A, 2, 27 + 3 * 25, T("\300\0\2\1"), T("\300\0\2\2"), "" },
		{ DNS_AAAA, 1, 27 + 21 + 11 + 21 + 16,
		  T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\0"),
		  T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\0"), "b.example\n" },
		{ DNS_MX, 2, 27 + 21 + 13 + 21 + 3, T("\0\12a.example"),
		  T("\1\12."), "" },
		{ DNS_PTR, 1, 27 + 21 + 8, T("a\\046\\092\\000\\255\\010"),
		  T("a\\046\\092\\000\\255\\010"), "" },
		{ DNS_TXT, 1, 27 + 21 + 5, T("text"), T("text"), "" },
	};
	struct dns_reply r;
	struct fake f;
	int bad = 0;

	(void)state;
	start(&f, serve_types);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *row = dns_type_word(rows[i].type);

		get(dns, "k.example", rows[i].type, &r);
		assert_int_equal(r.n, rows[i].n);
		bad += row_is(row, "octets", (long long)r.octets,
			      (long long)rows[i].octets);
		bad += row_is(row, "ttl", r.ttl, r.chain.n ? 200 : 300);
		bad += row_is_span(row, "first", buf_span(&r.records[0]),
				   rows[i].first);
		bad += row_is_span(row, "last", buf_span(&r.records[r.n - 1]),
				   rows[i].last);
		bad += row_is_span(row, "chain", buf_span(&r.chain),
				   span_str(rows[i].chain));
		dns_reply_free(&r);
	}
	get(dns, "k.example", DNS_NS, &r);
	assert_int_equal(r.answer, DNS_NODATA);
	dns_reply_free(&r);
	assert_int_equal(bad, 0);
	dns_close(dns);
	stop(&f);
}

/* A record whose data is not what its type has, or a forged one. */
static void serve_wrong_data(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	switch (q->nth) {
	case 0:
		add(&b, q->name, A, SPAN("\300\0\2"));
		break;
	case 1:
		add(&b, q->name, A, SPAN(""));
		break;
	default: /* of another type: not asked for */
		add(&b, q->name, AAAA, SPAN("0123456789abcdef"));
		break;
	}
	give(q, &b);
}

static void test_wrong_data(void **state)
{
	struct dns_reply r;
	struct fake f;

	(void)state;
	start(&f, serve_wrong_data);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	for (int i = 0; i < 3; i++) {
		get(dns, "k.example", DNS_A, &r);
		assert_int_equal(r.answer, DNS_FAILED);
		assert_int_equal(r.n, 0);
		dns_reply_free(&r);
	}
	dns_close(dns);
	stop(&f);
}

/* As many addresses as an answer over TCP has room for, names compressed. */
enum { FULL = (65535 - 27) / 16 };

static void serve_full(const struct asked *q)
{
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : 0);
	b.p[ANSWER] = (unsigned char)(q->tcp < 0 ? 0 : FULL >> 8);
	b.p[ANSWER + 1] = (unsigned char)(q->tcp < 0 ? 0 : FULL & 255);
	for (unsigned i = 0; i < FULL && q->tcp >= 0; i++) {
		buf_put(&b, SPAN("\300\14\0\1\0\1\0\0\0\1\0\4\12\0"));
		put16(&b, i);
	}
	give(q, &b);
}

static void test_full(void **state)
{
	struct dns_reply r;
	struct fake f;

	(void)state;
	start(&f, serve_full);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	get(dns, "k.example", DNS_A, &r);
	assert_int_equal(r.n, FULL);
	dns_reply_free(&r);
	dns_close(dns);
	stop(&f);
}

/* Labels of any octets go out as they are (SPF macros make them). */
static void serve_octets(const struct asked *q)
{
	static const unsigned char name[] = "\6a.\\\0\377\n\7example";

	struct span asked = span_from(q->query, 12);
	struct buf b;

	begin(&b, q, 0);
	b.p[ANSWER + 1] = 1;
	buf_put(&b, SPAN("\300\14\0\20\0\1\0\0\0\1\0\2\1"));
	buf_put(&b, span_starts(asked, span_of(name, sizeof(name)))
			    ? SPAN("y")
			    : SPAN("n"));
	give(q, &b);
}

static void test_octets(void **state)
{
	struct dns_query query = { .type = DNS_TXT };
	struct dns_reply r;
	struct fake f;

	(void)state;
	start(&f, serve_octets);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	assert_true(dns_name_of(SPAN("a-\\\0\377\n.example"), &query.name));
	query.name.b[2] = '.';
	dns_get(dns, &query, &r);
	assert_int_equal(r.answer, DNS_RECORDS);
	assert_string_equal((const char *)r.records[0].p, "y");
	dns_reply_free(&r);
	dns_close(dns);
	stop(&f);
}

/* ---- TCP (RFC 7766) ---- */

static void serve_4k(const struct asked *q)
{
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : AD);
	if (q->tcp < 0)
		buf_put(&b, SPAN("cut off anyhow"));
	else
		add_long_txt(&b, q->name, 4096);
	give(q, &b);
}

static void test_tcp(void **state)
{
	char want[4098] = "|";

	(void)state;
	memset(want + 1, 'x', 4096);
	expect_from(serve_4k, want, PATIENT);
}

static void serve_tc_closed(const struct asked *q)
{
	struct buf b;

	if (q->tcp >= 0)
		return;
	begin(&b, q, TC);
	add_txt(&b, q->name, "incomplete");
	give(q, &b);
}

static void serve_tc_twice(const struct asked *q)
{
	struct buf b;

	begin(&b, q, TC);
	add_txt(&b, q->name, "incomplete");
	give(q, &b);
}

static void serve_tc_wrong_id(const struct asked *q)
{
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : 0);
	add_txt(&b, q->name, "forged");
	b.p[0] ^= (unsigned char)(q->tcp >= 0);
	give(q, &b);
}

static void serve_tc_short(const struct asked *q)
{
	if (q->tcp < 0)
		serve_tc_closed(q);
	else
		send(q->tcp, "\1\0half", 6, MSG_NOSIGNAL);
}

/* Connections to a port where nobody accepts stay in the backlog. */
static void serve_tc_silent(const struct asked *q)
{
	struct pollfd p = { .fd = q->tcp, .events = POLLIN };

	if (q->tcp < 0)
		serve_tc_closed(q);
	else
		poll(&p, 1, PATIENT); /* until the resolver gives up */
}

static void test_tcp_fails(void **state)
{
	(void)state;
	expect_from(serve_tc_closed, "FAILED no answer from 127.0.0.1@",
		    PATIENT);
	expect_from(serve_tc_twice, "FAILED no whole answer over TCP", PATIENT);
	expect_from(serve_tc_wrong_id, "FAILED over TCP", PATIENT);
	expect_from(serve_tc_short, "FAILED no answer from", PATIENT);
	expect_from(serve_tc_silent, "FAILED timeout after 0.1 s", BRIEF);
}

/* ---- aliases ---- */

static void serve_chain(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0); /* in no order, with what does not belong */
	add_txt(&b, "c.example", "end");
	add_txt(&b, "k.example", "not the end");
	add_cname(&b, "B.example", "c.example");
	add_cname(&b, "x.example", "y.example");
	add_cname(&b, "k.example", "b.EXAMPLE");
	give(q, &b);
}

static void serve_loop(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	add_cname(&b, "k.example", "b.example");
	add_cname(&b, "b.example", "k.example");
	give(q, &b);
}

/* Each answer has one link, as from servers of a zone each. */
static void serve_links(const struct asked *q)
{
	struct buf b;

	begin(&b, q, AD);
	if (strcmp(q->name, "k.example") == 0)
		add_cname(&b, q->name, "b.example");
	else if (strcmp(q->name, "b.example") == 0)
		add_cname(&b, q->name, "c.example");
	else
		add_txt(&b, q->name, "end");
	give(q, &b);
}

static void serve_endless(const struct asked *q)
{
	char next[32];
	struct buf b;

	snprintf(next, sizeof(next), "n%d.example", q->nth);
	begin(&b, q, 0);
	add_cname(&b, q->name, next);
	give(q, &b);
}

static void serve_links_then_nothing(const struct asked *q)
{
	if (strcmp(q->name, "c.example") == 0)
		give_code(q, NOERROR);
	else
		serve_links(q);
}

static void serve_links_then_servfail(const struct asked *q)
{
	if (strcmp(q->name, "c.example") == 0)
		give_code(q, SERVFAIL);
	else
		serve_links(q);
}

static void serve_alias_of_nothing(const struct asked *q)
{
	struct buf b;

	begin(&b, q, NXDOMAIN);
	add_cname(&b, "k.example", "b.example");
	give(q, &b);
}

static void serve_two_aliases(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	add_cname(&b, "k.example", "b.example");
	add_cname(&b, "k.example", "c.example");
	add_txt(&b, "b.example", "forged");
	give(q, &b);
}

static void serve_empty_alias(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	add(&b, q->name, CNAME, SPAN(""));
	give(q, &b);
}

static void give_chain(const struct asked *q, int links)
{
	char from[32] = "k.example", to[32];
	struct buf b;

	begin(&b, q, q->tcp < 0 ? TC : 0);
	for (int i = 0; i < links; i++) {
		snprintf(to, sizeof(to), "n%d.example", i);
		add_cname(&b, from, to);
		memcpy(from, to, sizeof(to));
	}
	add_txt(&b, from, "end");
	give(q, &b);
}

static void serve_12(const struct asked *q)
{
	give_chain(q, LIMIT_CNAMES);
}

static void serve_13(const struct asked *q)
{
	give_chain(q, LIMIT_CNAMES + 1);
}

static void test_aliases(void **state)
{
	(void)state; /* RFC 1034 3.6.2 */
	expect_from(serve_chain, "|end", PATIENT);
	expect_from(serve_loop, "FAILED CNAME loop", PATIENT);
	expect_from(serve_links, "|end", PATIENT);
	expect_from(serve_endless, "FAILED CNAME loop", PATIENT);
	expect_from(serve_12, "|end", PATIENT);
	expect_from(serve_13, "FAILED more than 12", PATIENT);
	expect_from(serve_alias_of_nothing, "NXDOMAIN", PATIENT); /* 6604 3 */
	expect_from(serve_links_then_nothing, "NODATA", PATIENT);
	expect_from(serve_links_then_servfail, "FAILED SERVFAIL", PATIENT);
	expect_from(serve_two_aliases, "FAILED several CNAME", PATIENT);
	expect_from(serve_empty_alias, "FAILED ", PATIENT);
}

/* ---- servers that say no, or nothing ---- */

static void serve_servfail(const struct asked *q)
{
	give_code(q, SERVFAIL);
}

static void serve_refused(const struct asked *q)
{
	give_code(q, REFUSED);
}

static void serve_odd_code(const struct asked *q)
{
	give_code(q, 12);
}

static void serve_silence(const struct asked *q)
{
	(void)q;
}

static void serve_second_time(const struct asked *q)
{
	if (q->nth > 0)
		give_txt(q, "after all");
}

static void serve_good(const struct asked *q)
{
	give_txt(q, "good");
}

/* Old servers: no EDNS (RFC 6891 7), some without the question. */
static void serve_no_edns(const struct asked *q)
{
	struct buf b;

	if (q->query.p[11] == 0) {
		give_txt(q, "plain");
		return;
	}
	begin(&b, q, FORMERR);
	b.n = 12;
	b.p[5] = 0;
	give(q, &b);
}

static void serve_formerr(const struct asked *q)
{
	give_code(q, FORMERR);
}

/* The low four bits of BADVERS say NOERROR (RFC 6891 6.1.3). */
static void serve_badvers(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	b.p[11] = 1;
	buf_put(&b, span_of("\0\0\x29\x04\xd0\1\0\0\0\0\0", 11));
	give(q, &b);
}

/* RFC 2308 2.2: what lies elsewhere is not absent. */
static void serve_referral(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	add_class(&b, AUTHORITY, "example", NS, IN, SPAN("\2ns\0"));
	give(q, &b);
}

static void serve_nodata_with_soa(const struct asked *q)
{
	static const unsigned char soa[22] = { 0 };
	struct buf b;

	begin(&b, q, 0);
	add_class(&b, AUTHORITY, "example", NS, IN, SPAN("\2ns\0"));
	add_class(&b, AUTHORITY, "example", SOA, IN, span_of(soa, 22));
	give(q, &b);
}

static void test_no_answer(void **state)
{
	(void)state; /* RFC 6376 6.1.2 */
	expect_from(serve_servfail, "FAILED SERVFAIL from 127.0.0.1@", PATIENT);
	expect_from(serve_refused, "FAILED REFUSED from 127.0.0.1@", PATIENT);
	expect_from(serve_formerr, "FAILED FORMERR from 127.0.0.1@", PATIENT);
	expect_from(serve_odd_code, "FAILED RCODE 12 from", PATIENT);
	expect_from(serve_badvers, "FAILED RCODE 16 from", PATIENT);
	expect_from(serve_referral, "FAILED referral", PATIENT);
	expect_from(serve_nodata_with_soa, "NODATA", PATIENT);
	expect_from(serve_no_edns, "|plain", PATIENT);
	expect_from(serve_silence, "FAILED timeout after 0.1 s", BRIEF);
	expect_from(serve_second_time, "|after all", BRIEF);
}

static void test_next_server(void **state)
{
	static void (*const bad[])(const struct asked *q) = {
		serve_servfail, serve_refused,	serve_silence,
		serve_formerr,	serve_referral, serve_tc_closed,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool silent = bad[i] == serve_silence;
		struct fake first, second;

		start(&first, bad[i]);
		start(&second, serve_good);
		const char *server[] = { first.address, second.address };
		struct dns *dns = open_conf(&(struct dns_servers){
			.server = server,
			.n = 2,
			.query_ms = silent ? BRIEF : PATIENT });

		expect(dns, "k.example", "|good");
		assert_true(silent || second.datagrams == 1);
		dns_close(dns);
		stop(&first);
		stop(&second);
	}
}

/* Two rounds for the silent, one for who has answered. */
static void test_rounds(void **state)
{
	struct fake first, second;

	(void)state;
	start(&first, serve_silence);
	start(&second, serve_servfail);
	const char *server[] = { first.address, second.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 2, .query_ms = 3 * BRIEF });

	expect(dns, "k.example", "FAILED ");
	assert_true(timed_out);
	assert_int_equal(first.datagrams, 2);
	assert_int_equal(second.datagrams, 1);
	dns_close(dns);
	stop(&first);
	stop(&second);
}

static void serve_from_fourth(const struct asked *q)
{
	if (q->nth >= 3)
		serve_good(q);
}

static void serve_up_to_fourth(const struct asked *q)
{
	if (q->nth < 4)
		serve_good(q);
}

/* One of three is dead: one question finds out, and others are not asked of it
 * as long as another server answers. When it answers it is as good as before.
 */
static void test_dead_server(void **state)
{
	struct fake dead, second, third;

	(void)state;
	start(&dead, serve_from_fourth);
	start(&second, serve_up_to_fourth);
	start(&third, serve_silence);
	const char *server[] = { dead.address, second.address, third.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 3, .query_ms = 3 * BRIEF });

	for (int i = 0; i < 4; i++)
		expect(dns, "k.example", "|good");
	assert_int_equal(dead.datagrams, 1);
	assert_int_equal(second.datagrams, 4);
	assert_int_equal(third.datagrams, 0);
	/* then all are late: the first is asked first, and lives */
	expect(dns, "k.example", "FAILED timeout");
	assert_int_equal(dead.datagrams, 3);
	expect(dns, "k.example", "|good");
	assert_int_equal(dead.datagrams, 4);
	assert_int_equal(third.datagrams, 2);
	dns_close(dns);
	stop(&dead);
	stop(&second);
	stop(&third);
}

/* The deadline is for all questions of one message. */
static void test_deadline(void **state)
{
	struct dns_clock first = { 0 }, second = { 0 };
	struct fake f;

	(void)state;
	start(&f, serve_silence);
	const char *server[] = { f.address };
	struct dns *dns =
		open_conf(&(struct dns_servers){ .server = server,
						 .n = 1,
						 .query_ms = 10 * PATIENT,
						 .deadline_ms = BRIEF });

	message = &first;
	expect(dns, "k.example", "FAILED no answer from 127.0.0.1@");
	assert_true(timed_out);
	assert_int_equal(f.datagrams, 1);
	expect(dns, "k.example", "FAILED no time left");
	assert_true(timed_out);
	assert_int_equal(f.datagrams, 1); /* not even asked */
	message = &second;
	expect(dns, "k.example", "FAILED no answer from 127.0.0.1@");
	assert_int_equal(f.datagrams, 2);
	message = NULL;
	dns_close(dns);
	stop(&f);
}

static void test_port_closed(void **state)
{
	uint16_t port = 0;
	int fd = bound(SOCK_DGRAM, &port);
	char address[32];
	const char *server[] = { address };

	(void)state;
	close(fd);
	snprintf(address, sizeof(address), "127.0.0.1@%u", (unsigned)port);
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	expect(dns, "k.example", "FAILED Connection refused");
	assert_false(timed_out);
	dns_close(dns);
}

/* ---- malformed answers ---- */

static int malformed; /* which one serve_malformed sends */

static void serve_malformed(const struct asked *q)
{
	struct buf b;

	begin(&b, q, 0);
	switch (malformed) {
	case 0: /* a record is promised */
		b.p[7] = 1;
		break;
	case 1: /* a string longer than its record */
		add(&b, q->name, TXT, SPAN("\5abc"));
		break;
	case 2: /* data longer than the message */
		add(&b, q->name, TXT, SPAN("\3abc"));
		b.p[b.n - 5]++;
		break;
	case 3: /* a name that points at itself */
		b.p[7] = 1;
		buf_put(&b,
			span_of((unsigned char[]){ 0xc0, (unsigned char)b.n, 0,
						   16, 0, 1, 0, 0, 0, 0, 0, 0 },
				12));
		break;
	case 4: /* a name that points behind the end */
		b.p[7] = 1;
		buf_put(&b, span_of("\xff\xff\0\x10\0\1\0\0\0\0\0\0", 12));
		break;
	case 5: /* a label that runs out of the message */
		b.p[7] = 1;
		buf_put(&b, SPAN("\77abc"));
		break;
	case 6: /* the target of an alias runs out of the message */
		add(&b, q->name, CNAME, SPAN("\77abc"));
		break;
	default: /* cut inside a record's head */
		add(&b, q->name, TXT, SPAN("\3abc"));
		b.n -= 9;
		break;
	}
	give(q, &b);
}

static void test_malformed(void **state)
{
	(void)state;
	for (malformed = 0; malformed < 8; malformed++)
		expect_from(serve_malformed, "FAILED malformed answer from",
			    PATIENT);
}

/* Octets at random behind a true head and question: any answer is fine, none
 * may hurt. The seed is fixed. */
static void serve_noise(const struct asked *q)
{
	static uint32_t seed = 1;
	struct buf b;

	begin(&b, q, 0);
	b.p[7] = 3;
	for (int i = 0; i < 120; i++) {
		seed = seed * 1664525 + 1013904223;
		buf_put(&b,
			span_of((unsigned char[]){ (unsigned char)(seed >> 24) &
						   (i % 3 ? 0xff : 0x13) },
				1));
	}
	give(q, &b);
}

static void test_noise(void **state)
{
	struct fake f;
	struct name name = { "k.example" };

	(void)state;
	start(&f, serve_noise);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	for (int i = 0; i < 500; i++) {
		struct dns_reply txt;

		dns_get_txt(dns, &name, message, &txt);
		assert_int_not_equal(txt.answer, DNS_NXDOMAIN);
		dns_reply_free(&txt);
	}
	dns_close(dns);
	stop(&f);
}

/* ---- the AD bit (RFC 6840 5.8) ---- */

static void serve_first_link_secure(const struct asked *q)
{
	struct buf b;

	begin(&b, q, strcmp(q->name, "k.example") == 0 ? AD : 0);
	if (strcmp(q->name, "k.example") == 0)
		add_cname(&b, q->name, "b.example");
	else
		add_txt(&b, q->name, "end");
	give(q, &b);
}

static void serve_last_link_secure(const struct asked *q)
{
	struct buf b;

	begin(&b, q, strcmp(q->name, "k.example") == 0 ? 0 : AD);
	if (strcmp(q->name, "k.example") == 0)
		add_cname(&b, q->name, "b.example");
	else
		add_txt(&b, q->name, "end");
	give(q, &b);
}

static enum dns_secure secure_from(void (*serve)(const struct asked *q),
				   const char *want, bool loopback, bool trust)
{
	struct fake f;
	char address[32];
	const char *server[] = { address };

	start(&f, serve);
	/* 0.0.0.0 is this host as well, and no loopback address */
	snprintf(address, sizeof(address), "%s%s",
		 loopback ? "127.0.0.1" : "0.0.0.0", strchr(f.address, '@'));
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .trust_ad = trust });
	enum dns_secure secure = expect(dns, "k.example", want);

	dns_close(dns);
	stop(&f);
	return secure;
}

static void test_secure(void **state)
{
	(void)state;
	assert_int_equal(secure_from(serve_good, "|good", true, false),
			 DNS_SECURE);
	assert_int_equal(secure_from(serve_good, "|good", false, false),
			 DNS_UNKNOWN);
	assert_int_equal(secure_from(serve_good, "|good", false, true),
			 DNS_SECURE);
	assert_int_equal(secure_from(serve_chain, "|end", true, false),
			 DNS_INSECURE);
	assert_int_equal(secure_from(serve_chain, "|end", false, true),
			 DNS_INSECURE);
	assert_int_equal(secure_from(serve_links, "|end", true, false),
			 DNS_SECURE);
	assert_int_equal(
		secure_from(serve_first_link_secure, "|end", true, false),
		DNS_INSECURE);
	assert_int_equal(
		secure_from(serve_last_link_secure, "|end", true, false),
		DNS_INSECURE);
	assert_int_equal(secure_from(serve_nxdomain, "NXDOMAIN", true, false),
			 DNS_INSECURE);
}

/* ---- opening ---- */

static void test_addresses(void **state)
{
	static const struct {
		const char *text;
		enum status st;
	} rows[] = {
		{ "127.0.0.1", ST_OK },
		{ "127.0.0.1@53", ST_OK },
		{ "::1", ST_OK },
		{ "2001:db8::1@65535", ST_OK },
		{ "::ffff:192.0.2.1@1", ST_OK },
		{ "", ST_USAGE },
		{ "@53", ST_USAGE },
		{ "127.0.0.1@", ST_USAGE },
		{ "127.0.0.1@0", ST_USAGE },
		{ "127.0.0.1@65536", ST_USAGE },
		{ "127.0.0.1@99999999999999999999", ST_USAGE },
		{ "127.0.0.1@5 3", ST_USAGE },
		{ "127.0.0.1@+53", ST_USAGE },
		{ "127.0.0.1@53@53", ST_USAGE },
		{ "127.0.0.1#53", ST_OK },
		{ "127.0.0.1:53", ST_OK },
		{ "::1#53", ST_OK },
		{ "[::1]", ST_OK },
		{ "[::1]:53", ST_OK },
		{ "[::1]@53", ST_OK },
		{ "[::1]#53", ST_OK },
		{ "[127.0.0.1]:53", ST_OK },
		{ "127.0.0.1:", ST_USAGE },
		{ "127.0.0.1#", ST_USAGE },
		{ "127.0.0.1#0", ST_USAGE },
		{ "127.0.0.1:53:53", ST_USAGE },
		{ "127.0.0.1:53@53", ST_USAGE },
		{ "127.0.0.1@53:53", ST_USAGE },
		{ "127.0.0.1#53#53", ST_USAGE },
		{ ":53", ST_USAGE },
		{ "#53", ST_USAGE },
		{ "[]", ST_USAGE },
		{ "[", ST_USAGE },
		{ "[]:53", ST_USAGE },
		{ "[::1", ST_USAGE },
		{ "[::1:53", ST_USAGE },
		{ "::1]", ST_USAGE },
		{ "[::1]53", ST_USAGE },
		{ "[::1]:", ST_USAGE },
		{ "[::1]:x", ST_USAGE },
		{ "[[::1]]:53", ST_USAGE },
		{ "127.0.0.1 ", ST_USAGE },
		{ "127.1", ST_USAGE },
		{ "0x7f.0.0.1", ST_USAGE },
		{ "fe80::1%lo", ST_USAGE },
		{ "localhost", ST_USAGE },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222",
		  ST_USAGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dns *dns = NULL;
		struct diag why = { 0 };
		struct dns_servers conf = { .server = &rows[i].text, .n = 1 };
		enum status st = dns_resolver_open(&conf, &dns, &why);

		if (st != rows[i].st)
			print_error("%s\n", rows[i].text);
		assert_int_equal(st, rows[i].st);
		assert_true((st == ST_OK) == (dns != NULL));
		assert_true((st == ST_OK) == (why.text[0] == 0));
		dns_close(dns);
	}
}

/* 32 servers and no more. */
static void test_many_servers(void **state)
{
	const char *servers[33];
	struct dns *dns = NULL;
	struct diag why = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(servers); i++)
		servers[i] = "127.0.0.1";
	assert_int_equal(
		dns_resolver_open(
			&(struct dns_servers){ .server = servers, .n = 32 },
			&dns, &why),
		ST_OK);
	dns_close(dns);
	assert_int_equal(
		dns_resolver_open(
			&(struct dns_servers){ .server = servers, .n = 33 },
			&dns, &why),
		ST_USAGE);
	assert_null(dns);
	assert_string_equal(why.text, "more than 32 name servers");
}

static enum status open_resolv_conf(const char *text, struct dns **dns)
{
	char path[32];
	FILE *f = tmpfile();
	struct diag why = { 0 };

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	rewind(f);
	snprintf(path, sizeof(path), "/dev/fd/%d", fileno(f));
	struct dns_servers conf = { .resolv_conf = path };
	enum status st = dns_resolver_open(&conf, dns, &why);

	fclose(f);
	return st;
}

static void test_resolv_conf(void **state)
{
	struct dns_servers absent = { .resolv_conf = "/dev/null/absent" };
	struct diag why = { 0 };
	struct dns *dns = NULL;

	(void)state;
	assert_int_equal(open_resolv_conf("", &dns), ST_CONFIG);
	assert_int_equal(open_resolv_conf("#nameserver 127.0.0.1\n"
					  "search example.com\n"
					  "nameservers 127.0.0.1\n"
					  "nameserver\n"
					  "nameserver fe80::1%eth0\n",
					  &dns),
			 ST_CONFIG);
	assert_null(dns);
	assert_int_equal(open_resolv_conf("options edns0\n"
					  "nameserver\t 127.0.0.1 \r\n",
					  &dns),
			 ST_OK);
	dns_close(dns);
	assert_int_equal(dns_resolver_open(&absent, &dns, &why), ST_CONFIG);
	assert_non_null(strstr(why.text, "/dev/null/absent: "));
}

static void test_resolv_conf_trust(void **state)
{
	struct fake f;
	char text[128];
	struct dns *dns = NULL;

	(void)state;
	start(&f, serve_good);
	snprintf(text, sizeof(text),
		 "nameserver 0.0.0.0%s\noptions edns0 trust-ad\n",
		 strchr(f.address, '@'));
	assert_int_equal(open_resolv_conf(text, &dns), ST_OK);
	assert_int_equal(expect(dns, "k.example", "|good"), DNS_SECURE);
	dns_close(dns);
	snprintf(text, sizeof(text), "nameserver 0.0.0.0%s\n",
		 strchr(f.address, '@'));
	assert_int_equal(open_resolv_conf(text, &dns), ST_OK);
	assert_int_equal(expect(dns, "k.example", "|good"), DNS_UNKNOWN);
	dns_close(dns);
	stop(&f);
}

/* ---- threads ---- */

static void serve_own_name(const struct asked *q)
{
	give_txt(q, q->name);
}

static void *ask_often(void *dns)
{
	for (int i = 0; i < 50; i++) {
		struct name name = { 0 };
		struct dns_reply txt;

		snprintf(name.text, sizeof(name.text), "n%d.example", i);
		dns_get_txt(dns, &name, message, &txt);
		bool fine =
			txt.answer == DNS_RECORDS &&
			span_eq(buf_span(&txt.records[0]), span_str(name.text));

		dns_reply_free(&txt);
		if (!fine)
			return dns;
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct fake f;
	pthread_t thread[4];

	(void)state;
	start(&f, serve_own_name);
	const char *server[] = { f.address };
	struct dns *dns = open_conf(&(struct dns_servers){
		.server = server, .n = 1, .query_ms = PATIENT });

	for (int i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, ask_often, dns), 0);
	for (int i = 0; i < 4; i++) {
		void *failed = NULL;

		pthread_join(thread[i], &failed);
		assert_null(failed);
	}
	dns_close(dns);
	stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_whose_reply),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_wrong_data),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_tcp_fails),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_next_server),
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_dead_server),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_port_closed),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_secure),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_many_servers),
		cmocka_unit_test(test_resolv_conf),
		cmocka_unit_test(test_resolv_conf_trust),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
