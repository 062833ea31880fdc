#include "spf_service.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "spf_report.h"
#include "when.h"

enum {
	/* Postfix sends some thirty short attributes. */
	REQUEST_MAX = 64 * 1024,
	ACTION_MAX = 16 * 1024,
	INSTANCE_MAX = 200,
};

struct request {
	struct span client_address, client_name, helo, sender, instance,
		sasl_username, request;
};

struct running {
	const struct spf_service *service;
	struct buf in;
	struct buf action;
	struct buf instance; /* of the message that was answered last */
	bool prepended;	     /* for that message */
};

static void set_attribute(struct request *r, struct span name,
			  struct span value)
{
	const struct {
		const char *name;
		struct span *to;
	} known[] = {
		{ "request", &r->request },
		{ "client_address", &r->client_address },
		{ "client_name", &r->client_name },
		{ "helo_name", &r->helo },
		{ "sender", &r->sender },
		{ "instance", &r->instance },
		{ "sasl_username", &r->sasl_username },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (span_eq(name, span_str(known[i].name)))
			*known[i].to = value;
}

/* --- the answer ---------------------------------------------------------- */

/* SMTP replies are printable ASCII (RFC 5321 4.2); other bytes are left out. */
static void put_plain(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n && i < SPF_EXPLANATION; i++)
		if (s.p[i] >= ' ' && s.p[i] <= '~')
			buf_put(out, span_of(s.p + i, 1));
}

static void put_refusal(struct running *r, const struct spf_query *query,
			const struct spf_verdict *v)
{
	struct buf *out = &r->action;

	buf_put(out, SPAN("550 5.7.23 SPF: "));
	put_plain(out, buf_span(&v->domain));
	buf_putf(out, " does not let ");
	ip_format(&query->client.ip, out);
	buf_putf(out, " send mail for it (%s)", v->helo ? "HELO" : "MAIL FROM");
	if (v->explanation.n) {
		buf_put(out, SPAN("; it explains: "));
		put_plain(out, buf_span(&v->explanation));
	}
}

/* The field is one line; Postfix folds it. */
static void put_field(struct running *r, const struct spf_query *query,
		      const struct spf_verdict *v)
{
	struct buf field;

	if (r->prepended) {
		buf_put(&r->action, SPAN("DUNNO"));
		return;
	}
	r->prepended = true;
	buf_init(&field, LIMIT_FIELD_BYTES);
	spf_received(query, v, &field);
	buf_put(&r->action, SPAN("PREPEND "));
	put_plain(&r->action, buf_span(&field));
	buf_free(&field);
}

/* False: the result decides nothing, and the next identity is checked. */
static bool put_decision(struct running *r, const struct spf_query *query,
			 bool last)
{
	struct spf_verdict v;
	bool decided = true;

	spf_check(query, &v);
	if (v.result == SPF_FAIL) {
		put_refusal(r, query, &v);
	} else if (v.result == SPF_TEMPERROR) {
		buf_put(&r->action,
			SPAN("DEFER_IF_PERMIT 4.4.3 SPF: no answer from "
			     "DNS about "));
		put_plain(&r->action, buf_span(&v.domain));
	} else if (last) {
		put_field(r, query, &v);
	} else {
		decided = false;
	}
	spf_verdict_free(&v);
	return decided;
}

static bool is_loopback(const struct ip *ip)
{
	static const struct ip v4 = { false, { 127 } };
	static const struct ip v6 = { true, { [15] = 1 } };

	return ip_within(ip, &v4, 8) || ip_eq(ip, &v6);
}

static bool is_trusted(const struct running *r, const struct request *q,
		       const struct ip *ip)
{
	const struct hosts *trusted = r->service->trusted;
	const struct span client[] = { q->client_address, q->client_name };

	return is_loopback(ip) || q->sasl_username.n ||
	       (trusted && hosts_has(trusted, client, 2));
}

