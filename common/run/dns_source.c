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

static enum status open_servers(const struct dns_options *o,
				const char *const *server, size_t n,
				struct dns **out, struct diag *why)
{
	const struct dns_servers servers = {
		.server = server,
		.n = n,
		.query_ms = (unsigned)o->timeout.value * 1000,
		.deadline_ms = (unsigned)o->deadline.value * 1000,
		.trust_ad = o->trust_ad,
	};

	return dns_resolver_open(&servers, out, why);
}

static enum status open_plain(const struct dns_options *o, struct dns **out,
			      struct diag *why)
{
	if (o->zone.n && o->nameserver.n)
		return diag_set(why, ST_USAGE, NULL,
				"--zone and --nameserver exclude each other");
	if (o->zone.n)
		return dns_zone_open(o->zone.v, o->zone.n, o->origin, out, why);
	if (o->origin)
		return diag_set(why, ST_USAGE, NULL, "--origin needs --zone");
	return open_servers(o, o->nameserver.v, o->nameserver.n, out, why);
}

static enum status record(const struct dns_options *o, enum status st,
			  struct dns **dns, struct diag *why)
{
	if (st == ST_OK && o->record)
		st = dns_recording_open(o->record, *dns, dns, why);
	return st;
}

enum status dns_source_open(const struct dns_options *o, struct dns **out,
			    struct diag *why)
{
	*out = NULL;
	return record(o, open_plain(o, out, why), out, why);
}

enum status dns_source_open_at(const struct dns_options *o, const char *server,
			       struct dns **out, struct diag *why)
{
	*out = NULL;
	return record(o, open_servers(o, &server, 1, out, why), out, why);
}

unsigned dns_source_port(const struct dns_options *o)
{
	struct span first = span_str(o->nameserver.n ? o->nameserver.v[0] : "");
	uint64_t port;

	return span_u64(span_from(first, span_find(first, '@') + 1), &port)
		       ? (unsigned)port
		       : 53;
}

enum status dns_source_close(struct dns *dns, struct diag *why)
{
	enum status st = dns_recording_status(dns, why);

	dns_close(dns);
	return st;
}
