/* when: points in time as options give them and reports show them.
 *
 * Times are seconds since 1970 in UTC, int64_t, leap seconds not counted (RFC
 * 6376 3.5 t=). Nothing reads TZ. */
#ifndef WHEN_H
#define WHEN_H

#include "status.h"

/* 253402300799 is the last second of year 9999, the end of RFC 3339. */
#define WHEN_MAX INT64_C(253402300799)

/* when_now: the present time by the system's clock. */
int64_t when_now(void);

/* when_ticks: milliseconds of a clock that only moves forward. */
int64_t when_ticks(void);

/* when_parse: TEXT as epoch seconds (0 to 999999999999, the 12 digits of t=)
 * or RFC 3339 (2026-11-23T10:00:00Z, +01:00; fractions are dropped).
 * ST_OK or ST_USAGE. */
enum status when_parse(const char *text, int64_t *out,
		       struct diag *why) MUST_USE;

/* when_seconds: S, which is a number with a unit (s, m, h, d, w) or several of
 * these ("1h30m"), a number without one being seconds, as seconds in *OUT, at
 * most WHEN_MAX; false for anything else. */
bool when_seconds(struct span s, uint64_t *out);

/* when_days: days since 1970 of a date; when_date: the reverse. Months count
 * from 1; a day that the month does not have becomes one of the next month. */
int64_t when_days(int64_t year, int month, int day);
void when_date(int64_t days, int *year, int *month, int *day);

/* when_format: WHEN as "2026-11-23T10:00:00Z" (RFC 3339). */
void when_format(int64_t when, char text[static 32]);

#endif
