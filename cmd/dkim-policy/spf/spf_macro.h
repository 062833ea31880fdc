/* spf_macro: check and expand the macro-strings of SPF records (RFC 7208 7).
 *
 * A check needs the text only, so that a whole record is checked before
 * anything is asked (RFC 7208 4.6); after it, only the size can make the
 * expansion fail. */
#ifndef SPF_MACRO_H
#define SPF_MACRO_H

#include "ip.h"
#include "name.h"

/* The values of the letters. All of it is borrowed. */
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

/* spf_macro_uses: LETTER (lower case) is in the macros of TEXT. Only then the
 * caller needs to look up the value of "p". */
bool spf_macro_uses(struct span text, unsigned char letter);

/* spf_macro_expand: append TEXT, which passed the check, expanded. Of a domain
 * labels are removed from the left until 253 bytes are left (7.3). ST_OK, or
 * ST_LIMIT if OUT is full. */
enum status spf_macro_expand(struct span text, enum spf_macro_where where,
			     const struct spf_macros *m,
			     struct buf *out) MUST_USE;

#endif
