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

/* -- case and white space -------------------------------------------------- */

/* The name in other cases. */
static void guess_case(struct guesses *g)
{
	static const char *const known[] = { "Message-ID", "MIME-Version",
					     "Content-ID", "In-Reply-To",
					     "List-ID" };
	enum { KNOWN = sizeof(known) / sizeof(*known) };
	struct span rest = span_from(g->s.text, g->name.n);

	for (int how = CASED_SMALL; how <= CASED_WORDS; how++) {
		struct buf name;

		GUESS_RAW(g, guess_cased(g->name, (enum cased)how, &name),
			  rest);
		buf_free(&name);
	}
	for (size_t i = 0; i < KNOWN + g->sig->h_n; i++) {
		struct span name = i < KNOWN ? span_str(known[i])
					     : g->sig->h[i - KNOWN];

		if (span_ieq(name, g->name))
			GUESS_RAW(g, name, rest);
	}
}

/* Unfolded, then broken at the last blank before WIDTH (0: at each). BARE: the
 * name, and the blank that begins a line, do not count. */
static void refill(struct guesses *g, size_t width, const char *fold, bool bare)
{
	struct span v = span_trim(g->value);
	size_t column = bare ? 0 : g->name.n + 2;
	struct buf out;

	buf_init(&out, 8 * v.n + 64);
	while (v.n) {
		size_t n = 0;

		while (n < v.n && !ascii_wsp(v.p[n]) && v.p[n] != '\r')
			n++;
		if (out.n) {
			bool fits = column + 1 + n <= width;

			buf_put(&out, fits ? SPAN(" ") : span_str(fold));
			column = fits ? column + 1 : !bare;
		}
		buf_put(&out, span_head(v, n));
		column += n;
		v = span_trim(span_from(v, n));
	}
	GUESS(g, buf_span(&out));
	buf_free(&out);
}

/* What only the simple form sees. */
static void guess_forms(struct guesses *g)
{
	static const char *const leads[] = { ":",   ": ",     ":  ",	":\t",
					     " : ", ":\r\n ", ":\r\n\t" };
	static const char *const tails[] = { "\r\n", " \r\n", "  \r\n",
					     "\t\r\n" };

	if (!g->simple)
		return;
	guess_case(g);
	for (size_t i = 0; i < 4 * sizeof(leads) / sizeof(*leads); i++)
		GUESS_RAW(g, g->name, span_str(leads[i / 4]),
			  span_trim(g->value), span_str(tails[i % 4]));
	for (size_t i = 4 * 59; i <= 4 * 80 + 3; i++)
		refill(g, i / 4 == 59 ? 0 : i / 4, i & 1 ? "\r\n\t" : "\r\n ",
		       i & 2);
}

/* -- what other fields keep ------------------------------------------------ */

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

/* -- usual values ---------------------------------------------------------- */

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
	{ "Precedence", "bulk|list|junk" },
	{ "Content-Disposition", "inline|attachment" },
	{ "Content-Language", "en-US|en|de-DE|de|fr|en-GB" },
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

/* -- subjects -------------------------------------------------------------- */

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
	for (size_t i = span_find(v, ' ') + 1; i < v.n; i++) {
		size_t kind = span_find(SPAN("[({"), v.p[i]);
		struct span rest = span_from(v, i);
		size_t end = span_find(rest, (unsigned char)"])}"[kind]);

		if (kind == 3 || end == rest.n)
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
		"*****SPAM*****|{Spam?}|[SUSPECT]|[CAUTION]|EXT:|(EXT)";
	static const char replies[] =
		"Re: |RE: |Fwd: |FW: |Fw: |AW: |Aw: |re: |SV: |WG: |Antw: ";
	static const char lists[] = "List-Id|List-Post|To|Cc|X-BeenThere|"
				    "X-Mailing-List|Sender|Reply-To";
	struct span rest = span_str(replies), item, v = span_trim(g->value);
	size_t colon = span_find(v, ':');

	while (span_split(&rest, '|', &item)) {
		GUESS(g, item, v);
		if (colon < 6)
			GUESS(g, item, span_trim(span_from(v, colon + 1)));
	}
	for (rest = span_str(tags); span_split(&rest, '|', &item);)
		guess_tag(g, item);
	for (rest = span_str(lists); span_split(&rest, '|', &item);) {
		const struct field *o = fields_find(g->all, item, 0);
		struct span list = o ? o->value : SPAN("");
		size_t open = span_find(list, '<');
		struct span id = open < list.n ? span_from(list, open + 1)
					       : list;

		if (span_starts(id, SPAN("mailto:")))
			id = span_from(id, 7);
		id = span_head(id, span_find(id, '@'));
		guess_list_tag(g, span_head(id, span_find(id, '.')));
		guess_list_tag(g, id);
		if (span_ieq(item, SPAN("List-Id")))
			guess_list_tag(g, span_head(list, open));
	}
	for (size_t i = 0; i < g->all->n; i++) {
		struct span o = g->all->v[i].value;
		size_t open = span_find(o, '['), close = span_find(o, ']');

		if (o.p != g->value.p && close < o.n && open < close &&
		    close - open < 60)
			guess_tag(g, span_of(o.p + open, close - open + 1));
	}
}

/* -- all together ---------------------------------------------------------- */

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
