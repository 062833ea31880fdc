/* text_report: the results for people, one line for each signature. */
#ifndef TEXT_REPORT_H
#define TEXT_REPORT_H

#include "verify.h"

enum text_color { TEXT_PLAIN, TEXT_RED, TEXT_GREEN, TEXT_YELLOW };

/* text_color: append the sequence that begins a color on a terminal (ECMA-48
 * 8.3.117). */
void text_color(struct buf *out, enum text_color color);

/* text_report_word: append the word of R, in five columns at least; COLORED:
 * for a terminal. */
void text_report_word(enum result r, bool colored, struct buf *out);

/* text_report_name: append "NAME: ", escaped; nothing for NULL. */
void text_report_name(const char *name, struct buf *out);

/* Called after the line of each signature, to append more lines to OUT. */
typedef void text_report_more(const void *ctx, const struct verdict *v,
			      struct buf *out);

/* text_report: append the lines for one message, each after NAME, which may be
 * NULL, as may MORE. COLORED: for a terminal. */
void text_report(const char *name, const struct verification *all, bool colored,
		 text_report_more *more, const void *ctx, struct buf *out);

/* text_report_line: append the line of one signature. */
void text_report_line(const char *name, const struct verdict *v, bool colored,
		      struct buf *out);

/* text_warnings: append a line for each warning about the message NAME (may be
 * NULL), as message_put writes it. */
void text_warnings(const char *name, const struct verification *all,
		   struct buf *out);

#endif
