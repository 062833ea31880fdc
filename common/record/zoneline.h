/* zoneline: a TXT record as master-file text (RFC 1035 5.1).
 *
 * What the strings hold can end neither a string nor the line: quotes and
 * backslashes are escaped, other octets than printable ASCII become \DDD. */
#ifndef ZONELINE_H
#define ZONELINE_H

#include "buf.h"

struct zone_txt {
	const char *owner;   /* as it is to stand there, relative or with "." */
	const char *comment; /* behind the record, one line, or NULL */
	uint64_t ttl;
	bool has_ttl;
	struct span head, p; /* the record's text: HEAD, then "p=..." */
};

/* zoneline_genkey: append the lines that opendkim-genkey writes to SEL.txt, to
 * the octet: HEAD a string, p= in strings of 250 base64 characters, in
 * parentheses. A longer HEAD takes several strings. ST_OK or ST_LIMIT. */
enum status zoneline_genkey(const struct zone_txt *z, struct buf *out) MUST_USE;

/* zoneline_short: append it as one line, in strings of 255 octets. */
enum status zoneline_short(const struct zone_txt *z, struct buf *out) MUST_USE;

/* zoneline_name: append NAME as master-file text, whatever it holds. ST_OK or
 * ST_LIMIT. */
enum status zoneline_name(struct span name, struct buf *out) MUST_USE;

/* zoneline_strings: append TEXT as strings in quotes, 255 octets each at most;
 * SPECIAL octets become \DDD, too, for what a reader around would do with them.
 * ST_OK or ST_LIMIT. */
enum status zoneline_strings(struct span text, const char *special,
			     struct buf *out) MUST_USE;

/* zoneline_string: cut the next character-string (255 octets at most, RFC 1035
 * 3.3) off *REST. False at the end. */
bool zoneline_string(struct span *rest, struct span *string);

/* zoneline_rdata: octets of RDATA that TEXT takes. */
size_t zoneline_rdata(struct span text);

#endif
