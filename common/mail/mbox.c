#include "mbox.h"

#include <stdlib.h>
#include <string.h>

#include "fields.h"

/* The begin of a separator, and of a line that is quoted. */
static const char from[] = "From ";
enum { FROM = sizeof(from) - 1 };

struct mbox {
	int fd;
	uint64_t base;	       /* offset in the file of the window */
	unsigned char *window; /* LIMIT_CHUNK */
	size_t n, at;	       /* bytes in it; the next one */
	bool end;	       /* of the file */
	uint64_t number;
};

/* -- separators ------------------------------------------------------------ */

struct mbox *mbox_open(int fd)
{
	unsigned char start[FROM];
	size_t n = 0;

	if (io_read_at(fd, 0, start, FROM, &n, NULL) != ST_OK || n < FROM ||
	    memcmp(start, from, FROM) != 0)
		return NULL;
	struct mbox *m = mem_alloc(sizeof(*m));

	m->fd = fd;
	m->window = mem_array(NULL, LIMIT_CHUNK, 1);
	return m;
}

static uint64_t offset_of(const struct mbox *m)
{
	return m->base + m->at;
}

/* Read until WANT bytes from here on are in the window, or the file ends. */
static enum status look_ahead(struct mbox *m, size_t want, struct diag *why)
{
	enum status st = ST_OK;

	if (m->n - m->at >= want)
		return ST_OK;
	if (m->at) {
		memmove(m->window, m->window + m->at, m->n - m->at);
		m->base += m->at;
		m->n -= m->at;
		m->at = 0;
	}
	while (st == ST_OK && m->n < want && !m->end) {
		size_t got = 0;

		st = io_read_at(m->fd, m->base + m->n, m->window + m->n,
				LIMIT_CHUNK - m->n, &got, why);
		m->n += got;
		m->end = got == 0;
	}
	return st;
}

static enum status skip_line(struct mbox *m, struct diag *why)
{
	enum status st = ST_OK;

	while (st == ST_OK) {
		struct span ahead = span_of(m->window + m->at, m->n - m->at);
		size_t n = span_find(ahead, '\n');

		m->at += n < ahead.n ? n + 1 : n;
		if (n < ahead.n)
			break;
		st = look_ahead(m, 1, why);
		if (m->n == 0)
			break;
	}
	return st;
}

/* The longest separator with the name of the field behind it. */
enum { SEPARATOR_BYTES = 2048 };

/* WORD is a time of day: "21:00" or "21:00:37" begins it, or is in it after
 * "T". */
static bool is_time(struct span word)
{
	for (size_t i = 0; i + 4 < word.n; i++)
		if ((i == 0 || word.p[i - 1] == 'T') &&
		    ascii_digit(word.p[i]) && ascii_digit(word.p[i + 1]) &&
		    word.p[i + 2] == ':' && ascii_digit(word.p[i + 3]) &&
		    ascii_digit(word.p[i + 4]))
			return true;
	return false;
}

/* WORD begins with a year: "2003", "2003-07-11T21:00:37Z". */
static bool is_year(struct span word)
{
	uint64_t year;

	return span_u64(span_head(word, 4), &year) && year >= 1970 &&
	       year <= 9999 && (word.n == 4 || word.p[4] == '-');
}

/* REST of a "From " line is an address and a timestamp of some kind. Dates are
 * written in many ways: after the address, a time of day and a year. */
static bool is_dated(struct span rest)
{
	struct span word = { 0 };
	bool time = false, year = false;

	rest = span_trim(rest);
	(void)span_split(&rest, ' ', &word);
	while (span_split(&rest, ' ', &word)) {
		time |= is_time(word);
		year |= is_year(word);
	}
	return time && year;
}

/* LINE begins with the name of a header field and its colon. */
static bool is_field(struct span line)
{
	size_t colon = span_find(line, ':');

	return colon < line.n &&
	       fields_is_name(span_trim_wsp(span_head(line, colon))) &&
	       !ascii_wsp(line.p[0]);
}

/* AHEAD begins with a "From " line after an empty line. */
static bool is_separator(struct span ahead)
{
	struct span rest = span_from(ahead, FROM), line = { 0 }, word;

	if (span_split(&rest, '\n', &line) && line.n >= SEPARATOR_BYTES - FROM)
		return false;
	if (is_dated(line))
		return true;
	line = span_trim(line);
	word = span_head(line, span_find(line, ' '));
	/* "From now on:", and then "Place: here", is text */
	if (word.n < line.n && !span_has(word, '@'))
		return false;
	if (is_field(span_head(rest, span_find(rest, '\n'))))
		return true;
	return word.n == line.n && (rest.n == 0 || rest.p[0] == '\n' ||
				    span_starts(rest, SPAN("\r\n")) ||
				    span_starts(rest, SPAN(">From ")) ||
				    span_starts(rest, span_str(from)));
}

/* Move from the start of a line to the next separator or the end of the file;
 * *END is the end of the message. */
static enum status find_separator(struct mbox *m, uint64_t *end,
				  struct diag *why)
{
	size_t empty = 0; /* length of the previous line, if empty */

