/* check_state: the results of a run, kept for the next one, so that only
 * changes are reported.
 *
 * A line for each key: result, digest of the record, codes of warnings, name,
 * file; all escaped. The file appears whole or not at all (newfile.h), so that
 * a crash leaves the old one. Of a file that cannot be read nothing is known:
 * every key that is not well or has a warning is then new. */
#ifndef CHECK_STATE_H
#define CHECK_STATE_H

#include "check_report.h"

/* check_state_compare: *NOTES[I] is what has changed for key I of C since the
 * run that wrote PATH ("was absent", "another record", "warnings were testing",
 * "new"), or NULL. The strings and the array are the caller's to free. ST_OK,
 * also if PATH does not exist; ST_PERMISSION, ST_OS, ST_IO, ST_LIMIT. */
enum status check_state_compare(const char *path, const struct check *c,
				char ***notes, struct diag *why) MUST_USE;

/* check_state_write: replace PATH by the results of C. ST_OK, or as newfile.h.
 */
enum status check_state_write(const char *path, const struct check *c,
			      struct diag *why) MUST_USE;

#endif
