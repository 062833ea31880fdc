/* Mailboxes (RFC 5322 3.4) with their names quoted, dropped or replaced, as
 * mailing lists and gateways do. */
#include "explain_spell.h"

#include <string.h>

enum { BOXES_MAX = 24, NAMES_MAX = 20 };

struct box {
	struct span name, address; /* name without quotes */
};

static struct span unquote(struct span s)
{
	s = span_trim(s);
	if (s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"') {
		s = span_from(s, 1);
		s.n--;
	}
	return s;
}

static bool parse_box(struct span s, struct box *out)
{
	size_t open = span_rfind(s, '<'), close = span_rfind(s, '>');

	*out = (struct box){ 0 };
	s = span_trim(s);
	open = span_rfind(s, '<');
	close = span_rfind(s, '>');
	if (open < s.n && close < s.n && close > open) {
		out->name = unquote(span_head(s, open));
		out->address = span_of(s.p + open + 1, close - open - 1);
		return out->address.n > 0;
	}
	open = span_find(s, '(');
	close = span_rfind(s, ')');
	out->address = span_trim(span_head(s, open));
	if (open < s.n && close < s.n && close > open)
		out->name = span_of(s.p + open + 1, close - open - 1);
	return span_find(out->address, '@') < out->address.n;
}

/* The next mailbox of a list: up to a comma outside quotes. */
static bool next_box(struct span *rest, struct box *out)
{
	while (rest->n) {
		bool quoted = false;
		size_t n = 0;

		for (; n < rest->n && (quoted || rest->p[n] != ','); n++)
			quoted ^= rest->p[n] == '"';
		struct span item = span_head(*rest, n);

		*rest = span_from(*rest, n + 1);
		if (parse_box(item, out))
			return true;
	}
	return false;
}

/* -- one mailbox in all forms -----------------------------------------------
 */

enum { FORMS = 9 };

static void put_box(const struct box *b, int form, struct buf *out)
{
	static const char *const quotes[FORMS] = { "\"",  "",	"'",
						   "\"'", "\"", "" };
	static const char *const ends[FORMS] = { "\" <",  " <",	 "' <",
						 "'\" <", "\"<", "<" };

	if (form == 6 || (b->name.n == 0 && form < 6)) {
		buf_put(out, b->address);
	} else if (form == 7) {
		buf_putf(out, "<%.*s>", (int)b->address.n,
			 (const char *)b->address.p);
	} else if (form == 8) {
		buf_put(out, b->address);
		buf_put(out, SPAN(" ("));
		buf_put(out, b->name);
		buf_put(out, SPAN(")"));
	} else {
		buf_put(out, span_str(quotes[form]));
		buf_put(out, b->name);
		buf_put(out, span_str(ends[form]));
		buf_put(out, b->address);
		buf_put(out, SPAN(">"));
	}
}

static void all_forms(struct spellings *s, struct span field,
		      const struct box *b)
{
	struct buf out;

	buf_init(&out, b->name.n + b->address.n + 16);
	for (int form = 0; form < FORMS; form++) {
		buf_reset(&out);
		put_box(b, form, &out);
		spell_add(s, field, buf_span(&out));
	}
	buf_free(&out);
}

/* -- what the other fields know ---------------------------------------------
 */

static size_t other_boxes(const struct fields *all, struct box *out)
{
	static const char *const first[] = { "From",	   "Reply-To", "X-From",
					     "Sender",	   "Cc",       "To",
					     "Return-Path" };
	size_t n = 0;
	struct box b;

	for (size_t i = 0; i < sizeof(first) / sizeof(*first) + all->n; i++) {
		size_t k = sizeof(first) / sizeof(*first);
		const struct field *f =
			i < k ? fields_find(all, span_str(first[i]), 0)
			      : &all->v[i - k];
		struct span rest = f ? f->value : SPAN("");

		/* others only where their names say that they keep one */
		if (i >= k && !span_ieq(span_head(f->name, 2), SPAN("X-")))
			continue;
		for (int j = 0; j < 4 && n < BOXES_MAX; j++)
			if (rest.n < 4096 && next_box(&rest, &b))
				out[n++] = b;
	}
	return n;
}

/* A name that a list made of another one: "Joe via List", "'Joe' via List". */
static size_t inner_names(struct span name, struct span *out)
{
	static const char *const marks[] = {
		" via ", " (via ", " - via ", " on behalf of ",
		" - ",	 " (",	   " [",      " at ",
		" @ ",	 " | ",	   " /"
	};
	size_t n = 0, at;

	out[n++] = name;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		at = span_search(name, span_str(marks[i]));
		if (at == name.n || n + 1 >= NAMES_MAX)
			continue;
		out[n++] = span_trim(span_head(name, at));
		if (at > 2 && name.p[0] == '\'' && name.p[at - 1] == '\'')
			out[n++] = span_of(name.p + 1, at - 2);
	}
	if (name.n > 2 && name.p[0] == '\'' && name.p[name.n - 1] == '\'')
		out[n++] = span_of(name.p + 1, name.n - 2);
	/* a mark before it */
	at = span_find(name, ' ');
	if (at < name.n && n < NAMES_MAX)
		out[n++] = span_trim(span_from(name, at));
	return n;
}

