#include "explain_fields.h"

#include <stdlib.h>

void guess_raw(struct guesses *g, const struct span *v, size_t n)
{
	size_t octets = 64;

	for (size_t i = 0; i < n; i++)
		octets += v[i].n;
	if (g->s.n == GUESSES_MAX || octets > *g->room)
		return;
	*g->room -= octets;
	script_edit(&g->s, 0, g->s.text.n, script_join(&g->s, v, n));
}

void guess_parts(struct guesses *g, const struct span *v, size_t n)
{
	struct span all[8] = { g->name, SPAN(": ") };

	for (size_t i = 0; i < n; i++)
		all[2 + i] = v[i];
	all[2 + n] = SPAN("\r\n");
	guess_raw(g, all, n + 3);
}

struct span guess_at(const struct guesses *g, size_t i)
{
	return g->s.v[i].put;
}

struct span guess_cased(struct span text, enum cased how, struct buf *out)
{
	bool start = true;

	buf_init(out, text.n);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];

		if (how != CASED_AS_IS && ascii_alpha(c))
			c = ascii_lower(c);
		if (ascii_alpha(c) &&
		    (how == CASED_LARGE || (how == CASED_WORDS && start)))
			c = (unsigned char)(c - 32);
		start = !ascii_alpha(c);
		buf_put(out, span_of(&c, 1));
	}
	return buf_span(out);
}

/* -- case and white space ---------------------------------------------------
 */

/* The name in other cases. */
static void guess_case(struct guesses *g)
{
	static const char *const known[] = { "Message-ID", "MIME-Version",
					     "Content-ID", "In-Reply-To",
					     "List-ID",	   "X-MimeOLE" };
	struct span rest = span_from(g->s.text, g->name.n);

	for (size_t i = 0; i < g->sig->h_n + 6; i++) {
		struct span name = i < 6 ? span_str(known[i])
					 : g->sig->h[i - 6];

		if (span_ieq(name, g->name))
			GUESS_RAW(g, name, rest);
	}
}

/* Each fold written as FOLD, with BLANKS also the white space after it. */
static void refold(struct guesses *g, const char *fold, bool blanks)
{
	struct span v = g->value;
	struct buf out;

	buf_init(&out, 8 * v.n + 64);
	for (size_t i = 0; i < v.n; i++) {
		if (!span_starts(span_from(v, i), SPAN("\r\n"))) {
			buf_put(&out, span_of(v.p + i, 1));
			continue;
		}
		buf_put(&out, span_str(fold));
		i++;
		while (blanks && i + 1 < v.n && ascii_wsp(v.p[i + 1]))
			i++;
	}
	GUESS(g, span_trim(buf_span(&out)));
	if (g->simple)
		GUESS_RAW(g, span_head(g->s.text, (size_t)(v.p - g->s.text.p)),
			  buf_span(&out), SPAN("\r\n"));
	buf_free(&out);
}

/* Unfolded, then broken at the last blank before WIDTH (0: at each). */
static void refill(struct guesses *g, size_t width, const char *fold)
{
	struct span v = span_trim(g->value);
	size_t column = g->name.n + 2;
	struct buf out;

	buf_init(&out, 8 * v.n + 64);
	while (v.n) {
		size_t n = 0;

		while (n < v.n && !ascii_wsp(v.p[n]) && v.p[n] != '\r')
			n++;
		if (out.n) {
			bool fits = column + 1 + n <= width;

			buf_put(&out, fits ? SPAN(" ") : span_str(fold));
			column = fits ? column + 1 : 1;
		}
		buf_put(&out, span_head(v, n));
		column += n;
		v = span_trim(span_from(v, n));
	}
	GUESS(g, buf_span(&out));
	buf_free(&out);
}

void guess_forms(struct guesses *g)
{
	static const char *const folds[] = { "\r\n\t", "\r\n ", " ", "",
					     "\r\n        " };
	static const char *const leads[] = { ":",   ": ",     ":  ",	":\t",
					     " : ", ":\r\n ", ":\r\n\t" };
	static const char *const tails[] = { "\r\n", " \r\n", "  \r\n",
					     "\t\r\n" };

	for (int how = 1; g->simple && how < 4; how++) {
		struct buf name;

		GUESS_RAW(g, guess_cased(g->name, (enum cased)how, &name),
			  span_from(g->s.text, g->name.n));
		buf_free(&name);
	}
	for (size_t i = g->simple ? 0 : 2; i < (g->simple ? 5 : 4); i++)
		refold(g, folds[i], true);
	refold(g, "", false);
	for (size_t i = 0; g->simple && i < sizeof(leads) / sizeof(*leads); i++)
		for (size_t j = 0; j < sizeof(tails) / sizeof(*tails); j++)
			GUESS_RAW(g, g->name, span_str(leads[i]),
				  span_trim(g->value), span_str(tails[j]));
	for (size_t width = 59; g->simple && width <= 80; width++) {
		refill(g, width == 59 ? 0 : width, "\r\n ");
		refill(g, width == 59 ? 0 : width, "\r\n\t");
	}
	if (g->simple)
		guess_case(g);
}

