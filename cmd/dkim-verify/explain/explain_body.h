/* explain_body: why the body does not have the hash that bh= names.
 *
 * Changes that software makes on the way are undone one sort after the other,
 * cheap ones first, until the hash holds. The work is bounded by IN->left
 * octets hashed; each sort gets a share of it. */
#ifndef EXPLAIN_BODY_H
#define EXPLAIN_BODY_H

#include "explain_case.h"

/* explain_body: append to OUT what is proven, or else what is likely. */
void explain_body(const struct body_input *in, struct causes *out);

#endif
