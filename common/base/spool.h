/* spool: a stream that was read once and can be had again.
 *
 * A regular file of more than LIMIT_SPOOL_MEMORY is read again. All else is
 * kept in memory up to that size, and a longer stream in an unlinked temporary
 * file (in TMPDIR, or /tmp). */
#ifndef SPOOL_H
#define SPOOL_H

#include "io.h"

struct spool;

/* spool_new: SOURCE is the descriptor that is about to be read from its present
 * offset; it must stay open as long as the spool. -1: nothing is read twice. */
struct spool *spool_new(int source);

/* spool_add: append CHUNK. ST_OK, or ST_IO (no room for the file). */
enum status spool_add(struct spool *s, struct span chunk,
		      struct diag *why) MUST_USE;

/* spool_replay: bytes FROM to TO (exclusive) again, into SINK; UINT64_MAX as
 * TO means the end. ST_OK; ST_IO, also when the source has become shorter or
 * longer; or the first error of SINK. */
enum status spool_replay(struct spool *s, uint64_t from, uint64_t to,
			 struct sink sink, struct diag *why) MUST_USE;

/* spool_rereads: the source will be read again, so that it may have changed. */
bool spool_rereads(const struct spool *s);

/* spool_free: NULL is fine. */
void spool_free(struct spool *s);

#endif
