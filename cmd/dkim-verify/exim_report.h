/* exim_report: verdicts as Exim 4.96 writes them into its main log. */
#ifndef EXIM_REPORT_H
#define EXIM_REPORT_H

#include "verify.h"

/* exim_report: append a line a DKIM signature: Exim's word and its reason, then
 * its log line; "none" for unsigned mail. NAME (may be NULL) goes before each.
 */
void exim_report(const char *name, const struct verification *all,
		 struct buf *out);

#endif
