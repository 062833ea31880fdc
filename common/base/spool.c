#include "spool.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"
#include "newfile.h"

struct spool {
	struct buf memory; /* all of it, while `fd` is -1 */
	int fd;		   /* where the bytes are when not in memory, or -1 */
	bool source;	   /* FD is the source itself */
	uint64_t start;	   /* then: its offset when we began */
	uint64_t n;
};

struct spool *spool_new(int source)
{
	struct spool *s = mem_alloc(sizeof(*s));
	struct stat info;

	buf_init(&s->memory, LIMIT_SPOOL_MEMORY);
	s->fd = -1;
	off_t start = fstat(source, &info) == 0 && S_ISREG(info.st_mode)
			      ? lseek(source, 0, SEEK_CUR)
			      : -1;

	if (start >= 0 && info.st_size - start > LIMIT_SPOOL_MEMORY) {
		s->fd = source;
		s->source = true;
		s->start = (uint64_t)start;
	}
	return s;
}

/* Memory is full: go on with an unlinked temporary file. */
static enum status leave_memory(struct spool *s, struct diag *why)
{
	s->fd = newfile_scratch(why);
	if (s->fd < 0)
		return ST_IO;
	enum status st = io_write(s->fd, buf_span(&s->memory), why);

	buf_free(&s->memory);
	return st;
}

enum status spool_add(struct spool *s, struct span chunk, struct diag *why)
{
	enum status st = ST_OK;

	s->n += chunk.n;
	if (s->source)
		return ST_OK;
	if (s->fd < 0) {
		if (buf_add(&s->memory, chunk) == ST_OK)
			return ST_OK;
		st = leave_memory(s, why);
	}
	return st == ST_OK ? io_write(s->fd, chunk, why) : st;
}

/* The source FD still ends at END. */
static enum status check_end(int fd, uint64_t end, struct diag *why)
{
	unsigned char more;
	size_t n = 0;
	enum status st = io_read_at(fd, end, &more, 1, &n, why);

	return st == ST_OK && n ? diag_set(why, ST_IO, NULL,
					   "the input has become longer")
				: st;
}

enum status spool_replay(struct spool *s, uint64_t from, uint64_t to,
			 struct sink sink, struct diag *why)
{
	if (to > s->n)
		to = s->n;
	if (from >= to)
		return ST_OK;
	if (s->fd < 0)
		return sink.put(sink.ctx, span_of(s->memory.p + from,
						  (size_t)(to - from)));
	uint64_t end = s->start + to;
	enum status st =
		io_replay(s->fd, s->start + from, to - from, sink, why);

	if (st == ST_OK && to == s->n && s->source)
		st = check_end(s->fd, end, why);
	return st;
}

bool spool_rereads(const struct spool *s)
{
	return s->source;
}

void spool_free(struct spool *s)
{
	if (!s)
		return;
	if (s->fd >= 0 && !s->source)
		close(s->fd);
	buf_free(&s->memory);
	free(s);
}
