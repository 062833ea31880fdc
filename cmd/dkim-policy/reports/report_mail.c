#include "report_mail.h"

#include <stdlib.h>

#include "b64.h"
#include "cfws.h"

enum {
	LEVELS = 16, /* multiparts in multiparts */
	/* RFC 2046 5.1.1: 70 characters. */
	BOUNDARY = 200,
	/* What is longer is no field of the header that says what a part is,
	 * and no boundary; of a body it is taken in pieces. */
	LINE = 8 * 1024,
	/* base64 decoded at a time; a multiple of 4. */
	QUADS = 4096,
};

enum where {
	IN_HEADER,
	IN_PART, /* the content of one part */
	BETWEEN, /* before the first boundary, or after the last one */
};

enum coding { CODING_NONE, CODING_BASE64, CODING_QP };

struct report_mail {
	struct report_parts to;
	enum where where;
	struct buf line;  /* not complete yet */
	bool mid_line;	  /* its beginning has been taken already */
	bool empty_line;  /* the one before it was empty */
	bool begun, mbox; /* a line was there; the first one began an mbox */

	struct buf field; /* of the header, unfolded */
	struct buf type, encoding, disposition;

	char boundary[LEVELS][BOUNDARY + 1];
	size_t depth;

	enum coding coding;
	bool open, wanted; /* a part is; the taker has not enough */
	bool failed;	   /* its coding is damaged */
	bool padded;	   /* "=" of base64 has come */
	struct buf quads, decoded;
	bool line_end; /* it belongs to a boundary that may follow */
};

struct report_mail *report_mail_new(struct report_parts to)
{
	struct report_mail *m = mem_alloc(sizeof(*m));

	m->to = to;
	buf_init(&m->line, LINE);
	buf_init(&m->field, 2 * LINE);
	buf_init(&m->type, 2 * LINE);
	buf_init(&m->encoding, 2 * LINE);
	buf_init(&m->disposition, 2 * LINE);
	buf_init(&m->quads, QUADS);
	buf_init(&m->decoded, LINE);
	return m;
}

/* --- the content of a part ------------------------------------------------ */

static void give(struct report_mail *m, struct span s)
{
	if (m->wanted && s.n)
		m->wanted = m->to.put(m->to.ctx, s);
}

static void decode_quads(struct report_mail *m)
{
	buf_reset(&m->decoded);
	if (b64_decode(buf_span(&m->quads), &m->decoded) != ST_OK)
		m->failed = true;
	else
		give(m, buf_span(&m->decoded));
	buf_reset(&m->quads);
}

static void put_base64(struct report_mail *m, struct span s)
{
	for (size_t i = 0; i < s.n && !m->failed; i++) {
		unsigned char c = s.p[i];

		if (ascii_wsp(c) || c == '\r' || c == '\n')
			continue;
		if (m->padded && c != '=')
			m->failed = true;
		m->padded = m->padded || c == '=';
		buf_put(&m->quads, span_of(&c, 1));
		if (m->quads.n == QUADS)
			decode_quads(m);
	}
}

/* A line of quoted-printable (RFC 2045 6.7), or a piece of a longer one. */
static void put_quoted(struct report_mail *m, struct span s)
{
	struct span text = span_trim(s);
	bool soft = text.n && text.p[text.n - 1] == '=';

	/* blanks at the end of a line are not part of it (rule 3) */
	text = span_of(s.p, (size_t)(text.n ? text.p + text.n - s.p : 0));
	buf_reset(&m->decoded);
	for (size_t i = 0; i < text.n - soft; i++) {
		unsigned char c = text.p[i];
		int high = i + 2 < text.n ? ascii_hex(text.p[i + 1]) : -1;
		int low = i + 2 < text.n ? ascii_hex(text.p[i + 2]) : -1;

		if (c == '=' && high >= 0 && low >= 0) {
			c = (unsigned char)(16 * high + low);
			i += 2;
		}
		buf_put(&m->decoded, span_of(&c, 1));
	}
	if (!soft && span_has(s, '\n'))
		buf_put(&m->decoded, SPAN("\n"));
	give(m, buf_span(&m->decoded));
}

/* A line with its end, or a piece of a longer one. */
static void put_content(struct report_mail *m, struct span s)
{
	if (!m->wanted)
		return;
	if (m->coding == CODING_BASE64) {
		put_base64(m, s);
	} else if (m->coding == CODING_QP) {
		put_quoted(m, s);
	} else {
		bool end = span_ends(s, SPAN("\n"));

		if (m->line_end)
			give(m, SPAN("\n"));
		m->line_end = end;
		give(m, span_head(s, s.n - end));
	}
}

