/* policy_text: what domains say and what it means for a message, for people.
 * Octets of messages and of DNS are escaped (text.h). */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "spf.h"

/* policy_text_spf: append the verdict on a line, why or the domain's
 * explanation on a second one, and the Received-SPF field. */
void policy_text_spf(const struct spf_query *query, const struct spf_verdict *v,
		     struct buf *out);

#endif
