/* failure_report: a failed message as a report that mail programs read: ARF
 * (RFC 5965) with the feedback type auth-failure (RFC 6591, RFC 9991).
 *
 * Of the message only its header goes in, unless more is asked for. All of the
 * report is ASCII with LF line ends, ready for "sendmail -t". */
#ifndef FAILURE_REPORT_H
#define FAILURE_REPORT_H

#include "failure.h"
#include "spool.h"

struct failure_report {
	const struct evaluation *e;
	const struct failure *failure;
	const struct spf_query *spf; /* NULL: not known */
	const char *from; /* an address that was checked, or NULL: whoever sends
			   * it says so */
	struct spool *kept;   /* the message, of whose body a report may tell;
			       * NULL: it may not */
	enum msg_lines lines; /* of it */
	const struct crypto *crypto;
	int64_t now;
};

/* failure_report_sender: TEXT can be the sender of one. ST_OK or ST_USAGE. */
enum status failure_report_sender(const char *text, struct diag *why) MUST_USE;

/* failure_report: append it. ST_OK, ST_LIMIT, ST_OS. */
enum status failure_report(const struct failure_report *r,
			   struct buf *out) MUST_USE;

#endif
