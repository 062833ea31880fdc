#include "explain_mime.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "b64.h"

bool mime_line(struct span *rest, struct span *line)
{
	if (rest->n == 0)
		return false;
	size_t n = span_find(*rest, '\n');

	*line = span_head(*rest, n + 1);
	*rest = span_from(*rest, line->n);
	return true;
}

struct span mime_chomp(struct span line)
{
	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

struct span mime_unblank(struct span s)
{
	while (s.n && (ascii_wsp(s.p[0]) || s.p[0] == '\r' || s.p[0] == '\n'))
		s = span_from(s, 1);
	return s;
}

/* The value that starts S, in quotes or up to what ends a token. */
static struct span param_value(struct span s)
{
	size_t n = 0;

	if (s.n && s.p[0] == '"') {
		s = span_from(s, 1);
		return span_head(s, span_find(s, '"'));
	}
	while (n < s.n && s.p[n] != ';' && s.p[n] != '\r' && s.p[n] != '\n' &&
	       !ascii_wsp(s.p[n]))
		n++;
	return span_head(s, n);
}

struct span mime_param(struct span value, const char *name)
{
	struct span rest = value, item;
	bool first = true;

	while (span_split(&rest, ';', &item)) {
		size_t at = span_find(item, '=');

		if (!first && at < item.n &&
		    span_ieq(span_trim(span_head(item, at)), span_str(name))) {
			size_t from = (size_t)(item.p - value.p) + at + 1;
			return param_value(
				mime_unblank(span_from(value, from)));
		}
		first = false;
	}
	return (struct span){ 0 };
}

/* -- the parts ------------------------------------------------------------- */

struct scan {
	struct mime *m;
	struct span body;
	size_t at;	   /* of the line looked at */
	struct part *part; /* that is being read, or NULL */
	size_t count;	   /* of parts begun */
};

static bool is_type(struct span value, const char *start)
{
	struct span head = span_str(start);

	return span_ieq(span_head(mime_unblank(value), head.n), head);
}

static void set_type(struct part *p, struct span value)
{
	p->type = value;
	p->html = is_type(value, "text/html");
	p->text = is_type(value, "text/") || span_trim(value).n == 0;
}

static void set_encoding(struct part *p, struct span value)
{
	p->encoding_word = span_trim(value);
	p->encoding = encoding_find(p->encoding_word);
}

/* 0: no boundary; 1: the next part; 2: the end of a multipart, *LEVEL then. */
static int boundary_of(const struct mime *m, struct span line, size_t *level)
{
	line = mime_chomp(line);
	if (!span_starts(line, SPAN("--")))
		return 0;
	line = span_from(line, 2);
	for (size_t i = m->open_n; i-- > 0;) {
		struct span rest = line;

		if (!span_starts(rest, m->open[i]))
			continue;
		rest = span_from(rest, m->open[i].n);
		*level = i;
		if (span_trim(rest).n == 0)
			return 1;
		if (span_eq(span_trim(rest), SPAN("--")))
			return 2;
	}
	return 0;
}

static void open_multipart(struct mime *m, struct span type)
{
	struct span boundary = mime_param(type, "boundary");

	if (!is_type(type, "multipart/") || boundary.n == 0 ||
	    boundary.n > 200 || m->open_n == sizeof(m->open) / sizeof(*m->open))
		return;
	m->open[m->open_n++] = boundary;
}

/* The header of a part: from S->at to its blank line. */
static void part_head(struct scan *s, struct span *rest)
{
	struct part *p = s->part;
	struct span field = { 0 };

	for (bool blank = false; rest->n && !blank;) {
		struct span before = *rest, line;
		size_t level;

		(void)mime_line(rest, &line); /* there is one */
		if (boundary_of(s->m, line, &level)) {
			*rest = before;
			return;
		}
		blank = mime_chomp(line).n == 0;
		s->at += line.n;
		p->start = p->end = s->at;
		if (ascii_wsp(line.p[0]) && field.n)
			field.n += line.n;
		else
			field = line;
		size_t colon = span_find(field, ':');
		struct span name = span_head(field, colon);
		struct span value = mime_chomp(span_from(field, colon + 1));

		if (span_ieq(name, SPAN("Content-Type"))) {
			p->type_field = field;
			set_type(p, value);
		} else if (span_ieq(name, SPAN("Content-Transfer-Encoding"))) {
			p->encoding_field = field;
			set_encoding(p, value);
		}
	}
}

static void begin_part(struct scan *s, struct span *rest)
{
	struct mime *m = s->m;

	s->part = NULL;
	if (s->count++ == LIMIT_EXPLAIN_PARTS)
		return;
	m->v = mem_array(m->v, m->n + 1, sizeof(*m->v));
	s->part = &m->v[m->n];
	*s->part = (struct part){ .head = s->at, .start = s->at, .end = s->at };
	set_type(s->part, SPAN(""));
	part_head(s, rest);
	if (!is_type(s->part->type, "multipart/")) {
		m->n++;
		return;
	}
	open_multipart(m, s->part->type);
	s->part = NULL;
}

static void note_boundary(struct mime *m, size_t at)
{
	if (m->boundary_n == 4 * LIMIT_EXPLAIN_PARTS)
		return;
	m->boundary =
		mem_array(m->boundary, m->boundary_n + 1, sizeof(*m->boundary));
	m->boundary[m->boundary_n++] = at;
}

static void scan_parts(struct scan *s)
{
	struct span rest = s->body, line;
	size_t level = 0;

	while (mime_line(&rest, &line)) {
		int kind = boundary_of(s->m, line, &level);

		if (kind) {
			note_boundary(s->m, s->at);
			if (s->part && s->part->end >= s->part->start + 2)
				s->part->end -= 2; /* RFC 2046 5.1.1 */
			s->part = NULL;
			s->m->open_n = kind == 2 ? level : level + 1;
		}
		s->at += line.n;
		if (kind == 1)
			begin_part(s, &rest);
		else if (s->part)
			s->part->end = s->at;
	}
}

static struct span value_of(const struct fields *f, struct span name)
{
	const struct field *field = f ? fields_find(f, name, 0) : NULL;

