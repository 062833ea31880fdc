#include "dns_ldns.h"

#include <stdio.h>
#include <string.h>

#include "library.h"

/* What a function returns, its name, its parameters, and they once more. */
#define LDNS_CALLS(X)                                                         \
	X(ldns_status, ldns_dname_cat, (ldns_rdf * to, const ldns_rdf *from), \
	  (to, from))                                                         \
	X(ldns_rdf *, ldns_dname_new_frm_str, (const char *text), (text))     \
	X(bool, ldns_dname_str_absolute, (const char *text), (text))          \
	X(const char *, ldns_get_errorstr_by_id, (ldns_status code), (code))  \
	X(ldns_rr_type, ldns_get_rr_type_by_name, (const char *name), (name)) \
	X(ldns_status, ldns_pkt2wire,                                         \
	  (uint8_t * *to, const ldns_pkt *p, size_t *n), (to, p, n))          \
	X(bool, ldns_pkt_aa, (const ldns_pkt *p), (p))                        \
	X(bool, ldns_pkt_ad, (const ldns_pkt *p), (p))                        \
	X(ldns_rr_list *, ldns_pkt_answer, (const ldns_pkt *p), (p))          \
	X(ldns_rr_list *, ldns_pkt_authority, (const ldns_pkt *p), (p))       \
	X(uint8_t, ldns_pkt_edns_extended_rcode, (const ldns_pkt *p), (p))    \
	X(ldns_pkt_rcode, ldns_pkt_get_rcode, (const ldns_pkt *p), (p))       \
	X(ldns_pkt *, ldns_pkt_query_new,                                     \
	  (ldns_rdf * name, ldns_rr_type type, ldns_rr_class class,           \
	   uint16_t flags),                                                   \
	  (name, type, class, flags))                                         \
	X(size_t, ldns_pkt_size, (const ldns_pkt *p), (p))                    \
	X(ldns_rdf *, ldns_rdf_clone, (const ldns_rdf *rdf), (rdf))           \
	X(uint8_t *, ldns_rdf_data, (const ldns_rdf *rdf), (rdf))             \
	X(ldns_rdf_type, ldns_rdf_get_type, (const ldns_rdf *rdf), (rdf))     \
	X(ldns_rdf *, ldns_rdf_new_frm_data,                                  \
	  (ldns_rdf_type type, size_t n, const void *data), (type, n, data))  \
	X(size_t, ldns_rdf_size, (const ldns_rdf *rdf), (rdf))                \
	X(ldns_rr_class, ldns_rr_get_class, (const ldns_rr *rr), (rr))        \
	X(ldns_rr_type, ldns_rr_get_type, (const ldns_rr *rr), (rr))          \
	X(ldns_rr *, ldns_rr_list_rr, (const ldns_rr_list *l, size_t i),      \
	  (l, i))                                                             \
	X(size_t, ldns_rr_list_rr_count, (const ldns_rr_list *l), (l))        \
	X(ldns_status, ldns_rr_new_frm_fp_l,                                  \
	  (ldns_rr * *rr, FILE * in, uint32_t * ttl, ldns_rdf * *origin,      \
	   ldns_rdf * *last, int *line),                                      \
	  (rr, in, ttl, origin, last, line))                                  \
	X(ldns_rdf *, ldns_rr_owner, (const ldns_rr *rr), (rr))               \
	X(size_t, ldns_rr_rd_count, (const ldns_rr *rr), (rr))                \
	X(ldns_rdf *, ldns_rr_rdf, (const ldns_rr *rr, size_t i), (rr, i))    \
	X(uint32_t, ldns_rr_ttl, (const ldns_rr *rr), (rr))                   \
	X(ldns_status, ldns_wire2pkt,                                         \
	  (ldns_pkt * *p, const uint8_t *in, size_t n), (p, in, n))           \
	X(ldns_status, ldns_wire2rr,                                          \
	  (ldns_rr * *rr, const uint8_t *in, size_t n, size_t *at,            \
	   ldns_pkt_section section),                                         \
	  (rr, in, n, at, section))

/* Those that return nothing. */
#define LDNS_COMMANDS(X)                                                  \
	X(ldns_pkt_free, (ldns_pkt * p), (p))                             \
	X(ldns_pkt_set_edns_udp_size, (ldns_pkt * p, uint16_t n), (p, n)) \
	X(ldns_pkt_set_random_id, (ldns_pkt * p), (p))                    \
	X(ldns_rdf_deep_free, (ldns_rdf * rdf), (rdf))                    \
	X(ldns_rr_free, (ldns_rr * rr), (rr))

LIBRARY_FORWARD(LDNS_CALLS, LDNS_COMMANDS)

enum status dns_ldns_load(struct diag *why)
{
	static const struct library_symbol symbols[] = { LDNS_CALLS(
		LIBRARY_CALL_SYMBOL) LDNS_COMMANDS(LIBRARY_COMMAND_SYMBOL) };

	return library_load("libldns.so.3", symbols,
			    sizeof(symbols) / sizeof(*symbols), why);
}

/* ---- records ---- */

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
static enum status add_strings(const ldns_rr *rr, struct buf *out)
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
static enum status add_octets(const ldns_rr *rr, size_t n, struct buf *out)
{
	struct span s = dns_rr_wire(ldns_rr_rdf(rr, 0));

	return ldns_rr_rd_count(rr) == 1 && s.n == n ? buf_add(out, s)
						     : ST_SYNTAX;
}

/* The data is a field of N octets, if N is not 0, and a name. */
static enum status add_host(const ldns_rr *rr, size_t n, struct buf *out)
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
		return add_strings(rr, out);
	case DNS_A:
		return add_octets(rr, 4, out);
	case DNS_AAAA:
		return add_octets(rr, 16, out);
	case DNS_MX:
		return add_host(rr, 2, out);
	case DNS_PTR:
	case DNS_NS:
		return add_host(rr, 0, out);
	case DNS_TYPES:
		break;
	}
	return ST_SYNTAX;
}
