/* text_report: the results for people, one line for each signature. */
#ifndef TEXT_REPORT_H
#define TEXT_REPORT_H

#include "verify.h"

/* Called after the line of each signature, to append more lines to OUT. */
typedef void text_report_more(const void *ctx, const struct verdict *v,
			      struct buf *out);

/* text_report: append the lines for one message, each after NAME, which may be
 * NULL, as may MORE. */
void text_report(const char *name, const struct verification *all,
		 text_report_more *more, const void *ctx, struct buf *out);

/* text_report_line: append the line of one signature. */
void text_report_line(const char *name, const struct verdict *v,
		      struct buf *out);

/* text_warnings: append a line for each warning about the message NAME (may be
 * NULL), as message_put writes it. */
void text_warnings(const char *name, const struct verification *all,
		   struct buf *out);

#endif
