/* report_gzip: what is compressed with gzip (RFC 1952), in pieces of any size.
 *
 * Several gzip members one after another are one text (RFC 1952 2.2). NUL bytes
 * after the last one are padding. Memory: zlib's window and one chunk. */
#ifndef REPORT_GZIP_H
#define REPORT_GZIP_H

#include "io.h"

struct report_gzip;

/* report_gzip_new: unpack into TO. NULL if zlib has no memory. Release with
 * report_gzip_free. */
struct report_gzip *report_gzip_new(struct sink to) MUST_USE;

/* report_gzip_put, report_gzip_end: ST_OK; ST_SYNTAX if it is not gzip, damaged
 * or cut short; or the first error of TO. */
enum status report_gzip_put(struct report_gzip *g, struct span chunk,
			    struct diag *why) MUST_USE;
enum status report_gzip_end(struct report_gzip *g, struct diag *why) MUST_USE;

/* report_gzip_free: G may be NULL. */
void report_gzip_free(struct report_gzip *g);

#endif
