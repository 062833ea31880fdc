/* progress: how far a long run has come, on a line that is written over.
 *
 * The line is for a terminal on stderr, comes after half a second and is drawn
 * five times a second at most. Whoever writes elsewhere on the screen takes it
 * away first. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "buf.h"

struct progress {
	bool on, visible;
	int64_t start_ms, drawn_ms;
};

/* progress_init: ON says that it is wanted; on anything but a terminal nothing
 * is ever shown. */
void progress_init(struct progress *p, bool on);

/* progress_show: DONE of TOTAL; MORE: the total is only what is known yet. */
void progress_show(struct progress *p, uint64_t done, uint64_t total,
		   bool more);

/* progress_clear: take the line away. */
void progress_clear(struct progress *p);

/* progress_text: append the line as it would be after MS milliseconds. */
void progress_text(uint64_t done, uint64_t total, bool more, int64_t ms,
		   struct buf *out);

#endif
