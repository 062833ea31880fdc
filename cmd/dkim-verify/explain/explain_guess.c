/* What is left when nothing general explains a body: one word that was replaced
 * by another one, and what the body shows without a proof. */
#include "explain_case.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 500 };

struct words {
	struct span v[WORDS_MAX];
	size_t n;
};

static bool in_word(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c >= 0x80;
}

/* The word at or behind AT; empty at the end. */
static struct span next_word(struct span s, size_t at)
{
	size_t n = 0;

	while (at < s.n && !in_word(s.p[at]))
		at++;
	while (at + n < s.n && in_word(s.p[at + n]))
		n++;
	return span_of(s.p + (at < s.n ? at : s.n), n);
}

static void collect(struct words *w, struct span s)
{
	struct span word = next_word(s, 0);

	while (word.n && w->n < WORDS_MAX) {
		bool new = word.n < 40;

		for (size_t i = 0; i < w->n && new; i++)
			new = !span_eq(w->v[i], word);
		if (new)
			w->v[w->n++] = word;
		word = next_word(s, (size_t)(word.p - s.p) + word.n);
	}
}

static void say_word(struct body_case *c, struct span now, struct span then)
{
	struct cause *cause = causes_add(c->out, CAUSE_LINE, true);

	cause_add_number(
		cause, "offset",
		(int64_t)case_octets(c, 0, (size_t)(now.p - c->body.p)));
	cause_add_text(cause, "original", then);
	cause_add_text(cause, "found", now);
}

/* Another word of the message stood there: the other half of a
 * multipart/alternative knows what was replaced. */
bool explain_words(struct body_case *c)
{
	struct words *all = mem_alloc(sizeof(*all));
	const struct field *subject =
		fields_find(c->fields, SPAN("Subject"), 0);
	struct span word = next_word(c->body, 0);
	bool found = false;
	size_t fed = 0;

	collect(all, c->body);
	if (subject)
		collect(all, subject->value);
	trial_begin(c->trial);
	while (word.n && !found && c->body.n < 65536 && trial_left(c->trial)) {
		size_t at = (size_t)(word.p - c->body.p);

		trial_feed(c->trial, span_of(c->body.p + fed, at - fed));
		fed = at;
		for (size_t i = 0; i < all->n && !found; i++) {
			struct span pieces[] = {
				all->v[i],
				span_from(c->body, at + word.n),
			};

			found = trial_fork(c->trial, pieces, 2);
			if (found)
				say_word(c, word, all->v[i]);
		}
		word = next_word(c->body, at + word.n);
	}
	free(all);
	return found;
}

/* One letter of a short body was replaced, lost or put in. */
bool explain_octets(struct body_case *c)
{
	static const char letters[] = "etaoinshrdlucmfwypvbgkqjxz .,-'ETAOIN"
				      "SHRDLUCMFWYPVBGKQJXZ0123456789";
	size_t n = c->body.n < 8192 ? c->body.n : 0;

	trial_begin(c->trial);
	for (size_t at = 0; at < n && trial_left(c->trial); at++) {
		for (size_t k = 0; k < sizeof(letters); k++)
			for (size_t cut = k == 0; cut < 2; cut++) {
				/* the last letter is none: an octet was added
				 */
				struct span put =
					span_of(letters + k, letters[k] != 0);
				struct span pieces[] = {
					put, span_from(c->body, at + cut)
				};

				if (!trial_fork(c->trial, pieces, 2))
					continue;
				say_word(c, span_of(c->body.p + at, cut), put);
				return true;
			}
		trial_feed(c->trial, span_of(c->body.p + at, 1));
	}
	return false;
}

/* -- guesses ----------------------------------------------------------------
 */

static const char *const marks[] = {
	"safelinks.protection.outlook.com",
	"urldefense.com/v",
	"urldefense.proofpoint.com",
	"linkprotect.cudasvc.com",
	"mimecast.com/s/",
	"secure-web.cisco.com/",
	"www.google.com/url?q=",
	"clicktime.symantec.com",
	"protection.sophos.com",
	"hxxp",
	"[.]",
	"[REMOVED]",
	"[removed]",
	"[REDACTED]",
	"[redacted]",
	"[email protected]",
};

static void guess_links(struct body_case *c)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		const unsigned char *at =
			c->body.n ? memmem(c->body.p, c->body.n, marks[i],
					   strlen(marks[i]))
				  : NULL;

		if (!at)
			continue;
		struct cause *cause = causes_add(c->out, CAUSE_LINE, false);

		cause_add_number(
			cause, "offset",
			(int64_t)case_octets(c, 0, (size_t)(at - c->body.p)));
		cause_add_text(cause, "found", span_str(marks[i]));
		return;
	}
}

/* The one part is base64 that ends within a group, or a page without an end. */
static bool ends_early(const struct body_case *c)
{
	size_t n = 0;

	if (c->mime.multipart)
		return c->mime.open_n > 0 && c->mime.boundary_n > 0;
	if (c->mime.v[0].encoding == ENCODING_BASE64) {
		for (size_t i = 0; i < c->body.n; i++)
			n += c->body.p[i] > ' ';
		return n % 4 != 0;
	}
	return span_search(c->body, SPAN("<html")) < c->body.n &&
	       span_search(c->body, SPAN("</html")) == c->body.n;
}

/* A body that must have had blanks at line ends, and has none. */
static bool guess_trailing(struct body_case *c)
{
	const struct field *type =
		fields_find(c->fields, SPAN("Content-Type"), 0);
	struct span format = type ? mime_param(type->value, "format")
				  : SPAN("");
	bool dashes = false;

	for (size_t i = 0; i < c->line_n; i++) {
		struct span line = case_line(c, i);

		if (line.n && ascii_wsp(line.p[line.n - 1]))
			return false;
		dashes |= span_eq(line, SPAN("--"));
	}
	if (trial_canon(c->trial) == CANON_RELAXED ||
	    (!dashes && !(span_ieq(format, SPAN("flowed")) && c->line_n > 2)))
		return false;
	cause_add_null(causes_add(c->out, CAUSE_TRAILING, false), "lines");
	return true;
}

void explain_guess(struct body_case *c)
{
	/* for the length of its canonical form */
	(void)trial_holds(c->trial, &c->body, 1);
	uint64_t length = trial_length(c->trial);

	if (c->sig->has_l && c->sig->l > length) /* RFC 6376 3.5 l= */
		cause_add_number(causes_add(c->out, CAUSE_TRUNCATED, false),
				 "octets", (int64_t)(c->sig->l - length));
	else if (ends_early(c))
		cause_add_null(causes_add(c->out, CAUSE_TRUNCATED, false),
			       "octets");
	else if (!guess_trailing(c))
		guess_links(c);
}
