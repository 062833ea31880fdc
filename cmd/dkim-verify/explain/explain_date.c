/* A date in another zone or form (RFC 5322 3.3). */
#include "explain_spell.h"

#include "when.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began so */

static bool number(struct span *s, uint64_t *out)
{
	size_t n = 0;

	while (n < s->n && ascii_digit(s->p[n]))
		n++;
	bool ok = n && n < 5 && span_u64(span_head(*s, n), out);

	*s = span_from(*s, n);
	return ok;
}

static void skip(struct span *s, unsigned char sep)
{
	while (s->n && (ascii_wsp(s->p[0]) || s->p[0] == '\r' ||
			s->p[0] == '\n' || s->p[0] == sep))
		*s = span_from(*s, 1);
}

static int64_t days_to(int64_t year, unsigned month, int64_t day)
{
	/* months count from March, so that the leap day is the last */
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static bool parse_clock(struct span *s, int64_t *seconds)
{
	uint64_t part[3] = { 0 };

	for (int i = 0; i < 3; i++) {
		if (!number(s, &part[i]))
			return false;
		if (s->n == 0 || s->p[0] != ':')
			break;
		*s = span_from(*s, 1);
	}
	*seconds = (int64_t)(part[0] * 3600 + part[1] * 60 + part[2]);
	return true;
}

/* Seconds since 1970; the part behind the zone in *REST. */
static bool parse_date(struct span value, int64_t *when, int64_t *zone,
		       struct span *rest)
{
	struct span s = value;
	uint64_t day, year, hhmm = 0;
	int64_t seconds;
	unsigned month = 0;

	if (span_find(s, ',') < s.n)
		s = span_from(s, span_find(s, ',') + 1);
	skip(&s, ' ');
	if (!number(&s, &day))
		return false;
	skip(&s, '-');
	for (unsigned m = 0; m < 12; m++)
		if (span_ieq(span_head(s, 3), span_of(months + 3 * m, 3)))
			month = m + 1;
	s = span_from(s, 3);
	skip(&s, '-');
	if (!month || !number(&s, &year))
		return false;
	skip(&s, ' ');
	if (!parse_clock(&s, &seconds))
		return false;
	skip(&s, ' ');
	bool minus = s.n && s.p[0] == '-';

	if (s.n && (minus || s.p[0] == '+')) {
		s = span_from(s, 1);
		if (!number(&s, &hhmm))
			return false;
	} else {
		s = span_from(s, s.n < 3 ? s.n : 3);
	}
	*zone = (int64_t)(hhmm / 100 * 60 + hhmm % 100) * (minus ? -60 : 60);
	*when = days_to((int64_t)year, month, (int64_t)day) * 86400 + seconds -
		*zone;
	*rest = s;
	return true;
}

enum { PAD = 1, NO_DAY = 2, NO_SECONDS = 4 };

static void put_date(struct buf *out, int64_t when, int64_t zone, unsigned how,
		     const char *word)
{
	int64_t local = when + zone, day_n = local / 86400;
	int64_t rest = local - day_n * 86400;
	int year, month, day;

	when_date(day_n, &year, &month, &day);
	buf_reset(out);
	if (!(how & NO_DAY))
		buf_putf(out, "%.3s, ", days + 3 * (day_n % 7));
	buf_putf(out, how & PAD ? "%02d" : "%d", day);
	buf_putf(out, " %.3s %d %02d:%02d", months + 3 * (month - 1), year,
		 (int)(rest / 3600), (int)(rest / 60 % 60));
	if (!(how & NO_SECONDS))
		buf_putf(out, ":%02d", (int)(rest % 60));
	if (word)
		buf_putf(out, " %s", word);
	else
		buf_putf(out, " %c%02d%02d", zone < 0 ? '-' : '+',
			 (int)((zone < 0 ? -zone : zone) / 3600),
			 (int)((zone < 0 ? -zone : zone) / 60 % 60));
}

/* What stands in brackets behind a zone. */
static const struct {
	int minutes;
	const char *name;
} zones[] = {
	{ -480, "PST" }, { -420, "PDT" }, { -420, "MST" }, { -360, "MDT" },
	{ -360, "CST" }, { -300, "CDT" }, { -300, "EST" }, { -240, "EDT" },
	{ 0, "GMT" },	 { 0, "WET" },	  { 60, "BST" },   { 60, "CET" },
	{ 60, "WEST" },	 { 120, "CEST" }, { 120, "EET" },  { 180, "EEST" },
	{ 180, "MSK" },	 { 330, "IST" },  { 480, "CST" },  { 480, "HKT" },
	{ 540, "JST" },	 { 540, "KST" },  { 600, "AEST" }, { 660, "AEDT" },
};

static void named_zones(struct spellings *s, struct span name, int64_t when,
			int64_t zone, unsigned how)
{
	struct buf text;

	buf_init(&text, 1024);
	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		if (zones[i].minutes * 60 != zone)
			continue;
		put_date(&text, when, zone, how, NULL);
		buf_putf(&text, " (%s)", zones[i].name);
		spell_add(s, name, buf_span(&text));
		put_date(&text, when, zone, how, zones[i].name);
		spell_add(s, name, buf_span(&text));
	}
	buf_free(&text);
}

static void all_forms(struct spellings *s, struct span name, int64_t when,
		      int64_t zone, struct span comment)
{
	static const char *const utc[] = { NULL,	  "GMT",
					   "+0000 (UTC)", "-0000",
					   "UT",	  "UTC",
					   "+0000 (GMT)", "-0000 (GMT)" };
	struct buf text;

	buf_init(&text, 1024);
	for (unsigned how = 0; how < 8; how++) {
		named_zones(s, name, when, zone, how);
		for (size_t i = 0; i < (zone ? 1 : 8); i++) {
			put_date(&text, when, zone, how, utc[i]);
			spell_add(s, name, buf_span(&text));
			if (comment.n && comment.n < 60) {
				buf_put(&text, SPAN(" "));
				buf_put(&text, comment);
				spell_add(s, name, buf_span(&text));
			}
		}
	}
	buf_free(&text);
}

void spell_date(struct spellings *s, const struct sig *sig,
		const struct field *f)
{
	int64_t when, zone;
	struct span rest;

	if (!parse_date(f->value, &when, &zone, &rest) || when < 0 ||
	    when > WHEN_MAX - 86400)
		return;
	all_forms(s, f->name, when, zone, span_trim(rest));
	for (int64_t z = -48; z <= 56; z++)
		if (z * 900 != zone)
			all_forms(s, f->name, when, z * 900, span_trim(rest));
	/* a relay's own date: the signer's clock said when it was */
	for (int64_t d = 0;
	     sig->has_t && sig->t < (uint64_t)WHEN_MAX - 86400 && d < 90; d++)
		for (int64_t z = 0; z < 2; z++) {
			struct buf text;

			buf_init(&text, 256);
			put_date(&text, (int64_t)sig->t - d + 2, z ? zone : 0,
				 0, NULL);
			spell_add(s, f->name, buf_span(&text));
			buf_free(&text);
		}
}
