#include "dns_authority.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "dns_ask.h"

enum { NS_PORT = 53 };

struct search {
	struct dns *dns;
	struct dns_clock *clock;
	unsigned loopback_port;
	struct dns_authorities *out;
	struct diag *why;
};

static void ask_name(const struct search *s, const struct dns_name *name,
		     enum dns_type type, struct dns_reply *reply)
{
	struct dns_query query = { .type = type,
				   .name = *name,
				   .clock = s->clock };

	dns_get(s->dns, &query, reply);
}

/* Cut the first label off; false when only the root would be left. */
static bool go_up(struct dns_name *name)
{
	size_t n = name->b[0] + (size_t)1;

	if (name->n <= n + 1)
		return false;
	name->n -= n;
	memmove(name->b, name->b + n, name->n);
	return true;
}

/* The NS records of the zone that NAME is in. */
static enum status find_zone(const struct search *s,
			     const struct dns_name *name,
			     struct dns_reply *reply)
{
	struct dns_name *zone = &s->out->zone;

	*zone = *name;
	do {
		ask_name(s, zone, DNS_NS, reply);
		if (reply->answer == DNS_FAILED)
			return diag_set(s->why, ST_DNS, reply->why.where, "%s",
					reply->why.text);
		/* at the end of an alias they are those of another zone */
		if (reply->answer == DNS_RECORDS && reply->chain.n == 0)
			return ST_OK;
		dns_reply_free(reply);
	} while (go_up(zone));
	return diag_set(s->why, ST_DNS, "RFC 1034 4.2",
			"no name servers found");
}

static enum status add_authority(const struct search *s, struct span host,
				 struct dns_authority **entry)
{
	struct dns_authorities *out = s->out;

	if (out->n == DNS_MOST_AUTHORITIES)
		return diag_set(s->why, ST_LIMIT, NULL,
				"more than %d name servers",
				DNS_MOST_AUTHORITIES);
	out->v = array_grow(out->v, out->n, sizeof(*out->v));
	*entry = &out->v[out->n++];
	**entry = (struct dns_authority){ .host = mem_copy(host.p, host.n) };
	return ST_OK;
}

/* The server at an address of OCTETS. */
static bool write_server(const struct search *s, struct span octets,
			 struct dns_server *server)
{
	char address[INET6_ADDRSTRLEN], text[80];

	if (!inet_ntop(octets.n == 4 ? AF_INET : AF_INET6, octets.p, address,
		       sizeof(address)) ||
	    dns_server_parse(address, server, NULL) != ST_OK)
		return false;
	snprintf(text, sizeof(text), "%s@%u", address,
		 server->loopback ? s->loopback_port : NS_PORT);
	return dns_server_parse(text, server, NULL) == ST_OK;
}

/* The addresses of HOST in one answer; ROUTED: only those with a route. */
static enum status add_addresses(const struct search *s, struct span host,
				 const struct dns_reply *reply, bool routed)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < reply->n && st == ST_OK; i++) {
		struct dns_authority *entry = NULL;
		struct dns_server server;

		if (!write_server(s, buf_span(&reply->records[i]), &server) ||
		    (routed && !dns_server_routed(&server)))
			continue;
		st = add_authority(s, host, &entry);
		if (st == ST_OK)
			memcpy(entry->server, server.label,
			       sizeof(entry->server));
	}
	return st;
}

/* An entry for a host without an address, with the reason. */
static enum status add_unreachable(const struct search *s, struct span host,
				   const struct dns_reply *a,
				   const struct dns_reply *aaaa)
{
	const struct dns_reply *failed = a->answer == DNS_FAILED      ? a
					 : aaaa->answer == DNS_FAILED ? aaaa
								      : NULL;
	struct dns_authority *entry = NULL;
	enum status st = add_authority(s, host, &entry);

	if (st == ST_OK && failed)
		entry->why = failed->why;
	else if (st == ST_OK)
		diag_set(&entry->why, ST_DNS, "RFC 1034 4.2.1",
			 "the name server has no address");
	return st;
}

static enum status add_host(const struct search *s, struct span host)
{
	struct dns_reply a = { 0 }, aaaa = { 0 };
	size_t before = s->out->n;
	struct dns_name name;
	enum status st = ST_OK;

	if (!dns_name_read(host, &name))
		return diag_set(
			s->why, ST_DNS, "RFC 1035 2.3.4",
			"the name of a name server is not a domain name");
	ask_name(s, &name, DNS_A, &a);
	ask_name(s, &name, DNS_AAAA, &aaaa);
	for (int routed = 1; routed >= 0; routed--) {
		if (st == ST_OK && s->out->n == before)
			st = add_addresses(s, host, &a, routed);
		if (st == ST_OK && (routed || s->out->n == before))
			st = add_addresses(s, host, &aaaa, routed);
	}
	if (st == ST_OK && s->out->n == before)
		st = add_unreachable(s, host, &a, &aaaa);
	dns_reply_free(&a);
	dns_reply_free(&aaaa);
	return st;
}

enum status dns_authorities_find(struct dns *dns, const struct dns_name *name,
				 unsigned loopback_port,
				 struct dns_clock *clock,
				 struct dns_authorities *out, struct diag *why)
{
	const struct search s = { dns, clock, loopback_port, out, why };
	struct dns_reply ns = { 0 };

	*out = (struct dns_authorities){ 0 };
	enum status st = find_zone(&s, name, &ns);

	for (size_t i = 0; i < ns.n && st == ST_OK; i++)
		st = add_host(&s, buf_span(&ns.records[i]));
	dns_reply_free(&ns);
	if (st != ST_OK)
		dns_authorities_free(out);
	return st;
}

unsigned dns_authority_port(const struct dns_options *o)
{
	struct dns_server first;

	if (o->nameserver.n &&
	    dns_server_parse(o->nameserver.v[0], &first, NULL) == ST_OK)
		return first.port;
	return NS_PORT;
}

void dns_authorities_free(struct dns_authorities *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->v[i].host);
	free(all->v);
	*all = (struct dns_authorities){ 0 };
}
