/* lookup_report: what domains say and what it means for a message, for people.
 * Octets of messages and of DNS are escaped (text.h). */
#ifndef LOOKUP_REPORT_H
#define LOOKUP_REPORT_H

#include "lookup.h"

/* lookup_report_spf: append the verdict on a line, why or the domain's
 * explanation on a second one, and the Received-SPF field. */
void lookup_report_spf(const struct spf_query *query,
		       const struct spf_verdict *v, struct buf *out);

/* lookup_report_spf_line: the first two lines alone. */
void lookup_report_spf_line(const struct spf_verdict *v, struct buf *out);

/* lookup_report_lookup: append what was found: where, the record, each tag in
 * words, the findings, and of SPF the tree of what it includes. */
void lookup_report_lookup(const struct lookup *l, struct buf *out);

#endif
