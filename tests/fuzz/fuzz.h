/* fuzz: what the fuzz targets share. A property that does not hold aborts. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* hold: the property WHAT, or the end. */
static inline void hold(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", what);
		abort();
	}
}

static inline enum status catch_put(void *ctx, struct span piece)
{
	buf_put(ctx, piece);
	return ST_OK;
}

/* catch_in: a sink that keeps everything in B. */
static inline struct sink catch_in(struct buf *b)
{
	return (struct sink){ catch_put, b };
}

/* take_octet: the first octet of S, cut off; it steers a run. */
static inline unsigned char take_octet(struct span *s)
{
	unsigned char c = s->n ? s->p[0] : 0;

	*s = span_from(*s, 1);
	return c;
}

#endif
