/* Transfer encodings and charsets that were changed, and changes of a text that
 * only decoding shows. */
#include "explain_body.h"

#include <stdlib.h>
#include <string.h>

/* -- styles -----------------------------------------------------------------
 */

static const struct style plain_and_qp[] = {
	{ .encoding = ENCODING_NONE },
	{ .encoding = ENCODING_QP, .width = 76 },
	{ .encoding = ENCODING_QP, .width = 76, .early = true },
	{ .encoding = ENCODING_QP, .width = 76, .loose = true },
	{ .encoding = ENCODING_QP, .width = 75 },
	{ .encoding = ENCODING_QP, .width = 72 },
	{ .encoding = ENCODING_QP, .width = 78 },
	{ .encoding = ENCODING_QP },
};
static const size_t base64_widths[] = { 76, 72, 64, 60, 0, 988 };
enum {
	FEW_STYLES = sizeof(plain_and_qp) / sizeof(*plain_and_qp),
	STYLES = FEW_STYLES + 4 * sizeof(base64_widths) / sizeof(*base64_widths)
};

static struct style style_at(size_t i)
{
	if (i < FEW_STYLES)
		return plain_and_qp[i];
	i -= FEW_STYLES;
	return (struct style){ .encoding = ENCODING_BASE64,
			       .width = base64_widths[i / 4],
			       .final = !(i & 1),
			       .lf = i & 2 };
}

/* -- one way back -----------------------------------------------------------
 */

/* What is supposed to have been done to the parts. */
struct recode {
	enum encoding assumed; /* where no encoding is declared */
	struct style style;
	const char *word; /* of Content-Transfer-Encoding; "": no field; NULL:
			   * as it is */
	const char *now, *then; /* charsets, or NULL */
	int charset;		/* the parameter: 0 as it is, 1 THEN, 2 in
				 * capitals */
	int line_end;		/* 1: no CRLF at the end, 2: one more */
};

static struct span content_of(const struct body_case *c, const struct part *p)
{
	return span_of(c->body.p + p->start, p->end - p->start);
}

static enum encoding encoding_of(const struct part *p, enum encoding assumed)
{
	return p->encoding == ENCODING_NONE ? assumed : p->encoding;
}

/* The content of P as it was. */
static bool recode_content(const struct body_case *c, const struct part *p,
			   const struct recode *r, struct buf *out)
{
	struct buf plain = { 0 }, other = { 0 };
	bool ok = mime_decode(encoding_of(p, r->assumed), content_of(c, p),
			      &plain);

	if (ok && r->then) {
		ok = span_8bit(buf_span(&plain)) &&
		     mime_convert(r->now, r->then, buf_span(&plain), &other);
		buf_free(&plain);
		plain = other;
	}
	plain.max += 2;
	if (ok && r->line_end == 1)
		plain.n = mime_chomp(buf_span(&plain)).n;
	if (ok && r->line_end == 2)
		buf_put(&plain, SPAN("\r\n"));
	if (ok)
		mime_encode(&r->style, buf_span(&plain), out);
	buf_free(&plain);
	return ok;
}

static void edit_encoding(struct script *s, const struct part *p,
			  const struct recode *r, const unsigned char *base,
			  const struct body_case *c)
{
	size_t start = (size_t)(base - c->body.p);

	if (!r->word || p->encoding_n == 0)
		return;
	if (*r->word)
		script_edit(s, (size_t)(p->encoding_word.p - base),
			    p->encoding_word.n, span_str(r->word));
	else
		script_edit(s, p->encoding_at - start, p->encoding_n, SPAN(""));
}

static void edit_charset(struct script *s, const struct part *p,
			 const struct recode *r, const unsigned char *base)
{
	struct span old = mime_param(p->type, "charset");
	unsigned char word[32];
	size_t n = r->then ? strlen(r->then) : 0;

	if (!r->charset || p->type_n == 0 || !old.p || n >= sizeof(word))
		return;
	for (size_t i = 0; i < n; i++) {
		word[i] = (unsigned char)r->then[i];
		if (r->charset == 2 && ascii_alpha(word[i]))
			word[i] = (unsigned char)(word[i] - 32);
	}
	script_edit(s, (size_t)(old.p - base), old.n,
		    script_keep(s, span_of(word, n)));
}

