/* dns_authority: the name servers that speak for a name (RFC 1034 4.2).
 *
 * Asks a resolver for NS at the name and at each name above it until there are
 * some, then for the addresses of these hosts. A name with an alias is in the
 * zone where the alias stands: for the zone of its target hand in the end of
 * dns_reply's chain. */
#ifndef DNS_AUTHORITY_H
#define DNS_AUTHORITY_H

#include "dns.h"

enum { DNS_MOST_AUTHORITIES = 64 };

struct dns_authority {
	char *host;	 /* as dns_name_text has it */
	char server[64]; /* "ADDR@PORT"; empty: there is none to be asked */
	struct diag why; /* then it says why */
};

/* In the order of the hosts' names, then of addresses, IPv4 first; release with
 * dns_authorities_free, safe when zeroed. */
struct dns_authorities {
	struct dns_name zone; /* whose servers they are */
	struct dns_authority *v;
	size_t n;
};

/* dns_authorities_find: ST_OK with at least one entry. ST_DNS when DNS gives no
 * answer or nobody speaks for NAME; ST_LIMIT for more than the most.
 * Addresses to which this host has no route (IPv6, often) are left out where
 * the same host has others. Port 53 is asked, LOOPBACK_PORT at loopback
 * addresses: a zone whose servers are there is one that somebody tries out. */
enum status dns_authorities_find(struct dns *dns, const struct dns_name *name,
				 unsigned loopback_port,
				 struct dns_clock *clock,
				 struct dns_authorities *out,
				 struct diag *why) MUST_USE;

void dns_authorities_free(struct dns_authorities *all);

#endif
