/* A mail has the same parts in pieces of any size, and each part begins and
 * ends once. The first octet chooses the size of the pieces. */
#include "report_mail.h"

#include "fuzz.h"

struct found {
	struct buf out;
	bool open;
};

static bool begin(void *ctx, struct span name, enum report_hint hint)
{
	struct found *f = ctx;

	hold(!f->open, "one at a time");
	f->open = true;
	buf_putf(&f->out, "<%d", (int)hint);
	buf_put(&f->out, name);
	return true;
}

static bool put(void *ctx, struct span chunk)
{
	struct found *f = ctx;

	hold(f->open && chunk.n, "open");
	buf_put(&f->out, chunk);
	return true;
}

static void end(void *ctx, enum status st, const struct diag *why)
{
	struct found *f = ctx;

	hold(f->open, "open at its end");
	hold(st == ST_OK || why->text[0], "a reason");
	f->open = false;
	buf_putf(&f->out, ">%d", (int)st);
}

static void read_in(struct buf *out, struct span s, size_t step)
{
	struct found f = { .open = false };
	struct report_mail *m =
		report_mail_new((struct report_parts){ begin, put, end, &f });

	buf_init(&f.out, 64 << 20);
	while (s.n) {
		report_mail_put(m, span_head(s, step));
		s = span_from(s, step);
	}
	report_mail_end(m);
	hold(!f.open, "ended");
	report_mail_free(m);
	*out = f.out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	size_t step = 1 + (size_t)take_octet(&s);
	struct buf whole, parts;

	read_in(&whole, s, SIZE_MAX);
	read_in(&parts, s, step);
	hold(span_eq(buf_span(&whole), buf_span(&parts)), "the same parts");
	buf_free(&whole);
	buf_free(&parts);
	return 0;
}