/* One edit that gives part P back, its header included. */
static void edit_part(struct script *s, const struct body_case *c,
		      const struct part *p, const struct recode *r)
{
	struct buf text = { 0 }, whole;
	struct script inner;

	if (!recode_content(c, p, r, &text) ||
	    (span_eq(buf_span(&text), content_of(c, p)) &&
	     !(r->word && p->encoding_n))) {
		buf_free(&text);
		return;
	}
	const unsigned char *base = c->body.p + p->head;

	script_begin(&inner, span_of(base, p->end - p->head));
	if (p->encoding_at < p->type_at)
		edit_encoding(&inner, p, r, base, c);
	edit_charset(&inner, p, r, base);
	if (p->encoding_at >= p->type_at)
		edit_encoding(&inner, p, r, base, c);
	script_edit(&inner, p->start - p->head, p->end - p->start,
		    buf_span(&text));
	for (size_t i = 0; i < inner.n; i++)
		inner.v[i].on = true;
	buf_init(&whole, inner.text.n + text.n + 64);
	script_apply(&inner, &whole);
	script_edit(s, p->head, p->end - p->head,
		    script_keep(s, buf_span(&whole)));
	script_end(&inner);
	buf_free(&whole);
	buf_free(&text);
}

static const char *word_then(const struct body_case *c, const struct part *p,
			     const struct recode *r)
{
	if (r->word && *r->word)
		return r->word;
	if (r->style.encoding != ENCODING_NONE)
		return encoding_word(r->style.encoding);
	struct buf plain = { 0 };
	bool eight = mime_decode(encoding_of(p, r->assumed), content_of(c, p),
				 &plain) &&
		     span_8bit(buf_span(&plain));

	buf_free(&plain);
	return eight ? "8bit" : "7bit";
}

/* Many octets mean the same in several charsets; what is declared counts. */
static struct span charset_now(const struct part *p, const struct recode *r)
{
	struct span word = mime_param(p->type, "charset");
	bool latin = span_ieq(word, SPAN("iso-8859-1")) ||
		     span_ieq(word, SPAN("windows-1252")) ||
		     span_ieq(word, SPAN("iso-8859-15"));

	return latin && strcmp(r->now, "utf-8") != 0 ? word : span_str(r->now);
}

static void say_recode(const struct body_case *c, const struct script *s,
		       const struct recode *r)
{
	const struct edit *e = NULL;
	size_t on = script_count(s, NULL, &e);
	const struct part *p = c->mime.v;

	for (size_t i = 0; i < c->mime.n; i++)
		if (e && c->mime.v[i].head <= e->at)
			p = &c->mime.v[i];
	enum encoding now = encoding_of(p, r->assumed);

	if (r->then) {
		struct cause *cause = causes_add(c->out, CAUSE_CHARSET, true);

		cause_add_text(cause, "from", span_str(r->then));
		cause_add_text(cause, "to", charset_now(p, r));
		if (r->style.encoding == now)
			return;
	}
	struct cause *cause = causes_add(c->out, CAUSE_REENCODED, true);

	cause_add_text(cause, "from", span_str(word_then(c, p, r)));
	cause_add_text(cause, "to",
		       p->encoding_word.n && p->encoding == now
			       ? p->encoding_word
			       : span_str(encoding_word(now)));
	cause_add_number(cause, "parts", (int64_t)on);
	cause_add_number(cause, "offset", (int64_t)body_octets(c, 0, p->start));
}

static bool try_recode(struct body_case *c, const struct recode *r)
{
	struct script s;

	body_script(c, &s);
	for (size_t i = 0; i < c->mime.n && c->left; i++) {
		const struct part *p = &c->mime.v[i];

		/* what is no text has no charset and no lines */
		if (p->text ||
		    (!r->then && r->style.encoding == ENCODING_BASE64))
			edit_part(&s, c, p, r);
	}
	bool found = script_solve(&s, &c->machine,
				  s.n > 1 ? TRY_ALL | TRY_ONE : TRY_ALL);

	if (found)
		say_recode(c, &s, r);
	script_end(&s);
	return found;
}

/* With each way in which the part's own header may have said so. */
static bool try_words(struct body_case *c, struct recode *r)
{
	static const char *const none[] = { NULL,     "8bit", "7bit", "",
					    "binary", "8BIT", "7BIT" };
	static const char *const qp[] = { NULL, "quoted-printable",
					  "Quoted-Printable",
					  "QUOTED-PRINTABLE" };
	static const char *const b64[] = { NULL, "base64", "BASE64", "Base64" };
	enum encoding e = r->style.encoding;
	size_t n = e == ENCODING_NONE ? sizeof(none) / sizeof(*none)
				      : sizeof(qp) / sizeof(*qp);

	for (size_t i = 0; i < (c->mime.multipart ? n : 1); i++) {
		r->word = e == ENCODING_NONE ? none[i]
			  : e == ENCODING_QP ? qp[i]
					     : b64[i];
		for (r->line_end = 0; r->line_end < 3; r->line_end++)
			if (try_recode(c, r))
				return true;
	}
	return false;
}

