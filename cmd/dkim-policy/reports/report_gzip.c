#include "report_gzip.h"

#include <stdlib.h>

#include <zlib.h>

struct report_gzip {
	z_stream z;
	struct sink to;
	bool whole; /* a member has ended, and no other one has begun */
	unsigned char out[LIMIT_CHUNK];
};

struct report_gzip *report_gzip_new(struct sink to)
{
	struct report_gzip *g = mem_alloc(sizeof(*g));

	g->to = to;
	/* 16: with the header and the trailer of gzip */
	if (inflateInit2(&g->z, 15 + 16) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

/* Unpack what zlib has got, until it needs more or a member ends. */
static enum status unpack(struct report_gzip *g, struct diag *why)
{
	int r = Z_OK;

	while (r == Z_OK) {
		g->z.next_out = g->out;
		g->z.avail_out = sizeof(g->out);
		r = inflate(&g->z, Z_NO_FLUSH);
		size_t n = sizeof(g->out) - g->z.avail_out;
		enum status st = n ? g->to.put(g->to.ctx, span_of(g->out, n))
				   : ST_OK;

		if (st != ST_OK)
			return st;
		if (r == Z_OK && g->z.avail_in == 0 && g->z.avail_out)
			return ST_OK;
	}
	g->whole = r == Z_STREAM_END;
	return r == Z_STREAM_END || r == Z_BUF_ERROR
		       ? ST_OK
		       : diag_set(why, ST_SYNTAX, "RFC 1952 2.2",
				  "the gzip file is damaged: %s",
				  g->z.msg ? g->z.msg : "no valid data");
}

enum status report_gzip_put(struct report_gzip *g, struct span chunk,
			    struct diag *why)
{
	enum status st = ST_OK;

	while (chunk.n && st == ST_OK) {
		if (g->whole && chunk.p[0] == 0) {
			chunk = span_from(chunk, 1);
			continue;
		}
		if (g->whole && inflateReset(&g->z) != Z_OK)
			return ST_OS;
		g->whole = false;
		struct span piece = span_head(chunk, LIMIT_CHUNK);

		/* zlib reads through a pointer to what may be changed */
		memcpy(&g->z.next_in, &piece.p, sizeof(piece.p));
		g->z.avail_in = (unsigned)piece.n;
		st = unpack(g, why);
		chunk = span_from(chunk, piece.n - g->z.avail_in);
	}
	return st;
}

enum status report_gzip_end(struct report_gzip *g, struct diag *why)
{
	return g->whole ? ST_OK
			: diag_set(why, ST_SYNTAX, "RFC 1952 2.2",
				   "the gzip file is cut short");
}

void report_gzip_free(struct report_gzip *g)
{
	if (!g)
		return;
	(void)inflateEnd(&g->z); /* nothing of it is needed any more */
	free(g);
}
