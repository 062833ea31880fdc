/* spflint: all that is wrong with an SPF record, as far as its text tells
 * (RFC 7208); spftree.h has what DNS tells. */
#ifndef SPFLINT_H
#define SPFLINT_H

#include "finding.h"
#include "spf_record.h"

/* spflint: add what there is to say of TEXT to F: "v=spf1 ..." or
 * "spf2.0/... ...". */
void spflint(struct span text, struct findings *f);

/* spflint_addresses: how many addresses the ip4 terms of R let pass, at most
 * 2^32; *WIDE6: an ip6 term is wider than anybody is given. */
uint64_t spflint_addresses(const struct spf_record *r, bool *wide6);

/* More than a /16 is no one's own. */
#define SPFLINT_BROAD UINT64_C(65536)

#endif
