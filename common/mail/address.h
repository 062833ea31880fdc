/* address: the mailboxes of a From or Sender field, by the full grammar of RFC
 * 5322 3.4 and 4.4.
 *
 * Comments, quoted strings, groups and routes are understood; encoded words are
 * never decoded before the address is found, because RFC 2047 5 forbids them in
 * an addr-spec. No recursion; bounded by LIMIT_MAILBOXES and
 * LIMIT_COMMENT_DEPTH. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "buf.h"
#include "name.h"

/* Which mailbox of several is meant. */
enum address_rule {
	ADDRESS_ONE_DOMAIN, /* the first; all must be in one domain */
	ADDRESS_FIRST,	    /* the first (RFC 4870 3.1) */
	ADDRESS_ONLY,	    /* there must be one alone (RFC 4407 2) */
	ADDRESS_ANY,	    /* none: only the syntax is checked */
};

/* address_read: the domain of the mailbox in VALUE that RULE asks for; a final
 * dot is dropped, U-labels become A-labels. Its local part, without quotes and
 * comments, is appended to LOCAL (NULL: not wanted). ST_OK; ST_SYNTAX if VALUE
 * is not a mailbox list, has no mailbox, breaks RULE, has a domain that is not
 * a name, or a local part longer than LOCAL may be; ST_LIMIT; idn.h's
 * ST_BAD_IDN and ST_DNS. ADDRESS_ANY leaves OUT as it is, and takes also
 * domains that are not a name, lists without a mailbox (RFC 6854 2.1) and a
 * local part alone ("root"), as programs write it for local mail. */
enum status address_read(struct span value, enum address_rule rule,
			 struct buf *local, struct name *out,
			 struct diag *why) MUST_USE;

#endif
