/* evaluation_text: what policies mean for a message, for people: a line a
 * method, then who aligns with the author. */
#ifndef EVALUATION_TEXT_H
#define EVALUATION_TEXT_H

#include "evaluate.h"

/* evaluation_text: append it for one message; NAME (may be NULL) goes before
 * each line. */
void evaluation_text(const char *name, const struct evaluation *e,
		     struct buf *out);

#endif
