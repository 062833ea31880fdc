/* sign_report: what is signed and why, for dkim-sign --dry-run and -v. */
#ifndef SIGN_REPORT_H
#define SIGN_REPORT_H

#include "sign.h"

/* sign_report_text: append lines for people on what was decided of the message
 * S, after sign_stream with ST_OK. sign_report_json: the same as one line of
 * JSON; INPUT is the name of the message. */
void sign_report_text(const struct signing *s, struct buf *out);
void sign_report_json(const struct signing *s, const char *input,
		      struct buf *out);

/* sign_report_made: append a line for each signature that was made: as the
 * first lines of the text, and how many fields of the message it covers. */
void sign_report_made(const struct signing *s, struct buf *out);

#endif
