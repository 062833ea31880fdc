/* explain_known: what a message itself shows of changes in transit, where no
 * cause was found. */
#ifndef EXPLAIN_KNOWN_H
#define EXPLAIN_KNOWN_H

#include "explain.h"

/* explain_known: append how far the body's size is from Content-Length and
 * Lines, and which fields of lists and gateways the message has; nothing if it
 * has none of them. No byte is from the message. */
void explain_known(const struct explained *e, struct buf *out);

#endif
