#include "dns_source.h"

#include <stdlib.h>
#include <string.h>

#include "dns_resolver.h"
#include "dns_recording.h"
#include "dns_zone.h"

void dns_options_init(struct dns_options *o)
{
	const struct opt rows[DNS_OPTION_ROWS] = {
		{ 0, "nameserver", "ADDR[@PORT]",
		  "ask this name server (repeatable)", OPT_LIST,
		  &o->nameserver },
		{ 0, "zone", "FILE", "answers from zone files (repeatable)",
		  OPT_LIST, &o->zone },
		{ 0, "origin", "NAME", "domain of relative names in FILE",
		  OPT_TEXT, &o->origin },
		{ 0, "record-dns", "FILE",
		  "append all answers to FILE, for --zone", OPT_TEXT,
		  &o->record },
		{ 0, "dns-timeout", "SEC", "time limit for one answer (5)",
		  OPT_NUMBER, &o->timeout },
		{ 0, "deadline", "SEC", "time limit for one message (30)",
		  OPT_NUMBER, &o->deadline },
		{ 0, "trust-ad", NULL, "trust the AD bit of any name server",
		  OPT_FLAG, &o->trust_ad },
		{ 0, "require-dnssec", NULL, "accept secure answers only",
		  OPT_FLAG, &o->require_dnssec },
	};

	*o = (struct dns_options){
		.timeout = { .value = 5, .least = 1, .most = 600 },
		.deadline = { .value = 30, .least = 1, .most = 3600 },
	};
	memcpy(o->rows, rows, sizeof(rows));
}

void dns_options_free(struct dns_options *o)
{
	free(o->nameserver.v);
	free(o->zone.v);
}

enum status dns_source_open_at(const struct dns_options *o, const char *server,
			       struct dns **out, struct diag *why)
{
	const struct dns_servers servers = {
		.server = server ? &server : o->nameserver.v,
		.n = server ? 1 : o->nameserver.n,
		.query_ms = (unsigned)o->timeout.value * 1000,
		.deadline_ms = (unsigned)o->deadline.value * 1000,
		.trust_ad = o->trust_ad,
	};
	bool zone = o->zone.n && !server;

	*out = NULL;
	if (zone && o->nameserver.n)
		return diag_set(why, ST_USAGE, NULL,
				"--zone and --nameserver exclude each other");
	if (o->origin && !zone && !server)
		return diag_set(why, ST_USAGE, NULL, "--origin needs --zone");
	enum status st =
		zone ? dns_zone_open(o->zone.v, o->zone.n, o->origin, out, why)
		     : dns_resolver_open(&servers, out, why);

	return st == ST_OK && o->record
		       ? dns_recording_open(o->record, *out, out, why)
		       : st;
}

enum status dns_source_open(const struct dns_options *o, struct dns **out,
			    struct diag *why)
{
	return dns_source_open_at(o, NULL, out, why);
}

enum status dns_source_close(struct dns *dns, struct diag *why)
{
	enum status st = dns_recording_status(dns, why);

	dns_close(dns);
	return st;
}
