/* dns_resolver: answers from name servers over the network, through libldns.
 *
 * Questions carry the absolute name (no search list), EDNS0 with 1232 octets,
 * a random id and port and the AD bit; a truncated answer is asked again over
 * TCP. Only a reply from the server asked, with our id and our question,
 * counts; any other datagram is ignored and the wait goes on. CNAMEs within
 * the reply are followed, LIMIT_CNAMES at most (a DNAME comes with one, RFC
 * 6672 3.1); records that are not at the end of the chain are ignored; a chain
 * that the server leaves unfinished is asked on. A server that is silent is
 * asked twice, one that answers SERVFAIL, REFUSED or the like once. The
 * environment is not read. */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "dns.h"

struct dns_servers {
	const char *const *server; /* "ADDR", "ADDR@PORT", tried in order */
	size_t n;		   /* 0: the system's resolv.conf */
	unsigned query_ms;	   /* for one question to one server, 0: 5000 */
	unsigned deadline_ms;	   /* for all questions of one dns_clock,
				    * 0: 30000; the time before the first
				    * does not count, so that slow input
				    * leaves DNS its time */
	bool trust_ad; /* believe the AD bit whatever the server's address; it
			* is believed from loopback anyway */
	const char *resolv_conf; /* for n == 0; NULL: the system's */
};

/* dns_resolver_open: ST_OK with *OUT to be dns_close()d, ST_USAGE for an
 * address that is none, ST_CONFIG when resolv.conf names no server. */
enum status dns_resolver_open(const struct dns_servers *conf, struct dns **out,
			      struct diag *why) MUST_USE;

#endif
