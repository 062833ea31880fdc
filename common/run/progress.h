/* progress: one line on a terminal that shows how many messages are done.
 *
 * It appears on standard error after half a second and is drawn five times a
 * second at most. Clear it before anything else is written to the screen. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "buf.h"

struct progress {
	bool on, visible;
	int64_t start_ms, drawn_ms;
};

/* progress_init: begin. Nothing is ever shown unless ON is true and standard
 * error is a terminal. */
void progress_init(struct progress *p, bool on);

/* progress_show: show DONE of TOTAL; with MORE, TOTAL may still grow. */
void progress_show(struct progress *p, uint64_t done, uint64_t total,
		   bool more);

/* progress_clear: erase the line. */
void progress_clear(struct progress *p);

/* progress_text: append the line as it would be after MS milliseconds. */
void progress_text(uint64_t done, uint64_t total, bool more, int64_t ms,
		   struct buf *out);

#endif
