/* dns_ask: sends one question to one name server and accepts only the reply to
 * that question.
 *
 * Each question has a connected UDP socket of its own, so that the port is
 * random and the kernel drops what other hosts send; id and question are
 * compared (RFC 5452 9). Other datagrams are ignored and the wait goes on. A
 * truncated answer is asked for again over TCP, and without EDNS when the
 * server does not know it. ldns writes and reads the messages; its own
 * transport neither compares ids nor keeps a deadline. */
#ifndef DNS_ASK_H
#define DNS_ASK_H

/* first: ldns has a bool of its own where there is none yet */
#include "status.h"

#include <ldns/ldns.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* The address of a name server. */
struct dns_server {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t n;
	uint16_t port;
	bool loopback;
	char label[64]; /* ADDR@PORT, for messages */
};

/* dns_server_parse: reads ADDR, ADDR@PORT (ldns, NSD, Unbound), ADDR#PORT
 * (BIND) or ADDR:PORT; ADDR may be in brackets, and an IPv6 address must be
 * before a colon. IPv6 has no zone. ST_OK or ST_USAGE. */
enum status dns_server_parse(const char *text, struct dns_server *out,
			     struct diag *why) MUST_USE;

/* dns_server_routed: whether this host has a route to it; nothing is sent. */
bool dns_server_routed(const struct dns_server *server);

/* One question, and how long it may take. */
struct dns_question {
	const ldns_rdf *name; /* class IN */
	ldns_rr_type type;
	unsigned timeout_ms; /* for each exchange */
	int64_t deadline_ms; /* on the clock of when_ticks */
};

enum dns_asked {
	DNS_REPLIED,  /* *REPLY is to be freed with ldns_pkt_free */
	DNS_REFUSED,  /* it answered, but not the question */
	DNS_NO_REPLY, /* unreachable, port closed, cut off; it and the next
		       * may be asked again */
	DNS_TIMED_OUT,
};

/* dns_ask: ask SERVER. DNS_REPLIED comes with rcode NOERROR or NXDOMAIN only;
 * otherwise WHY says what happened, with the server. Callable from any thread.
 */
enum dns_asked dns_ask(const struct dns_server *server,
		       const struct dns_question *q, ldns_pkt **reply,
		       struct diag *why) MUST_USE;

#endif