static bool try_styles(struct body_case *c, struct recode *r)
{
	for (size_t i = 0; i < STYLES && c->left; i++) {
		r->style = style_at(i);
		if (try_words(c, r))
			return true;
	}
	return false;
}

/* -- charsets ---------------------------------------------------------------
 */

/* Something in a text part is not ASCII; *UTF8 when all of it is UTF-8. */
static bool has_8bit(const struct body_case *c, enum encoding assumed,
		     bool *utf8)
{
	bool any = false;

	*utf8 = true;
	for (size_t i = 0; i < c->mime.n; i++) {
		const struct part *p = &c->mime.v[i];
		struct buf plain = { 0 };

		if (p->text &&
		    mime_decode(encoding_of(p, assumed), content_of(c, p),
				&plain) &&
		    span_8bit(buf_span(&plain))) {
			any = true;
			*utf8 &= span_is_utf8(buf_span(&plain));
		}
		buf_free(&plain);
	}
	return any;
}

static bool try_charsets(struct body_case *c, struct recode *r)
{
	bool utf8;

	if (!has_8bit(c, r->assumed, &utf8))
		return false;
	for (size_t now = utf8 ? 0 : 1; now < (utf8 ? 1 : MIME_CHARSETS); now++)
		for (size_t then = 0; then < MIME_CHARSETS; then++) {
			/* two of one octet a letter: rarely, and long */
			if (then == now || (now > 3 && then))
				continue;
			r->now = mime_charsets[now];
			r->then = mime_charsets[then];
			for (r->charset = 0;
			     r->charset < (c->mime.multipart ? 3 : 1);
			     r->charset++)
				if (try_styles(c, r))
					return true;
		}
	return false;
}

bool codes_changed(struct body_case *c)
{
	for (int e = ENCODING_NONE; e <= ENCODING_BASE64; e++) {
		struct recode r = { .assumed = (enum encoding)e };

		/* a message that does not say so may still be encoded */
		if (e && (c->mime.multipart ||
			  c->mime.v[0].encoding != ENCODING_NONE))
			break;
		if (try_styles(c, &r) || try_charsets(c, &r))
			return true;
	}
	return false;
}

/* -- changes of a decoded text ----------------------------------------------
 */

/* One change of a part's text; an edit of the body is BY it. */
struct inside {
	const struct generator *g;
	const struct part *part;
	size_t edits;
	bool at_start;
	size_t octets, lines, decoded; /* that it takes away */
	struct span text;
};

enum { INSIDE_MAX = 256 * 1024 };

/* The style in which P is written now, as far as that can be seen. */
static size_t styles_of(const struct body_case *c, const struct part *p,
			struct style out[static 4])
{
	struct span content = content_of(c, p);
	size_t width =
		mime_chomp(span_head(content, span_find(content, '\n') + 1)).n;
	bool ended = span_ends(content, SPAN("\r\n"));

	for (size_t i = 0; i < 4; i++) {
		out[i] = (struct style){ .encoding = p->encoding };
		out[i].width = width < 60 || content.n < width + 2 ? 76 : width;
		out[i].final = (i & 1) != ended;
		out[i].lf = i & 2;
		if (p->encoding == ENCODING_QP)
			out[i] = plain_and_qp[i + 1];
	}
	return p->encoding == ENCODING_NONE ? 1 : 4;
}

/* Add the edit of the body that undoes what is on in S, a script of the text of
 * PART. */
static void keep_inside(struct body_case *c, const struct script *s,
			const struct inside *what, const struct style *style,
			struct script *out)
{
	struct buf text, coded = { 0 };

	if (out->kept_octets + 2 * s->text.n + sizeof(*what) + 4096 >
	    SCRIPT_OCTETS)
		return;
	buf_init(&text, 8 * s->text.n + 4096);
	script_apply(s, &text);
	mime_encode(style, buf_span(&text), &coded);
	c->left -= text.n + coded.n < c->left ? text.n + coded.n : c->left;
	struct inside *kept = (struct inside *)(uintptr_t)script_keep(
				      out, span_of(what, sizeof(*what)))
				      .p;

	kept->octets = what->part->end - what->part->start > coded.n
			       ? what->part->end - what->part->start - coded.n
			       : 0;
	kept->text = script_keep(out, span_head(what->text, 256));
	out->by = kept;
	script_edit(out, what->part->start, what->part->end - what->part->start,
		    script_keep(out, buf_span(&coded)));
	buf_free(&text);
	buf_free(&coded);
}

