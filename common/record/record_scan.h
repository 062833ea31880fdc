/* record_scan: TXT records found in text, whatever it was copied from.
 *
 * A bare value; the output of host, dig, delv, kdig, drill, nslookup (of BIND
 * or Windows), resolvectl, sdig and validns; a zone file, also with RDATA of
 * RFC 3597; the lines of nsupdate, knotc, pdnsutil, unbound, dnsmasq and
 * tinydns-data; JSON, YAML, HCL or JavaScript in which names like "content",
 * "Value" or TXT( announce the text. A mistake in the way a record is written
 * becomes a finding of it, with its line, and the reading goes on. */
#ifndef RECORD_SCAN_H
#define RECORD_SCAN_H

#include "buf.h"
#include "finding.h"

struct scan_record {
	size_t line;	  /* 0: the whole text is this record */
	struct buf owner; /* without final dot; empty: not given */
	bool absolute;	  /* nothing is to be added to the owner */
	struct buf text;  /* as DNS has it: the strings joined */
	struct buf meant; /* the same with what a comment or wrong quotes cut
			   * off, if anything; else empty */
	bool aliased;	  /* an earlier CNAME leads here */
	bool no_record;	  /* the findings are about a line, not a record */
	struct findings findings;
};

/* record_scan_wanted: whether a record with this owner (empty: not given) and
 * text is of interest. */
typedef bool record_scan_wanted(struct span owner, struct span text);

/* Safe to free when zeroed. */
struct record_scan {
	struct scan_record *v; /* at most LIMIT_LINT_RECORDS */
	size_t n;
	record_scan_wanted *wanted;
	bool full;  /* the text has more records than that */
	bool known; /* something in the text shows of which form it is */
};

/* record_scan_read: the records of TEXT (at most LIMIT_LINT_BYTES) that WANTED
 * takes, or with NULL those about keys: a label of the owner is _domainkey or
 * looks like it, or the text looks like a key. ORIGIN (NULL: not known) is what
 * relative names belong to. There is always one: a text without any gives an
 * empty record. ST_OK; ST_USAGE for an ORIGIN that is not a domain name;
 * ST_LIMIT. Always free OUT. */
enum status record_scan_read(struct span text, const char *origin,
			     record_scan_wanted *wanted,
			     struct record_scan *out,
			     struct diag *why) MUST_USE;

/* record_scan_meant: the text to evaluate: `meant`, or `text` where that is
 * empty. */
struct span record_scan_meant(const struct scan_record *r);

/* record_scan_free: releases the records; P may be zeroed. */
void record_scan_free(struct record_scan *p);

/* -- for the readers of the forms ------------------------------------------ */

struct zone_lexer;

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
 * with findings about the way they are written. "\#" begins the RDATA in
 * hexadecimal (RFC 3597 5). */
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
