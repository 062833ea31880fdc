/* spf_macro: macro-strings of SPF records (RFC 7208 7), checked and expanded.
 *
 * Checking looks at the text alone, so that a record can be judged whole before
 * anything is asked (RFC 7208 4.6); expanding then cannot fail but for size. */
#ifndef SPF_MACRO_H
#define SPF_MACRO_H

#include "ip.h"
#include "name.h"

/* What the letters stand for. All of it is borrowed. */
struct spf_macros {
	struct span local;	   /* l: local part, never empty */
	struct span sender_domain; /* o, and s with l */
	struct span domain;	   /* d: of the record at hand */
	struct span helo;	   /* h */
	struct span validated;	   /* p: see spf_macro_uses; "unknown" */
	struct span receiver;	   /* r, in explanations */
	struct ip ip;		   /* i, v; c in explanations */
	int64_t now;		   /* t, in explanations */
};

enum spf_macro_where { SPF_IN_DOMAIN, SPF_IN_EXPLANATION };

/* spf_macro_check: TEXT is a macro-string (RFC 7208 7.1); c, r and t only in
 * explanations, which may hold spaces as well. */
bool spf_macro_check(struct span text, enum spf_macro_where where);

/* spf_macro_check_domain: TEXT is a domain-spec: it ends in a macro or in a dot
 * and a top label. */
bool spf_macro_check_domain(struct span text);

/* spf_macro_uses: LETTER (lower case) is in the macros of TEXT. The caller
 * looks up what "p" stands for only if it is. */
bool spf_macro_uses(struct span text, unsigned char letter);

/* spf_macro_expand: append TEXT, which passed the check, expanded. In a domain
 * labels are dropped from the left until 253 octets are left (7.3). ST_OK, or
 * ST_LIMIT when OUT is full. */
enum status spf_macro_expand(struct span text, enum spf_macro_where where,
			     const struct spf_macros *m,
			     struct buf *out) MUST_USE;

#endif
