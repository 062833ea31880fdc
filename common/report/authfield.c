#include "authfield.h"

#include "authres.h"
#include "limit.h"
#include "name.h"
#include "text.h"

enum {
	PIECE = 988,	  /* with a blank, ";" and the line end below 998 */
	SPARE = 32 * 1024 /* for results, when properties have filled it */
};

/* Add the piece to the field, with END in the same line. */
static void flush_piece(struct authfield *f, const char *end)
{
	buf_put(&f->piece, span_str(end));
	fold_word(&f->fold, true, buf_span(&f->piece));
	buf_reset(&f->piece);
}

/* -- text from outside ----------------------------------------------------- */

/* The bytes of the character that S begins with, 0 if it is not allowed. */
static size_t character(const struct authfield *f, struct span s)
{
	uint32_t point;
	size_t n = span_utf8(s, &point);
	struct buf shown;

	if (n == 0 || (n > 1 && !f->eai))
		return 0;
	buf_init(&shown, 16);
	bool is = text_escape(span_head(s, n), &shown) == ST_OK && shown.n == n;

	buf_free(&shown);
	return is ? n : 0;
}

static bool is_allowed(const struct authfield *f, struct span s)
{
	while (s.n) {
		size_t n = character(f, s);

		if (n == 0)
			return false;
		s = span_from(s, n);
	}
	return true;
}

/* Append S between MARKS, without what is not allowed there, a backslash before
 * each of SPECIALS. ST_LIMIT: OUT has no room for it and is unchanged. */
static enum status put_between(const struct authfield *f, const char *marks,
			       struct span specials, struct span s,
			       struct buf *out)
{
	size_t before = out->n;
	enum status st = buf_addc(out, (unsigned char)marks[0]);

	while (s.n && st == ST_OK) {
		size_t n = character(f, s);

		if (n && span_find(specials, s.p[0]) < specials.n)
			st = buf_addc(out, '\\');
		if (st == ST_OK)
			st = buf_add(out, span_head(s, n));
		s = span_from(s, n ? n : 1);
	}
	if (st == ST_OK)
		st = buf_addc(out, (unsigned char)marks[1]);
	if (st != ST_OK)
		out->n = before;
	return st;
}

static enum status put_quoted(const struct authfield *f, struct span s,
			      struct buf *out)
{
	return put_between(f, "\"\"", SPAN("\"\\"), s, out);
}

/* An address whose end no reader mistakes. */
static bool is_address(struct span s)
{
	size_t at = span_rfind(s, '@');
	struct span local = span_head(s, at);
	struct name ignored;

	return at < s.n &&
	       (at == 0 ||
		(authres_is_token(local) && authres_is_dotted(local))) &&
	       name_parse(span_from(s, at + 1), NAME_UNDERSCORE | NAME_SINGLE,
			  &ignored, NULL) == ST_OK;
}

/* pvalue: a token, an address, or a quoted-string (RFC 8601 2.2). */
static enum status put_value(const struct authfield *f, struct span s,
			     struct buf *out)
{
	/* "+" is allowed in a token, but some readers do not know; base64 with
	 * "/" or "=" is quoted anyway, and so is this */
	if ((authres_is_token(s) && span_find(s, '+') == s.n) || is_address(s))
		return buf_add(out, s);
	return put_quoted(f, s, out);
}

/* -- the field ------------------------------------------------------------- */

void authfield_begin(struct authfield *f, struct span id, bool eai)
{
	*f = (struct authfield){ .eai = eai };
	fold_init(&f->fold);
	fold_raw(&f->fold, SPAN("Authentication-Results:"));
	buf_init(&f->piece, 2 * PIECE);
	if (authres_is_token(id))
		buf_put(&f->piece, id);
	else
		status_ignore(put_quoted(f, id, &f->piece)); /* it has room */
}

void authfield_result(struct authfield *f, struct span method,
		      struct span result)
{
	flush_piece(f, ";");
	f->any = true;
	buf_put(&f->piece, method);
	buf_put(&f->piece, SPAN("="));
	buf_put(&f->piece, result);
}

/* Add PIECE if it is complete (ST_OK) and the field has room. Frees PIECE. */
static void take_piece(struct authfield *f, enum status st, struct buf *piece)
{
	if (st == ST_OK && f->fold.text.n + f->piece.n + piece->n <=
				   LIMIT_FIELD_BYTES - SPARE) {
		flush_piece(f, "");
		buf_put(&f->piece, buf_span(piece));
	}
	buf_free(piece);
}

void authfield_comment(struct authfield *f, struct span text)
{
	struct buf piece;

	buf_init(&piece, PIECE);
	enum status st = put_between(f, "()", SPAN("()\\"), text, &piece);

	take_piece(f, st, &piece);
}

void authfield_reason(struct authfield *f, struct span text)
{
	struct buf piece;

	buf_init(&piece, PIECE);
	buf_put(&piece, SPAN("reason="));
	enum status st = put_quoted(f, text, &piece);

	take_piece(f, st, &piece);
}

void authfield_property(struct authfield *f, const char *name,
			struct span value)
{
	struct buf piece;

	if (!is_allowed(f, value))
		return;
	buf_init(&piece, PIECE);
	buf_putf(&piece, "%s=", name);
	enum status st = put_value(f, value, &piece);

	take_piece(f, st, &piece);
}

void authfield_end(struct authfield *f, bool crlf, struct buf *out)
{
	if (!f->any) {
		flush_piece(f, ";");
		buf_put(&f->piece, SPAN("none"));
	}
	flush_piece(f, "");
	fold_raw(&f->fold, SPAN("\r\n"));
	fold_put(buf_span(&f->fold.text), crlf, out);
	buf_free(&f->fold.text);
	buf_free(&f->piece);
}
