/* zoneline: a TXT record as zone file text (RFC 1035 5.1).
 *
 * What the strings hold can end neither a string nor the line: quotes and
 * backslashes are escaped, bytes that are not printable ASCII become \DDD. All
 * append to OUT, whose ceiling the caller knows to be enough (buf_put): each
 * byte becomes four at most. */
#ifndef ZONELINE_H
#define ZONELINE_H

#include "buf.h"

struct zone_txt {
	const char *owner;   /* as it is written, relative or with "." */
	const char *comment; /* after the record, one line, or NULL */
	uint64_t ttl;	     /* seconds */
	bool has_ttl;
	struct span head, p; /* the record's text: HEAD, then "p=..." */
};

/* zoneline_genkey: the lines that opendkim-genkey writes to SEL.txt, byte for
 * byte: HEAD a string, p= in strings of 250 base64 characters, in parentheses.
 * A longer HEAD takes several strings. */
void zoneline_genkey(const struct zone_txt *z, struct buf *out);

/* zoneline_short: the record as one line, in strings of 255 bytes. */
void zoneline_short(const struct zone_txt *z, struct buf *out);

/* zoneline_name: NAME as it is written in a zone file, whatever it holds. */
void zoneline_name(struct span name, struct buf *out);

/* zoneline_strings: TEXT as strings in quotes, 255 bytes each at most; SPECIAL
 * bytes become \DDD, too, where another reader would take them for its own. */
void zoneline_strings(struct span text, const char *special, struct buf *out);

/* zoneline_string: cut the next character-string (255 bytes at most, RFC 1035
 * 3.3) off *REST. False at the end. */
bool zoneline_string(struct span *rest, struct span *string);

#endif