static void end_part(struct report_mail *m)
{
	struct diag why = { 0 };
	enum status st = ST_OK;

	if (!m->open)
		return;
	m->open = false;
	if (m->coding == CODING_BASE64 && m->wanted && !m->failed)
		decode_quads(m);
	if (m->failed)
		st = diag_set(&why, ST_SYNTAX, "RFC 2045 6.8",
			      "its base64 is damaged");
	m->to.end(m->to.ctx, st, &why);
}

/* --- the header of a part --------------------------------------------------*/

/* Keep a field that says what the part is; the first of its name counts. */
static void end_field(struct report_mail *m)
{
	struct span f = buf_span(&m->field);
	struct span name = span_trim_wsp(span_head(f, span_find(f, ':')));
	struct buf *to = span_ieq(name, SPAN("content-type")) ? &m->type
			 : span_ieq(name, SPAN("content-transfer-encoding"))
				 ? &m->encoding
			 : span_ieq(name, SPAN("content-disposition"))
				 ? &m->disposition
				 : NULL;

	if (to && to->n == 0)
		buf_put(to, span_from(f, span_find(f, ':') + 1));
	buf_reset(&m->field);
}

static bool value_character(unsigned char c)
{
	return c > ' ' && c != ';' && c != '"';
}

/* Cut the next parameter off *REST (RFC 2045 5.1). VALUE keeps the backslashes
 * of a quoted string, which names and boundaries do not need. */
static bool next_parameter(struct span *rest, struct span *name,
			   struct span *value)
{
	*rest = span_from(*rest, span_find(*rest, ';') + 1);
	if (rest->n == 0 || cfws_skip(rest) != ST_OK)
		return false;
	*name = span_trim_wsp(span_head(*rest, span_find(*rest, '=')));
	*rest = span_from(*rest, span_find(*rest, '=') + 1);
	if (cfws_skip(rest) != ST_OK)
		return false;
	if (rest->n && rest->p[0] == '"') {
		const unsigned char *at = rest->p + 1;

		if (!cfws_quoted(rest, '"'))
			return false;
		*value = span_of(at, (size_t)(rest->p - at) - 1);
	} else {
		*value = cfws_run(rest, value_character);
	}
	return true;
}

static bool named_report(struct span name)
{
	static const char *const ends[] = { ".xml", ".gz", ".gzip", ".zip" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct span end = span_str(ends[i]);

		if (name.n >= end.n &&
		    span_ieq(span_from(name, name.n - end.n), end))
			return true;
	}
	return false;
}

/* LENIENT: RFC 9990 3.5.2 has application/gzip and text/xml; reporters use
 * others, so that the type only decides what is expected. */
static enum report_hint hint_of(struct span type, struct span name)
{
	if (span_starts(type, SPAN("application/tlsrpt")))
		return REPORT_HINT_OTHER; /* RFC 8460: a report of TLS */
	if (span_one_of(type, "application/gzip application/x-gzip "
			      "application/zip application/x-zip-compressed "
			      "application/xml text/xml"))
		return REPORT_HINT_REPORT;
	return named_report(name) ? REPORT_HINT_REPORT
	       : span_ieq(span_head(type, 5), SPAN("text/")) ? REPORT_HINT_TEXT
							     : REPORT_HINT_NONE;
}

static void open_multipart(struct report_mail *m, struct span boundary)
{
	m->where = BETWEEN;
	if (m->depth == LEVELS || boundary.n == 0 || boundary.n > BOUNDARY)
		return;
	char *text = m->boundary[m->depth++];

	memcpy(text, boundary.p, boundary.n);
	text[boundary.n] = 0;
}

static void begin_part(struct report_mail *m, struct span type,
		       struct span name)
{
	struct span coding = span_trim(buf_span(&m->encoding));

	m->where = IN_PART;
	m->coding = span_ieq(coding, SPAN("base64"))		 ? CODING_BASE64
		    : span_ieq(coding, SPAN("quoted-printable")) ? CODING_QP
								 : CODING_NONE;
	m->open = true;
	m->failed = m->padded = m->line_end = false;
	buf_reset(&m->quads);
	m->wanted = m->to.begin(m->to.ctx, name, hint_of(type, name));
}

