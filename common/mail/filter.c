#include "filter.h"

#include <stdlib.h>

#include "authres.h"
#include "limit.h"

struct passing {
	const struct filter *how;
	bool unix_lines;
	int fd;
	struct diag *why;
	struct buf out; /* not yet written */

	enum { FIELD, COPIED, DROPPED, BODY } part; /* what comes next */
	struct buf field; /* the field so far, if FIELD */
	size_t line;	  /* bytes of the line so far */
	unsigned char last;
	bool received; /* a Received field has been written */
};

static enum status flush_out(struct passing *p)
{
	enum status st = io_write(p->fd, buf_span(&p->out), p->why);

	buf_reset(&p->out);
	return st;
}

static enum status write_buffered(struct passing *p, struct span s)
{
	if (buf_add(&p->out, s) == ST_OK)
		return ST_OK;
	enum status st = flush_out(p);

	if (st == ST_OK && buf_add(&p->out, s) != ST_OK)
		st = io_write(p->fd, s, p->why);
	return st;
}

/* -- which fields stay ----------------------------------------------------- */

/* FIELD, or the part of it that is there, has NAME. */
static bool is_called(struct span field, struct span name)
{
	if (!span_ieq(span_head(field, name.n), name))
		return false;
	field = span_trim(span_from(field, name.n));
	return field.n == 0 || field.p[0] == ':';
}

static bool is_forged(const struct passing *p, struct span value)
{
	struct authres ignored;
	enum status st = authres_parse(value, &ignored, NULL);

	authres_free(&ignored);
	if (authres_claims(value, p->how->id))
		return !p->how->keep_own || p->received;
	return st == ST_VERSION || p->how->strip_all;
}

/* The whole field RAW is not forged. It is parsed as everywhere, so that no
 * field can be hidden here and seen by others. */
static bool is_kept(const struct passing *p, struct span raw)
{
	struct fields f = { .bytes.max = 2 * LIMIT_FIELD_BYTES + 2 };
	bool after_cr = false, forged = false;
	size_t mbox, n = raw.n;
	unsigned char *wide = mem_array(NULL, raw.n, 2);

	if (p->unix_lines)
		n = msg_widen(wide, raw, &after_cr);
	buf_put(&f.bytes, p->unix_lines ? span_of(wide, n) : raw);
	fields_parse(&f, false, true, &mbox);
	struct span text = buf_span(&f.bytes);
	size_t colon = span_find(text, ':');

	if (fields_count(&f, SPAN("Authentication-Results")) > 0)
		forged = is_forged(p, f.v[0].value);
	else if (f.n == 0 && colon < text.n)
		/* its name is folded: a reader that unfolds first sees it */
		forged = is_forged(p, span_from(text, colon + 1));
	fields_free(&f);
	free(wide);
	return !forged;
}

static enum status end_field(struct passing *p)
{
	struct span raw = buf_span(&p->field);
	enum status st = ST_OK;

	if (p->part == FIELD &&
	    (!is_called(raw, SPAN("Authentication-Results")) ||
	     is_kept(p, raw)))
		st = write_buffered(p, raw);
	p->received |= is_called(raw, SPAN("Received"));
	buf_reset(&p->field);
	p->part = FIELD;
	return st;
}

/* -- the header, line by line ---------------------------------------------- */

/* S is the next piece of the field. */
static enum status add_piece(struct passing *p, struct span s)
{
	enum status st = ST_OK;

	if (p->part == FIELD) {
		struct span room = span_head(s, p->field.max - p->field.n);

		buf_put(&p->field, room);
		if (room.n == s.n)
			return ST_OK;
		/* above the ceiling; its name, if any, is complete */
		s = span_from(s, room.n);
		p->part = is_called(buf_span(&p->field),
				    SPAN("Authentication-Results"))
				  ? DROPPED
				  : COPIED;
		if (p->part == COPIED)
			st = write_buffered(p, buf_span(&p->field));
	}
	return st == ST_OK && p->part == COPIED ? write_buffered(p, s) : st;
}

