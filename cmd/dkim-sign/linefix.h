/* linefix: line ends made uniform, on the way from one sink to the next.
 *
 * CRLF, LF and CR alone all end a line, and several CR before an LF count as
 * one CRLF. They become what the first LF of the stream is: CRLF or LF; CRLF
 * when there is none in the first LIMIT_CHUNK octets. How the input was cut
 * into chunks never changes the output. */
#ifndef LINEFIX_H
#define LINEFIX_H

#include "io.h"

struct linefix;

enum linefix_end { LINEFIX_AUTO, LINEFIX_CRLF, LINEFIX_LF };

/* linefix_new: into TO; END as told, or found out. */
struct linefix *linefix_new(enum linefix_end end, struct sink to);

struct sink linefix_sink(struct linefix *f);

/* linefix_end: the end of the stream. ST_OK, or the first error of the sink. */
enum status linefix_end(struct linefix *f) MUST_USE;

/* linefix_changed: is the output another text than the input? */
bool linefix_changed(const struct linefix *f);

void linefix_free(struct linefix *f);

#endif
