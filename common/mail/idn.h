/* idn: domain names that may hold U-labels, as DNS and comparisons want them
 * (RFC 8616 3).
 *
 * Each label with 8-bit octets is mapped and converted as UTS 46 and IDNA2008
 * say (RFC 5891 5), so that letter case, width and the wide dots do not matter;
 * what comes out must be a name as name.h has it, whatever the mapping did. A
 * label of ASCII stays what it is, also one that begins "xn--" and is no
 * punycode: it can be looked up, and that is all that is asked of it.
 *
 * The only module that knows libidn2. It is loaded when the first U-label comes
 * and stays: linked, it would cost every start of a tool 0.2 ms, a tenth of
 * verifying one message. */
#ifndef IDN_H
#define IDN_H

#include "name.h"

/* idn_parse: S as name_parse, U-labels allowed. ST_OK; ST_SYNTAX (also for what
 * is no UTF-8); ST_BAD_IDN for a label that IDNA does not permit; ST_DNS when
 * libidn2 cannot be loaded: it may be tomorrow (RULES R-3). */
enum status idn_parse(struct span s, unsigned how, struct name *out,
		      struct diag *why) MUST_USE;

#endif
