/* fold: a header field being written, folded where its parts allow it.
 *
 * Lines end in CRLF and go on with one SP; none is longer than FOLD_AT octets
 * unless a single part is. The text is limited to the size of a whole header
 * section, beyond which fold_* abort as buf_put does. The caller sees to it
 * that the parts may occur in a field. */
#ifndef FOLD_H
#define FOLD_H

#include "buf.h"

enum { FOLD_AT = 78 }; /* RFC 5322 2.1.1 */

struct fold {
	struct buf text; /* owned: buf_free it */
	size_t column;	 /* octets of the current line */
};

/* fold_init: F is an empty field. */
void fold_init(struct fold *f);

/* fold_raw: append S to this line. */
void fold_raw(struct fold *f, struct span s);

/* fold_word: append S in one piece, to this line or the next; with SPACE after
 * a blank, unless the line begins with one. */
void fold_word(struct fold *f, bool space, struct span s);

/* fold_put: append the finished TEXT to OUT with the line ends of the message:
 * CRLF, or LF. */
void fold_put(struct span text, bool crlf, struct buf *out);

#endif
