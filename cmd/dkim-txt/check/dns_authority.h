/* dns_authority: the name servers that are authoritative for a name (RFC 1034
 * 4.2).
 *
 * Asks a resolver for NS records at the name and at each name above it until
 * there are some, then for the addresses of these hosts. A name that is an
 * alias belongs to the zone of the alias: for the zone of its target, give the
 * end of the chain of struct dns_reply. */
#ifndef DNS_AUTHORITY_H
#define DNS_AUTHORITY_H

#include "dns_source.h"

enum { DNS_MOST_AUTHORITIES = 64 };

struct dns_authority {
	char *host;	 /* as dns_name_text has it */
	char server[64]; /* "ADDR@PORT"; empty: it cannot be asked */
	struct diag why; /* then the reason */
};

/* In the order of the hosts' names, then of addresses, IPv4 first. Free it with
 * dns_authorities_free; safe to free when zeroed. */
struct dns_authorities {
	struct dns_name zone;
	struct dns_authority *v;
	size_t n;
};

/* dns_authorities_find: the servers of the zone of NAME. ST_OK with at least
 * one entry; ST_DNS when DNS gives no answer or there is no such zone; ST_LIMIT
 * for more than DNS_MOST_AUTHORITIES. Addresses to which there is no route
 * (often IPv6) are left out where the same host has others. The port is 53, at
 * loopback addresses LOOPBACK_PORT, for tests. */
enum status dns_authorities_find(struct dns *dns, const struct dns_name *name,
				 unsigned loopback_port,
				 struct dns_clock *clock,
				 struct dns_authorities *out,
				 struct diag *why) MUST_USE;

/* dns_authority_port: the port of the first --nameserver, else 53: the
 * LOOPBACK_PORT of a run. */
unsigned dns_authority_port(const struct dns_options *options);

void dns_authorities_free(struct dns_authorities *all);

#endif