	return field ? field->value : SPAN("");
}

void mime_scan(struct mime *m, const struct fields *fields, struct span body)
{
	struct span type = value_of(fields, SPAN("Content-Type"));
	struct scan s = { .m = m, .body = body };

	*m = (struct mime){ 0 };
	open_multipart(m, type);
	m->multipart = m->open_n > 0;
	if (m->multipart) {
		scan_parts(&s);
		return;
	}
	m->v = mem_alloc(sizeof(*m->v));
	m->n = 1;
	*m->v = (struct part){ .end = body.n };
	set_type(m->v, type);
	set_encoding(m->v, value_of(fields, SPAN("Content-Transfer-Encoding")));
}

void mime_free(struct mime *m)
{
	free(m->v);
	free(m->boundary);
	*m = (struct mime){ 0 };
}

/* -- encodings ------------------------------------------------------------- */

const char *encoding_word(enum encoding e)
{
	return e == ENCODING_QP	      ? "quoted-printable"
	       : e == ENCODING_BASE64 ? "base64"
				      : "8bit";
}

enum encoding encoding_find(struct span word)
{
	if (span_ieq(word, SPAN("quoted-printable")))
		return ENCODING_QP;
	return span_ieq(word, SPAN("base64")) ? ENCODING_BASE64 : ENCODING_NONE;
}

static bool decode_qp(struct span s, struct buf *out)
{
	for (; s.n; s = span_from(s, 1)) {
		if (span_starts(s, SPAN("=\r\n"))) {
			s = span_from(s, 2);
		} else if (s.p[0] != '=') {
			buf_put(out, span_head(s, 1));
		} else {
			int high = s.n > 2 ? ascii_hex(s.p[1]) : -1;
			int low = s.n > 2 ? ascii_hex(s.p[2]) : -1;

			if (high < 0 || low < 0)
				return false;
			unsigned char c = (unsigned char)(high << 4 | low);

			buf_put(out, span_of(&c, 1));
			s = span_from(s, 2);
		}
	}
	return true;
}

/* Bare LFs, as base64 may hold, become CRLF. */
static void with_crlf(struct buf *b)
{
	struct buf wide;
	unsigned char before = 0;

	buf_init(&wide, 2 * b->n);
	for (size_t i = 0; i < b->n; before = b->p[i++]) {
		if (b->p[i] == '\n' && before != '\r')
			buf_put(&wide, SPAN("\r"));
		buf_put(&wide, span_of(b->p + i, 1));
	}
	buf_free(b);
	*b = wide;
}

bool mime_decode(enum encoding e, struct span content, struct buf *out)
{
	buf_init(out, content.n);
	switch (e) {
	case ENCODING_NONE:
		buf_put(out, content);
		return true;
	case ENCODING_QP:
		return decode_qp(content, out);
	case ENCODING_BASE64:
		if (b64_decode(content, out) != ST_OK)
			return false;
		with_crlf(out);
		return true;
	}
	return false;
}

static void encode_base64(const struct style *style, struct span s,
			  struct buf *out)
{
	struct buf octets, text;
	struct span line;

