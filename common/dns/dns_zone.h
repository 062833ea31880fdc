/* dns_zone: answers from zone files (RFC 1035 5), without a network.
 *
 * Reads whole zones and bare records without SOA, such as dkim-genkey's .txt.
 * Relative names belong to $ORIGIN or to the given ORIGIN; without both, an
 * owner belongs to the domain in the comment that dkim-genkey writes after its
 * record. $INCLUDE is refused. A byte order mark is skipped, U-labels in names
 * become A-labels (idn.h), and "[AGE:N]" of Windows DNS is ignored. A record
 * that no tool asks for only makes its name exist: its data may be of any form.
 * An absent name is NXDOMAIN, a present one without the type is NODATA; names
 * that only have names below them exist (empty non-terminals); wildcards (RFC
 * 4592), CNAME and DNAME chains work, a loop is DNS_FAILED. Recorded answers
 * (dns_recording.h) are given as they were; of all others `secure` is unknown.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns.h"

/* dns_zone_open: read PATHS[0..N-1] into one source. ORIGIN may be NULL.
 * ST_OK; ST_NO_INPUT, ST_PERMISSION or ST_IO for the file; ST_USAGE (64) for a
 * relative name without an origin or a line that is not a record, with
 * "PATH: line N: ..." in WHY. */
enum status dns_zone_open(const char *const *paths, size_t n,
			  const char *origin, struct dns **out,
			  struct diag *why) MUST_USE;

#endif
