/* published: the one TXT record of its type at a name, or why there is not one:
 * no record, several records and no answer are different results. */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "dns.h"

enum published_at {
	PUBLISHED_NONE,
	PUBLISHED_ONE,
	PUBLISHED_SEVERAL,
	PUBLISHED_FAILED, /* no answer: a temporary error */
};

/* Where questions go. Owned by the caller. */
struct published_from {
	struct dns *dns;
	struct dns_clock *clock; /* of the message, or NULL */
};

struct published {
	enum published_at at;
	bool exists;	 /* the name does, with or without records */
	struct buf name; /* that was asked */
	struct buf text; /* owned; of PUBLISHED_ONE, or the first of several */
	struct diag why; /* PUBLISHED_FAILED */
};

/* published_get: fill OUT with the records at BEFORE NAME (as in "_dmarc."
 * "example.com") that IS recognizes; NULL: any. Release OUT with
 * published_free. A name that is too long has no records and nothing is asked.
 * Returns the number of questions, 0 or 1. */
unsigned published_get(const struct published_from *from, const char *before,
		       const struct name *name, bool (*is)(struct span text),
		       struct published *out);
void published_free(struct published *p);

#endif