/* "Doe, Joe" and "Joe Doe". */
static void swapped(struct spellings *s, struct span field, struct box b)
{
	size_t comma = span_find(b.name, ','), blank = span_rfind(b.name, ' ');
	struct buf name;

	if (blank == b.name.n)
		return;
	buf_init(&name, b.name.n + 4);
	if (comma < b.name.n) {
		buf_put(&name, span_trim(span_from(b.name, comma + 1)));
		buf_put(&name, SPAN(" "));
		buf_put(&name, span_trim(span_head(b.name, comma)));
	} else {
		buf_put(&name, span_from(b.name, blank + 1));
		buf_put(&name, SPAN(", "));
		buf_put(&name, span_head(b.name, blank));
	}
	b.name = buf_span(&name);
	all_forms(s, field, &b);
	buf_free(&name);
}

/* "joe.smith@..." was Joe Smith. */
static void local_name(struct spellings *s, struct span field,
		       const struct box *own)
{
	struct span local =
		span_head(own->address, span_find(own->address, '@'));
	struct buf name;
	bool start = true;

	buf_init(&name, local.n);
	for (size_t i = 0; i < local.n; i++) {
		unsigned char c = local.p[i];
		bool gap = span_has(SPAN("._-+"), c);

		if (start && ascii_alpha(c))
			c = (unsigned char)(ascii_lower(c) - 32);
		start = gap;
		if (gap)
			c = ' ';
		buf_put(&name, span_of(&c, 1));
	}
	all_forms(s, field, &(struct box){ buf_span(&name), own->address });
	buf_free(&name);
}

/* A name that was dropped may stand under the text: short lines that start with
 * a capital, up to a comma, and their first words. */
static void names_in_text(struct spellings *s, struct span field,
			  const struct box *own)
{
	struct span rest = s->text, line;

	for (int i = 0; i < 400 && span_split(&rest, '\n', &line); i++) {
		line = span_trim(line);
		line = span_trim(span_head(line, span_find(line, ',')));
		if (line.n < 2 || line.n > 60 || line.p[0] < 'A' ||
		    line.p[0] > 'Z')
			continue;
		for (size_t n = 1, words = 0; n <= line.n && words < 4; n++)
			if (n == line.n || line.p[n] == ' ') {
				words++;
				all_forms(s, field,
					  &(struct box){ span_head(line, n),
							 own->address });
			}
	}
}

static void single(struct spellings *s, const struct fields *all,
		   const struct field *f, const struct box *own)
{
	struct box others[BOXES_MAX];
	struct span names[NAMES_MAX];
	size_t n = other_boxes(all, others);
	size_t names_n = inner_names(own->name, names);

	all_forms(s, f->name, own);
	for (size_t i = 0; i < n; i++)
		all_forms(s, f->name, &others[i]);
	for (size_t i = 0; i < names_n; i++) {
		all_forms(s, f->name, &(struct box){ names[i], own->address });
		for (size_t j = 0; j < n; j++)
			all_forms(s, f->name,
				  &(struct box){ names[i], others[j].address });
	}
	for (size_t i = 0; i < n; i++)
		all_forms(s, f->name,
			  &(struct box){ others[i].name, own->address });
	swapped(s, f->name, *own);
	local_name(s, f->name, own);
	if (own->name.n == 0)
		names_in_text(s, f->name, own);
}

/* All mailboxes of a list in one form. */
static void listed(struct spellings *s, const struct field *f)
{
	static const char *const seps[] = { ", ",      ",",  ",\r\n ",
					    ",\r\n\t", "; ", ",\r\n\t ",
					    " , " };
	struct buf out;

	buf_init(&out, 3 * f->value.n + 256);
	for (size_t i = 0; i < sizeof(seps) / sizeof(*seps); i++)
		for (int form = 0; form < FORMS; form++) {
			struct span rest = f->value;
			struct box b;

			buf_reset(&out);
			while (next_box(&rest, &b)) {
				if (out.n)
					buf_put(&out, span_str(seps[i]));
				put_box(&b, form, &out);
			}
			spell_add(s, f->name, buf_span(&out));
		}
	buf_free(&out);
}

/* One mailbox of a list in another form, the rest as it is. */
static void one_of_list(struct spellings *s, const struct field *f)
{
	struct span rest = f->value;
	struct box b;
	struct buf out;

	buf_init(&out, 2 * f->value.n + 256);
	for (int i = 0; i < BOXES_MAX && rest.n; i++) {
		struct span before = rest;

		if (!next_box(&rest, &b))
			break;
		size_t from = (size_t)(before.p - f->value.p);
		size_t to = (size_t)(rest.n ? rest.p - 1 - f->value.p
					    : (ptrdiff_t)f->value.n);

		while (from < to && ascii_wsp(f->value.p[from]))
			from++;
		for (int form = 0; form < FORMS; form++) {
			buf_reset(&out);
			buf_put(&out, span_head(f->value, from));
			put_box(&b, form, &out);
			buf_put(&out, span_from(f->value, to));
			spell_add(s, f->name, span_trim(buf_span(&out)));
		}
	}
	buf_free(&out);
}

void spell_addresses(struct spellings *s, const struct fields *all,
		     const struct field *f)
{
	struct span rest = f->value;
	struct box own, more;

	if (f->value.n > 8192 || !next_box(&rest, &own))
		return;
	if (next_box(&rest, &more)) {
		listed(s, f);
		one_of_list(s, f);
	} else {
		single(s, all, f, &own);
	}
}
