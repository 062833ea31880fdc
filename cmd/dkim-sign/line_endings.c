#include "line_endings.h"

#include <stdlib.h>
#include <string.h>

struct line_endings {
	enum line_endings_end end;
	struct sink to;
	struct buf start; /* held back until `end` is known */
	uint64_t cr;	  /* how many CR were seen last, not yet written */
	bool changed;
	size_t n; /* octets in `out` */
	unsigned char out[16 * 1024];
};

struct line_endings *line_endings_new(enum line_endings_end end, struct sink to)
{
	struct line_endings *f = mem_alloc(sizeof(*f));

	f->end = end;
	f->to = to;
	buf_init(&f->start, 2 * LIMIT_CHUNK);
	return f;
}

static enum status flush_out(struct line_endings *f)
{
	struct span all = span_of(f->out, f->n);

	f->n = 0;
	return all.n ? f->to.put(f->to.ctx, all) : ST_OK;
}

static enum status put_out(struct line_endings *f, struct span s)
{
	if (s.n > sizeof(f->out) - f->n) {
		enum status st = flush_out(f);

		if (st != ST_OK)
			return st;
	}
	if (s.n > sizeof(f->out))
		return f->to.put(f->to.ctx, s);
	if (s.n)
		memcpy(f->out + f->n, s.p, s.n);
	f->n += s.n;
	return ST_OK;
}

static enum status end_line(struct line_endings *f)
{
	return put_out(f, f->end == LINEFIX_LF ? SPAN("\n") : SPAN("\r\n"));
}

/* Each CR that was held back is a line end. */
static enum status end_bare_crs(struct line_endings *f)
{
	enum status st = ST_OK;

	f->changed |= f->cr > 0;
	for (; f->cr && st == ST_OK; f->cr--)
		st = end_line(f);
	return st;
}

static enum status repair_piece(struct line_endings *f, struct span s)
{
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		size_t n = 0;

		while (n < s.n && s.p[n] != '\r' && s.p[n] != '\n')
			n++;
		if (n) {
			st = end_bare_crs(f);
			if (st == ST_OK)
				st = put_out(f, span_head(s, n));
		} else if (s.p[0] == '\r') {
			f->cr++;
			n = 1;
		} else {
			f->changed |= f->cr != (f->end == LINEFIX_CRLF);
			f->cr = 0;
			st = end_line(f);
			n = 1;
		}
		s = span_from(s, n);
	}
	return st;
}

/* Whether the line ending is known by now. WHOLE: there is no more to come. */
static bool find_ending(struct line_endings *f, bool whole)
{
	struct span start = span_head(buf_span(&f->start), LIMIT_CHUNK);
	size_t lf = span_find(start, '\n');

	if (lf < start.n)
		f->end = lf && start.p[lf - 1] == '\r' ? LINEFIX_CRLF
						       : LINEFIX_LF;
	else if (whole || start.n == LIMIT_CHUNK)
		f->end = LINEFIX_CRLF;
	return f->end != LINEFIX_AUTO;
}

static enum status take_chunk(void *ctx, struct span chunk)
{
	struct line_endings *f = ctx;

	while (f->end == LINEFIX_AUTO && chunk.n) {
		struct span part = span_head(chunk, LIMIT_CHUNK);

		buf_put(&f->start, part);
		chunk = span_from(chunk, part.n);
		if (!find_ending(f, false))
			continue;
		enum status st = repair_piece(f, buf_span(&f->start));

		if (st != ST_OK)
			return st;
	}
	return repair_piece(f, chunk);
}

struct sink line_endings_sink(struct line_endings *f)
{
	return (struct sink){ take_chunk, f };
}

enum status line_endings_end(struct line_endings *f)
{
	enum status st = ST_OK;

	if (f->end == LINEFIX_AUTO) {
		(void)find_ending(f, true);
		st = repair_piece(f, buf_span(&f->start));
	}
	if (st == ST_OK)
		st = end_bare_crs(f);
	return st == ST_OK ? flush_out(f) : st;
}

bool line_endings_changed(const struct line_endings *f)
{
	return f->changed;
}

void line_endings_free(struct line_endings *f)
{
	if (!f)
		return;
	buf_free(&f->start);
	free(f);
}
