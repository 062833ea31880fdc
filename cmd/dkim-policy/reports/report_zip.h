/* report_zip: the members of a zip archive one after another, in pieces of any
 * size, as they come: nothing is sought, so that a pipe or a mail is as good as
 * a file. After .ZIP File Format Specification 6.3.10 (APPNOTE.TXT of PKWARE).
 *
 * A reader of our own, because libzip and minizip want a file that can be
 * sought, and because a report needs little of the format: members that are
 * stored or deflated, with their sizes before or after them, also as zip64. All
 * else is refused: encryption, other methods, archives in several parts. The
 * directory at the end must be there and have as many members. A name is never
 * used as a path. Memory: zlib's window, one chunk and one name. */
#ifndef REPORT_ZIP_H
#define REPORT_ZIP_H

#include "report_parts.h"

/* The most members of an archive, directories included. */
enum { REPORT_ZIP_MEMBERS = 1024 };

struct report_zip;

/* report_zip_new: MAX bytes of a member are unpacked at most. NULL if zlib has
 * no memory. Release with report_zip_free. */
struct report_zip *report_zip_new(uint64_t max,
				  struct report_parts to) MUST_USE;

/* report_zip_put, report_zip_end: ST_OK; ST_SYNTAX if the archive cannot be
 * read on; ST_LIMIT for too many members. After an error nothing more may be
 * put; the END of a member that was open has been called. A member that is cut
 * short at the end is the member's error alone. */
enum status report_zip_put(struct report_zip *z, struct span chunk,
			   struct diag *why) MUST_USE;
enum status report_zip_end(struct report_zip *z, struct diag *why) MUST_USE;

/* report_zip_free: Z may be NULL. */
void report_zip_free(struct report_zip *z);

#endif
