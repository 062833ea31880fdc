/* explain_head: why the signed header fields do not have the hash that b=
 * signs, whatever the body is.
 *
 * An RSA signature gives back the digest it was made over, so that a guess at
 * what the fields were costs a hash; with Ed25519 it costs a check, and fewer
 * are made. */
#ifndef EXPLAIN_HEAD_H
#define EXPLAIN_HEAD_H

#include "explain_input.h"

/* explain_head: append to OUT what explains it; true when that is proven. With
 * DEEP two fields at once, or any octet of one. */
bool explain_head(const struct explain_input *in, bool deep,
		  struct causes *out);

/* head_likely: append what the header shows without a proof. */
void head_likely(const struct explain_input *in, struct causes *out);

/* head_copy: the field of that NAME, the NTH of it from the bottom, as z= kept
 * it (RFC 6376 3.5); decoded into OUT, whole, with CRLF. False if there is
 * none, or z= is broken. */
bool head_copy(const struct sig *sig, struct span name, size_t nth,
	       struct buf *out);

#endif
