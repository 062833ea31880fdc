/* text: bytes from outside made safe to show.
 *
 * Bytes of a message, a file name or a DNS answer may hold terminal controls,
 * line breaks or characters that reorder the text around them. Each such byte
 * is written as \xHH; printable ASCII and harmless UTF-8 stay as they are, so
 * that one finding stays one readable line. */
#ifndef TEXT_H
#define TEXT_H

#include "buf.h"

/* text_escape: append S to OUT, escaped. ST_OK or ST_LIMIT. */
enum status text_escape(struct span s, struct buf *out) MUST_USE;

/* text_put: the same; what OUT has no room for is left out. */
void text_put(struct buf *out, struct span s);

/* text_quote: append S as the inside of a quoted string of a zone file (RFC
 * 1035 5.1): quotes and backslashes are escaped, what is not printable ASCII or
 * is one of SPECIAL becomes \DDD, so that S can end neither the string nor the
 * line. OUT has room for four times as much. */
void text_quote(struct span s, const char *special, struct buf *out);

#endif
