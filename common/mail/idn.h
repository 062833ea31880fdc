/* idn: domain names that may have U-labels, in the form that DNS and
 * comparisons use (RFC 8616 3).
 *
 * Each label with 8-bit bytes is mapped and converted by UTS 46 and IDNA2008
 * (RFC 5891 5), so that letter case, width and the wide dots do not matter; the
 * result must be a name as name.h has it. A label of ASCII stays as it is, also
 * one that begins with "xn--" and is not punycode: it can be looked up, and
 * nothing more is needed.
 *
 * libidn2 is loaded for the first U-label and stays: linked, it would cost
 * every start of a tool 0.2 ms, a tenth of verifying one message. */
#ifndef IDN_H
#define IDN_H

#include "name.h"

/* idn_parse: S as name_parse, U-labels allowed. ST_OK; ST_SYNTAX, also if S
 * is not UTF-8; ST_BAD_IDN for a label that IDNA does not permit; ST_DNS when
 * libidn2 cannot be loaded, which is a temporary error (RFC 6376 6.3). */
enum status idn_parse(struct span s, unsigned how, struct name *out,
		      struct diag *why) MUST_USE;

#endif
