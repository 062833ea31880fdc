/* A date in another zone or form (RFC 5322 3.3). */
#include "explain_fields.h"

#include "when.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began so */

/* The number of at most four digits that begins S, after white space and SEP.
 */
static bool take_number(struct span *s, unsigned char sep, uint64_t *out)
{
	size_t n = 0;

	while (s->n && (ascii_wsp(s->p[0]) || s->p[0] == sep))
		*s = span_from(*s, 1);
	while (n < s->n && ascii_digit(s->p[n]))
		n++;
	bool ok = n && n < 5 && span_u64(span_head(*s, n), out);

	*s = span_from(*s, n);
	return ok;
}

/* Seconds since 1970 and the zone's seconds; what is after the zone in *REST.
 */
static bool parse_date(struct span value, int64_t *when, int64_t *zone,
		       struct span *rest)
{
	struct span s = value;
	uint64_t day, year, hour, minute, second = 0, hhmm = 0;
	int month = 0;

	if (span_find(s, ',') < s.n)
		s = span_from(s, span_find(s, ',') + 1);
	s = span_trim(s);
	if (!take_number(&s, ' ', &day))
		return false;
	s = span_from(s, 1);
	for (int m = 0; m < 12; m++)
		if (span_ieq(span_head(s, 3), span_of(months + 3 * m, 3)))
			month = m + 1;
	s = span_from(s, 3);
	if (!month || !take_number(&s, '-', &year) ||
	    !take_number(&s, ' ', &hour) || !take_number(&s, ':', &minute))
		return false;
	if (s.n && s.p[0] == ':' && !take_number(&s, ':', &second))
		return false;
	s = span_trim(s);
	bool minus = s.n && s.p[0] == '-';

	if (minus || (s.n && s.p[0] == '+')) {
		if (!take_number(&s, s.p[0], &hhmm))
			return false;
	} else {
		s = span_from(s, 3);
	}
	*zone = (int64_t)(hhmm / 100 * 60 + hhmm % 100) * (minus ? -60 : 60);
	*when = when_days((int64_t)year, month, (int)day) * 86400 +
		(int64_t)(hour * 3600 + minute * 60 + second) - *zone;
	*rest = s;
	return true;
}

enum { PAD = 1, NO_DAY = 2, NO_SECONDS = 4 };

/* The date in a zone, with WORD for the zone (NULL: its number) and TAIL. */
static void guess_form(struct guesses *g, int64_t when, int64_t zone,
		       unsigned how, const char *word, struct span tail)
{
	int64_t local = when + zone, day_n = local / 86400;
	int rest = (int)(local - day_n * 86400);
	int minutes = (int)(zone < 0 ? -zone : zone) / 60;
	int year, month, day;
	struct buf out;

	when_date(day_n, &year, &month, &day);
	buf_init(&out, 256);
	if (!(how & NO_DAY))
		buf_putf(&out, "%.3s, ", days + 3 * (day_n % 7));
	buf_putf(&out, how & PAD ? "%02d" : "%d", day);
	buf_putf(&out, " %.3s %d %02d:%02d", months + 3 * (month - 1), year,
		 rest / 3600, rest / 60 % 60);
	if (!(how & NO_SECONDS))
		buf_putf(&out, ":%02d", rest % 60);
	if (word)
		buf_putf(&out, " %s", word);
	else
		buf_putf(&out, " %c%02d%02d", zone < 0 ? '-' : '+',
			 minutes / 60, minutes % 60);
	if (tail.n)
		GUESS(g, buf_span(&out), SPAN(" "), tail);
	else
		GUESS(g, buf_span(&out));
	buf_free(&out);
}

/* What is in brackets after a zone, or instead of it. */
static const struct {
	int minutes;
	const char *name;
} zones[] = {
	{ -480, "PST" }, { -420, "PDT" }, { -420, "MST" }, { -360, "MDT" },
	{ -360, "CST" }, { -300, "CDT" }, { -300, "EST" }, { -240, "EDT" },
	{ 0, "GMT" },	 { 0, "UTC" },	  { 0, "UT" },	   { 0, "-0000" },
	{ 0, "WET" },	 { 60, "BST" },	  { 60, "CET" },   { 60, "WEST" },
	{ 120, "CEST" }, { 120, "EET" },  { 180, "EEST" }, { 180, "MSK" },
	{ 330, "IST" },	 { 480, "CST" },  { 480, "HKT" },  { 540, "JST" },
	{ 540, "KST" },	 { 600, "AEST" }, { 660, "AEDT" },
};

static void guess_zone(struct guesses *g, int64_t when, int64_t zone,
		       struct span comment)
{
	for (unsigned how = 0; how < 8; how++) {
		guess_form(g, when, zone, how, NULL, SPAN(""));
		if (comment.n && comment.n < 60)
			guess_form(g, when, zone, how, NULL, comment);
		for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
			struct buf out;

			if (zones[i].minutes * 60 != zone)
				continue;
			buf_init(&out, 16);
			buf_putf(&out, "(%s)", zones[i].name);
			guess_form(g, when, zone, how, NULL, buf_span(&out));
			guess_form(g, when, zone, how, zones[i].name, SPAN(""));
			buf_free(&out);
		}
	}
}

void guess_date(struct guesses *g)
{
	int64_t when, zone;
	struct span rest;

	if (!parse_date(g->value, &when, &zone, &rest) || when < 86400 ||
	    when > WHEN_MAX - 86400)
		return;
	rest = span_trim(rest);
	guess_zone(g, when, zone, rest);
	for (int64_t z = -48; z <= 56; z++)
		if (z * 900 != zone)
			guess_zone(g, when, z * 900, rest);
}
