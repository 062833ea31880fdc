#include "dns_source.h"

#include "dns_zone.h"

enum status dns_source_open(const struct dns_options *options, struct dns **out,
			    struct diag *why)
{
	*out = NULL;
	if (options->zones && options->servers.n)
		return diag_set(why, ST_USAGE, NULL,
				"--zone and --nameserver exclude each other");
	if (options->zones)
		return dns_zone_open(options->zone, options->zones,
				     options->origin, out, why);
	if (options->origin)
		return diag_set(why, ST_USAGE, NULL, "--origin needs --zone");
	return dns_ldns_open(&options->servers, out, why);
}