/* A line that begins with C continues the field or begins a new one. */
static enum status begin_line(struct passing *p, unsigned char c)
{
	return ascii_wsp(c) ? ST_OK : end_field(p);
}

/* The line is complete if its last bytes are its line end; an empty one ends
 * the header (as in msg.c). */
static enum status end_line(struct passing *p, bool cr)
{
	size_t n = p->line - 1 - cr;

	if (!cr && !p->unix_lines)
		return ST_OK; /* data */
	p->line = 0;
	if (n > 0)
		return ST_OK;
	enum status st = end_field(p);

	p->part = BODY;
	return st;
}

static enum status filter_push(void *ctx, struct span chunk)
{
	struct passing *p = ctx;
	enum status st = ST_OK;

	while (st == ST_OK && p->part != BODY && chunk.n) {
		size_t at = span_find(chunk, '\n');
		bool ended = at < chunk.n;
		struct span piece = span_head(chunk, at + ended);
		bool cr = at ? chunk.p[at - 1] == '\r' : p->last == '\r';

		if (p->line == 0)
			st = begin_line(p, piece.p[0]);
		if (st == ST_OK)
			st = add_piece(p, piece);
		p->line += piece.n;
		p->last = piece.p[piece.n - 1];
		if (st == ST_OK && ended)
			st = end_line(p, cr);
		chunk = span_from(chunk, piece.n);
	}
	return st == ST_OK ? write_buffered(p, chunk) : st;
}

/* -- all of it ------------------------------------------------------------- */

static enum status copy_chunk(void *ctx, struct span chunk)
{
	return write_buffered(ctx, chunk);
}

static enum status see_byte(void *ctx, struct span chunk)
{
	*(unsigned char *)ctx = chunk.p[0];
	return ST_OK;
}

/* The byte of the message at AT, or 0. */
static enum status byte_at(struct spool *spool, uint64_t at, unsigned char *out,
			   struct diag *why)
{
	*out = 0;
	return spool_replay(spool, at, at + 1, (struct sink){ see_byte, out },
			    why);
}

/* FIELDS below the mbox line, which may be without a line end, and a Comments
 * field that a first line of white space then continues instead of them. */
static enum status put_fields(struct passing *p, struct spool *spool,
			      uint64_t top, struct span fields)
{
	struct span end = span_ends(fields, SPAN("\r\n")) ? SPAN("\r\n")
							  : SPAN("\n");
	unsigned char before = '\n', first = 0;
	enum status st = top ? byte_at(spool, top - 1, &before, p->why) : ST_OK;

	if (st == ST_OK && before != '\n')
		st = write_buffered(p, end);
	if (st == ST_OK)
		st = write_buffered(p, fields);
	if (st == ST_OK)
		st = byte_at(spool, top, &first, p->why);
	if (st == ST_OK && ascii_wsp(first))
		st = write_buffered(p, SPAN("Comments: header began so:"));
	if (st == ST_OK && ascii_wsp(first))
		st = write_buffered(p, end);
	return st;
}

enum status filter_write(const struct filter *how, struct spool *spool,
			 const struct msg_facts *facts, struct span fields,
			 int fd, struct diag *why)
{
	struct passing p = { .how = how,
			     .unix_lines = facts->unix_lines,
			     .fd = fd,
			     .why = why };

	buf_init(&p.out, LIMIT_CHUNK);
	buf_init(&p.field, LIMIT_FIELD_BYTES);
	enum status st = spool_replay(spool, 0, facts->top,
				      (struct sink){ copy_chunk, &p }, why);

	if (st == ST_OK)
		st = put_fields(&p, spool, facts->top, fields);
	if (st == ST_OK)
		st = spool_replay(spool, facts->top, UINT64_MAX,
				  (struct sink){ filter_push, &p }, why);
	if (st == ST_OK && p.part != BODY)
		st = end_field(&p);
	if (st == ST_OK)
		st = flush_out(&p);
	buf_free(&p.field);
	buf_free(&p.out);
	return st;
}
