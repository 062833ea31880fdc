/* report_read: the reports of one input: bare XML, gzip, a zip archive, or a
 * mail that has such parts. Which of them it is its first bytes tell, whatever
 * its name or type. One level of packing: an archive in an archive is refused.
 *
 * A report is given out when it has been read to its end, and not at all if it
 * cannot be. Memory: two parts' decoders, and the records of one report up to
 * LIMIT_SPOOL_MEMORY, further ones in a temporary file. */
#ifndef REPORT_READ_H
#define REPORT_READ_H

#include "mailbox.h"
#include "report_record.h"
#include "spool.h"

struct report_reader {
	uint64_t max; /* bytes of a report, unpacked */

	/* A report is complete; RECORDS is for report_replay. Another status
	 * than ST_OK ends the input, and is what report_read returns. */
	enum status (*report)(void *ctx, const struct report_head *head,
			      struct spool *records, struct diag *why);
	/* A report, or all of the input (PART is empty), cannot be read. */
	void (*failed)(void *ctx, struct span part, enum status st,
		       const struct diag *why);
	void *ctx;
};

/* report_read: read MESSAGE, whose st is ST_OK. *FOUND: there was a report, or
 * what cannot be read as one. ST_OK, or the error of `report`: all others are
 * given to `failed`. */
enum status report_read(const struct report_reader *reader,
			const struct mailbox_message *message, bool *found,
			struct diag *why) MUST_USE;

/* report_replay: call RECORD with each record of RECORDS, read into *SPACE.
 * ST_OK, ST_IO, or the first error of RECORD. */
enum status report_replay(struct spool *records, struct report_record *space,
			  enum status (*record)(void *ctx,
						const struct report_record *r,
						struct diag *why),
			  void *ctx, struct diag *why) MUST_USE;

#endif
