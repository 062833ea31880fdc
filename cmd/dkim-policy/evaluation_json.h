/* evaluation_json: what policies mean for a message, for programs (RFC 8259,
 * keys of CONTRACT 7). */
#ifndef EVALUATION_JSON_H
#define EVALUATION_JSON_H

#include "evaluate.h"

/* evaluation_json: append the line for the message called INPUT; NUMBER is its
 * place in an mbox, or 0. */
void evaluation_json(const char *input, uint64_t number,
		     const struct evaluation *e, struct buf *out);

#endif
