/* sign_report: what would be signed and why, for dkim-sign --dry-run. */
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

#endif