/* The first recipient of each message gets the field. */
static void begin_message(struct running *r, const struct request *q)
{
	if (q->instance.n && q->instance.n <= INSTANCE_MAX &&
	    span_eq(buf_span(&r->instance), q->instance))
		return;
	buf_reset(&r->instance);
	buf_put(&r->instance, span_head(q->instance, INSTANCE_MAX));
	r->prepended = false;
}

static void put_action(struct running *r, const struct request *q)
{
	const struct spf_service *s = r->service;
	struct dns_clock clock = { 0 };
	struct spf_query query = {
		.client = { .dns = s->dns, .clock = &clock },
		.helo = q->helo,
		.unquoted = true, /* Postfix unquotes what MAIL FROM says */
		.receiver = s->receiver,
		.require_dnssec = s->require_dnssec,
		.now = s->has_now ? s->now : when_now(),
	};

	begin_message(r, q);
	if (!ip_parse(q->client_address, &query.client.ip) ||
	    is_trusted(r, q, &query.client.ip)) {
		buf_put(&r->action, SPAN("DUNNO"));
		return;
	}
	/* the HELO identity first; for the null sender it is the only one */
	if (put_decision(r, &query, q->sender.n == 0))
		return;
	query.mail_from = q->sender;
	(void)put_decision(r, &query, true);
}

/* --- requests ------------------------------------------------------------ */

/* Answer the request of LENGTH bytes at the beginning of R->in. */
static enum status answer_request(struct running *r, size_t length,
				  struct diag *why)
{
	struct span rest = span_head(buf_span(&r->in), length), line = { 0 };
	struct request q = { 0 };
	enum status st;

	while (span_split(&rest, '\n', &line)) {
		size_t equals = span_find(line, '=');

		if (equals < line.n)
			set_attribute(&q, span_head(line, equals),
				      span_from(line, equals + 1));
	}
	if (!span_eq(q.request, SPAN("smtpd_access_policy")))
		return diag_set(why, ST_SYNTAX, "",
				"not a request of Postfix' policy delegation");
	buf_reset(&r->action);
	buf_put(&r->action, SPAN("action="));
	put_action(r, &q);
	buf_put(&r->action, SPAN("\n\n"));
	st = io_write(r->service->out, buf_span(&r->action), why);
	memmove(r->in.p, r->in.p + length, r->in.n - length);
	r->in.n -= length;
	return st;
}

/* Bytes of the first request with its empty line; 0: it is not complete. */
static size_t request_length(const struct buf *in)
{
	const unsigned char *end = in->n ? memmem(in->p, in->n, "\n\n", 2)
					 : NULL;

	return end ? (size_t)(end - in->p) + 2 : 0;
}

static enum status read_some(struct running *r, bool *end, struct diag *why)
{
	unsigned char chunk[4096];
	ssize_t n;

	do
		n = read(r->service->in, chunk, sizeof(chunk));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return diag_set(why, ST_IO, NULL, "%s", strerror(errno));
	*end = n == 0;
	if (buf_add(&r->in, span_of(chunk, (size_t)n)) == ST_OK)
		return ST_OK;
	return diag_set(why, ST_LIMIT, "", "a request of more than %d bytes",
			REQUEST_MAX);
}

enum status spf_service_run(const struct spf_service *service, struct diag *why)
{
	struct running r = { .service = service };
	enum status st = ST_OK;
	bool end = false;

	buf_init(&r.in, REQUEST_MAX);
	buf_init(&r.action, ACTION_MAX);
	buf_init(&r.instance, INSTANCE_MAX);
	while (st == ST_OK && !end) {
		size_t length = request_length(&r.in);

		st = length ? answer_request(&r, length, why)
			    : read_some(&r, &end, why);
	}
	if (st == ST_OK && r.in.n)
		st = diag_set(why, ST_SYNTAX, "",
			      "the input ends within a request, which an empty "
			      "line ends");
	buf_free(&r.in);
	buf_free(&r.action);
	buf_free(&r.instance);
	return st;
}
