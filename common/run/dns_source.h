/* dns_source: the DNS options that programs share, and the source they ask for.
 *
 *     struct dns_options options;
 *     dns_options_init(&options);
 *     ... struct opt_program: .more = options.rows, .mores = DNS_OPTION_ROWS
 *     st = dns_source_open(&options, &dns, &why);
 *     ...
 *     st = dns_source_close(dns, &why);
 *     dns_options_free(&options); */
#ifndef DNS_SOURCE_H
#define DNS_SOURCE_H

#include "dns.h"
#include "opt.h"

enum { DNS_OPTION_ROWS = 8 };

struct dns_options {
	struct opt_list nameserver, zone;
	const char *origin, *record;
	struct opt_number timeout, deadline; /* seconds */
	bool trust_ad;
	bool require_dnssec; /* for the program: DNS_SECURE alone counts */
	struct opt rows[DNS_OPTION_ROWS]; /* they point into the rest, which
					   * must not be moved */
};

/* dns_options_init: defaults and rows. dns_options_free: the lists. */
void dns_options_init(struct dns_options *options);
void dns_options_free(struct dns_options *options);

/* dns_source_open: master files if there are any, else name servers; what they
 * answer is recorded if that is asked for. ST_USAGE (64) for both at once; else
 * as dns_zone_open, dns_resolver_open and dns_recording_open. */
enum status dns_source_open(const struct dns_options *options, struct dns **out,
			    struct diag *why) MUST_USE;

/* dns_source_open_at: the same, but SERVER (ADDR@PORT) alone is asked.
 * dns_source_port: the port of the first --nameserver, else 53: what servers
 * at loopback addresses are asked at (dns_authority.h). */
enum status dns_source_open_at(const struct dns_options *options,
			       const char *server, struct dns **out,
			       struct diag *why) MUST_USE;
unsigned dns_source_port(const struct dns_options *options);

/* dns_source_close: DNS may be NULL. ST_OK, or ST_IO when not all could be
 * recorded. */
enum status dns_source_close(struct dns *dns, struct diag *why) MUST_USE;

#endif
