/* spf_lint: all that is wrong with an SPF record, as far as its text tells
 * (RFC 7208); spf_tree.h has what DNS tells. */
#ifndef SPF_LINT_H
#define SPF_LINT_H

#include "finding.h"
#include "spf_record.h"

/* spf_lint: add what there is to say of TEXT to F: "v=spf1 ..." or
 * "spf2.0/... ...". */
void spf_lint(struct span text, struct findings *f);

/* spf_lint_addresses: how many addresses the ip4 terms of R let pass, at most
 * 2^32; *WIDE6: an ip6 term is wider than anybody is given. */
uint64_t spf_lint_addresses(const struct spf_record *r, bool *wide6);

/* More than a /16 is no one's own. */
#define SPF_LINT_BROAD UINT64_C(65536)

#endif
