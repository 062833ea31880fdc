#include "received.h"

#include "cfws.h"
#include "when.h"

enum { MOST_TRIES = 8 };

static bool skip(struct span *s)
{
	return cfws_skip(s) == ST_OK;
}

/* The next word of letters, or of digits with FROM to MOST of them. */
static bool letters(struct span *s, struct span *word)
{
	size_t n = 0;

	if (!skip(s))
		return false;
	while (n < s->n && ascii_alpha(s->p[n]))
		n++;
	*word = span_head(*s, n);
	*s = span_from(*s, n);
	return n > 0;
}

static bool digits(struct span *s, size_t from, size_t most, struct span *word)
{
	size_t n = 0;

	if (!skip(s))
		return false;
	while (n < s->n && ascii_digit(s->p[n]))
		n++;
	*word = span_head(*s, n);
	*s = span_from(*s, n);
	return n >= from && n <= most;
}

static bool number(struct span *s, size_t from, size_t most, uint64_t top,
		   int64_t *out)
{
	struct span word;
	uint64_t value;

	if (!digits(s, from, most, &word) || !span_u64(word, &value) ||
	    value > top)
		return false;
	*out = (int64_t)value;
	return true;
}

static bool mark(struct span *s, unsigned char c)
{
	if (!skip(s) || s->n == 0 || s->p[0] != c)
		return false;
	*s = span_from(*s, 1);
	return true;
}

/* Where WORD stands among words of three letters, from 0; -1: nowhere. */
static int find_word(struct span word, const char *list)
{
	struct span all = span_str(list);

	for (size_t i = 0; word.n == 3 && i + 3 <= all.n; i += 3)
		if (span_ieq(word, span_of(all.p + i, 3)))
			return (int)(i / 3);
	return -1;
}

/* [ day-name "," ], which says nothing that the date does not. */
static bool day_name(struct span *s)
{
	struct span word, before = *s;

	if (!letters(s, &word)) {
		*s = before;
		return skip(s);
	}
	return find_word(word, "MonTueWedThuFriSatSun") >= 0 && mark(s, ',');
}

static bool date(struct span *s, int64_t *days)
{
	int64_t day, year;
	struct span word;
	int month, y, m, d;

	if (!number(s, 1, 2, 31, &day) || day == 0 || !letters(s, &word))
		return false;
	month = 1 + find_word(word, "JanFebMarAprMayJunJulAugSepOctNovDec");
	if (month == 0 || !digits(s, 2, 4, &word))
		return false;
	uint64_t value = 0;

	if (!span_u64(word, &value))
		return false;
	year = (int64_t)value;
	if (word.n < 4) /* RFC 5322 4.3 obs-year */
		year += word.n == 2 && year < 50 ? 2000 : 1900;
	*days = when_days(year, month, (int)day);
	when_date(*days, &y, &m, &d); /* no 31 February */
	return year >= 1970 && d == day;
}

static bool time_of_day(struct span *s, int64_t *seconds)
{
	int64_t hour, minute, second = 0;

	if (!number(s, 1, 2, 23, &hour) || !mark(s, ':') ||
	    !number(s, 1, 2, 59, &minute))
		return false;
	if (skip(s) && s->n && s->p[0] == ':' &&
	    (!mark(s, ':') || !number(s, 1, 2, 60, &second)))
		return false;
	*seconds = (hour * 60 + minute) * 60 + second;
	return true;
}

/* RFC 5322 3.3 zone, 4.3 obs-zone: the letters of the military mean nothing,
 * and so do names that nobody knows. */
static bool zone(struct span *s, int64_t *offset)
{
	static const char names[] = "ESTEDTCSTCDTMSTMDTPSTPDT";
	static const int hours[] = { -5, -4, -6, -5, -7, -6, -8, -7 };
	struct span word;
	uint64_t value;

	*offset = 0;
	if (!skip(s))
		return false;
	if (s->n && (s->p[0] == '+' || s->p[0] == '-')) {
		int sign = s->p[0] == '-' ? -1 : 1;

		*s = span_from(*s, 1);
		if (!digits(s, 4, 4, &word) || !span_u64(word, &value) ||
		    value % 100 > 59)
			return false;
		*offset = sign *
			  (int64_t)(value / 100 * 3600 + value % 100 * 60);
		return true;
	}
	if (!letters(s, &word))
		return false;
	int at = find_word(word, names);

	if (at >= 0)
		*offset = hours[at] * 3600;
	return true;
}

/* TEXT as a date-time (RFC 5322 3.3) of 1970 or later. */
static bool date_time(struct span s, int64_t *out)
{
	int64_t days, seconds, offset;

	if (!day_name(&s) || !date(&s, &days) || !time_of_day(&s, &seconds) ||
	    !zone(&s, &offset) || !skip(&s) || s.n)
		return false;
	*out = days * 86400 + seconds - offset;
	return *out >= 0;
}

enum status received_time(const struct fields *f, int64_t *out,
			  struct diag *why)
{
	const struct field *top = fields_find(f, SPAN("Received"), 0);

	if (!top)
		return diag_set(why, ST_SYNTAX, "RFC 5321 4.4",
				"there is no Received field");
	struct span before = top->value;

	/* the last ";" but for those in a comment behind the date */
	for (unsigned tries = 0; tries < MOST_TRIES; tries++) {
		size_t at = span_rfind(before, ';');

		if (at == before.n)
			break;
		if (date_time(span_from(top->value, at + 1), out))
			return ST_OK;
		before = span_head(before, at);
	}
	return diag_set(why, ST_SYNTAX, "RFC 5321 4.4",
			"the topmost Received field has no date");
}
