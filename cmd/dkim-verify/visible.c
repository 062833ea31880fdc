#include "visible.h"

#include "text.h"

static enum status put(void *ctx, struct span octets)
{
	const struct visible *v = ctx;
	enum status st = ST_OK;
	struct buf out;

	buf_init(&out, 4 * octets.n + octets.n);
	while (octets.n && st == ST_OK) {
		size_t n = span_find(octets, '\n');
		bool ended = n < octets.n;

		st = text_escape(span_head(octets, n + ended), &out);
		if (st == ST_OK && ended)
			st = buf_addc(&out, '\n');
		octets = span_from(octets, n + ended);
	}
	if (st == ST_OK)
		st = v->to.put(v->to.ctx, buf_span(&out));
	buf_free(&out);
	return st;
}

struct sink visible_sink(struct visible *v)
{
	return (struct sink){ put, v };
}
