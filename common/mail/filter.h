/* filter: a message passed on with new fields on top and forged ones left out
 * (RFC 8601 5); every other byte as it came.
 *
 * The message was read once into a spool and checked as received; only then is
 * it written, so that a signature over a forged field still verifies here. Only
 * Authentication-Results fields are left out, however large the header is: one
 * field at a time is held in memory. */
#ifndef FILTER_H
#define FILTER_H

#include "msg.h"
#include "spool.h"

struct filter {
	struct span id; /* ours: fields that claim it are forged (authres.h) */
	bool keep_own;	/* but not those above the topmost Received */
	bool strip_all; /* of all authserv-ids */
};

/* filter_write: write the message in SPOOL, of which FACTS are known, to FD
 * with the text FIELDS (with line ends) on top, below an mbox line. Besides the
 * forged ones, fields of another version than 1 are left out (RFC 8601 5), and
 * those above LIMIT_FIELD_BYTES. A header that begins with white space would
 * continue FIELDS; then a Comments field of ours comes between.
 * ST_OK or ST_IO. */
enum status filter_write(const struct filter *how, struct spool *spool,
			 const struct msg_facts *facts, struct span fields,
			 int fd, struct diag *why) MUST_USE;

#endif