/* -- what other fields keep -------------------------------------------------
 */

static bool ends_with_name(struct span s, struct span name)
{
	return s.n > name.n && span_ieq(span_from(s, s.n - name.n), name) &&
	       s.p[s.n - name.n - 1] == '-';
}

/* X-Original-From and the like, From-Original, Resent-Message-ID. */
static void guess_copies(struct guesses *g)
{
	for (size_t i = 0; i < g->all->n; i++) {
		const struct field *o = &g->all->v[i];
		struct span start = o->name;

		if (span_ieq(span_head(start, 2), SPAN("X-")))
			start = span_from(start, 2);
		if (ends_with_name(o->name, g->name) ||
		    (span_ieq(span_head(start, g->name.n), g->name) &&
		     span_ieq(span_from(start, g->name.n), SPAN("-Original"))))
			GUESS(g, span_trim(o->value));
	}
}

/* -- usual values -----------------------------------------------------------
 */

static const struct {
	const char *name, *values; /* a "|" between them */
} usual[] = {
	{ "MIME-Version", "1.0|1.0 (Mac OS X Mail)|1.0 (Mac OS X Mail 16.0 "
			  "\\(3696.120.41.1.1\\))|1.0 (Mac OS X Mail 13.4 "
			  "\\(3608.120.23.2.7\\))|1.0 (1.0)" },
	{ "Content-Transfer-Encoding",
	  "8bit|7bit|quoted-printable|base64|binary|8BIT|7BIT|QUOTED-PRINTABLE|"
	  "BASE64|Quoted-Printable|Base64|8Bit|7Bit" },
	{ "Content-Type",
	  "text/plain|text/plain; charset=utf-8|text/plain; charset=\"utf-8\"|"
	  "text/plain; charset=UTF-8|text/plain; charset=\"UTF-8\"|"
	  "text/plain; charset=us-ascii|text/plain; charset=\"us-ascii\"|"
	  "text/plain; charset=US-ASCII|text/plain; charset=iso-8859-1|"
	  "text/plain; charset=ISO-8859-1|text/plain; charset=utf-8; "
	  "format=flowed|text/plain; charset=UTF-8; format=flowed|"
	  "text/html; charset=utf-8|text/html; charset=UTF-8|"
	  "text/html; charset=\"utf-8\"|text/html; charset=\"UTF-8\"|"
	  "text/html" },
	{ "To", "undisclosed-recipients:;|undisclosed-recipients: ;|"
		"Undisclosed recipients:;" },
	{ "Importance", "normal|high|low|Normal|High" },
	{ "X-Priority", "3|1|3 (Normal)|1 (Highest)|2|5" },
	{ "Precedence", "bulk|list|junk" },
	{ "Auto-Submitted", "auto-generated|auto-replied|no" },
	{ "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" },
	{ "Content-Disposition", "inline|attachment" },
	{ "Content-Language", "en-US|en|de-DE|de|fr|en-GB" },
	{ "Accept-Language", "en-US|en-GB, en-US|de-DE, en-US|fr-FR, en-US" },
	{ "Subject", "" },
};

static void guess_usual(struct guesses *g)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		struct span rest = span_str(usual[i].values), value;

		while (span_ieq(g->name, span_str(usual[i].name)) &&
		       span_split(&rest, '|', &value))
			GUESS(g, value);
	}
}

/* -- subjects ---------------------------------------------------------------
 */

/* Words cut from either end, and one in brackets inside ("Re: [list] x"). */
static void guess_untagged(struct guesses *g)
{
	struct span v = span_trim(g->value);

	for (size_t i = 1; i < v.n; i++) {
		unsigned char c = v.p[i - 1];

		if (!ascii_wsp(c) && c != '\n' &&
		    !span_has(SPAN("])}:*>|-"), c))
			continue;
		GUESS(g, span_trim(span_from(v, i)));
		GUESS(g, span_from(v, i));
	}
	for (size_t i = v.n; i-- > 1;)
		if (ascii_wsp(v.p[i]) || span_has(SPAN("[({*"), v.p[i]))
			GUESS(g, span_trim(span_head(v, i)));
	for (size_t i = span_find(v, ' ') + 1; i < v.n; i++) {
		static const char close[] = "])}";
		size_t kind = span_find(SPAN("[({"), v.p[i]);
		struct span rest = span_from(v, i);
		size_t end =
			kind < 3 ? span_find(rest, (unsigned char)close[kind])
				 : rest.n;

		if (end == rest.n)
			continue;
		GUESS(g, span_head(v, i), span_trim(span_from(rest, end + 1)));
		GUESS(g, span_head(v, i), span_from(rest, end + 1));
	}
}

