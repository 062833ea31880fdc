#include "dns_ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns_ldns.h"
#include "when.h"

/* 1232: a size that is not fragmented on any usual path (DNS flag day 2020). */
enum { HEADER_BYTES = 12, EDNS_BYTES = 1232, REPLY_BYTES = 65535 };

/* One exchange: what was sent and what was received. */
struct talk {
	const struct dns_server *server;
	const struct dns_question *q;
	unsigned char *query; /* owned, of ldns */
	size_t query_n;
	unsigned char *in; /* REPLY_BYTES */
	size_t n;
	int fd;
	int64_t until_ms, patience_ms;
	struct diag *why;
};

/* ---- servers ---- */

static bool parse_address(const char *text, uint16_t port,
			  struct dns_server *out)
{
	out->port = port;
	if (inet_pton(AF_INET, text, &out->to.v4.sin_addr) == 1) {
		out->to.v4.sin_family = AF_INET;
		out->to.v4.sin_port = htons(port);
		out->n = sizeof(out->to.v4);
		out->loopback = ntohl(out->to.v4.sin_addr.s_addr) >> 24 == 127;
		return true;
	}
	if (inet_pton(AF_INET6, text, &out->to.v6.sin6_addr) == 1) {
		out->to.v6.sin6_family = AF_INET6;
		out->to.v6.sin6_port = htons(port);
		out->n = sizeof(out->to.v6);
		out->loopback = IN6_IS_ADDR_LOOPBACK(&out->to.v6.sin6_addr);
		return true;
	}
	return false;
}

/* Cut TEXT into its address, without brackets, and its port; the port's p is
 * NULL where there is none. A colon begins a port after [IPv6] and IPv4 only:
 * "::1:53" is an address. */
static void split_server(struct span text, struct span *address,
			 struct span *port)
{
	bool bracket = span_starts(text, SPAN("["));
	size_t end = 0;

	if (bracket) {
		text = span_from(text, 1);
		end = span_find(text, ']');
	} else {
		size_t colon = span_find(text, ':');

		while (end < text.n && !strchr("@#", text.p[end]))
			end++;
		if (colon < end && span_find(span_from(text, colon + 1), ':') ==
					   text.n - colon - 1)
			end = colon;
	}
	*address = span_head(text, end);
	*port = (struct span){ 0 };
	/* "[::1", "[::1]x" */
	if (bracket && (end == text.n ||
			(end + 1 < text.n && !strchr("@#:", text.p[end + 1]))))
		*address = *port;
	text = span_from(text, end + bracket);
	if (!address->p)
		return;
	if (text.n)
		*port = span_of(text.p + 1, text.n - 1);
}

enum status dns_server_parse(const char *text, struct dns_server *out,
			     struct diag *why)
{
	struct span host, number;
	char address[INET6_ADDRSTRLEN];
	uint64_t port = 53;

	memset(out, 0, sizeof(*out));
	split_server(span_str(text), &host, &number);
	if (number.p && (!span_u64(number, &port) || port == 0 || port > 65535))
		return diag_set(why, ST_USAGE, NULL,
				"\"%s\": the port is a number from 1 to 65535",
				text);
	if (host.n && host.n < sizeof(address)) {
		memcpy(address, host.p, host.n);
		address[host.n] = 0;
		if (parse_address(address, (uint16_t)port, out)) {
			snprintf(out->label, sizeof(out->label), "%s@%u",
				 address, (unsigned)port);
			return ST_OK;
		}
	}
	return diag_set(why, ST_USAGE, NULL,
			"\"%s\" is not the address of a name server "
			"(ADDR, ADDR@PORT, ADDR#PORT, ADDR:PORT or "
			"[ADDR]:PORT)",
			text);
}

