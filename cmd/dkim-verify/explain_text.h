/* explain_text: why a signature does not hold, for people. */
#ifndef EXPLAIN_TEXT_H
#define EXPLAIN_TEXT_H

#include "explain.h"

/* explain_text: append the lines that follow the verdict on signature NUMBER
 * (from 0), each indented. */
void explain_text(const struct verification *all,
		  const struct explained *explained, size_t number,
		  struct buf *out);

#endif
