#include "dns_source.h"

#include <stdlib.h>
#include <string.h>

#include "dns_ldns.h"
#include "dns_record.h"
#include "dns_zone.h"

void dns_options_init(struct dns_options *o)
{
	const struct opt rows[DNS_OPTION_ROWS] = {
		{ 0, "nameserver", "ADDR[@PORT]",
		  "ask this server (repeatable)", OPT_LIST, &o->nameserver },
		{ 0, "zone", "FILE", "answers from master files (repeatable)",
		  OPT_LIST, &o->zone },
		{ 0, "origin", "NAME", "what relative names in FILE belong to",
		  OPT_TEXT, &o->origin },
		{ 0, "record-dns", "FILE",
		  "append all answers to FILE, for --zone", OPT_TEXT,
		  &o->record },
		{ 0, "dns-timeout", "SEC", "wait so long for one answer (5)",
		  OPT_NUMBER, &o->timeout },
		{ 0, "deadline", "SEC", "and for all of a message (30)",
		  OPT_NUMBER, &o->deadline },
		{ 0, "trust-ad", NULL, "believe the AD bit of any server",
		  OPT_FLAG, &o->trust_ad },
		{ 0, "require-dnssec", NULL, "only secure answers count",
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

static enum status open_plain(const struct dns_options *o, struct dns **out,
			      struct diag *why)
{
	const struct dns_servers servers = {
		.server = o->nameserver.v,
		.n = o->nameserver.n,
		.query_ms = (unsigned)o->timeout.value * 1000,
		.deadline_ms = (unsigned)o->deadline.value * 1000,
		.trust_ad = o->trust_ad,
	};

	if (o->zone.n && o->nameserver.n)
		return diag_set(why, ST_USAGE, NULL,
				"--zone and --nameserver exclude each other");
	if (o->zone.n)
		return dns_zone_open(o->zone.v, o->zone.n, o->origin, out, why);
	if (o->origin)
		return diag_set(why, ST_USAGE, NULL, "--origin needs --zone");
	return dns_ldns_open(&servers, out, why);
}

enum status dns_source_open(const struct dns_options *o, struct dns **out,
			    struct diag *why)
{
	*out = NULL;
	enum status st = open_plain(o, out, why);

	if (st == ST_OK && o->record)
		st = dns_record_open(o->record, *out, out, why);
	return st;
}

enum status dns_source_close(struct dns *dns, struct diag *why)
{
	enum status st = dns_record_status(dns, why);

	dns_close(dns);
	return st;
}
