/* dns_source: the DNS options that programs share, and the source of answers
 * that they select.
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
	bool require_dnssec; /* for the program to obey: DNS_SECURE only */
	struct opt rows[DNS_OPTION_ROWS]; /* they point into this struct, so
					   * do not copy it */
};

/* dns_options_init: set the defaults and the rows. dns_options_free: free the
 * lists. */
void dns_options_init(struct dns_options *options);
void dns_options_free(struct dns_options *options);

/* dns_source_open: open the zone files if any are given, else the name servers
 * (of the system's resolv.conf by default); with --record-dns the answers are
 * recorded. ST_USAGE for options that exclude each other; else as
 * dns_zone_open, dns_resolver_open and dns_recording_open. */
enum status dns_source_open(const struct dns_options *options, struct dns **out,
			    struct diag *why) MUST_USE;

/* dns_source_open_at: the same, but ask the name server SERVER (ADDR@PORT)
 * only, whatever zone files are given. */
enum status dns_source_open_at(const struct dns_options *options,
			       const char *server, struct dns **out,
			       struct diag *why) MUST_USE;

/* dns_source_close: DNS may be NULL. ST_OK, or ST_IO if an answer could not be
 * recorded. */
enum status dns_source_close(struct dns *dns, struct diag *why) MUST_USE;

#endif
