/* A date in another zone or form (RFC 5322 3.3). */
#include "explain_fields.h"

#include "received.h"
#include "when.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began so */

/* What is in brackets after a zone of so many minutes, or instead of it. */
static const struct {
	int minutes;
	const char *name;
} zones[] = {
	{ -480, "PST" }, { -420, "PDT" }, { -420, "MST" }, { -360, "MDT" },
	{ -360, "CST" }, { -300, "CDT" }, { -300, "EST" }, { -240, "EDT" },
	{ 0, "GMT" },	 { 0, "UTC" },	  { 0, "UT" },	   { 60, "BST" },
	{ 60, "CET" },	 { 120, "CEST" }, { 120, "EET" },  { 180, "MSK" },
	{ 330, "IST" },	 { 480, "CST" },  { 540, "JST" },  { 600, "AEST" },
};

static void guess_zone(struct guesses *g, int64_t when, int minutes)
{
	int64_t local = when + minutes * 60, day_n = local / 86400;
	int rest = (int)(local - day_n * 86400), year, month, day;
	int size = minutes < 0 ? -minutes : minutes;

	when_date(day_n, &year, &month, &day);
	for (int pad = 0; pad < 2; pad++) {
		struct buf out;

		buf_init(&out, 128);
		buf_putf(&out, "%.3s, ", days + 3 * (day_n % 7));
		buf_putf(&out, pad ? "%02d" : "%d", day);
		buf_putf(&out, " %.3s %d %02d:%02d:%02d ",
			 months + 3 * (month - 1), year, rest / 3600,
			 rest / 60 % 60, rest % 60);
		size_t n = out.n;

		buf_putf(&out, "%c%02d%02d", minutes < 0 ? '-' : '+', size / 60,
			 size % 60);
		struct span date = buf_span(&out), head = span_head(date, n);

		GUESS(g, date);
		for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
			struct span name = span_str(zones[i].name);

			if (zones[i].minutes != minutes)
				continue;
			GUESS(g, date, SPAN(" ("), name, SPAN(")"));
			GUESS(g, head, name);
		}
		buf_free(&out);
	}
}

void guess_date(struct guesses *g)
{
	int64_t when;

	if (!received_date(g->value, &when) || when < 86400 ||
	    when > WHEN_MAX - 86400)
		return;
	/* full hours first, those near UTC before others */
	for (int quarter = 0; quarter < 4; quarter++)
		for (int h = 0; h < 28; h++)
			guess_zone(g, when,
				   15 * quarter +
					   60 * (h & 1 ? -(h + 1) / 2 : h / 2));
}
