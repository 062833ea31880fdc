/* b64: base64 (RFC 4648 4) as DKIM uses it.
 *
 * Decoding is strict (RFC 6376 3.5 base64string): the alphabet A-Za-z0-9+/
 * only; SP, HTAB, CR and LF anywhere are dropped; "=" only at the end, one or
 * two, and nothing after it.
 * LENIENT: missing "=" is accepted where the length leaves no doubt (the ABNF
 * makes it optional), and so are non-zero spare bits in the last character;
 * both decode to one value only (tests/unit/b64.c). */
#ifndef B64_H
#define B64_H

#include "buf.h"

/* b64_decode: append the decoded bytes to OUT. ST_OK, ST_SYNTAX or ST_LIMIT
 * (ceiling of OUT); on error OUT is as before. */
enum status b64_decode(struct span text, struct buf *out) MUST_USE;

/* b64_encode: append S as base64 without line breaks. ST_OK or ST_LIMIT. */
enum status b64_encode(struct span s, struct buf *out) MUST_USE;

#endif
