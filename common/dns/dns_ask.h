/* dns_ask: one question to one name server, and the reply that is truly to it.
 *
 * A connected UDP socket of its own for every question, so that the port is
 * random and the kernel drops what others send; id and question are compared
 * (RFC 5452 9). What does not fit is ignored and the wait goes on. A truncated
 * answer is asked again over TCP, one that shows that the server does not know
 * EDNS without it. ldns writes and reads the messages; its own transport
 * neither compares ids nor keeps to a deadline. */
#ifndef DNS_ASK_H
#define DNS_ASK_H

/* first: ldns has a bool of its own where there is none yet */
#include "status.h"

#include <ldns/ldns.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct dns_server {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t n;
	bool loopback;
	char label[64]; /* ADDR@PORT, for messages */
};

/* dns_server_parse: "ADDR" or "ADDR@PORT"; IPv6 without brackets or zone.
 * ST_OK or ST_USAGE. */
enum status dns_server_parse(const char *text, struct dns_server *out,
			     struct diag *why) MUST_USE;

/* dns_server_routed: this host knows a way to it; nothing is sent. */
bool dns_server_routed(const struct dns_server *server);

struct dns_question {
	const ldns_rdf *name; /* class IN */
	ldns_rr_type type;
	unsigned timeout_ms; /* for each exchange */
	int64_t deadline_ms; /* on the clock of dns_ask_now */
};

enum dns_asked {
	DNS_REPLIED,  /* *REPLY is to be freed with ldns_pkt_free */
	DNS_REFUSED,  /* it answered, and the answer is of no use */
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

/* dns_ask_now: milliseconds of a clock that nobody sets. */
int64_t dns_ask_now(void);

#endif
