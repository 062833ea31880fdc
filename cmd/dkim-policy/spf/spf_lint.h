/* spf_lint: the findings about an SPF record that need no DNS (RFC 7208); the
 * others are those of spf_tree.h. */
#ifndef SPF_LINT_H
#define SPF_LINT_H

#include "finding.h"
#include "spf_record.h"

/* spf_lint: add the findings about TEXT, "v=spf1 ..." or "spf2.0/... ...", to
 * F. */
void spf_lint(struct span text, struct findings *f);

/* spf_lint_addresses: how many addresses pass by the ip4 terms of R, at most
 * 2^32; *WIDE6: an ip6 term has more than a registry gives one customer. */
uint64_t spf_lint_addresses(const struct spf_record *r, bool *wide6);

/* No single sender has more than a /16. */
#define SPF_LINT_BROAD UINT64_C(65536)

#endif
