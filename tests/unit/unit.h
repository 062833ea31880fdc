/* unit: what unit tests share beside guard.h: cmocka with the headers it wants,
 * a sink that keeps what it gets, and rows that fail by name. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "guard.h"
#include "io.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static inline enum status catch_put(void *ctx, struct span piece)
{
	return buf_add(ctx, piece);
}

/* catch_in: a sink that appends all to B. */
static inline struct sink catch_in(struct buf *b)
{
	return (struct sink){ catch_put, b };
}

/* push_in_steps: feed S to SINK in pieces of STEP octets; 0: pieces of 1 to 97
 * octets, the same in every run. */
static inline enum status push_in_steps(struct sink sink, struct span s,
					size_t step)
{
	uint32_t seed = 1;
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		seed = seed * 1664525 + 1013904223;
		size_t n = step ? step : (seed >> 16) % 97 + 1;

		st = sink.put(sink.ctx, span_head(s, n));
		s = span_from(s, n);
	}
	return st;
}

/* row_is: one comparison of the row called ROW; 1 and a line if it fails, so
 * that a table shows all its failures: assert_int_equal(bad, 0) at its end. */
static inline int row_is(const char *row, const char *what, long long got,
			 long long wanted)
{
	if (got == wanted)
		return 0;
	print_error("%s: %s is %lld, not %lld\n", row, what, got, wanted);
	return 1;
}

static inline int row_is_span(const char *row, const char *what,
			      struct span got, struct span wanted)
{
	struct buf text;

	if (span_eq(got, wanted))
		return 0;
	buf_init(&text, 8 * (got.n + wanted.n) + 64);
	status_ignore(text_escape(got, &text));
	status_ignore(buf_add(&text, SPAN("\", not \"")));
	status_ignore(text_escape(wanted, &text));
	print_error("%s: %s is \"%s\"\n", row, what, (const char *)text.p);
	buf_free(&text);
	return 1;
}

#endif