/* The header of a mail or part is complete. */
static void end_header(struct report_mail *m)
{
	struct span key, value, boundary = { 0 }, name = { 0 };

	end_field(m);
	struct span rest = buf_span(&m->type);
	struct span type = span_trim(span_head(rest, span_find(rest, ';')));

	while (next_parameter(&rest, &key, &value))
		if (span_ieq(key, SPAN("boundary")))
			boundary = value;
		else if (span_ieq(span_head(key, 4), SPAN("name")))
			name = value;
	rest = buf_span(&m->disposition);
	while (next_parameter(&rest, &key, &value))
		if (span_ieq(span_head(key, 8), SPAN("filename")))
			name = value;
	if (span_ieq(span_head(type, 10), SPAN("multipart/")))
		open_multipart(m, boundary);
	else if (span_ieq(type, SPAN("message/rfc822")))
		m->where = IN_HEADER;
	else
		begin_part(m, type, name);
	buf_reset(&m->type);
	buf_reset(&m->encoding);
	buf_reset(&m->disposition);
}

static void put_header(struct report_mail *m, struct span s)
{
	struct span text = s;

	while (text.n &&
	       (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text = span_head(text, text.n - 1);
	if (text.n == 0 && !m->mid_line) {
		end_header(m);
		return;
	}
	if (!m->mid_line && !ascii_wsp(text.p[0]))
		end_field(m);
	/* what has no room is of no field that is looked for */
	status_ignore(buf_add(&m->field, text));
}

/* --- lines ---------------------------------------------------------------- */

static void forget_header(struct report_mail *m)
{
	buf_reset(&m->field);
	buf_reset(&m->type);
	buf_reset(&m->encoding);
	buf_reset(&m->disposition);
}

/* LINE is a boundary of an open multipart (RFC 2046 5.1.1), and what was open
 * inside of it has ended. */
static bool is_boundary(struct report_mail *m, struct span line)
{
	struct span text = span_from(line, 2);

	if (!span_starts(line, SPAN("--")))
		return false;
	for (size_t i = m->depth; i--;) {
		struct span b = span_str(m->boundary[i]);
		struct span after = span_trim(span_from(text, b.n));
		bool last = span_eq(after, SPAN("--"));

		if (!span_starts(text, b) || (after.n && !last))
			continue;
		end_part(m);
		m->depth = last ? i : i + 1;
		m->where = last ? BETWEEN : IN_HEADER;
		forget_header(m);
		return true;
	}
	return false;
}

/* The next mail of an mbox (RFC 4155), which is one stream here: a "From " line
 * after an empty one. Where the input did not begin with one, it must be
 * outside of all multiparts: elsewhere it may be text. */
static bool is_next_mail(struct report_mail *m, struct span line)
{
	if (!m->empty_line || (m->depth && !m->mbox) ||
	    !span_starts(line, SPAN("From ")))
		return false;
	end_part(m);
	m->depth = 0;
	m->where = IN_HEADER;
	forget_header(m);
	return true;
}

/* A line with its end, or a piece of one that has no end yet. */
static void put_line(struct report_mail *m, struct span s)
{
	bool whole = span_ends(s, SPAN("\n"));

	m->mbox = m->begun ? m->mbox : span_starts(s, SPAN("From "));
	m->begun = true;
	if (m->mid_line || !(is_boundary(m, s) || is_next_mail(m, s))) {
		if (m->where == IN_HEADER)
			put_header(m, s);
		else if (m->where == IN_PART)
			put_content(m, s);
	}
	m->empty_line = !m->mid_line && span_trim(s).n == 0;
	m->mid_line = !whole;
}

void report_mail_put(struct report_mail *m, struct span chunk)
{
	while (chunk.n) {
		size_t at = span_find(chunk, '\n');
		struct span piece =
			span_head(chunk, at < chunk.n ? at + 1 : at);

		piece = span_head(piece, LINE - m->line.n);
		chunk = span_from(chunk, piece.n);
		/* a whole line needs no copy */
		if (m->line.n == 0 && span_ends(piece, SPAN("\n"))) {
			put_line(m, piece);
			continue;
		}
		buf_put(&m->line, piece);
		if (m->line.n == LINE ||
		    span_ends(buf_span(&m->line), SPAN("\n"))) {
			put_line(m, buf_span(&m->line));
			buf_reset(&m->line);
		}
	}
}

void report_mail_end(struct report_mail *m)
{
	if (m->line.n)
		put_line(m, buf_span(&m->line));
	buf_reset(&m->line);
	end_part(m);
}

void report_mail_free(struct report_mail *m)
{
	if (!m)
		return;
	buf_free(&m->line);
	buf_free(&m->field);
	buf_free(&m->type);
	buf_free(&m->encoding);
	buf_free(&m->disposition);
	buf_free(&m->quads);
	buf_free(&m->decoded);
	free(m);
}
