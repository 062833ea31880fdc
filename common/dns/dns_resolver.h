/* dns_resolver: asks name servers over the network.
 *
 * Questions have the absolute name (no search list), EDNS with 1232 octets, a
 * random id and port and the AD bit (dns_ask.h). CNAMEs in the reply are
 * followed, LIMIT_CNAMES at most (a DNAME comes with one, RFC 6672 3.1);
 * records that are not at the end of the chain are ignored; where the server
 * leaves the chain unfinished its end is asked for. A server that does not
 * answer is asked twice, one that answers SERVFAIL, REFUSED or the like once.
 * One that was not in time is asked last until it answers. The environment is
 * not read. */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "dns.h"

/* Which servers are asked, and how. */
struct dns_servers {
	const char *const *server; /* of dns_server_parse, tried in order */
	size_t n;		   /* 0: the system's resolv.conf */
	unsigned query_ms;	   /* for one question to one server, 0: 5000 */
	unsigned deadline_ms;	   /* for all questions of one dns_clock,
				    * 0: 30000; it begins with the first, so
				    * that slow input takes nothing of it */
	bool trust_ad; /* believe the AD bit whatever the server's address; it
			* is believed from loopback anyway */
	const char *resolv_conf; /* for n == 0; NULL: the system's */
};

/* dns_resolver_open: ST_OK and *OUT, for dns_close; ST_USAGE for what is not an
 * address, ST_CONFIG when resolv.conf names no server, ST_BUG when libldns
 * cannot be loaded. */
enum status dns_resolver_open(const struct dns_servers *conf, struct dns **out,
			      struct diag *why) MUST_USE;

#endif
