/* canon_dump: the octets that one signature of a message hashes, to check by
 * hand. No key is looked up and nothing is verified. */
#ifndef CANON_DUMP_H
#define CANON_DUMP_H

#include "msg.h"
#include "sig.h"

/* Which octets, and where they go. */
struct canon_dump_conf {
	size_t number; /* of the DKIM-Signature field from the top; 1 is the
			* first */
	bool body;     /* the canonical body, cut at l=; else the header */
	enum msg_lines lines;
	struct sink to;
	struct diag *why; /* may be NULL */
};

struct canon_dump;

/* canon_dump_new: push the raw octets of the message into its sink; what is
 * hashed goes to CONF->to at once. The hash of the body is bh=, that of the
 * header is what b= signs (RFC 6376 3.7). */
struct canon_dump *canon_dump_new(const struct canon_dump_conf *conf);
/* canon_dump_sink: where the bytes of the message go in. */
struct sink canon_dump_sink(struct canon_dump *h);

/* canon_dump_end: ST_OK; ST_BODY_SHORT if l= is larger than the body; or, as a
 * push, ST_NOT_MESSAGE, the error of the sink, the result of sig_parse, or
 * ST_MISSING_TAG if there is no signature of that number. Nothing was written
 * when the header is the reason. */
enum status canon_dump_end(struct canon_dump *h) MUST_USE;
/* canon_dump_free: releases H; NULL is fine. */
void canon_dump_free(struct canon_dump *h);

#endif
