#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_init_secret(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max, .secret = true };
}

static void release(struct buf *b)
{
	if (b->secret)
		mem_secret_free(b->p, b->cap);
	else
		free(b->p);
}

/* Make room for N more bytes and the NUL. A buf may hold a secret, so that its
 * old memory is wiped when it moves. */
static enum status reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->n)
		return ST_LIMIT;
	size_t need = b->n + n + 1;

	if (need <= b->cap)
		return ST_OK;
	/* a page is the least that is locked */
	size_t cap = b->cap ? b->cap : b->secret ? 4096 : 64;

	while (cap < need)
		cap *= 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	unsigned char *p = b->secret ? mem_secret(cap)
				     : mem_array(NULL, cap, 1);

	if (b->n)
		memcpy(p, b->p, b->n);
	mem_wipe(b->p, b->cap);
	release(b);
	b->p = p;
	b->cap = cap;
	return ST_OK;
}

enum status buf_add(struct buf *b, struct span s)
{
	enum status st = reserve(b, s.n);

	if (st != ST_OK)
		return st;
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = 0;
	return ST_OK;
}

enum status buf_addc(struct buf *b, unsigned char c)
{
	return buf_add(b, span_of(&c, 1));
}

static enum status add_formatted(struct buf *b, const char *fmt, va_list args)
{
	size_t room = b->cap - b->n;
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(room ? (char *)b->p + b->n : NULL, room, fmt, again);

	va_end(again);
	if (n < 0)
		return ST_BUG;
	if ((size_t)n < room) {
		b->n += (size_t)n;
		return ST_OK;
	}
	if (room) /* discard the part of it that was written */
		b->p[b->n] = 0;
	enum status st = reserve(b, (size_t)n);

	if (st != ST_OK)
		return st;
	vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, args);
	b->n += (size_t)n;
	return ST_OK;
}

enum status buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	enum status st = add_formatted(b, fmt, args);

	va_end(args);
	return st;
}

static void must(enum status st)
{
	if (st != ST_OK)
		abort();
}

unsigned char *buf_room(struct buf *b, size_t n)
{
	return reserve(b, n) == ST_OK ? b->p + b->n : NULL;
}

void buf_put(struct buf *b, struct span s)
{
	must(buf_add(b, s));
}

void buf_putf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	must(add_formatted(b, fmt, args));
	va_end(args);
}

struct span buf_span(const struct buf *b)
{
	return span_of(b->p, b->n);
}

void buf_reset(struct buf *b)
{
	b->n = 0;
}

void buf_free(struct buf *b)
{
	release(b);
	*b = (struct buf){ .max = b->max, .secret = b->secret };
}

void buf_wipe(struct buf *b)
{
	mem_wipe(b->p, b->cap);
	buf_free(b);
}
