/* idn: domain names that may have U-labels, in the form that DNS and
 * comparisons use (RFC 8616 3).
 *
 * Each label with 8-bit bytes is mapped and converted by UTS 46 and IDNA2008
 * (RFC 5891 5), so that letter case, width and the wide dots do not matter; the
 * result must be a name as name.h has it. A label of ASCII stays as it is, also
 * one that begins with "xn--" and is not punycode: it can be looked up, and
 * nothing more is needed.
 *
 * Names that an administrator types, in options and tables, may besides end in
 * a dot, which only says that the name is complete (RFC 1034 3.1).
 *
 * libidn2 is loaded for the first U-label and stays: linked, it would cost
 * every start of a tool 0.2 ms, a tenth of verifying one message. */
#ifndef IDN_H
#define IDN_H

#include "buf.h"
#include "name.h"

/* idn_parse: S as name_parse, U-labels allowed. ST_OK; ST_SYNTAX, also if S
 * is not UTF-8; ST_BAD_IDN for a label that IDNA does not permit; ST_DNS when
 * libidn2 cannot be loaded, which is a temporary error (RFC 6376 6.3). */
enum status idn_parse(struct span s, unsigned how, struct name *out,
		      struct diag *why) MUST_USE;

/* idn_typed: S, which an administrator typed, as idn_parse; a final dot is
 * taken off. The errors of idn_parse. */
enum status idn_typed(struct span s, unsigned how, struct name *out,
		      struct diag *why) MUST_USE;

/* idn_selector, idn_domain: S, which an administrator typed, as a selector or
 * as a signing domain. "_domainkey" as a label after the first of a selector,
 * or in a domain, is ST_SYNTAX, and WHY has what was meant: a verifier puts
 * that label between the two (RFC 6376 3.6.2.1), so that it would look for the
 * key under another name. Else as idn_typed; HOW as for name_parse. */
enum status idn_selector(struct span s, struct name *out,
			 struct diag *why) MUST_USE;
enum status idn_domain(struct span s, unsigned how, struct name *out,
		       struct diag *why) MUST_USE;

/* idn_pattern: append PATTERN with "*" in the domain after its last "@" (or
 * all of it), which becomes A-labels without a final dot. The part before "@"
 * stays. ST_OK; ST_LIMIT; ST_DNS; ST_SYNTAX or ST_BAD_IDN with WHY, also for a
 * label with both "*" and 8-bit bytes. */
enum status idn_pattern(struct span pattern, struct buf *out,
			struct diag *why) MUST_USE;

#endif
