/* record_scan: key records found in text, whatever it was copied from.
 *
 * A bare value; the output of host, dig and nslookup (of BIND or Windows); a
 * master file; the lines of nsupdate, knotc, pdnsutil, unbound, dnsmasq and
 * tinydns-data; JSON, YAML, HCL or JavaScript in which names like "content",
 * "Value" or TXT( announce the text. What is wrong with the way a record is
 * written becomes a finding of it, with its line, and the reading goes on.
 *
 * From a whole zone those records are taken that have a _domainkey label, or
 * something like it, in their name, and those that look like keys. */
#ifndef RECORD_SCAN_H
#define RECORD_SCAN_H

#include "scan_record.h"

/* record_scan_read: the records of TEXT (at most LIMIT_LINT_BYTES); ORIGIN
 * (NULL: not known) is what relative names belong to. There is always one: text
 * without any gives an empty record. ST_OK; ST_USAGE for an ORIGIN that is no
 * name; ST_LIMIT. */
enum status record_scan_read(struct span text, const char *origin,
			     struct record_scan *out,
			     struct diag *why) MUST_USE;

/* record_scan_read_wanted: the same for the records that WANTED takes, whatever
 * they are about. */
enum status record_scan_read_wanted(struct span text, const char *origin,
				    record_scan_wanted *wanted,
				    struct record_scan *out,
				    struct diag *why) MUST_USE;

#endif
