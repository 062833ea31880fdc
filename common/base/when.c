#include "when.h"

#include <stdio.h>
#include <time.h>

/* x= may lie beyond 2038 (RFC 6376 3.5), and a clock of 32 bits ends there */
_Static_assert(sizeof(time_t) >= sizeof(int64_t), "time_t of 64 bits");

int64_t when_ticks(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t when_now(void)
{
	return (int64_t)time(NULL);
}

/* In the proleptic Gregorian calendar; March is counted as the first month, so
 * that the leap day ends a year. */
int64_t when_days(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = year / 400, of_era = year % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day -
			  1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

void when_date(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = days / 146097, of_era = days % 146097;
	int64_t years =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(years + era * 400 + (*month <= 2));
}

void when_format(int64_t when, char text[static 32])
{
	int year, month, day, second = (int)(when % 86400);

	when_date(when / 86400, &year, &month, &day);
	snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
		 second / 3600, second / 60 % 60, second % 60);
}

bool when_seconds(struct span s, uint64_t *out)
{
	static const char units[] = "smhdw";
	static const uint32_t seconds[] = { 1, 60, 3600, 86400, 604800 };
	bool any = s.n > 0;

	for (*out = 0; s.n;) {
		uint64_t value = 0;
		const char *unit = units;
		size_t n = 0;

		while (n < s.n && ascii_digit(s.p[n]))
			n++;
		if (!span_u64(span_head(s, n), &value))
			return false;
		s = span_from(s, n);
		if (s.n)
			unit = s.p[0] ? strchr(units, ascii_lower(s.p[0]))
				      : NULL;
		if (!unit)
			return false;
		s = span_from(s, 1);
		*out += (value < WHEN_MAX ? value : WHEN_MAX) *
			seconds[unit - units];
		*out = *out < WHEN_MAX ? *out : WHEN_MAX;
	}
	return any;
}

static bool take_number(struct span *s, size_t digits, int least, int most,
			int *out)
{
	uint64_t v;

	if (s->n < digits || !span_u64(span_head(*s, digits), &v) ||
	    v < (uint64_t)least || v > (uint64_t)most)
		return false;
	*out = (int)v;
	*s = span_from(*s, digits);
	return true;
}

static bool take_letter(struct span *s, const char *any)
{
	for (; *any; any++)
		if (s->n && s->p[0] == (unsigned char)*any) {
			*s = span_from(*s, 1);
			return true;
		}
	return false;
}

static bool take_zone(struct span *s, int *offset)
{
	int sign, hours, minutes;

	*offset = 0;
	if (take_letter(s, "Zz"))
		return true;
	sign = s->n && s->p[0] == '-' ? -1 : 1;
	if (!take_letter(s, "+-") || !take_number(s, 2, 0, 23, &hours) ||
	    !take_letter(s, ":") || !take_number(s, 2, 0, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool rfc3339(struct span s, int64_t *out)
{
	int y, mo, d, h, mi, sec, offset, check_y, check_mo, check_d;

	if (!take_number(&s, 4, 1970, 9999, &y) || !take_letter(&s, "-") ||
	    !take_number(&s, 2, 1, 12, &mo) || !take_letter(&s, "-") ||
	    !take_number(&s, 2, 1, 31, &d) || !take_letter(&s, "Tt ") ||
	    !take_number(&s, 2, 0, 23, &h) || !take_letter(&s, ":") ||
	    !take_number(&s, 2, 0, 59, &mi) || !take_letter(&s, ":") ||
	    !take_number(&s, 2, 0, 60, &sec))
		return false;
	if (take_letter(&s, ".")) {
		if (s.n == 0 || !ascii_digit(s.p[0]))
			return false;
		while (s.n && ascii_digit(s.p[0]))
			s = span_from(s, 1);
	}
	if (!take_zone(&s, &offset) || s.n)
		return false;
	int64_t days = when_days(y, mo, d);

	when_date(days, &check_y, &check_mo, &check_d); /* no 31 February */
	*out = days * 86400 + h * 3600 + mi * 60 + sec - offset;
	return check_d == d && *out >= 0;
}

enum status when_parse(const char *text, int64_t *out, struct diag *why)
{
	struct span s = span_str(text);
	uint64_t epoch;

	if (s.n <= 12 && span_u64(s, &epoch)) {
		*out = (int64_t)epoch;
		return ST_OK;
	}
	if (rfc3339(s, out))
		return ST_OK;
	return diag_set(why, ST_USAGE, NULL,
			"\"%s\" is neither epoch seconds nor a date and time "
			"like 2026-11-23T10:00:00Z (RFC 3339)",
			text);
}
