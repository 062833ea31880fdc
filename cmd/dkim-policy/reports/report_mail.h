/* report_mail: the parts of a mail (RFC 2045, RFC 2046), decoded, in pieces of
 * any size.
 *
 * Every part that is no multipart is given out; a mail in a mail is gone into,
 * and so are further mails of an mbox.
 * Lenient, since a report is wanted and not a verdict: lines end in LF or CRLF,
 * a missing end of a multipart is its end, and what comes after the padding of
 * base64 is an error only for its part. Memory: a line, a field of the header,
 * and the boundaries of LEVELS multiparts. */
#ifndef REPORT_MAIL_H
#define REPORT_MAIL_H

#include "report_parts.h"

struct report_mail;

/* report_mail_new: release with report_mail_free. */
struct report_mail *report_mail_new(struct report_parts to) MUST_USE;

/* report_mail_put: any bytes are a mail. report_mail_end: its end. */
void report_mail_put(struct report_mail *m, struct span chunk);
void report_mail_end(struct report_mail *m);

/* report_mail_free: M may be NULL. */
void report_mail_free(struct report_mail *m);

#endif
