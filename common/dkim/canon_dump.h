/* hashed: the very octets that one signature of a message hashes, for a reader
 * who wants to check by hand. No key is looked up and nothing is judged. */
#ifndef CANON_DUMP_H
#define CANON_DUMP_H

#include "msg.h"
#include "sig.h"

struct canon_dump_conf {
	size_t number; /* of the DKIM-Signature field from the top; 1 is the
			* first */
	bool body;     /* the canonical body, cut at l=; else the header */
	enum msg_lines lines;
	struct sink to;
	struct diag *why; /* may be NULL */
};

struct canon_dump;

/* canon_dump_new: push the message's raw octets; what is hashed goes to
 * CONF->to as it becomes known. The body's hash is bh=, the header's is what b=
 * signs (RFC 6376 3.7). */
struct canon_dump *canon_dump_new(const struct canon_dump_conf *conf);
struct sink canon_dump_sink(struct canon_dump *h);

/* canon_dump_end: ST_OK; ST_BODY_SHORT if the body ended before l=; or what a
 * push says, too: ST_NOT_MESSAGE, the sink's error, what sig_parse says of the
 * signature, ST_MISSING_TAG if there is none of that number. Where the header
 * is to blame nothing was written. */
enum status canon_dump_end(struct canon_dump *h) MUST_USE;
void canon_dump_free(struct canon_dump *h);

#endif
