/* A zip archive, or with an odd first octet gzip, is unpacked the same in
 * pieces of any size, each member begins and ends once, and no more than the
 * limit comes out of one. */
#include "report_zip.h"

#include "fuzz.h"
#include "report_gzip.h"
#include "report_library.h"

enum { MOST = 64 * 1024 };

struct found {
	struct buf out;
	bool open;
	size_t got; /* of this member */
	enum status st;
};

static bool begin(void *ctx, struct span name, enum report_hint hint)
{
	struct found *f = ctx;

	hold(!f->open, "one at a time");
	hold(hint == REPORT_HINT_REPORT, "a report");
	f->open = true;
	f->got = 0;
	buf_put(&f->out, SPAN("<"));
	buf_put(&f->out, name);
	return true;
}

static bool put(void *ctx, struct span chunk)
{
	struct found *f = ctx;

	hold(f->open, "open");
	f->got += chunk.n;
	hold(f->got <= MOST + LIMIT_CHUNK, "the limit");
	buf_put(&f->out, chunk);
	return true;
}

static void end(void *ctx, enum status st, const struct diag *why)
{
	struct found *f = ctx;

	hold(f->open, "open at its end");
	hold(st == ST_OK || why->text[0], "a reason");
	f->open = false;
	/* what came of a damaged member depends on the pieces */
	if (st != ST_OK)
		f->out.n -= f->got;
	buf_put(&f->out, st == ST_OK ? SPAN(">") : SPAN("!"));
}

static void unzip(struct found *f, struct span s, size_t step)
{
	struct report_zip *z = report_zip_new(
		MOST, (struct report_parts){ begin, put, end, f });

	while (s.n && f->st == ST_OK) {
		f->st = report_zip_put(z, span_head(s, step), NULL);
		s = span_from(s, step);
	}
	if (f->st == ST_OK)
		f->st = report_zip_end(z, NULL);
	hold(!f->open, "ended");
	report_zip_free(z);
}

static enum status put_some(void *ctx, struct span chunk)
{
	struct found *f = ctx;

	f->got += chunk.n;
	if (f->got > MOST)
		return ST_REFUSED;
	buf_put(&f->out, chunk);
	return ST_OK;
}

static void gunzip(struct found *f, struct span s, size_t step)
{
	struct report_gzip *g = report_gzip_new((struct sink){ put_some, f });

	while (s.n && f->st == ST_OK) {
		f->st = report_gzip_put(g, span_head(s, step), NULL);
		s = span_from(s, step);
	}
	if (f->st == ST_OK)
		f->st = report_gzip_end(g, NULL);
	report_gzip_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	unsigned char first = take_octet(&s);
	void (*unpack)(struct found *, struct span, size_t) = first & 1 ? gunzip
									: unzip;
	struct found whole = { 0 }, parts = { 0 };
	static bool loaded;

	if (!loaded)
		hold(report_library_load(NULL) == ST_OK, "libraries");
	loaded = true;
	buf_init(&whole.out, 256 << 20);
	buf_init(&parts.out, 256 << 20);
	unpack(&whole, s, SIZE_MAX);
	unpack(&parts, s, 1 + (size_t)(first >> 1));
	hold(whole.st == parts.st, "the same status");
	hold(whole.st != ST_OK ||
		     span_eq(buf_span(&whole.out), buf_span(&parts.out)),
	     "the same bytes");
	buf_free(&whole.out);
	buf_free(&parts.out);
	return 0;
}
