/* record_tools: a record as the input of name servers and their tools. Each
 * appends to OUT: ST_OK or ST_LIMIT, or what it says below. R->domain is there.
 */
#ifndef RECORD_TOOLS_H
#define RECORD_TOOLS_H

#include "record.h"

/* For nsupdate (RFC 2136): what stands under the name gives way at once. */
enum status record_nsupdate(const struct record *r, struct buf *out) MUST_USE;

/* For the standard input of knotc; a revoked key's old record is taken away. */
enum status record_knotc(const struct record *r, struct buf *out) MUST_USE;

/* A command for a shell: pdnsutil replace-rrset. */
enum status record_powerdns(const struct record *r, struct buf *out) MUST_USE;

/* Lines for unbound.conf. */
enum status record_unbound(const struct record *r, struct buf *out) MUST_USE;

/* A line for dnsmasq.conf. */
enum status record_dnsmasq(const struct record *r, struct buf *out) MUST_USE;

/* A line for the data of tinydns-data, which makes strings of 127 octets. */
enum status record_tinydns(const struct record *r, struct buf *out) MUST_USE;

#endif
