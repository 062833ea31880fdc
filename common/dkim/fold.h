/* fold: a header field being written, folded where its parts allow it.
 *
 * Lines end in CRLF and go on with one SP; none is longer than 78 octets
 * (RFC 5322 2.1.1) unless a single part is. The text has the ceiling of a whole
 * header, which the writer's parts must not pass (fold_* abort as buf_put
 * does); that it suits a field is the writer's to see.
 */
#ifndef FOLD_H
#define FOLD_H

#include "buf.h"

struct fold {
	struct buf text; /* owned: buf_free it */
	size_t column;	 /* octets of the current line */
};

void fold_init(struct fold *f);

/* fold_raw: S as it is, where the line stands. */
void fold_raw(struct fold *f, struct span s);

/* fold_word: S stays in one piece, on this line or the next; with SPACE a blank
 * goes before it, unless the fold is one. */
void fold_word(struct fold *f, bool space, struct span s);

/* fold_tag, fold_number: " NAME=VALUE;" in one piece. */
void fold_tag(struct fold *f, const char *name, struct span value);
void fold_number(struct fold *f, const char *name, uint64_t value);

/* fold_names: " h=NAME:NAME;", folded behind colons. */
void fold_names(struct fold *f, const struct span *names, size_t n);

/* fold_base64: S may be broken anywhere (RFC 6376 3.5 base64string). */
void fold_base64(struct fold *f, struct span s);

/* fold_put: append finished TEXT to OUT with the message's own line ends: CRLF,
 * or LF. */
void fold_put(struct span text, bool crlf, struct buf *out);

#endif
