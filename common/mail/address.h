/* address: who wrote a message, by the full grammar of RFC 5322 3.4 and 4.4.
 *
 * Comments, quoted strings, groups and routes are understood; encoded words are
 * never decoded before the address is found (RULES D-9). No recursion; bounded
 * by LIMIT_MAILBOXES and LIMIT_COMMENT_DEPTH. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "name.h"

/* address_author: the one domain that all mailboxes of a From value have; a
 * final dot is dropped, U-labels become A-labels (RULES D-8). ST_OK; ST_SYNTAX
 * if it is no mailbox list, has no mailbox, a domain that is no name, or
 * several domains; ST_LIMIT; idn.h's ST_BAD_IDN and ST_DNS. */
enum status address_author(struct span value, struct name *out,
			   struct diag *why) MUST_USE;

#endif
