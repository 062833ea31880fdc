/* lookup_report: what a domain publishes, for people and for programs. Bytes of
 * DNS are escaped. */
#ifndef LOOKUP_REPORT_H
#define LOOKUP_REPORT_H

#include "lookup.h"

/* lookup_text: append where the record was found, the record, each of its tags
 * in words, the findings, and of SPF the tree of what it includes. */
void lookup_text(const struct lookup *l, struct buf *out);

/* lookup_json: append it as one JSON object on a line. */
void lookup_json(const struct lookup *l, struct buf *out);

#endif
