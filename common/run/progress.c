#include "progress.h"

#include <unistd.h>

#include "io.h"
#include "when.h"

enum { FIRST_MS = 500, AGAIN_MS = 200 };

void progress_init(struct progress *p, bool on)
{
	*p = (struct progress){ .on = on && isatty(STDERR_FILENO) };
	p->start_ms = p->drawn_ms = when_ticks();
}

void progress_text(uint64_t done, uint64_t total, bool more, int64_t ms,
		   struct buf *out)
{
	double rate = ms > 0 ? (double)done * 1000 / (double)ms : 0;
	uint64_t left = done < total && rate > 0
				? (uint64_t)((double)(total - done) / rate)
				: 0;

	buf_putf(out, "%llu/%llu%s, %.0f/s", (unsigned long long)done,
		 (unsigned long long)total, more ? "+" : "", rate);
	if (!more && rate > 0)
		buf_putf(out, ", %llu:%02llu:%02llu left",
			 (unsigned long long)left / 3600,
			 (unsigned long long)left / 60 % 60,
			 (unsigned long long)left % 60);
}

/* The end of the line, if it was longer, is erased (ECMA-48 8.3.41). */
static void draw_line(struct buf *text)
{
	buf_put(text, SPAN("\033[K"));
	/* it does not matter if the terminal is gone */
	status_ignore(io_write(STDERR_FILENO, buf_span(text), NULL));
	buf_free(text);
}

void progress_show(struct progress *p, uint64_t done, uint64_t total, bool more)
{
	struct buf text;

	if (!p->on)
		return;
	int64_t now = when_ticks();

	if (now - p->start_ms < FIRST_MS || now - p->drawn_ms < AGAIN_MS)
		return;
	p->drawn_ms = now;
	p->visible = true;
	buf_init(&text, 256);
	buf_put(&text, SPAN("\r"));
	progress_text(done, total, more, now - p->start_ms, &text);
	draw_line(&text);
}

void progress_clear(struct progress *p)
{
	struct buf text;

	if (!p->visible)
		return;
	p->visible = false;
	buf_init(&text, 256);
	buf_put(&text, SPAN("\r"));
	draw_line(&text);
}
