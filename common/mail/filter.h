/* filter: a message passed on with new fields on top and forged ones left out
 * (RFC 8601 5); every other octet as it came (RULES Z-2).
 *
 * For the end of a filter's work: the message was read once into a spool and
 * judged as received; only then is it written. What is left out are
 * Authentication-Results fields of the header, however large that is: one field
 * at a time is held in memory. */
#ifndef FILTER_H
#define FILTER_H

#include "msg.h"
#include "spool.h"

struct filter {
	struct span id; /* ours: fields that claim it are forged (authres.h) */
	bool keep_own;	/* but not those above the topmost Received */
	bool strip_all; /* whosever they are */
};

/* filter_write: the message in SPOOL, of which FACTS are known, to FD with the
 * text FIELDS (line ends and all) on top, below an mbox line. Besides the
 * forged ones, fields of another version than 1 go (RFC 8601 5), and those
 * above LIMIT_FIELD_BYTES. A header that begins with white space would go on
 * with our field; then a Comments field of ours comes between.
 * ST_OK or ST_IO. */
enum status filter_write(const struct filter *how, struct spool *spool,
			 const struct msg_facts *facts, struct span fields,
			 int fd, struct diag *why) MUST_USE;

#endif
