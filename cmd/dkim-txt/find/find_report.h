/* find_report: the selectors that were found, for people and for programs. */
#ifndef FIND_REPORT_H
#define FIND_REPORT_H

#include "find_names.h"
#include "recordcheck.h"

/* A selector that DNS has. */
struct found {
	struct find_name wildcard;    /* that of "*"; else zero */
	const struct find_name *name; /* maybe `wildcard` */
	struct recordcheck check;
	const char *state; /* "valid", "testing", "revoked", "broken",
			    * "several" or "temperror" */
	char dated[16];	   /* the date in the selector, or "" */
	int64_t unchanged; /* days since 1970: the record is at least so old by
			    * its zone's serial; 0: not known */
	const char *provider; /* that of MX, SPF or the alias, or NULL */
	struct found **same;  /* of those with the same key, sorted; `same_n`
			       * with itself, or 0 */
	size_t same_n;
};

/* found_state: the word for the result of ONE. */
const char *found_state(const struct found *one);

/* found_date: the date that SELECTOR has in its name, if it is one that a
 * person or program could have put there until NOW: "2024-01-05", "2024-01",
 * "2024", or "". */
void found_date(struct span selector, int64_t now, char out[static 16]);

/* found_serial: the day (since 1970) that SERIAL of an SOA record stands for,
 * as YYYYMMDDnn (RFC 1912 2.2) or as seconds since 1970; 0 for neither, or for
 * a day after NOW. */
int64_t found_serial(uint32_t serial, int64_t now);

/* The ceiling of a buf that takes the report on one selector: a hundred records
 * of 64 KiB, every byte escaped as six. */
enum { FOUND_REPORT_MOST = 128 * 65536 * 6 };

/* found_text: append a line about ONE. found_json: the same as an object.
 * found_say: its findings to standard error, warnings unless QUIET, all with
 * VERBOSE. */
void found_text(const struct found *one, struct buf *out);
void found_json(const struct found *one, struct buf *out);
void found_say(const struct found *one, bool quiet, bool verbose);

#endif
