/* lines: a configuration file of one entry a line.
 *
 * "#" begins a comment; blanks around a line, CR before LF and empty lines do
 * not count, and the last line needs no end. A byte order mark (U+FEFF), which
 * some editors put first, is passed over. Bounded by LIMIT_TABLE_BYTES and
 * LIMIT_TABLE_LINE. What is wrong is told as "PATH: line N: what" with
 * ST_CONFIG (78). The octets may hold keys: they are wiped. */
#ifndef LINES_H
#define LINES_H

#include <sys/types.h>

#include "buf.h"

/* Safe to free when zeroed. */
struct lines {
	const char *path; /* the caller's */
	mode_t mode;	  /* of the open file */
	struct buf text;  /* what lines_next gives borrows from it */
	struct span rest;
	size_t number; /* of the line given last */
};

/* lines_open: read PATH. ST_OK; ST_CONFIG if it is not there or too large,
 * ST_PERMISSION, ST_OS, ST_IO. */
enum status lines_open(struct lines *l, const char *path,
		       struct diag *why) MUST_USE;

/* lines_next: the next line that says something; .p is NULL at the end. ST_OK,
 * or ST_CONFIG for a line that is too long or holds NUL. */
enum status lines_next(struct lines *l, struct span *line,
		       struct diag *why) MUST_USE;

/* lines_each: read PATH and hand each line that says something to TAKE. ST_OK,
 * or the first error of those above or of TAKE. L stays open: what was taken
 * may borrow from it. */
enum status lines_each(struct lines *l, const char *path,
		       enum status (*take)(void *ctx, struct span line,
					   struct diag *why),
		       void *ctx, struct diag *why) MUST_USE;

/* lines_bad: ST_CONFIG, with the place in WHY. */
enum status lines_bad(const struct lines *l, struct diag *why, const char *fmt,
		      ...) PRINTF_LIKE(3, 4);

/* lines_word: cut the first word (no SP or HTAB) off *LINE, and the blanks
 * behind it. */
struct span lines_word(struct span *line);

void lines_free(struct lines *l);

#endif
