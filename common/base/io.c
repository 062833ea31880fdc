#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"

_Static_assert(sizeof(off_t) >= sizeof(int64_t), "files beyond 2 GiB");

enum { READ_LEAST = 4095 }; /* and a NUL: a page */

enum status io_open_status(int err)
{
	if (err == EACCES || err == EPERM)
		return ST_PERMISSION;
	return err == EMFILE || err == ENFILE || err == ENOMEM ? ST_OS
							       : ST_NO_INPUT;
}

enum status io_open_input(const char *path, int *fd, struct diag *why)
{
	struct stat info;

	if (strcmp(path, "-") == 0) {
		*fd = STDIN_FILENO;
		return ST_OK;
	}
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*fd < 0)
		return diag_set(why, io_open_status(errno), NULL,
				"cannot open: %s", strerror(errno));
	if (fstat(*fd, &info) == 0 && S_ISDIR(info.st_mode)) {
		close(*fd);
		*fd = -1;
		return diag_set(why, ST_NO_INPUT, NULL, "is a directory");
	}
	return ST_OK;
}

static bool wait_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

static enum status cannot_read(struct diag *why)
{
	return diag_set(why, ST_IO, NULL, "cannot read: %s", strerror(errno));
}

enum status io_read(int fd, void *to, size_t n, size_t *got, struct diag *why)
{
	ssize_t done;

	*got = 0;
	while ((done = read(fd, to, n)) < 0 && wait_ready(fd, POLLIN))
		;
	if (done < 0)
		return cannot_read(why);
	*got = (size_t)done;
	return ST_OK;
}

enum status io_read_at(int fd, uint64_t at, void *to, size_t n, size_t *got,
		       struct diag *why)
{
	ssize_t done;

	*got = 0;
	while ((done = pread(fd, to, n, (off_t)at)) < 0 && errno == EINTR)
		;
	if (done < 0)
		return cannot_read(why);
	*got = (size_t)done;
	return ST_OK;
}

/* LENGTH bytes of FD, or those up to its end, into TO; OFFSET: from START on,
 * and all of them must be there. */
static enum status pump(int fd, bool offset, uint64_t start, uint64_t length,
			struct sink to, struct diag *why)
{
	unsigned char *chunk = mem_array(NULL, LIMIT_CHUNK, 1);
	enum status st = ST_OK;

	for (size_t n = 1; st == ST_OK && n && length; length -= n) {
		size_t want = length < LIMIT_CHUNK ? (size_t)length
						   : LIMIT_CHUNK;

		st = offset ? io_read_at(fd, start, chunk, want, &n, why)
			    : io_read(fd, chunk, want, &n, why);
		if (st == ST_OK && n == 0 && offset)
			st = diag_set(why, ST_IO, NULL,
				      "the input has become shorter");
		if (st == ST_OK && n)
			st = to.put(to.ctx, span_of(chunk, n));
		start += n;
	}
	free(chunk);
	return st;
}

enum status io_pump(int fd, struct sink to, struct diag *why)
{
	return pump(fd, false, 0, UINT64_MAX, to, why);
}

enum status io_replay(int fd, uint64_t start, uint64_t length, struct sink to,
		      struct diag *why)
{
	return pump(fd, true, start, length, to, why);
}

static enum status add_to_buf(void *ctx, struct span chunk)
{
	return buf_add(ctx, chunk);
}

struct sink io_to_buf(struct buf *b)
{
	return (struct sink){ add_to_buf, b };
}

enum status io_read_all(int fd, struct buf *out, struct diag *why)
{
	size_t n = 1;
	enum status st = ST_OK;

	/* no copy, which would be one more of a key */
	while (st == ST_OK && n) {
		size_t left = out->max - out->n, room = out->cap - out->n;

		room = room > READ_LEAST ? room - 1 : READ_LEAST;
		room = room < left ? room : left;
		if (room) {
			st = io_read(fd, buf_room(out, room), room, &n, why);
			out->n += n;
		} else { /* is that all? */
			unsigned char more;

			st = io_read(fd, &more, 1, &n, why);
			if (st == ST_OK && n)
				st = ST_LIMIT;
		}
	}
	/* its NUL */
	return st == ST_OK ? buf_add(out, SPAN("")) : st;
}

enum status io_write(int fd, struct span s, struct diag *why)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n >= 0)
			s = span_from(s, (size_t)n);
		else if (!wait_ready(fd, POLLOUT))
			return diag_set(why, ST_IO, NULL, "cannot write: %s",
					strerror(errno));
	}
	return ST_OK;
}

bool io_same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && S_ISREG(x.st_mode) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
