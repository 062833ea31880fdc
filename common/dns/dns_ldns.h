/* dns_ldns: libldns, loaded when a source of records is opened, and its records
 * as the octets of dns.h.
 *
 * The functions of ldns that are called are defined here under their own names
 * and lead into the library. So nothing is linked with it, and a call that is
 * not in the list does not link. ldns has checked the lengths of a record
 * against the message or the line that it came from; a field is never walked
 * without its own length. */
#ifndef DNS_LDNS_H
#define DNS_LDNS_H

/* first: ldns has a bool of its own where there is none yet */
#include "dns.h"

#include <ldns/ldns.h>

/* dns_ldns_load: before any call of ldns, and from one thread. ST_OK, or ST_BUG
 * when the library cannot be loaded. */
enum status dns_ldns_load(struct diag *why) MUST_USE;

/* dns_rr_wire: the octets of RDF; borrowed. A name is in wire form: labels
 * after their lengths, which are no letters, so that span_ieq compares names
 * (RFC 4343 3). Empty for NULL, which is what a record without data has. */
struct span dns_rr_wire(const ldns_rdf *rdf);

/* dns_rr_type: the number of TYPE (RFC 1035 3.2.2). */
ldns_rr_type dns_rr_type(enum dns_type type);

/* dns_rr_data: append the data of RR, which is of TYPE, as dns_reply has it.
 * ST_OK, ST_SYNTAX when it is not data of this type, or ST_LIMIT of OUT. */
enum status dns_rr_data(const ldns_rr *rr, enum dns_type type,
			struct buf *out) MUST_USE;

/* dns_rr_ttl: in seconds; 0 when the highest bit is set (RFC 2181 8). */
uint32_t dns_rr_ttl(const ldns_rr *rr);

#endif