bool dns_server_routed(const struct dns_server *server)
{
	int fd = socket(server->to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool routed = fd >= 0 && connect(fd, &server->to.any, server->n) == 0;

	if (fd >= 0)
		close(fd);
	return routed;
}

/* ---- messages ---- */

/* ldns takes the id from OpenSSL's generator. */
static bool make_query(struct talk *t, bool edns)
{
	ldns_pkt *p = ldns_pkt_query_new(ldns_rdf_clone(t->q->name), t->q->type,
					 LDNS_RR_CLASS_IN, LDNS_RD | LDNS_AD);
	bool fine = p != NULL;

	if (fine) {
		ldns_pkt_set_random_id(p);
		if (edns)
			ldns_pkt_set_edns_udp_size(p, EDNS_BYTES);
		free(t->query);
		t->query = NULL;
		fine = ldns_pkt2wire(&t->query, p, &t->query_n) ==
		       LDNS_STATUS_OK;
	}
	ldns_pkt_free(p);
	return fine;
}

static bool is_our_question(const struct talk *t, const ldns_rr *rr)
{
	return ldns_rr_get_type(rr) == t->q->type &&
	       ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
	       span_ieq(dns_rr_wire(ldns_rr_owner(rr)),
			dns_rr_wire(t->q->name));
}

/* RFC 5452 9.1: a reply has our id and our question. Servers that do not
 * understand a query may leave the question out. */
static bool is_reply(const struct talk *t)
{
	const unsigned char *in = t->in;
	ldns_rr *rr = NULL;
	size_t at = HEADER_BYTES;

	if (t->n < HEADER_BYTES || !LDNS_QR_WIRE(in) ||
	    memcmp(in, t->query, 2) != 0 ||
	    LDNS_OPCODE_WIRE(in) != LDNS_PACKET_QUERY)
		return false;
	if (LDNS_QDCOUNT(in) == 0)
		return LDNS_RCODE_WIRE(in) == LDNS_RCODE_FORMERR ||
		       LDNS_RCODE_WIRE(in) == LDNS_RCODE_NOTIMPL;
	if (LDNS_QDCOUNT(in) != 1 ||
	    ldns_wire2rr(&rr, in, t->n, &at, LDNS_SECTION_QUESTION) !=
		    LDNS_STATUS_OK)
		return false;
	bool ours = is_our_question(t, rr);

	ldns_rr_free(rr);
	return ours;
}

/* ---- sockets ---- */

static enum dns_asked no_reply(const struct talk *t, const char *what)
{
	diag_set(t->why, ST_DNS, NULL, "no answer from %s: %s",
		 t->server->label, what);
	return DNS_NO_REPLY;
}

static enum dns_asked timed_out(const struct talk *t)
{
	char what[64];

	snprintf(what, sizeof(what), "timeout after %g s",
		 (double)t->patience_ms / 1000);
	no_reply(t, what);
	return DNS_TIMED_OUT;
}

/* False when the time is over. */
static bool wait_for(const struct talk *t, short events)
{
	for (;;) {
		int64_t left = t->until_ms - when_ticks();
		struct pollfd p = { .fd = t->fd, .events = events };

		if (left <= 0)
			return false;
		int n = poll(&p, 1, left < INT_MAX ? (int)left : INT_MAX);

		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static bool try_again(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* A socket that only hears SERVER; the time for the exchange begins. */
static bool open_socket(struct talk *t, int type)
{
	int64_t now = when_ticks(), until = now + t->q->timeout_ms;

	t->until_ms = until < t->q->deadline_ms ? until : t->q->deadline_ms;
	t->patience_ms = t->until_ms - now;
	t->fd = socket(t->server->to.any.sa_family,
		       type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return t->fd >= 0 &&
	       (connect(t->fd, &t->server->to.any, t->server->n) == 0 ||
		errno == EINPROGRESS);
}

static enum dns_asked udp_exchange(struct talk *t)
{
	if (!open_socket(t, SOCK_DGRAM) ||
	    send(t->fd, t->query, t->query_n, 0) < 0)
		return no_reply(t, strerror(errno));
	while (wait_for(t, POLLIN)) {
		ssize_t n = recv(t->fd, t->in, REPLY_BYTES, 0);

		if (n < 0 && !try_again())
			return no_reply(t, strerror(errno));
		t->n = n < 0 ? 0 : (size_t)n;
		if (is_reply(t))
			return DNS_REPLIED;
	}
	return timed_out(t);
}

static enum dns_asked tcp_send(struct talk *t)
{
	unsigned char out[2 + 512 + 64];
	size_t n = t->query_n, done = 0;

	if (n > sizeof(out) - 2)
		return no_reply(t, "the question is too long");
	ldns_write_uint16(out, (uint16_t)n);
	memcpy(out + 2, t->query, n);
	while (done < n + 2) {
		if (!wait_for(t, POLLOUT))
			return timed_out(t);
		ssize_t sent =
			send(t->fd, out + done, n + 2 - done, MSG_NOSIGNAL);

		if (sent < 0 && !try_again())
			return no_reply(t, strerror(errno));
		done += sent < 0 ? 0 : (size_t)sent;
	}
	return DNS_REPLIED;
}

static enum dns_asked tcp_read(struct talk *t, unsigned char *to, size_t n)
{
	size_t done = 0;

	while (done < n) {
		if (!wait_for(t, POLLIN))
			return timed_out(t);
		ssize_t got = recv(t->fd, to + done, n - done, 0);

		if (got == 0)
			return no_reply(t, "TCP connection closed");
		if (got < 0 && !try_again())
			return no_reply(t, strerror(errno));
		done += got < 0 ? 0 : (size_t)got;
	}
	return DNS_REPLIED;
}

static enum dns_asked tcp_exchange(struct talk *t)
{
	unsigned char length[2];

	if (!open_socket(t, SOCK_STREAM))
		return no_reply(t, strerror(errno));
	enum dns_asked got = tcp_send(t);

	if (got == DNS_REPLIED)
		got = tcp_read(t, length, sizeof(length));
	if (got == DNS_REPLIED) {
		t->n = ldns_read_uint16(length);
		got = tcp_read(t, t->in, t->n);
	}
	if (got != DNS_REPLIED)
		return got;
	if (!is_reply(t) || LDNS_TC_WIRE(t->in))
		return no_reply(t, "no whole answer over TCP");
	return DNS_REPLIED;
}

static enum dns_asked exchange(struct talk *t, int type)
{
	enum dns_asked got = type == SOCK_DGRAM ? udp_exchange(t)
						: tcp_exchange(t);

	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	return got;
}

/* ---- replies ---- */

static enum dns_asked refused(const struct talk *t, const char *what)
{
	diag_set(t->why, ST_DNS, NULL, "%s from %s", what, t->server->label);
	return DNS_REFUSED;
}

/* RFC 2308 2.2: NS records without SOA, from a server that is not
 * authoritative: a referral to other servers, which is not a "no". */
static bool is_referral(const ldns_pkt *p)
{
	const ldns_rr_list *list = ldns_pkt_authority(p);
	bool servers = false;

	if (ldns_pkt_aa(p) || ldns_rr_list_rr_count(ldns_pkt_answer(p)))
		return false;
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr_type type = ldns_rr_get_type(ldns_rr_list_rr(list, i));

		if (type == LDNS_RR_TYPE_SOA)
			return false;
		servers = servers || type == LDNS_RR_TYPE_NS;
	}
	return servers;
}

/* With EDNS the code has 12 bits (RFC 6891 6.1.3): BADVERS is 16, and its low
 * four bits alone would say NOERROR. */
static unsigned whole_rcode(const ldns_pkt *p)
{
	return (unsigned)ldns_pkt_get_rcode(p) |
	       (unsigned)ldns_pkt_edns_extended_rcode(p) << 4;
}

/* RFC 6895 2.3. */
static const char *const rcodes[] = {
	"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMPL", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE",
};

static enum dns_asked read_reply(const struct talk *t, ldns_pkt **reply)
{
	ldns_pkt *p = NULL;
	char what[32];

	if (ldns_wire2pkt(&p, t->in, t->n) != LDNS_STATUS_OK)
		return refused(t, "a malformed answer");
	unsigned rcode = whole_rcode(p);

	if (rcode == LDNS_RCODE_NXDOMAIN ||
	    (rcode == LDNS_RCODE_NOERROR && !is_referral(p))) {
		*reply = p;
		return DNS_REPLIED;
	}
	ldns_pkt_free(p);
	if (rcode == LDNS_RCODE_NOERROR)
		return refused(t, "a referral instead of an answer");
	snprintf(what, sizeof(what), "RCODE %u", rcode);
	return refused(t, rcode < sizeof(rcodes) / sizeof(*rcodes)
				  ? rcodes[rcode]
				  : what);
}

static enum dns_asked converse(struct talk *t, bool edns)
{
	if (!make_query(t, edns))
		return no_reply(t, "the question cannot be written");
	enum dns_asked got = exchange(t, SOCK_DGRAM);

	if (got == DNS_REPLIED && LDNS_TC_WIRE(t->in))
		got = exchange(t, SOCK_STREAM);
	return got;
}

enum dns_asked dns_ask(const struct dns_server *server,
		       const struct dns_question *q, ldns_pkt **reply,
		       struct diag *why)
{
	struct talk t = { .server = server, .q = q, .fd = -1, .why = why };

	t.in = mem_array(NULL, REPLY_BYTES, 1);
	enum dns_asked got = converse(&t, true);

	/* RFC 6891 7: the answer of a server that does not know EDNS */
	if (got == DNS_REPLIED && LDNS_RCODE_WIRE(t.in) == LDNS_RCODE_FORMERR)
		got = converse(&t, false);
	if (got == DNS_REPLIED)
		got = read_reply(&t, reply);
	free(t.query);
	free(t.in);
	return got;
}
