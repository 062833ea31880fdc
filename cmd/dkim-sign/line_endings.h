/* line_endings: a sink that makes line endings uniform for the next sink.
 *
 * CRLF, LF and CR alone all end a line, and several CR before an LF count as
 * one CRLF. They become what the first LF of the stream is: CRLF or LF; CRLF
 * when there is none in the first LIMIT_CHUNK octets. The output does not
 * depend on chunk boundaries. */
#ifndef LINE_ENDINGS_H
#define LINE_ENDINGS_H

#include "io.h"

struct line_endings;

enum line_endings_end { LINEFIX_AUTO, LINEFIX_CRLF, LINEFIX_LF };

/* line_endings_new: write to TO with the line ending END; AUTO: found out. Free
 * the result. */
struct line_endings *line_endings_new(enum line_endings_end end,
				      struct sink to);

/* line_endings_sink: where the bytes of the message go in. */
struct sink line_endings_sink(struct line_endings *f);

/* line_endings_end: the end of the stream: write what was held back. ST_OK, or
 * the first error of the sink. */
enum status line_endings_end(struct line_endings *f) MUST_USE;

/* line_endings_changed: whether the output differs from the input. */
bool line_endings_changed(const struct line_endings *f);

/* line_endings_free: releases F and what it holds; NULL is fine. */
void line_endings_free(struct line_endings *f);

#endif
