#include "fields.h"

#include <stdlib.h>

#include "array.h"
#include "limit.h"

/* The line that starts at S, with its CRLF; all of S if none follows. */
static struct span first_line(struct span s)
{
	for (size_t at = 0; at < s.n; at++) {
		at += span_find(span_from(s, at), '\n');
		if (at < s.n && at > 0 && s.p[at - 1] == '\r')
			return span_head(s, at + 1);
	}
	return s;
}

bool fields_is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 33 || s.p[i] > 126 || s.p[i] == ':')
			return false;
	return s.n > 0;
}

/* Split the field RAW at its colon. False if its first line is not a field. */
static bool split_field(struct span raw, struct field *out)
{
	/* behind the first line it would not end a name */
	size_t colon = span_find(raw, ':');
	struct span name = span_head(raw, colon);

	if (colon == raw.n)
		return false;
	/* obsolete syntax: WSP before the colon (RFC 5322 4.5.3) */
	while (name.n && ascii_wsp(name.p[name.n - 1]))
		name.n--;
	out->raw = raw;
	out->name = name;
	out->value = span_from(raw, colon + 1);
	out->value.n -= 2; /* the final CRLF */
	return fields_is_name(name);
}

static void set_first_error(struct fields *f, enum status st, size_t line,
			    const char *what)
{
	if (f->st == ST_OK)
		f->st = diag_set(&f->why, st, NULL, "header line %zu %s", line,
				 what);
}

static void add_field(struct fields *f, const struct field *field, size_t line)
{
	if (f->n == LIMIT_FIELDS) {
		f->st = diag_set(&f->why, ST_LIMIT, NULL,
				 "more than %d header fields", LIMIT_FIELDS);
		f->signature_left |=
			span_ieq(field->name, SPAN("DKIM-Signature"));
		return;
	}
	if (field->raw.n > LIMIT_FIELD_BYTES)
		set_first_error(f, ST_LIMIT, line,
				"starts a field above 256 KiB");
	if (f->n == f->room) {
		f->room = f->room ? 2 * f->room : 16;
		f->v = mem_array(f->v, f->room, sizeof(*f->v));
		f->sorted = mem_array(f->sorted, f->room,
				      sizeof(const struct field *));
	}
	f->v[f->n++] = *field;
}

/* RFC 4155: "From ", a sender and a date, or the same quoted with ">". With a
 * colon after the blanks it is a From field in obsolete syntax (RFC 5322
 * 4.5.3), which must not be skipped as an mbox line. */
static size_t mbox_line(struct span block)
{
	struct span rest = span_from(block, span_starts(block, SPAN(">")));

	if (!span_starts(rest, SPAN("From ")))
		return 0;
	rest = span_from(rest, 5);
	while (rest.n && ascii_wsp(rest.p[0]))
		rest = span_from(rest, 1);
	return rest.n && rest.p[0] == ':' ? 0 : first_line(block).n;
}

/* Any order in which equal names are neighbours is enough: by length first, in
 * which most of them differ. */
static int compare_names(struct span a, struct span b)
{
	if (a.n != b.n)
		return a.n > b.n ? 1 : -1;
	return span_eq(a, b) ? 0 : span_icmp(a, b);
}

