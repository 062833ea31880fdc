#include "dns_rr.h"

#include <string.h>

static const ldns_rr_type numbers[DNS_TYPES] = {
	[DNS_TXT] = LDNS_RR_TYPE_TXT,	[DNS_A] = LDNS_RR_TYPE_A,
	[DNS_AAAA] = LDNS_RR_TYPE_AAAA, [DNS_MX] = LDNS_RR_TYPE_MX,
	[DNS_PTR] = LDNS_RR_TYPE_PTR,	[DNS_NS] = LDNS_RR_TYPE_NS,
};

struct span dns_rr_wire(const ldns_rdf *rdf)
{
	if (!rdf)
		return (struct span){ 0 };
	return span_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf));
}

bool dns_rr_name(const ldns_rdf *rdf, struct dns_name *out)
{
	struct span wire = dns_rr_wire(rdf);
	size_t at = 0;

	if (wire.n == 0 || wire.n > sizeof(out->b))
		return false;
	while (at < wire.n && wire.p[at])
		at += wire.p[at] + (size_t)1;
	if (at + 1 != wire.n)
		return false;
	memcpy(out->b, wire.p, wire.n);
	out->n = wire.n;
	return true;
}

ldns_rr_type dns_rr_type(enum dns_type type)
{
	return numbers[type];
}

enum dns_type dns_rr_kind(ldns_rr_type type)
{
	enum dns_type t = DNS_TXT;

	while (t < DNS_TYPES && numbers[t] != type)
		t++;
	return t;
}

uint32_t dns_rr_ttl(const ldns_rr *rr)
{
	uint32_t ttl = ldns_rr_ttl(rr);

	return ttl >> 31 ? 0 : ttl;
}

/* RFC 6376 3.6.2.2: the strings, joined. */
static enum status strings(const ldns_rr *rr, struct buf *out)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < ldns_rr_rd_count(rr) && st == ST_OK; i++) {
		struct span s = dns_rr_wire(ldns_rr_rdf(rr, i));

		if (s.n == 0 || s.p[0] != s.n - 1)
			return ST_SYNTAX;
		st = buf_add(out, span_from(s, 1));
	}
	return st;
}

/* The data is one field of N octets. */
static enum status octets(const ldns_rr *rr, size_t n, struct buf *out)
{
	struct span s = dns_rr_wire(ldns_rr_rdf(rr, 0));

	return ldns_rr_rd_count(rr) == 1 && s.n == n ? buf_add(out, s)
						     : ST_SYNTAX;
}

/* The data is a field of N octets, if N is not 0, and a name. */
static enum status host(const ldns_rr *rr, size_t n, struct buf *out)
{
	size_t fields = n ? 2 : 1;
	struct dns_name name;
	enum status st = ST_OK;

	if (ldns_rr_rd_count(rr) != fields ||
	    !dns_rr_name(ldns_rr_rdf(rr, fields - 1), &name))
		return ST_SYNTAX;
	if (n) {
		struct span s = dns_rr_wire(ldns_rr_rdf(rr, 0));

		st = s.n == n ? buf_add(out, s) : ST_SYNTAX;
	}
	return st == ST_OK ? dns_name_text(&name, out) : st;
}

enum status dns_rr_data(const ldns_rr *rr, enum dns_type type, struct buf *out)
{
	switch (type) {
	case DNS_TXT:
		return strings(rr, out);
	case DNS_A:
		return octets(rr, 4, out);
	case DNS_AAAA:
		return octets(rr, 16, out);
	case DNS_MX:
		return host(rr, 2, out);
	case DNS_PTR:
	case DNS_NS:
		return host(rr, 0, out);
	case DNS_TYPES:
		break;
	}
	return ST_SYNTAX;
}
