#include "dns_ldns.h"

#include <string.h>

#include "library.h"

/* What a function returns, its name, its parameters, and they once more. */
#define LDNS_CALLS(X)                                                        \
	X(ldns_status, ldns_pkt2wire,                                        \
	  (uint8_t * *to, const ldns_pkt *p, size_t *n), (to, p, n))         \
	X(bool, ldns_pkt_aa, (const ldns_pkt *p), (p))                       \
	X(bool, ldns_pkt_ad, (const ldns_pkt *p), (p))                       \
	X(ldns_rr_list *, ldns_pkt_answer, (const ldns_pkt *p), (p))         \
	X(ldns_rr_list *, ldns_pkt_authority, (const ldns_pkt *p), (p))      \
	X(uint8_t, ldns_pkt_edns_extended_rcode, (const ldns_pkt *p), (p))   \
	X(ldns_pkt_rcode, ldns_pkt_get_rcode, (const ldns_pkt *p), (p))      \
	X(ldns_pkt *, ldns_pkt_query_new,                                    \
	  (ldns_rdf * name, ldns_rr_type type, ldns_rr_class class,          \
	   uint16_t flags),                                                  \
	  (name, type, class, flags))                                        \
	X(size_t, ldns_pkt_size, (const ldns_pkt *p), (p))                   \
	X(ldns_rdf *, ldns_rdf_clone, (const ldns_rdf *rdf), (rdf))          \
	X(uint8_t *, ldns_rdf_data, (const ldns_rdf *rdf), (rdf))            \
	X(ldns_rdf *, ldns_rdf_new_frm_data,                                 \
	  (ldns_rdf_type type, size_t n, const void *data), (type, n, data)) \
	X(size_t, ldns_rdf_size, (const ldns_rdf *rdf), (rdf))               \
	X(ldns_rr_class, ldns_rr_get_class, (const ldns_rr *rr), (rr))       \
	X(ldns_rr_type, ldns_rr_get_type, (const ldns_rr *rr), (rr))         \
	X(ldns_rr *, ldns_rr_list_rr, (const ldns_rr_list *l, size_t i),     \
	  (l, i))                                                            \
	X(size_t, ldns_rr_list_rr_count, (const ldns_rr_list *l), (l))       \
	X(ldns_rdf *, ldns_rr_owner, (const ldns_rr *rr), (rr))              \
	X(size_t, ldns_rr_rd_count, (const ldns_rr *rr), (rr))               \
	X(ldns_rdf *, ldns_rr_rdf, (const ldns_rr *rr, size_t i), (rr, i))   \
	X(uint32_t, ldns_rr_ttl, (const ldns_rr *rr), (rr))                  \
	X(ldns_status, ldns_wire2pkt,                                        \
	  (ldns_pkt * *p, const uint8_t *in, size_t n), (p, in, n))          \
	X(ldns_status, ldns_wire2rr,                                         \
	  (ldns_rr * *rr, const uint8_t *in, size_t n, size_t *at,           \
	   ldns_pkt_section section),                                        \
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
	[DNS_SOA] = LDNS_RR_TYPE_SOA,
};

struct span dns_rr_wire(const ldns_rdf *rdf)
{
	if (!rdf)
		return (struct span){ 0 };
	return span_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf));
}

ldns_rr_type dns_rr_type(enum dns_type type)
{
	return numbers[type];
}

uint32_t dns_rr_ttl(const ldns_rr *rr)
{
	uint32_t ttl = ldns_rr_ttl(rr);

	return ttl >> 31 ? 0 : ttl;
}

enum status dns_rr_data(const ldns_rr *rr, enum dns_type type, struct buf *out)
{
	enum status st = ST_OK;
	struct buf rdata;

	buf_init(&rdata, DNS_WIRE_DATA);
	for (size_t i = 0; i < ldns_rr_rd_count(rr) && st == ST_OK; i++)
		st = buf_add(&rdata, dns_rr_wire(ldns_rr_rdf(rr, i)));
	if (st == ST_OK)
		st = dns_data_of_wire(type, buf_span(&rdata), out);
	buf_free(&rdata);
	return st;
}