static int by_name_and_place(const void *a, const void *b)
{
	const struct field *x = *(const struct field *const *)a;
	const struct field *y = *(const struct field *const *)b;
	int order = compare_names(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static void index_names(struct fields *f)
{
	for (size_t i = 0; i < f->n; i++)
		f->sorted[i] = &f->v[i];
	if (f->n)
		qsort(f->sorted, f->n, sizeof(const struct field *),
		      by_name_and_place);
}

/* The field that starts REST: its first line and all its continuations. */
static struct span take_field(struct fields *f, struct span *rest,
			      size_t *lines)
{
	struct span raw = { rest->p, 0 };

	do {
		struct span line = first_line(*rest);

		f->blank_line |= line.p[0] <= ' ' && span_trim(line).n == 0;
		raw.n += line.n;
		*rest = span_from(*rest, line.n);
		(*lines)++;
	} while (rest->n && ascii_wsp(rest->p[0]));
	return raw;
}

void fields_parse(struct fields *f, bool cut, bool whole_lines, size_t *mbox)
{
	size_t lines = 1;

	f->cut = cut;
	if (f->bytes.n && !span_ends(buf_span(&f->bytes), SPAN("\r\n"))) {
		f->bytes.max += 2;
		buf_put(&f->bytes, SPAN("\r\n"));
	}
	struct span rest = buf_span(&f->bytes);

	f->international = span_8bit(rest) && span_is_utf8(rest);
	*mbox = mbox_line(rest);
	rest = span_from(rest, *mbox);
	lines += *mbox > 0;
	while (rest.n) {
		struct field field;
		size_t line = lines;
		bool indented = ascii_wsp(rest.p[0]);
		struct span raw = take_field(f, &rest, &lines);

		if (!indented && split_field(raw, &field))
			add_field(f, &field, line);
		else
			set_first_error(f, ST_MALFORMED, line,
					indented ? "starts with white space"
						 : "is not a header field");
	}
	index_names(f);
	if (f->n == 0 && f->st == ST_MALFORMED && whole_lines)
		f->st = diag_set(&f->why, ST_NOT_MESSAGE, NULL, "%s",
				 status_text(ST_NOT_MESSAGE));
	if (cut && f->st != ST_NOT_MESSAGE)
		f->st = diag_set(&f->why, ST_LIMIT, NULL,
				 "the header is larger than 1 MiB");
}

void fields_free(struct fields *f)
{
	buf_free(&f->bytes);
	free(f->v);
	free(f->sorted);
	*f = (struct fields){ .bytes.max = f->bytes.max };
}

void fields_reset(struct fields *f)
{
	struct fields empty = { .bytes = f->bytes,
				.v = f->v,
				.room = f->room,
				.sorted = f->sorted };

	if (f->bytes.cap > LIMIT_CHUNK ||
	    f->room > LIMIT_CHUNK / sizeof(*f->v)) {
		fields_free(f);
		return;
	}
	*f = empty;
	buf_reset(&f->bytes);
}

static int to_first(const void *name, const void *item)
{
	const struct field *const *field = item;

	return compare_names(*(const struct span *)name, (*field)->name);
}

static int to_end(const void *name, const void *item)
{
	return to_first(name, item) < 0 ? -1 : 1;
}

/* Where the fields with NAME begin in f->sorted, and how many they are. */
static size_t find_all(const struct fields *f, struct span name, size_t *n)
{
	const size_t size = sizeof(const struct field *);
	size_t first = array_place(&name, f->sorted, f->n, size, to_first);

	*n = 0;
	while (*n < 2 && first + *n < f->n &&
	       span_ieq(f->sorted[first + *n]->name, name))
		++*n;
	if (*n == 2) /* few names occur more than once */
		*n = array_place(&name, f->sorted + first, f->n - first, size,
				 to_end);
	return first;
}

size_t fields_count(const struct fields *f, struct span name)
{
	size_t n;

	find_all(f, name, &n);
	return n;
}

const struct field *fields_find(const struct fields *f, struct span name,
				size_t nth)
{
	size_t n, first = find_all(f, name, &n);

	return nth < n ? f->sorted[first + nth] : NULL;
}

void picker_init(struct picker *p, const struct fields *f,
		 const struct field *except)
{
	p->fields = f;
	p->except = except;
	p->used = mem_alloc(f->n * sizeof(*p->used));
}

const struct field *picker_take(struct picker *p, struct span name)
{
	size_t n, first = find_all(p->fields, name, &n);

	while (n && p->used[first] < n) {
		const struct field *field =
			p->fields->sorted[first + n - 1 - p->used[first]++];

		if (field != p->except)
			return field;
	}
	return NULL;
}

void picker_free(struct picker *p)
{
	free(p->used);
	p->used = NULL;
}
