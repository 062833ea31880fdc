/* ip: IPv4 and IPv6 addresses of hosts.
 *
 * An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) is the IPv4 address: a host
 * must not be another one because of the socket it came in by (RFC 7208 5). */
#ifndef IP_H
#define IP_H

#include "buf.h"

struct ip {
	bool v6;
	unsigned char b[16]; /* IPv4: the first four */
};

/* ip_parse: set OUT to TEXT; false if it is not an address, without brackets
 * and zone. */
bool ip_parse(struct span text, struct ip *out);

/* ip_parse_as: an address of that family only; a mapped one stays IPv6, as ip6:
 * in an SPF record does (RFC 7208 5.6). */
bool ip_parse_as(struct span text, bool v6, struct ip *out);

/* ip_octets: set OUT to the 4 or 16 octets of an A or AAAA record; false for
 * any other number. */
bool ip_octets(struct span octets, struct ip *out);

/* ip_within: A is in the network of NET's first BITS bits (at most 32 or
 * 128). Never across families. */
bool ip_within(const struct ip *a, const struct ip *net, unsigned bits);
/* ip_eq: A and B are the same address. */
bool ip_eq(const struct ip *a, const struct ip *b);

/* ip_format: append A as text (RFC 5952), at most 45 bytes. */
void ip_format(const struct ip *a, struct buf *out);

/* ip_reverse: append the name whose PTR records have the names of A (RFC 1035
 * 3.5, RFC 3596 2.5). */
void ip_reverse(const struct ip *a, struct buf *out);

#endif
