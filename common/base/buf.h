/* buf: owned bytes that grow up to a ceiling.
 *
 * A buf is safe to free when zeroed. `max` is mandatory: an addition that would
 * pass it changes nothing and returns ST_LIMIT. The bytes are followed by a NUL
 * that does not count, so b->p can be handed to C interfaces once the caller
 * knows that no NUL is inside. Spans taken from a buf die at the next addition.
 */
#ifndef BUF_H
#define BUF_H

#include "mem.h"
#include "span.h"
#include "status.h"

struct buf {
	unsigned char *p;
	size_t n, cap, max;
	bool secret; /* the bytes are those of mem_secret */
};

/* buf_init: empty, at most MAX bytes. buf_init_secret: the same for a key or
 * passphrase, kept as mem_secret keeps it and wiped by buf_free. */
void buf_init(struct buf *b, size_t max);
void buf_init_secret(struct buf *b, size_t max);

/* buf_add, buf_addc: append bytes, one byte N times. buf_addf: as printf.
 * ST_OK or ST_LIMIT. */
enum status buf_add(struct buf *b, struct span s) MUST_USE;
enum status buf_addc(struct buf *b, unsigned char c) MUST_USE;
enum status buf_addf(struct buf *b, const char *fmt, ...) MUST_USE
	PRINTF_LIKE(2, 3);

/* buf_room: a place for N bytes more, or NULL above the ceiling. What is
 * written there is in B once the caller has raised b->n; then no NUL follows.
 */
unsigned char *buf_room(struct buf *b, size_t n) MUST_USE;

/* buf_put, buf_putf: append to a buf whose ceiling the caller knows to be
 * enough (output text); going over it is a bug and aborts. */
void buf_put(struct buf *b, struct span s);
void buf_putf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* buf_span: the bytes in B, borrowed until the next addition. */
struct span buf_span(const struct buf *b);

/* buf_reset: empty B, memory kept. buf_free: free the memory; B may be used
 * again. buf_wipe: overwrite it first, for secrets. */
void buf_reset(struct buf *b);
void buf_free(struct buf *b);
void buf_wipe(struct buf *b);

#endif
