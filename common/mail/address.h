/* address: who wrote a message, by the full grammar of RFC 5322 3.4 and 4.4.
 *
 * Comments, quoted strings, groups and routes are understood; encoded words are
 * never decoded before the address is found (RULES D-9). No recursion; bounded
 * by LIMIT_MAILBOXES and LIMIT_COMMENT_DEPTH. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "buf.h"
#include "name.h"

/* address_author: the one domain that all mailboxes of a From value have; a
 * final dot is dropped, U-labels become A-labels (RULES D-8). ST_OK; ST_SYNTAX
 * if it is no mailbox list, has no mailbox, a domain that is no name, or
 * several domains; ST_LIMIT; idn.h's ST_BAD_IDN and ST_DNS. */
enum status address_author(struct span value, struct name *out,
			   struct diag *why) MUST_USE;

/* address_mailbox: the same, and append the local part of the first mailbox, as
 * it is meant, without quotes and comments, to LOCAL; ST_SYNTAX also when it is
 * longer than LOCAL may be. */
enum status address_mailbox(struct span value, struct buf *local,
			    struct name *out, struct diag *why) MUST_USE;

/* address_first: address_mailbox, but when the domains differ the first is
 * taken (RFC 4870 3.1). */
enum status address_first(struct span value, struct buf *local,
			  struct name *out, struct diag *why) MUST_USE;

/* address_only: address_mailbox, but two mailboxes are ST_SYNTAX, whatever
 * their domains (RFC 4407 2). */
enum status address_only(struct span value, struct buf *local, struct name *out,
			 struct diag *why) MUST_USE;

#endif
