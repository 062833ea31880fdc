/* dns_source: from a program's DNS options to the source they ask for. */
#ifndef DNS_SOURCE_H
#define DNS_SOURCE_H

#include "dns_ldns.h"

struct dns_options {
	struct dns_servers servers; /* --nameserver and its companions */
	const char *const *zone;    /* --zone */
	size_t zones;
	const char *origin; /* --origin, or NULL */
};

/* dns_source_open: master files if there are any, else name servers. ST_USAGE
 * (64) for both at once; else as dns_zone_open and dns_ldns_open. */
enum status dns_source_open(const struct dns_options *options, struct dns **out,
			    struct diag *why) MUST_USE;

#endif