static void turn_on(struct script *s, size_t which, bool all)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct edit *e = &s->v[i];

		e->on = (all || e->forced || i == which) && e->at >= at &&
			(all || i == which || which == SIZE_MAX ||
			 e->at + e->cut <= s->v[which].at ||
			 e->at >= s->v[which].at + s->v[which].cut);
		if (e->on)
			at = e->at + e->cut;
	}
}

/* What generator G proposes for the text of PART, after LINK (or NULL) was
 * undone. */
static void add_inside(struct body_case *c, const struct part *part,
		       struct body_case *inner, const struct style *style,
		       const struct generator *g, struct script *out)
{
	const struct style none = { .encoding = ENCODING_NONE };

	if (part->encoding == ENCODING_NONE)
		style = &none;
	for (unsigned v = 0; v < g->variants && c->left; v++) {
		struct script s;
		struct inside what = { .g = g, .part = part };

		inner->left = c->left;
		body_script(inner, &s);
		c->left = inner->left;
		if (body_propose(inner, g, g->first + v, false, &s)) {
			what.edits = s.n;
			what.text = s.v[0].put;
			if (g->how & TRY_ALL) {
				turn_on(&s, SIZE_MAX, true);
				keep_inside(c, &s, &what, style, out);
			}
			for (size_t i = 0;
			     i < s.n && c->left && g->how == TRY_ONE; i++) {
				struct span gone = span_of(s.text.p + s.v[i].at,
							   s.v[i].cut);
				bool rest = !body_is_blank(span_from(
					s.text, s.v[i].at + s.v[i].cut));

				what.at_start = s.v[i].at == 0 ||
						(part->html && rest &&
						 s.v[i].at < s.text.n / 2);
				what.lines = body_lines(gone);
				what.decoded = gone.n;
				what.text = span_trim(gone);
				turn_on(&s, i, false);
				keep_inside(c, &s, &what, style, out);
			}
		}
		script_end(&s);
	}
}

static void add_part_inside(struct body_case *c, const struct part *p,
			    struct script *out)
{
	struct buf plain = { 0 };
	struct style style[4];
	struct body_case inner;
	size_t rows, n = styles_of(c, p, style);
	const struct generator *all = body_generators(&rows);

	if (!p->text || p->end - p->start > INSIDE_MAX ||
	    !mime_decode(p->encoding, content_of(c, p), &plain)) {
		buf_free(&plain);
		return;
	}
	body_inner(c, p, buf_span(&plain), &inner);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < rows; i++)
			if (all[i].flags & DECODED)
				add_inside(c, p, &inner, &style[k], &all[i],
					   out);
	body_close(&inner);
	buf_free(&plain);
}

static void say_inside(const struct body_case *c, const struct inside *what)
{
	bool cut = what->g->how == TRY_ONE;
	enum cause_code code = what->g->code;

	if (cut)
		code = what->at_start ? CAUSE_BANNER : CAUSE_FOOTER;
	struct cause *cause = causes_add(c->out, code, true);

	if (!cut && what->g->count)
		cause_add_number(cause, what->g->count, (int64_t)what->edits);
	if (cut) {
		cause_add_number(cause, "octets", (int64_t)what->octets);
		cause_add_number(cause, "lines", (int64_t)what->lines);
		cause_add_number(cause, "decoded_octets",
				 (int64_t)what->decoded);
	}
	cause_add_number(cause, "offset",
			 (int64_t)body_octets(c, 0, what->part->start));
	cause_add_text(cause, cut ? "text" : "original", what->text);
	if (cut && !what->at_start && c->mime.multipart) {
		cause = causes_add(c->out, CAUSE_FOOTER_PART, true);
		cause_add_number(cause, "octets", (int64_t)what->octets);
		cause_add_number(cause, "lines", (int64_t)what->lines);
	}
}

bool codes_inside(struct body_case *c)
{
	struct script s;
	bool any = false;

	body_script(c, &s);
	for (size_t i = 0; i < c->mime.n; i++)
		any |= c->mime.v[i].text &&
		       c->mime.v[i].encoding != ENCODING_NONE;
	for (size_t i = 0; i < c->mime.n && i < 8 && any; i++)
		add_part_inside(c, &c->mime.v[i], &s);
	bool found = script_solve(&s, &c->machine, TRY_ONE | TRY_TWO);

	for (size_t i = 0; i < s.n && found; i++)
		if (s.v[i].on)
			say_inside(c, s.v[i].by);
	script_end(&s);
	return found;
}
