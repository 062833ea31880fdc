/* dns_rr: what is read out of ldns' records, as the octets of dns.h.
 *
 * ldns has checked the lengths against the message or the line that a record
 * came from; what it hands out is never walked here without its own lengths. */
#ifndef DNS_RR_H
#define DNS_RR_H

/* first: ldns has a bool of its own where there is none yet */
#include "dns.h"

#include <ldns/ldns.h>

/* A domain name takes 255 octets at most on the wire (RFC 1035 2.3.4), a
 * record's data 65535. */
enum { DNS_WIRE_NAME = 255, DNS_WIRE_DATA = 65535 };

/* dns_rr_wire: the octets of RDF; borrowed. A name is in wire form: labels
 * behind their lengths, which are no letters, so that span_ieq compares names
 * as RFC 4343 wants. Empty for NULL, which is what a record without data has.
 */
struct span dns_rr_wire(const ldns_rdf *rdf);

/* dns_rr_name: the name that RDF is. False when it is none. */
bool dns_rr_name(const ldns_rdf *rdf, struct dns_name *out);

/* dns_rr_type: ldns' number of TYPE. dns_rr_kind: the other way round, or
 * DNS_TYPES for a type that nobody asks for. */
ldns_rr_type dns_rr_type(enum dns_type type);
enum dns_type dns_rr_kind(ldns_rr_type type);

/* dns_rr_data: append the data of RR, which is of TYPE, as dns_reply has it.
 * ST_OK, ST_SYNTAX when it is no such data, or ST_LIMIT of OUT. */
enum status dns_rr_data(const ldns_rr *rr, enum dns_type type,
			struct buf *out) MUST_USE;

/* dns_rr_ttl: RFC 2181 8: with the highest bit set it is 0. */
uint32_t dns_rr_ttl(const ldns_rr *rr);

#endif
