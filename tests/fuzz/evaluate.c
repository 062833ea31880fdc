/* SPF and DMARC over a DNS in which every name has something: they end, within
 * their limits, with the same result twice. The lines of the input are the
 * records; which of them a question gets depends on its name and type, so that
 * includes, redirections and walks go on for ever. */
#include <stdlib.h>

#include "dmarc.h"
#include "fuzz.h"
#include "spf.h"

/* A message costs at most that: 10 terms, each with 10 hosts, and the walks of
 * DMARC for the author and ten identifiers. */
enum { SPF_QUESTIONS = 2 + 10 + 10 * 11 * 2, DMARC_QUESTIONS = 8 * 11 + 1 };

struct made_up {
	struct dns dns;
	struct span lines;
	unsigned questions;
};

static void add(struct dns_reply *out, enum dns_type type, struct span text)
{
	static const unsigned char host[] = "a.example.com";
	struct buf data;

	buf_init(&data, 70000);
	if (type == DNS_A || type == DNS_AAAA)
		for (size_t i = 0; i < (type == DNS_A ? 4U : 16U); i++)
			status_ignore(
				buf_addc(&data, i < text.n ? text.p[i] : 0));
	else if (type == DNS_TXT)
		status_ignore(buf_add(&data, text));
	if (type == DNS_MX)
		status_ignore(buf_add(&data, SPAN("\0\1")));
	if (type == DNS_MX || type == DNS_PTR || type == DNS_NS)
		status_ignore(buf_add(&data, span_of(host, sizeof(host) - 1)));
	if (dns_add_record(out, buf_span(&data)) == ST_OK)
		out->answer = DNS_RECORDS;
	buf_free(&data);
}

static void get(struct dns *dns, const struct dns_query *q,
		struct dns_reply *out)
{
	struct made_up *m = (struct made_up *)dns;
	struct span rest = m->lines, line = { 0 };
	size_t n = 1, sum = (size_t)q->type * 7;

	m->questions++;
	for (size_t i = 0; i < q->name.n; i++)
		sum = sum * 31 + q->name.b[i];
	for (size_t i = 0; i < m->lines.n; i++)
		n += m->lines.p[i] == '\n';
	for (size_t i = sum % n + 1; i--;)
		if (!span_split(&rest, '\n', &line))
			line = SPAN("");
	out->answer = DNS_NODATA;
	switch (line.n ? line.p[0] : 0) {
	case '?':
		out->answer = DNS_FAILED;
		status_ignore(diag_set(&out->why, ST_DNS, NULL, "no answer"));
		break;
	case '!':
		out->answer = DNS_NXDOMAIN;
		break;
	case 0:
		break;
	default:
		add(out, q->type, line);
		if (sum & 8)
			add(out, q->type, span_from(line, 1));
	}
}

static void nothing(struct dns *dns)
{
	(void)dns;
}

static enum spf_result spf(struct made_up *m)
{
	struct dns_clock clock = { 0 };
	struct spf_query q = {
		.client = { .dns = &m->dns, .clock = &clock },
		.helo = SPAN("mx.example.com"),
		.mail_from = SPAN("joe+%{s}@b.example.com"),
		.now = 1767348000,
	};
	struct spf_verdict v;

	q.client.ip.b[0] = 192;
	m->questions = 0;
	spf_check(&q, &v);
	hold(v.lookups <= 11 && v.voids <= 3, "the limits of RFC 7208 4.6.4");
	hold(m->questions <= SPF_QUESTIONS, "questions of SPF");
	for (size_t i = 0; i < v.explanation.n; i++)
		hold(v.explanation.p[i] >= ' ' && v.explanation.p[i] <= '~',
		     "a printable explanation");
	enum spf_result result = v.result;

	spf_verdict_free(&v);
	return result;
}

static enum result dmarc(struct made_up *m)
{
	static const char *const domains[] = {
		"example.com", "a.b.c.d.e.f.g.h.i.j.example.com",
		"x.a.b.c.d.e.f.g.h.i.example.com", "example.net"
	};
	struct dmarc_identifier ids[16] = { 0 };
	struct dns_clock clock = { 0 };
	struct dmarc_verdict v;
	struct dmarc_store *store =
		dmarc_store_new(&(struct published_from){ &m->dns, &clock });
	struct name author;

	for (size_t i = 0; i < 16; i++) {
		char text[80];

		snprintf(text, sizeof(text), "n%zu.%s", i % 13, domains[i % 4]);
		ids[i].method = i % 5 ? DMARC_DKIM : DMARC_SPF;
		ids[i].result = i % 3 ? RESULT_PASS : RESULT_PERMERROR;
		hold(name_parse(span_str(text), 0, &ids[i].domain, NULL) ==
			     ST_OK,
		     "a name");
	}
	hold(name_parse(SPAN("q.w.e.r.t.y.u.i.o.example.com"), 0, &author,
			NULL) == ST_OK,
	     "the author");
	m->questions = 0;
	dmarc_evaluate(store, &author, ids, 16, &v);
	hold(m->questions <= DMARC_QUESTIONS, "questions of DMARC");
	hold(v.result != RESULT_PASS || v.place, "a pass has a record");
	dmarc_store_free(store);
	return v.result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dns_class class = { get, nothing };
	struct made_up m = { .dns = { .class = &class },
			     .lines = span_of(data, size) };

	hold(spf(&m) == spf(&m), "the same result of SPF");
	hold(dmarc(&m) == dmarc(&m), "the same result of DMARC");
	return 0;
}
