/* Generators: transfer encodings and charsets that were changed, and changes of
 * a text that only decoding shows. */
#include "explain_body.h"

#include <string.h>

static struct span content_of(const struct body_case *c, const struct part *p)
{
	return span_of(c->body.p + p->start, p->end - p->start);
}

/* -- another encoding, another charset ------------------------------------- */

/* What is supposed to have been done to the parts. */
struct recode {
	enum encoding assumed; /* where no encoding is declared */
	struct style style;
	const char *word; /* of Content-Transfer-Encoding; NULL: as it is */
	const char *now, *then; /* charsets, or NULL */
};

static const struct style styles[] = {
	{ .encoding = ENCODING_NONE },
	{ .encoding = ENCODING_QP, .width = 76 },
	{ .encoding = ENCODING_QP, .width = 72 },
	{ .encoding = ENCODING_QP },
	{ .encoding = ENCODING_BASE64, .width = 76, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 76 },
	{ .encoding = ENCODING_BASE64, .width = 76, .final = true, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 72, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 64, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 60, .final = true },
	{ .encoding = ENCODING_BASE64, .final = true },
};
enum { STYLES = sizeof(styles) / sizeof(*styles), FEW_STYLES = 5 };

/* Variant V of them, of the first N styles, without charsets. */
static bool recode_at(const struct body_case *c, unsigned v, unsigned n,
		      struct recode *r)
{
	static const char *const plain[] = { NULL, "8bit", "7bit" };
	bool many = c->mime.multipart;
	/* a message that does not say so may still be encoded */
	unsigned assumed = many || c->mime.v[0].encoding != ENCODING_NONE ? 1
									  : 3;
	unsigned word = v / n / assumed;

	*r = (struct recode){ .style = styles[v % n],
			      .assumed = (enum encoding)(v / n % assumed) };
	if (word >= (many ? 3 : 1))
		return false;
	r->word = word && r->style.encoding != ENCODING_NONE
			  ? encoding_word(r->style.encoding)
			  : plain[word];
	return true;
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
	if (ok)
		mime_encode(&r->style, buf_span(&plain), out);
	buf_free(&plain);
	return ok;
}

/* Part P with what its header says of it. */
static void edit_part(const struct body_case *c, const struct part *p,
		      const struct recode *r, struct script *s)
{
	struct buf text = { 0 };
	bool word = r->word && p->encoding_field.n;

	if (recode_content(c, p, r, &text) &&
	    (p->encoding != r->style.encoding ||
	     !span_eq(buf_span(&text), content_of(c, p)))) {
		if (word)
			script_edit(s, (size_t)(p->encoding_word.p - c->body.p),
				    p->encoding_word.n, span_str(r->word));
		script_edit(s, p->start, p->end - p->start,
			    script_keep(s, buf_span(&text)));
	}
	buf_free(&text);
}

static void edit_parts(const struct body_case *c, const struct recode *r,
		       struct script *s)
{
	s->note = script_keep(s, span_of(r, sizeof(*r))).p;
	for (size_t i = 0; i < c->mime.n; i++)
		/* what is no text has no charset and no lines */
		if (c->mime.v[i].text ||
		    (!r->then && r->style.encoding == ENCODING_BASE64))
			edit_part(c, &c->mime.v[i], r, s);
}

bool codes_recoded(const struct body_case *c, unsigned v, struct script *s)
{
	struct recode r;

	if (!recode_at(c, v, STYLES, &r))
		return false;
	edit_parts(c, &r, s);
	return true;
}

/* The text of P is not ASCII; *UTF8 stays when it is UTF-8. */
static bool is_8bit(const struct body_case *c, const struct part *p,
		    enum encoding assumed, bool *utf8)
{
	struct buf plain = { 0 };
	bool any = mime_decode(encoding_of(p, assumed), content_of(c, p),
			       &plain) &&
		   span_8bit(buf_span(&plain));

	*utf8 &= !any || span_is_utf8(buf_span(&plain));
	buf_free(&plain);
	return any;
}

/* Between UTF-8 and another one. */
bool codes_converted(const struct body_case *c, unsigned v, struct script *s)
{
	enum { OTHERS = MIME_CHARSETS - 1 };
	size_t other = 1 + v % OTHERS;
	bool utf8 = true, any = false;
	struct recode r;

	if (!recode_at(c, v / OTHERS, FEW_STYLES, &r))
		return false;
	for (size_t i = 0; i < c->mime.n; i++)
		any |= c->mime.v[i].text &&
		       is_8bit(c, &c->mime.v[i], r.assumed, &utf8);
	if (!any)
		return !c->mime.multipart;
	r.now = mime_charsets[utf8 ? 0 : other];
	r.then = mime_charsets[utf8 ? other : 0];
	edit_parts(c, &r, s);
	return true;
}

static const char *word_then(const struct body_case *c, const struct part *p,
			     const struct recode *r)
{
	if (r->word)
		return r->word;
	if (r->style.encoding != ENCODING_NONE)
		return encoding_word(r->style.encoding);
	bool utf8 = true;

	return is_8bit(c, p, r->assumed, &utf8) ? "8bit" : "7bit";
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

void codes_say(const struct body_case *c, const struct script *s,
	       const struct edit *e)
{
	const struct part *p = c->mime.v;
	size_t parts = 0;
	const struct recode *r = e->note;

	for (size_t i = 0; i < c->mime.n; i++)
		if (c->mime.v[i].head <= e->at)
			p = &c->mime.v[i];
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < c->mime.n; k++)
			parts += s->v[i].on && s->v[i].at == c->mime.v[k].start;
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
	cause_add_number(cause, "parts", (int64_t)parts);
	body_say_offset(c, cause, p->start);
}

