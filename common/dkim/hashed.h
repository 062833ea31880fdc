/* hashed: the very octets that one signature of a message hashes, for a reader
 * who wants to check by hand. No key is looked up and nothing is judged. */
#ifndef HASHED_H
#define HASHED_H

#include "msg.h"
#include "sig.h"

struct hashed_conf {
	size_t number; /* of the DKIM-Signature field from the top; 1 is the
			* first */
	bool body;     /* the canonical body, cut at l=; else the header */
	enum msg_lines lines;
	struct sink to;
	struct diag *why; /* may be NULL */
};

struct hashed;

/* hashed_new: push the message's raw octets; what is hashed goes to CONF->to
 * as it becomes known. The body's hash is bh=, the header's is what b= signs
 * (RFC 6376 3.7). */
struct hashed *hashed_new(const struct hashed_conf *conf);
struct sink hashed_sink(struct hashed *h);

/* hashed_end: ST_OK; ST_BODY_SHORT if the body ended before l=; or what a push
 * says, too: ST_NOT_MESSAGE, the sink's error, what sig_parse says of the
 * signature, ST_MISSING_TAG if there is none of that number. Where the header
 * is to blame nothing was written. */
enum status hashed_end(struct hashed *h) MUST_USE;
void hashed_free(struct hashed *h);

#endif
