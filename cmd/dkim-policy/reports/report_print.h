/* report_print: what reports say, for people as a table of their sums, and for
 * programs record by record. */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include "report_sums.h"

/* report_print_table: write the table of S to standard output; report_sums_sort
 * was called. ST_OK or ST_IO. */
enum status report_print_table(const struct report_sums *s,
			       struct diag *why) MUST_USE;

/* report_print_json: append the object of record R in the report with HEAD, in
 * the input FILE, to OUT as one line. DUPLICATE: the report was there before.
 */
void report_print_json(const char *file, const struct report_head *head,
		       const struct report_record *r, bool duplicate,
		       struct buf *out);

#endif
