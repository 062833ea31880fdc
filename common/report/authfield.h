/* authfield: an Authentication-Results field being written (RFC 8601 2.2).
 *
 * Begin, then for each method its result, for that a comment, a reason and
 * properties in this order, each as often as needed but the reason; end.
 * Results of several methods go into the one field (RULES X-1). Whatever a
 * message or DNS holds may be given: it is quoted and escaped so that it can
 * end neither its value nor the line, and what cannot stand there is
 * left out, never cut. Lines end before 78 octets, where CFWS may stand, and
 * never have more than 998. */
#ifndef AUTHFIELD_H
#define AUTHFIELD_H

#include "fold.h"

struct authfield {
	struct fold fold;
	struct buf piece; /* what stands in one line; not yet in `fold` */
	bool eai;	  /* UTF-8 may stand in it (RFC 6532) */
	bool any;	  /* a result */
};

/* authfield_begin: a field of the authserv-id ID, which authres_id has
 * accepted. EAI: the message's header has 8-bit octets anyway. */
void authfield_begin(struct authfield *f, struct span id, bool eai);

/* authfield_result: METHOD=RESULT, keywords that the caller knows (RFC
 * 8601 2.7), never foreign ones. */
void authfield_result(struct authfield *f, struct span method,
		      struct span result);

/* authfield_comment, authfield_reason: without the octets of TEXT that cannot
 * stand there. */
void authfield_comment(struct authfield *f, struct span text);
void authfield_reason(struct authfield *f, struct span text);

/* authfield_property: NAME is ptype and property, as in "header.d". Left out
 * when VALUE has controls, 8-bit octets in a message without, or is too long
 * for a line. What is no token and no plain address is put in quotes. */
void authfield_property(struct authfield *f, const char *name,
			struct span value);

/* authfield_end: append the field to OUT, with its last line end; CRLF or LF as
 * the message has them; "none" if no method was tried. Frees F. */
void authfield_end(struct authfield *f, bool crlf, struct buf *out);

#endif
