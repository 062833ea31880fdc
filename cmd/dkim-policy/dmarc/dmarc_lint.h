/* dmarc_lint: the findings about a DMARC record (RFC 9989). */
#ifndef DMARC_LINT_H
#define DMARC_LINT_H

#include "dmarc_record.h"
#include "finding.h"

/* dmarc_lint: add the findings about TEXT, a policy record, to F. */
void dmarc_lint(struct span text, struct findings *f);

/* dmarc_lint_auth: add those about TEXT, a record that agrees to get another
 * domain's reports (RFC 9990 4). */
void dmarc_lint_auth(struct span text, struct findings *f);

#endif
