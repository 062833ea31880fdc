/* guard: test inputs that end flush against a page nobody may touch, so that
 * reading one octet too far ends the test even without a sanitizer. */
#ifndef GUARD_H
#define GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "span.h"

/* A span in the initializer of a table, where SPAN cannot stand. */
#define T(literal)                                                       \
	{                                                                \
		(const unsigned char *)("" literal), sizeof(literal) - 1 \
	}

enum { GUARD_ROOM = 256 * 1024, GUARD_PAGE = 4096, GUARDED_AT_ONCE = 8 };

/* guarded: a copy of S; good until GUARDED_AT_ONCE calls later. */
static inline struct span guarded(struct span s)
{
	static unsigned char *rooms[GUARDED_AT_ONCE];
	static size_t next;
	unsigned char **room = &rooms[next++ % GUARDED_AT_ONCE];

	if (s.n > GUARD_ROOM)
		abort();
	if (!*room) {
		*room = mmap(NULL, GUARD_ROOM + GUARD_PAGE,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (*room == MAP_FAILED ||
		    mprotect(*room + GUARD_ROOM, GUARD_PAGE, PROT_NONE) != 0)
			abort();
	}
	if (s.n)
		memcpy(*room + GUARD_ROOM - s.n, s.p, s.n);
	return span_of(*room + GUARD_ROOM - s.n, s.n);
}

static inline struct span guarded_str(const char *text)
{
	return guarded(span_str(text));
}

#endif
