/* sign_report: what is signed and why, for dkim-sign --dry-run and -v. */
#ifndef SIGN_REPORT_H
#define SIGN_REPORT_H

#include "sign.h"

/* What was decided of the message called INPUT; NOTES and WHY as signer_end
 * gives them with ST_OK. */
struct sign_report {
	const char *input;
	const struct sign_conf *conf;
	const struct sign_plan *plan;
	unsigned notes;
	const struct diag *why;
};

/* sign_report_text: append lines for people; sign_report_json: one JSON object.
 */
void sign_report_text(const struct sign_report *r, struct buf *out);
void sign_report_json(const struct sign_report *r, struct buf *out);

/* sign_report_made: append a line for each signature that was made: as the
 * first lines of the text, and how many fields of the message it covers. */
void sign_report_made(const struct sign_report *r, struct buf *out);

#endif
