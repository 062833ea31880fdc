/* io: descriptors in, descriptors out, and the one callback shape between.
 *
 * Everything that receives bytes is a sink, so that a file, a parser, a
 * canonicalizer and a hash compose by value. Reads and writes go on after
 * EINTR and short counts; a descriptor that is non-blocking is waited for. */
#ifndef IO_H
#define IO_H

#include "buf.h"

/* put: take CHUNK (any length, reused on return). Another status than ST_OK
 * ends the stream. */
struct sink {
	enum status (*put)(void *ctx, struct span chunk);
	void *ctx;
};

/* io_open_input: open PATH for reading, "-" is stdin (then *FD is 0).
 * A directory is refused. ST_OK, ST_NO_INPUT, ST_PERMISSION, ST_OS. */
enum status io_open_input(const char *path, int *fd, struct diag *why) MUST_USE;

/* io_open_status: the status for ERR, the errno of an open that failed:
 * ST_PERMISSION, ST_OS when descriptors or memory ran out, or ST_NO_INPUT. */
enum status io_open_status(int err);

/* io_pump: read FD to its end in chunks of LIMIT_CHUNK into TO.
 * ST_OK, ST_IO, or the first error of TO. */
enum status io_pump(int fd, struct sink to, struct diag *why) MUST_USE;

/* io_read: up to N bytes of FD; *GOT is 0 at its end. ST_OK or ST_IO. */
enum status io_read(int fd, void *to, size_t n, size_t *got,
		    struct diag *why) MUST_USE;

/* io_read_at: up to N bytes from offset AT of the seekable FD, whose own offset
 * stays; *GOT is 0 at its end. ST_OK or ST_IO. */
enum status io_read_at(int fd, uint64_t at, void *to, size_t n, size_t *got,
		       struct diag *why) MUST_USE;

/* io_to_buf: a sink that appends all to B. */
struct sink io_to_buf(struct buf *b);

/* io_read_all: append all of FD to OUT; ST_OK, ST_IO, ST_LIMIT at OUT's
 * ceiling. */
enum status io_read_all(int fd, struct buf *out, struct diag *why) MUST_USE;

/* io_write: all of S, or ST_IO (ENOSPC, EPIPE, EBADF ... named in WHY). */
enum status io_write(int fd, struct span s, struct diag *why) MUST_USE;

/* io_same_file: A and B are one regular file, so that writing to one would
 * destroy what is read from the other. */
bool io_same_file(int a, int b);

/* io_replay: LENGTH bytes from offset START of the seekable FD into TO, without
 * moving its offset. ST_OK; ST_IO, also if fewer are left; or the first error
 * of TO. */
enum status io_replay(int fd, uint64_t start, uint64_t length, struct sink to,
		      struct diag *why) MUST_USE;

#endif
