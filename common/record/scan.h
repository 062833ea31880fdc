/* scan: the readers of the forms that record_scan.h lists, and what they share.
 */
#ifndef SCAN_H
#define SCAN_H

#include "record_scan.h"
#include "zone_lexer.h"

/* scan_add: a new record of LINE. ORIGIN, where not empty, is added to an OWNER
 * that is not ABSOLUTE and has no final dot. Where there are too many, P is
 * full, and the new record takes the place of the last one. */
struct scan_record *scan_add(struct record_scan *p, size_t line,
			     struct span owner, bool absolute,
			     struct span origin);

/* scan_is_wanted: a record with this owner and text is of interest.
 * scan_keep_wanted: remove the record that was added last unless it is; returns
 * whether it stays. */
bool scan_is_wanted(const struct record_scan *p, struct span owner,
		    struct span text);
bool scan_keep_wanted(struct record_scan *p);

/* scan_add_strings: append the words of W from number FROM on to the text of R,
 * with findings about the way they are written. */
void scan_add_strings(struct scan_record *r, const struct zone_lexer *w,
		      size_t from);

/* scan_is_sender_id: TEXT begins as a record of Sender ID (RFC 4406 3.1), the
 * one kind without "=" in its first word. */
bool scan_is_sender_id(struct span text);

/* scan_lines: add the records of lines: zone files, the output of the tools of
 * name servers, and lines that scan_config knows. */
void scan_lines(struct span text, struct span origin, struct record_scan *out);

/* scan_config: whether LINE (without its end, number N) is of the input of
 * nsupdate, knotc, pdnsutil, unbound, dnsmasq or tinydns-data, whose record is
 * then added to OUT. */
bool scan_config(struct span line, size_t n, struct record_scan *out);

/* scan_data_is: TEXT looks like JSON, YAML, HCL or JavaScript, as the
 * interfaces and the configuration of DNS providers have it. scan_data: add its
 * records. There is no parser of any of these: strings are taken by the names
 * before them, which is enough to find a record and does not depend on the
 * rest. */
bool scan_data_is(struct span text);
void scan_data(struct span text, struct record_scan *out);

#endif
