/* authfield: write an Authentication-Results field (RFC 8601 2.2).
 *
 * Begin; then for each method its result, followed by a comment, a reason and
 * properties in this order, each as often as needed but the reason; end. The
 * results of several methods share the one field. Text from a message or from
 * DNS is quoted and escaped so that it can end neither its value nor the line;
 * what cannot be written so is left out, never cut. Lines are folded before 78
 * bytes where CFWS is allowed and never have more than 998 (RFC 5322 2.1.1). */
#ifndef AUTHFIELD_H
#define AUTHFIELD_H

#include "fold.h"

struct authfield {
	struct fold fold;
	struct buf piece; /* must be in one line; not yet in `fold` */
	bool eai;	  /* UTF-8 is allowed in it (RFC 6532) */
	bool any;	  /* there is a result */
};

/* authfield_begin: begin a field of the authserv-id ID, which authres_id has
 * accepted. EAI: the header of the message has 8-bit bytes, so UTF-8 may be
 * added. */
void authfield_begin(struct authfield *f, struct span id, bool eai);

/* authfield_result: add METHOD=RESULT, both keywords of RFC 8601 2.7 and never
 * text from a message. */
void authfield_result(struct authfield *f, struct span method,
		      struct span result);

/* authfield_comment, authfield_reason: add TEXT without the bytes that are not
 * allowed there. */
void authfield_comment(struct authfield *f, struct span text);
void authfield_reason(struct authfield *f, struct span text);

/* authfield_property: add NAME=VALUE; NAME is ptype and property, as in
 * "header.d". Adds nothing if VALUE has control characters, 8-bit bytes without
 * EAI, or is too long for a line. A VALUE that is not a token or a plain
 * address is quoted. */
void authfield_property(struct authfield *f, const char *name,
			struct span value);

/* authfield_end: append the field, or "none" if no result was added, to OUT
 * with its last line end; CRLF or LF as in the message. Frees F. */
void authfield_end(struct authfield *f, bool crlf, struct buf *out);

#endif
