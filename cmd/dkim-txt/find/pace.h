/* pace: at most so many questions a second.
 *
 * Only computes: the caller asks its clock and waits. */
#ifndef PACE_H
#define PACE_H

#include <stdint.h>

struct pace {
	uint64_t rate;	 /* a second; 0: as many as one likes */
	int64_t next_us; /* when the next one may be */
};

/* pace_wait: milliseconds to wait at NOW_MS, by a clock that only moves
 * forward, before the next question. It counts as asked after that. Time that
 * was not used is lost: questions do not come in a burst later. */
int64_t pace_wait(struct pace *p, int64_t now_ms);

#endif
