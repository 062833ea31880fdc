/* Mailboxes (RFC 5322 3.4) with their names quoted, dropped or replaced, as
 * mailing lists and gateways do. */
#include "explain_fields.h"

enum { BOXES_MAX = 24, NAMES_MAX = 24 };

struct box {
	struct span name, address; /* name without quotes */
	struct span text;	   /* the mailbox as it is in the list */
};

struct span guess_unquoted(struct span s, unsigned char quote)
{
	s = span_trim(s);
	return s.n > 1 && s.p[0] == quote && s.p[s.n - 1] == quote
		       ? span_of(s.p + 1, s.n - 2)
		       : s;
}

/* The next mailbox of a list: up to a comma outside quotes. */
static bool next_box(struct span *rest, struct box *out)
{
	while (rest->n) {
		bool quoted = false;
		size_t n = 0;

		for (; n < rest->n && (quoted || rest->p[n] != ','); n++)
			quoted ^= rest->p[n] == '"';
		struct span item = span_trim(span_head(*rest, n));
		size_t open = span_rfind(item, '<');
		struct span inner = span_from(item, open + 1);

		*rest = span_from(*rest, n + 1);
		*out = (struct box){ .text = item, .address = item };
		if (open < item.n) {
			out->name = guess_unquoted(span_head(item, open), '"');
			out->address = span_head(inner, span_find(inner, '>'));
		}
		if (span_has(out->address, '@'))
			return true;
	}
	return false;
}

/* How one mailbox is written: N is the name, A the address. */
static const char *const forms[] = {
	"\"N\" <A>", "N <A>", "'N' <A>", "\"'N'\" <A>", "\"N\"<A>",
	"N<A>",	     "A",     "<A>",	 "A (N)",
};
enum { FORMS = sizeof(forms) / sizeof(*forms) };

static void put_box(const struct box *b, size_t form, struct buf *out)
{
	bool named = b->name.n || form > 5;
	const char *f = named && form < FORMS ? forms[form] : "A";

	for (; *f; f++)
		buf_put(out, *f == 'N'	 ? b->name
			     : *f == 'A' ? b->address
					 : span_of(f, 1));
}

/* Between HEAD and TAIL, NAME and ADDRESS in all forms. */
static void guess_box(struct guesses *g, struct span head, struct span tail,
		      struct span name, struct span address)
{
	const struct box b = { .name = name, .address = address };

	for (size_t form = 0; form < FORMS; form++) {
		struct buf out;

		buf_init(&out, name.n + address.n + 16);
		put_box(&b, form, &out);
		GUESS(g, head, buf_span(&out), tail);
		buf_free(&out);
	}
}

static void guess_name(struct guesses *g, struct span name, struct span address)
{
	guess_box(g, SPAN(""), SPAN(""), name, address);
}

/* -- names ----------------------------------------------------------------- */

/* Mailboxes of the other fields: first those that are likely to keep the old
 * one, then those that say so by "X-". */
static size_t other_boxes(const struct guesses *g, struct box *out)
{
	static const char *const first[] = { "From", "Reply-To", "Sender", "Cc",
					     "To" };
	enum { FIRST = sizeof(first) / sizeof(*first) };
	size_t n = 0;

	for (size_t i = 0; i < FIRST + g->all->n; i++) {
		const struct field *f =
			i < FIRST ? fields_find(g->all, span_str(first[i]), 0)
				  : &g->all->v[i - FIRST];
		struct span rest = f ? f->value : SPAN("");

		if (i >= FIRST && !span_ieq(span_head(f->name, 2), SPAN("X-")))
			continue;
		for (int j = 0; j < 4 && n < BOXES_MAX && rest.n < 4096; j++)
			n += next_box(&rest, &out[n]);
	}
	return n;
}

/* The names of which a list or a gateway may have made NAME: "Joe via List",
 * "'Joe' via List". */
static size_t inner_names(struct span name, struct span *out)
{
	static const char marks[] = " via | - | (| [";
	struct span rest = span_str(marks), mark;
	size_t n = 0;

	out[n++] = name;
	while (span_split(&rest, '|', &mark)) {
		size_t at = span_search(name, mark);

		if (at < name.n)
			out[n++] = span_trim(span_head(name, at));
	}
	for (size_t i = n; i-- > 0;)
		out[n++] = guess_unquoted(out[i], '\'');
	return n;
}

