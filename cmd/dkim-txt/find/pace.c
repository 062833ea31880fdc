#include "pace.h"

int64_t pace_wait(struct pace *p, int64_t now_ms)
{
	int64_t now_us = now_ms * 1000, wait_us;

	if (!p->rate)
		return 0;
	/* the clock's last millisecond is not lost */
	if (p->next_us + 1000 <= now_us)
		p->next_us = now_us;
	wait_us = p->next_us - now_us;
	p->next_us += 1000000 / (int64_t)p->rate;
	return wait_us > 0 ? wait_us / 1000 : 0;
}
