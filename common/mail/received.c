#include "received.h"

#include "cfws.h"
#include "when.h"

enum { MOST_TRIES = 8 }; /* comments with a ";" after the date */

static bool skip_cfws(struct span *s)
{
	return cfws_skip(s) == ST_OK;
}

static bool take_letters(struct span *s, struct span *word)
{
	if (!skip_cfws(s))
		return false;
	*word = cfws_run(s, ascii_alpha);
	return word->n > 0;
}

/* A number of LEAST to MOST digits, and TOP at most. */
static bool take_number(struct span *s, size_t least, size_t most, uint64_t top,
			uint64_t *out, size_t *digits)
{
	if (!skip_cfws(s))
		return false;
	struct span word = cfws_run(s, ascii_digit);

	*digits = word.n;
	return word.n >= least && word.n <= most && span_u64(word, out) &&
	       *out <= top;
}

static bool take_mark(struct span *s, unsigned char c)
{
	if (!skip_cfws(s) || s->n == 0 || s->p[0] != c)
		return false;
	*s = span_from(*s, 1);
	return true;
}

/* The index of WORD in LIST, words of three letters; -1 if it is not there. */
static int find_word(struct span word, const char *list)
{
	struct span all = span_str(list);

	for (size_t i = 0; word.n == 3 && i + 3 <= all.n; i += 3)
		if (span_ieq(word, span_of(all.p + i, 3)))
			return (int)(i / 3);
	return -1;
}

/* [ day-name "," ], which says nothing that the date does not. */
static bool take_day_name(struct span *s)
{
	struct span word, before = *s;

	if (!take_letters(s, &word)) {
		*s = before;
		return skip_cfws(s);
	}
	return find_word(word, "MonTueWedThuFriSatSun") >= 0 &&
	       take_mark(s, ',');
}

static bool take_date(struct span *s, int64_t *days)
{
	uint64_t day, value;
	struct span word;
	size_t digits;
	int y, m, d;

	if (!take_number(s, 1, 2, 31, &day, &digits) || day == 0 ||
	    !take_letters(s, &word))
		return false;
	int month = 1 + find_word(word, "JanFebMarAprMayJunJulAugSepOctNovDec");

	if (month == 0 || !take_number(s, 2, 4, 9999, &value, &digits))
		return false;
	int64_t year = (int64_t)value;

	if (digits < 4) /* RFC 5322 4.3 obs-year */
		year += digits == 2 && year < 50 ? 2000 : 1900;
	*days = when_days(year, month, (int)day);
	when_date(*days, &y, &m, &d); /* no 31 February */
	return year >= 1970 && d == (int)day;
}

static bool take_time(struct span *s, int64_t *seconds)
{
	uint64_t hour, minute, second = 0;
	size_t digits;

	if (!take_number(s, 1, 2, 23, &hour, &digits) || !take_mark(s, ':') ||
	    !take_number(s, 1, 2, 59, &minute, &digits))
		return false;
	if (take_mark(s, ':') && !take_number(s, 1, 2, 60, &second, &digits))
		return false;
	*seconds = (int64_t)((hour * 60 + minute) * 60 + second);
	return true;
}

/* RFC 5322 3.3 zone, 4.3 obs-zone: single letters and unknown names count as
 * -0000. */
static bool take_zone(struct span *s, int64_t *offset)
{
	static const char names[] = "ESTEDTCSTCDTMSTMDTPSTPDT";
	static const int hours[] = { -5, -4, -6, -5, -7, -6, -8, -7 };
	bool minus = take_mark(s, '-');
	struct span word;
	uint64_t value;
	size_t digits;

	*offset = 0;
	if (minus || take_mark(s, '+')) {
		if (s->n == 0 || !ascii_digit(s->p[0]) ||
		    !take_number(s, 4, 4, 9959, &value, &digits) ||
		    value % 100 > 59)
			return false;
		*offset = (minus ? -1 : 1) *
			  (int64_t)(value / 100 * 3600 + value % 100 * 60);
		return true;
	}
	if (!take_letters(s, &word))
		return false;
	int at = find_word(word, names);

	if (at >= 0)
		*offset = hours[at] * 3600;
	return true;
}

bool received_date(struct span s, int64_t *out)
{
	int64_t days, seconds, offset;

	if (!take_day_name(&s) || !take_date(&s, &days) ||
	    !take_time(&s, &seconds) || !take_zone(&s, &offset) ||
	    !skip_cfws(&s) || s.n)
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

	/* the last ";" but for those in a comment after the date */
	for (unsigned tries = 0; tries < MOST_TRIES; tries++) {
		size_t at = span_rfind(before, ';');

		if (at == before.n)
			break;
		if (received_date(span_from(top->value, at + 1), out))
			return ST_OK;
		before = span_head(before, at);
	}
	return diag_set(why, ST_SYNTAX, "RFC 5321 4.4",
			"the topmost Received field has no date");
}
