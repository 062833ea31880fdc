/* domains: a list of domains: NAME, or .NAME and *.NAME for all below it, a
 * line each, read as lines.h has it. */
#ifndef DOMAINS_H
#define DOMAINS_H

#include "lines.h"
#include "name.h"

/* Safe to free when zeroed. */
struct domains {
	struct lines lines;
	struct span *v; /* names, or with the dot that begins them */
	size_t n;
};

/* domains_read: ST_OK, or as lines_open and lines_next; ST_CONFIG for a line
 * that is no domain. Always free OUT. */
enum status domains_read(const char *path, struct domains *out,
			 struct diag *why) MUST_USE;

bool domains_has(const struct domains *d, const struct name *name);

void domains_free(struct domains *d);

#endif
