/* packed: files of mail that must be unpacked before they can be read. */
#ifndef PACKED_H
#define PACKED_H

#include "span.h"

/* The bytes at the beginning of a file that are enough for packed_find. */
enum { PACKED_HEAD = 512 };

struct packed {
	const char *name;    /* "gzip" */
	const char *command; /* what unpacks its operand ... */
	bool archive;	     /* to files; else to standard output */
};

/* packed_find: how a file that begins with HEAD is packed; NULL if it is not,
 * or in a way that is not known. */
const struct packed *packed_find(struct span head);

#endif
