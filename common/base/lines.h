/* lines: a configuration file with one entry on each line.
 *
 * "#" begins a comment; blanks around a line, CR before LF and empty lines do
 * not count, and the last line needs no line end. A byte order mark (U+FEFF),
 * which some editors put first, is skipped. The size is bounded by
 * LIMIT_TABLE_BYTES and LIMIT_TABLE_LINE. An error is reported as "PATH: line
 * N: what" with ST_CONFIG. The text may hold keys: it is wiped. */
#ifndef LINES_H
#define LINES_H

#include <sys/types.h>

#include "buf.h"

/* Safe to free when zeroed. */
struct lines {
	const char *path; /* the caller's, without "file:" or "refile:" */
	bool patterns;	  /* "refile:" was there */
	mode_t mode;	  /* of the open file */
	struct buf text;  /* from which the lines borrow */
	struct span rest;
	size_t number; /* of the present line, from 1 */
	char **kept;   /* by lines_keep */
	size_t kept_n;
};

/* lines_file: the path in FILE, which may begin with "file:" or "refile:" (for
 * opendkim(8): with wildcards), as *PATTERNS says. NULL, with words for
 * ST_CONFIG in WHY, for its other kinds of data sets. */
const char *lines_file(const char *file, bool *patterns, struct diag *why);

/* lines_each: read FILE, which is as for lines_file, and hand each line that is
 * not empty to TAKE. ST_OK; ST_CONFIG for another data set, or if the file does
 * not exist or is too large, or a line is too long or
 * has a NUL; ST_PERMISSION, ST_OS, ST_IO; or the first error of TAKE. L stays
 * open, also after an error, because what was taken may borrow from it. */
enum status lines_each(struct lines *l, const char *file,
		       enum status (*take)(void *ctx, struct span line,
					   struct diag *why),
		       void *ctx, struct diag *why) MUST_USE;

/* lines_bad: ST_CONFIG, with the place and the formatted text in WHY. */
enum status lines_bad(const struct lines *l, struct diag *why, const char *fmt,
		      ...) PRINTF_LIKE(3, 4);

/* lines_word: cut the first word (no SP or HTAB) off *LINE, and the blanks
 * after it. */
struct span lines_word(struct span *line);

/* lines_keep: a copy of S that lives as long as the lines that borrow from L.
 */
struct span lines_keep(struct lines *l, struct span s);

/* lines_free: wipe and free the text. */
void lines_free(struct lines *l);

#endif