/* "Doe, Joe" and "Joe Doe". */
static void guess_swapped(struct guesses *g, const struct box *b)
{
	size_t comma = span_find(b->name, ',');
	size_t blank = span_rfind(b->name, ' ');
	bool swapped = comma < b->name.n;
	size_t at = swapped ? comma : blank;

	if (blank < b->name.n)
		guess_name(g,
			   JOIN(&g->s, span_trim(span_from(b->name, at + 1)),
				swapped ? SPAN(" ") : SPAN(", "),
				span_trim(span_head(b->name, at))),
			   b->address);
}

/* "joe.smith@..." was Joe Smith. */
static void guess_local(struct guesses *g, const struct box *b)
{
	struct span local = span_head(b->address, span_find(b->address, '@'));
	struct buf name;

	(void)guess_cased(local, CASED_WORDS, &name); /* is in NAME */
	for (size_t i = 0; i < name.n; i++)
		if (span_has(SPAN("._-+"), name.p[i]))
			name.p[i] = ' ';
	guess_name(g, buf_span(&name), b->address);
	buf_free(&name);
}

/* A name that was dropped may be under the text: short lines that start with a
 * capital, up to a comma, and their first words. */
static void guess_names_in_text(struct guesses *g, const struct box *b)
{
	struct span rest = g->body, line;

	for (int i = 0; i < 400 && span_split(&rest, '\n', &line); i++) {
		line = span_trim(span_head(line, span_find(line, ',')));
		if (line.n < 2 || line.n > 60 || line.p[0] < 'A' ||
		    line.p[0] > 'Z')
			continue;
		for (size_t n = 1, words = 0; n <= line.n && words < 4; n++)
			if (n == line.n || line.p[n] == ' ') {
				words++;
				guess_name(g, span_head(line, n), b->address);
			}
	}
}

static void guess_single(struct guesses *g, const struct box *own)
{
	struct box others[BOXES_MAX];
	struct span names[NAMES_MAX];
	size_t n = other_boxes(g, others);
	size_t names_n = inner_names(own->name, names);

	for (size_t i = 0; i < n; i++)
		guess_name(g, others[i].name, others[i].address);
	for (size_t i = 0; i < names_n; i++) {
		guess_name(g, names[i], own->address);
		for (size_t j = 0; j < n; j++)
			guess_name(g, names[i], others[j].address);
	}
	guess_swapped(g, own);
	guess_local(g, own);
	if (own->name.n == 0)
		guess_names_in_text(g, own);
}

/* All mailboxes of a list in one form or as they are, and each of them in
 * another form, the rest as it is. */
static void guess_list(struct guesses *g, struct span value)
{
	static const char *const seps[] = { ", ",	",",	    ",\r\n ",
					    ",\r\n\t",	",\r\n\t ", " , ",
					    ",\r\n    " };
	struct span rest = value;
	struct box b;
	struct buf out;

	buf_init(&out, 3 * value.n + 4096);
	for (size_t i = 0; i < sizeof(seps) / sizeof(*seps); i++)
		for (size_t form = 0; form <= FORMS; form++) {
			buf_reset(&out);
			for (rest = value; next_box(&rest, &b);) {
				if (out.n)
					buf_put(&out, span_str(seps[i]));
				if (form == FORMS)
					buf_put(&out, b.text);
				else
					put_box(&b, form, &out);
			}
			GUESS(g, buf_span(&out));
		}
	buf_free(&out);
	rest = value;
	for (int i = 0; i < BOXES_MAX && next_box(&rest, &b); i++) {
		size_t at = (size_t)(b.text.p - value.p);

		guess_box(g, span_head(value, at),
			  span_from(value, at + b.text.n), b.name, b.address);
	}
}

void guess_addresses(struct guesses *g)
{
	const struct field *from = fields_find(g->all, SPAN("From"), 0);
	struct span value = span_trim(g->value), rest;
	struct box own, more;

	if (!g->s.text.n && from)
		value = from->value; /* the field is not there */
	rest = value;
	if (value.n > 8192 || !next_box(&rest, &own))
		return;
	if (next_box(&rest, &more))
		guess_list(g, value);
	else
		guess_single(g, &own);
}
