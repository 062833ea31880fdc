/* policy_text: what domains say and what it means for a message, for people.
 * Octets of messages and of DNS are escaped (text.h). */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "lookup.h"

/* policy_text_spf: append the verdict on a line, why or the domain's
 * explanation on a second one, and the Received-SPF field. */
void policy_text_spf(const struct spf_query *query, const struct spf_verdict *v,
		     struct buf *out);

/* policy_text_spf_line: the first two lines alone. */
void policy_text_spf_line(const struct spf_verdict *v, struct buf *out);

/* policy_text_lookup: append what was found: where, the record, each tag in
 * words, the findings, and of SPF the tree of what it includes. */
void policy_text_lookup(const struct lookup *l, struct buf *out);

#endif
