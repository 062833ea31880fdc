/* The messages of an mbox follow one another and cover the file, and quoting is
 * undone the same way wherever chunks are cut (RFC 4155, mboxrd). */
#include "mbox.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

static void undo(struct span s, size_t step, struct buf *out)
{
	struct mbox_unquote u;

	buf_init(out, s.n);
	mbox_unquote_init(&u, catch_in(out));
	for (; s.n; s = span_from(s, step))
		hold(mbox_unquote_push(&u, span_head(s, step)) == ST_OK,
		     "pushed");
	hold(mbox_unquote_end(&u) == ST_OK, "ended");
}

static void split(struct mbox *m, size_t size)
{
	struct mbox_part part = { 0 };
	struct diag why = { 0 };
	uint64_t number = 0, end = 0;
	enum status st = ST_OK;

	while (mbox_next(m, &part, &st, &why)) {
		hold(part.number == ++number, "number");
		hold(part.start > end && part.length <= size - part.start,
		     "after the one before, and in the file");
		end = part.start + part.length;
		hold(!part.last || end == size, "the last ends the file");
	}
	hold(st == ST_OK && number && part.last, "at least one, and a last");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	size_t step = take_octet(&s) % 7 + 1U;
	int fd = memfd_create("mbox", MFD_CLOEXEC);
	struct diag why = { 0 };
	struct buf whole, pieces;
	struct mbox *m;

	hold(fd >= 0 && io_write(fd, s, &why) == ST_OK, "a file");
	m = mbox_open(fd);
	hold((m != NULL) == span_starts(s, SPAN("From ")), "an mbox");
	if (m)
		split(m, s.n);
	mbox_free(m);
	close(fd);
	undo(s, s.n + 1, &whole);
	undo(s, step, &pieces);
	hold(span_eq(buf_span(&whole), buf_span(&pieces)), "the same");
	buf_free(&whole);
	buf_free(&pieces);
	return 0;
}