	buf_init(&octets, s.n);
	while (style->lf && mime_line(&s, &line)) {
		struct span bare = mime_chomp(line);

		buf_put(&octets, bare);
		if (bare.n < line.n)
			buf_put(&octets, SPAN("\n"));
	}
	buf_put(&octets, s);
	buf_init(&text, octets.n * 2 + 8);
	if (b64_encode(buf_span(&octets), &text) != ST_OK)
		abort(); /* twice the room is enough */
	buf_free(&octets);
	for (struct span rest = buf_span(&text); rest.n;) {
		line = span_head(rest, style->width ? style->width : rest.n);
		buf_put(out, line);
		rest = span_from(rest, line.n);
		if (rest.n || style->final)
			buf_put(out, SPAN("\r\n"));
	}
	buf_free(&text);
}

static void encode_qp_line(size_t width, struct span line, struct buf *out)
{
	size_t column = 0;

	for (; line.n; line = span_from(line, 1)) {
		unsigned char c = line.p[0];
		bool last = line.n == 1;
		bool plain = ascii_wsp(c) ? !last
					  : c > ' ' && c < 0x7f && c != '=';
		size_t n = plain ? 1 : 3;

		/* the "=" of a soft break needs room, too */
		if (width && column + n + !last > width) {
			buf_put(out, SPAN("=\r\n"));
			column = 0;
		}
		if (plain)
			buf_put(out, span_head(line, 1));
		else
			buf_putf(out, "=%02X", c);
		column += n;
	}
}

static void encode_qp(const struct style *style, struct span s, struct buf *out)
{
	struct span line;

	while (mime_line(&s, &line)) {
		struct span text = mime_chomp(line);

		encode_qp_line(style->width, text, out);
		buf_put(out, span_from(line, text.n));
	}
}

void mime_encode(const struct style *style, struct span octets, struct buf *out)
{
	buf_init(out, 6 * octets.n + 16);
	switch (style->encoding) {
	case ENCODING_NONE:
		buf_put(out, octets);
		break;
	case ENCODING_QP:
		encode_qp(style, octets, out);
		break;
	case ENCODING_BASE64:
		encode_base64(style, octets, out);
		break;
	}
}

const char *const mime_charsets[MIME_CHARSETS] = {
	"utf-8",       "iso-8859-1",   "windows-1252", "iso-8859-15",
	"iso-8859-2",  "windows-1250", "windows-1251", "koi8-r",
	"iso-8859-9",  "gb18030",      "big5",	       "shift_jis",
	"iso-2022-jp", "euc-jp",       "euc-kr",
};

const char *mime_charset(struct span word)
{
	if (span_ieq(word, SPAN("us-ascii")))
		return mime_charsets[0];
	for (size_t i = 0; i < MIME_CHARSETS; i++)
		if (span_ieq(word, span_str(mime_charsets[i])))
			return mime_charsets[i];
	return NULL;
}

static bool convert(iconv_t cd, struct span s, struct buf *out)
{
	size_t room = out->max, left = s.n;
	/* iconv takes what it never writes to as char * */
	char *text = mem_copy(s.p ? s.p : (const void *)"", s.n), *in = text;
	char *converted = mem_alloc(room), *at = converted;
	bool ok = iconv(cd, &in, &left, &at, &room) != (size_t)-1 &&
		  iconv(cd, NULL, NULL, &at, &room) != (size_t)-1;

	if (ok)
		buf_put(out, span_of(converted, out->max - room));
	free(converted);
	free(text);
	return ok;
}

/* -fanalyzer takes the (iconv_t)-1 of a charset that is not there for a leak */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

bool mime_convert(const char *from, const char *to, struct span s,
		  struct buf *out)
{
	iconv_t cd = iconv_open(to, from);

	buf_init(out, 4 * s.n + 16);
	if (cd == (iconv_t)-1)
		return false;
	bool ok = convert(cd, s, out);

	iconv_close(cd);
	return ok;
}
