/* mbox: many messages in one file (RFC 4155), found one after another.
 *
 * A message begins after a separator and ends before the empty line in front of
 * the next one. Lines end in LF or CRLF. A separator is a "From " line that is
 * the first of the file or follows an empty line, and has either an address and
 * a timestamp of some kind (RFC 4155 appendix A), or an address or at most one
 * word and then a header field in the next line, or at most one word and then
 * an empty line, another "From " line or the end: many writers do not quote
 * sentences that begin with "From ", and many separators have no date. Memory:
 * one chunk. */
#ifndef MBOX_H
#define MBOX_H

#include "io.h"

struct mbox;

/* Where a message is in the file. */
struct mbox_part {
	uint64_t number; /* from 1 */
	uint64_t start, length;
	bool last;
};

/* mbox_open: FD is a regular file, read by offset, and stays the caller's.
 * NULL if it does not start with "From ". Release with mbox_free. */
struct mbox *mbox_open(int fd) MUST_USE;

/* mbox_next: the next message in OUT; false after the last one. *ST is ST_OK,
 * or ST_IO with WHY when the rest of the file cannot be read; then OUT is the
 * message in which that happened, and the last. */
bool mbox_next(struct mbox *m, struct mbox_part *out, enum status *st,
	       struct diag *why) MUST_USE;
void mbox_free(struct mbox *m);

/* Undoes mboxrd quoting on the way to a sink: in the body of a message, a line
 * of one or more ">" and "From " loses one ">". State has a fixed size. */
struct mbox_unquote {
	struct sink to;
	enum { MBOX_START, MBOX_REST, MBOX_CR, MBOX_QUOTES, MBOX_FROM } at;
	bool body;
	uint64_t quotes; /* ">" of this line, not yet written */
	size_t matched;	 /* bytes of "From ", not yet written */
};

/* mbox_unquote_init: begin a message, to be written to TO. */
void mbox_unquote_init(struct mbox_unquote *u, struct sink to);

/* mbox_unquote_push: CHUNK of any length. mbox_unquote_end: the end of the
 * message. ST_OK, or the first error of the sink. */
enum status mbox_unquote_push(struct mbox_unquote *u,
			      struct span chunk) MUST_USE;
enum status mbox_unquote_end(struct mbox_unquote *u) MUST_USE;

#endif
