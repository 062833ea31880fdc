/* der: the few forms of DER that keys have (X.690 10, RFC 5280 4.1).
 *
 * Strict: tags of one byte, definite lengths and INTEGERs in the fewest bytes.
 * A reader cuts an element off a span or leaves the span as it was; the caller
 * checks that nothing is left over. Spans borrow. No recursion. */
#ifndef DER_H
#define DER_H

#include "buf.h"

enum der_tag {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_PUBLIC_1 = 0x81, /* [1] IMPLICIT BIT STRING, RFC 5958 2 */
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_1 = 0xa1,
};

/* der_next: the next element of REST has TAG. */
bool der_next(struct span rest, enum der_tag tag);

/* der_take: cut the element off *REST, its content in *CONTENT. */
bool der_take(struct span *rest, enum der_tag tag,
	      struct span *content) MUST_USE;

/* der_cut: how many bytes are missing at the end of the SEQUENCE that REST
 * begins with; 0 if none are, or it begins with no SEQUENCE. */
size_t der_cut(struct span rest);

/* der_natural: cut an INTEGER that is not negative off *REST; *VALUE is its
 * magnitude, big-endian without leading zero bytes (zero is empty). */
bool der_natural(struct span *rest, struct span *value) MUST_USE;

/* der_bits: as der_take, for a BIT STRING of whole bytes. */
bool der_bits(struct span *rest, enum der_tag tag,
	      struct span *content) MUST_USE;

/* der_put: append an element. der_put_natural: an INTEGER from a magnitude. OUT
 * has room for it (buf_put). */
void der_put(struct buf *out, enum der_tag tag, struct span content);
void der_put_natural(struct buf *out, struct span magnitude);

#endif
