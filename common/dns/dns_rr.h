/* dns_rr: the two things that are read out of ldns' records, as octets.
 *
 * Nothing here is copied or freed but by the caller; ldns has checked the
 * lengths against the message or the line that the record came from. */
#ifndef DNS_RR_H
#define DNS_RR_H

/* first: ldns has a bool of its own where there is none yet */
#include "buf.h"

#include <ldns/ldns.h>

/* A domain name takes 255 octets at most on the wire (RFC 1035 2.3.4), a
 * record's data 65535. */
enum { DNS_WIRE_NAME = 255, DNS_WIRE_DATA = 65535 };

/* dns_rr_wire: the octets of RDF; borrowed. A name is in wire form: labels
 * behind their lengths, which are no letters, so that span_ieq compares names
 * as RFC 4343 wants. Empty for NULL, which is what a record without data has.
 */
static inline struct span dns_rr_wire(const ldns_rdf *rdf)
{
	if (!rdf)
		return (struct span){ 0 };
	return span_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf));
}

/* dns_rr_text: append the strings of the TXT record RR, joined (RFC 6376
 * 3.6.2.2). ST_OK, ST_SYNTAX when a string is longer than its data, or
 * ST_LIMIT of OUT. */
MUST_USE static inline enum status dns_rr_text(const ldns_rr *rr,
					       struct buf *out)
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

#endif
