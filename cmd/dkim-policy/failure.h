/* failure: reports on messages that failed, for those who ask for them.
 *
 * DMARC's ruf= and fo= (RFC 9991) and r=y of a signature (RFC 6651) ask for
 * one. A report is ARF (RFC 5965) with the feedback type auth-failure (RFC
 * 6591). Nothing is sent: it is written, ready for "sendmail -t", to addresses
 * that are plain (report_uri.h) and have agreed to get reports (report_auth.h).
 */
#ifndef FAILURE_H
#define FAILURE_H

#include "evaluate.h"
#include "spool.h"

enum failure_kind { FAILURE_DMARC, FAILURE_DKIM, FAILURE_SPF };

struct failure {
	enum failure_kind kind;
	struct buf to;			 /* addresses, ", " between; owned */
	struct name domain;		 /* that is reported */
	const struct verdict *signature; /* FAILURE_DKIM */
};

/* failure_find: what of E is to be reported first: what DMARC's record asks
 * for, else what a signature does. ST_OK, with an empty `to` if nobody asks;
 * ST_DNS when DNS does not answer whether they may get it. Release OUT with
 * failure_free. */
enum status failure_find(const struct evaluation *e, struct failure *out,
			 struct diag *why) MUST_USE;
void failure_free(struct failure *f);

struct failure_report {
	const struct evaluation *e;
	const struct failure *failure;
	const char *from;     /* the sender, which was checked; NULL: sendmail
			       * adds it */
	struct spool *kept;   /* the message, if its body may be reported; or
			       * NULL */
	enum msg_lines lines; /* of it */
	const struct crypto *crypto;
	int64_t now;
};

/* failure_report_sender: TEXT can be the sender of a report. ST_OK or
 * ST_USAGE. */
enum status failure_report_sender(const char *text, struct diag *why) MUST_USE;

/* failure_report: append it, ASCII with LF line ends. Of the message only its
 * header goes in, and what a signature covers of the rest if `kept` is given.
 * ST_OK, ST_LIMIT, ST_OS. */
enum status failure_report(const struct failure_report *r,
			   struct buf *out) MUST_USE;

#endif