/* TAG before the subject, after its "Re:", instead of that, and after all. */
static void guess_tag(struct guesses *g, struct span tag)
{
	struct span v = span_trim(g->value);
	size_t colon = span_find(v, ':');
	struct span head = span_head(v, colon + 1);
	struct span tail = span_trim(span_from(v, colon + 1));

	GUESS(g, tag, SPAN(" "), v);
	if (colon < 5) {
		GUESS(g, head, SPAN(" "), tag, SPAN(" "), tail);
		GUESS(g, tag, SPAN(" "), tail);
	} else {
		GUESS(g, SPAN("Re: "), tag, SPAN(" "), v);
	}
	GUESS(g, tag, v);
	GUESS(g, v, SPAN(" "), tag);
}

/* [WORD] in the forms and cases that lists use. */
static void guess_list_tag(struct guesses *g, struct span word)
{
	static const char *const forms[] = { "[]", "()", "{}", ":" };

	word = span_trim(word);
	for (int how = 0; how < 16 && word.n && word.n < 80; how++) {
		struct span form = span_str(forms[how % 4]);
		struct buf name;

		(void)guess_cased(word, (enum cased)(how / 4),
				  &name); /* NAME */
		guess_tag(g,
			  JOIN(&g->s, span_head(form, form.n - 1),
			       buf_span(&name), span_from(form, form.n - 1)));
		buf_free(&name);
	}
}

/* What may have been the tag: usual ones, what the fields that name a list
 * say, and any "[...]" of another field. */
static void guess_tagged(struct guesses *g)
{
	static const char tags[] =
		"[EXTERNAL]|[EXT]|[External]|EXTERNAL:|[SPAM]|***SPAM***|"
		"*** SPAM ***|*****SPAM*****|{Spam?}|[Spam]|[SUSPECT]|"
		"[CAUTION]|[WARNING]|EXT:|[List]|(EXT)|[E]|[Ext]";
	static const char replies[] =
		"Re: |RE: |Fwd: |FW: |Fw: |AW: |Aw: |re: |SV: |WG: |Antw: |"
		"VS: |RV: |TR: |Res: |FWD: |Re:|RE:";
	static const char *const lists[] = { "List-Id",	    "List-Post",
					     "To",	    "Cc",
					     "X-BeenThere", "X-Mailing-List",
					     "Sender",	    "Reply-To" };
	struct span rest = span_str(replies), item, v = span_trim(g->value);
	size_t colon = span_find(v, ':');

	while (span_split(&rest, '|', &item)) {
		GUESS(g, item, v);
		if (colon < 6)
			GUESS(g, item, span_trim(span_from(v, colon + 1)));
	}
	for (rest = span_str(tags); span_split(&rest, '|', &item);)
		guess_tag(g, item);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct field *o =
			fields_find(g->all, span_str(lists[i]), 0);
		struct span list = o ? o->value : SPAN("");
		struct span id = span_from(list, span_find(list, '<') + 1);

		if (id.n == 0)
			id = list;
		if (span_starts(id, SPAN("mailto:")))
			id = span_from(id, 7);
		id = span_head(id, span_find(id, '@'));
		guess_list_tag(g, span_head(id, span_find(id, '.')));
		guess_list_tag(g, id);
		if (i == 0)
			guess_list_tag(g,
				       span_head(list, span_find(list, '<')));
	}
	for (size_t i = 0; i < g->all->n; i++) {
		struct span o = g->all->v[i].value;
		size_t open = span_find(o, '['), close = span_find(o, ']');

		if (o.p != g->value.p && close < o.n && open < close &&
		    close - open < 60)
			guess_tag(g, span_of(o.p + open, close - open + 1));
	}
}

/* -- all together -----------------------------------------------------------
 */

static const struct {
	const char *names; /* a "|" between them; NULL: any */
	void (*guess)(struct guesses *g);
	bool missing; /* also for a field that is not there */
} kinds[] = {
	{ NULL, guess_copies, true },
	{ "Subject", guess_untagged, false },
	{ "From|To|Cc|Reply-To|Sender|Bcc", guess_addresses, true },
	{ "Date", guess_date, false },
	{ "Content-Type", guess_type, false },
	{ NULL, guess_usual, true },
	{ NULL, guess_forms, false },
	{ "Subject", guess_tagged, false },
	{ NULL, guess_words, false },
};

void guess_field(struct guesses *g)
{
	/* what software rewrites is not that long */
	if (g->s.text.n > 16384)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct span rest = span_str(kinds[i].names), name;
		bool meant = !kinds[i].names;

		while (!meant && span_split(&rest, '|', &name))
			meant = span_ieq(name, g->name);
		if (meant && (g->value.p || kinds[i].missing))
			kinds[i].guess(g);
	}
}