/* -- changes of a decoded text --------------------------------------------- */

/* One change of the text of PART, as an edit of the body notes it. */
struct inside {
	const struct generator *g;
	const struct part *part;
	size_t edits;
	bool at_start;
	size_t octets, lines, decoded; /* that it takes away */
	struct span text;
};

enum { INSIDE_MAX = 256 * 1024 };

/* The ways in which P may be written, as far as that can be seen. */
static size_t styles_of(const struct body_case *c, const struct part *p,
			struct style out[static 4])
{
	struct span content = content_of(c, p);
	size_t width =
		mime_chomp(span_head(content, span_find(content, '\n') + 1)).n;
	bool ended = span_ends(content, SPAN("\r\n"));

	if (width < 60 || content.n < width + 2 || p->encoding == ENCODING_QP)
		width = 76;
	for (unsigned i = 0; i < 4; i++)
		out[i] = (struct style){ .encoding = p->encoding,
					 .width = width,
					 .final = !(i & 1) == ended,
					 .lf = i & 2 };
	return p->encoding == ENCODING_BASE64 ? 4 : 1;
}

/* Add the edit of the body that undoes what is on in S, a script of the text of
 * WHAT->part, which is written in this style. */
static void keep_inside(const struct script *s, struct inside *what,
			const struct style *style, struct script *out)
{
	size_t from = what->part->start, n = what->part->end - from;
	struct buf text, coded = { 0 };

	if (out->kept_octets + 2 * s->text.n + 4096 > SCRIPT_OCTETS)
		return; /* the others are tried */
	buf_init(&text, 8 * s->text.n + 4096);
	script_apply(s, &text);
	mime_encode(style, buf_span(&text), &coded);
	what->octets = n > coded.n ? n - coded.n : 0;
	what->text = script_keep(out, span_head(what->text, 256));
	out->note = script_keep(out, span_of(what, sizeof(*what))).p;
	script_edit(out, from, n, script_keep(out, buf_span(&coded)));
	buf_free(&text);
	buf_free(&coded);
}

/* What variant V of generator G proposes for the text of PART: all of it, or
 * where it proposes cuts, one of them. */
static bool add_inside(struct body_case *inner, const struct part *part,
		       const struct style *style, const struct generator *g,
		       unsigned v, struct script *out)
{
	struct inside what = { .g = g, .part = part };
	struct script s;

	body_script(inner, &s);
	bool more = body_propose(inner, g, v, false, &s);

	for (size_t i = 0; i < s.n && inner->left; i++) {
		struct edit *e = &s.v[i];
		struct span gone = span_of(s.text.p + e->at, e->cut);
		struct span rest = span_from(s.text, e->at + e->cut);

		e->on = true;
		if (g->how != TRY_ONE && i + 1 < s.n)
			continue;
		what.edits = s.n;
		what.text = g->how == TRY_ONE ? span_trim(gone) : s.v[0].put;
		what.lines = body_lines(gone);
		what.decoded = gone.n;
		what.at_start = e->at == 0 ||
				(part->html && !body_is_blank(rest) &&
				 e->at < s.text.n / 2);
		inner->left -= s.text.n < inner->left ? s.text.n : inner->left;
		keep_inside(&s, &what, style, out);
		e->on = g->how != TRY_ONE;
	}
	script_end(&s);
	return more;
}

static void add_part_inside(const struct body_case *c, const struct part *p,
			    struct script *out)
{
	struct buf plain = { 0 };
	struct style style[4];
	struct body_case inner;
	size_t rows, n = styles_of(c, p, style);
	const struct generator *g = body_generators(&rows);

	if (p->text && p->end - p->start <= INSIDE_MAX &&
	    mime_decode(p->encoding, content_of(c, p), &plain)) {
		body_inner(c, p, buf_span(&plain), &inner);
		for (size_t i = 0; i < n * rows; i++)
			for (unsigned v = g[i % rows].first;
			     g[i % rows].flags & DECODED &&
			     v <= g[i % rows].last && inner.left &&
			     add_inside(&inner, p, &style[i / rows],
					&g[i % rows], v, out);
			     v++)
				;
		body_close(&inner);
	}
	buf_free(&plain);
}

bool codes_inside(const struct body_case *c, unsigned v, struct script *s)
{
	bool any = false;

	for (size_t i = 0; i < c->mime.n; i++)
		any |= c->mime.v[i].text &&
		       c->mime.v[i].encoding != ENCODING_NONE;
	for (size_t i = 0; i < c->mime.n && i < 8 && any; i++)
		add_part_inside(c, &c->mime.v[i], s);
	return v == 0;
}

void codes_say_inside(const struct body_case *c, const struct script *s,
		      const struct edit *e)
{
	const struct inside *what = e->note;
	bool cut = what->g->how == TRY_ONE;
	enum cause_code code = !cut		? what->g->code
			       : what->at_start ? CAUSE_BANNER
						: CAUSE_FOOTER;
	struct cause *cause = causes_add(c->out, code, true);

	(void)s;
	if (!cut && what->g->count)
		cause_add_number(cause, what->g->count, (int64_t)what->edits);
	if (cut) {
		cause_add_number(cause, "octets", (int64_t)what->octets);
		cause_add_number(cause, "lines", (int64_t)what->lines);
		cause_add_number(cause, "decoded_octets",
				 (int64_t)what->decoded);
	}
	body_say_offset(c, cause, what->part->start);
	cause_add_text(cause, cut ? "text" : "original", what->text);
	if (cut && !what->at_start && c->mime.multipart) {
		cause = causes_add(c->out, CAUSE_FOOTER_PART, true);
		cause_add_number(cause, "octets", (int64_t)what->octets);
		cause_add_number(cause, "lines", (int64_t)what->lines);
	}
}