	for (;;) {
		enum status st = look_ahead(m, FROM, why);
		struct span ahead = span_of(m->window + m->at, m->n - m->at);

		if (st != ST_OK || ahead.n == 0) {
			*end = offset_of(m);
			return st;
		}
		if (empty && span_starts(ahead, span_str(from))) {
			st = look_ahead(m, SEPARATOR_BYTES, why);
			ahead = span_of(m->window + m->at, m->n - m->at);
			*end = offset_of(m) - empty;
			if (st != ST_OK ||
			    is_separator(span_head(ahead, SEPARATOR_BYTES)))
				return st;
		}
		empty = span_starts(ahead, SPAN("\n"))	   ? 1
			: span_starts(ahead, SPAN("\r\n")) ? 2
							   : 0;
		st = skip_line(m, why);
		if (st != ST_OK) {
			*end = offset_of(m);
			return st;
		}
	}
}

bool mbox_next(struct mbox *m, struct mbox_part *out, enum status *st,
	       struct diag *why)
{
	uint64_t end = 0;

	*st = m->number ? ST_OK : look_ahead(m, FROM, why);
	if (m->number && m->at == m->n)
		return false;
	out->number = ++m->number;
	if (*st == ST_OK)
		*st = skip_line(m, why); /* the separator */
	out->start = end = offset_of(m);
	if (*st == ST_OK)
		*st = find_separator(m, &end, why);
	out->length = end - out->start;
	if (*st != ST_OK)
		m->at = m->n;
	out->last = m->at == m->n;
	return true;
}

void mbox_free(struct mbox *m)
{
	if (!m)
		return;
	free(m->window);
	free(m);
}

/* -- quoting --------------------------------------------------------------- */

void mbox_unquote_init(struct mbox_unquote *u, struct sink to)
{
	*u = (struct mbox_unquote){ .to = to };
}

static enum status put_piece(struct mbox_unquote *u, struct span s)
{
	return s.n ? u->to.put(u->to.ctx, s) : ST_OK;
}

/* Write what was held back of a line. */
static enum status put_held(struct mbox_unquote *u)
{
	static const char quotes[] = ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>";
	enum status st = ST_OK;

	while (u->quotes && st == ST_OK) {
		size_t n = u->quotes < sizeof(quotes) - 1 ? (size_t)u->quotes
							  : sizeof(quotes) - 1;

		st = put_piece(u, span_of(quotes, n));
		u->quotes -= n;
	}
	if (st == ST_OK)
		st = put_piece(u, span_of(from, u->matched));
	u->matched = 0;
	u->at = MBOX_REST;
	return st;
}

/* Hold C back if it may belong to a quote. False if it does not: then what was
 * held is written, and C is data. */
static bool hold_back(struct mbox_unquote *u, unsigned char c)
{
	switch (u->at) {
	case MBOX_START:
		/* quoting is for the body; the header ends with an empty line
		 */
		if (u->body && c == '>') {
			u->quotes = 1;
			u->at = MBOX_QUOTES;
			return true;
		}
		return false;
	case MBOX_QUOTES:
		if (c == '>') {
			u->quotes++;
			return true;
		}
		if (c == 'F') {
			u->matched = 1;
			u->at = MBOX_FROM;
			return true;
		}
		return false;
	case MBOX_FROM:
		if (c != (unsigned char)from[u->matched])
			return false;
		if (++u->matched == FROM)
			u->quotes--; /* the one that was put there */
		return true;
	case MBOX_REST:
	case MBOX_CR:
		break;
	}
	return false;
}

/* The length of the rest of the line, which S begins with and which can be
 * written as it is. */
static size_t plain_length(struct mbox_unquote *u, struct span s)
{
	size_t n = span_find(s, '\n');
	bool ended = n < s.n;
	bool start = u->at == MBOX_START, cr = u->at == MBOX_CR;

	if (ended && n == 0 && (start || cr))
		u->body = true;
	if (ended && n == 1 && start && s.p[0] == '\r')
		u->body = true;
	if (ended)
		u->at = MBOX_START;
	else
		u->at = start && s.n == 1 && s.p[0] == '\r' ? MBOX_CR
							    : MBOX_REST;
	return ended ? n + 1 : n;
}

enum status mbox_unquote_push(struct mbox_unquote *u, struct span chunk)
{
	struct span clean = { chunk.p, 0 }; /* goes out as it is */
	enum status st = ST_OK;

	while (chunk.n && st == ST_OK) {
		if (hold_back(u, chunk.p[0])) {
			st = put_piece(u, clean);
			chunk = span_from(chunk, 1);
			clean = (struct span){ chunk.p, 0 };
			if (st == ST_OK && u->matched == FROM)
				st = put_held(u);
			continue;
		}
		if (u->at == MBOX_QUOTES || u->at == MBOX_FROM)
			st = put_held(u);
		size_t n = plain_length(u, chunk);

		clean.n += n;
		chunk = span_from(chunk, n);
	}
	return st == ST_OK ? put_piece(u, clean) : st;
}

enum status mbox_unquote_end(struct mbox_unquote *u)
{
	return put_held(u);
}
