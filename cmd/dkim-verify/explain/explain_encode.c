/* Transfer encodings and charsets that were changed, and text that was added
 * where only decoding shows it. */
#include "explain_case.h"

#include <stdlib.h>
#include <string.h>

#include "explain_link.h"

static const struct style styles[] = {
	{ .encoding = ENCODING_NONE },
	{ .encoding = ENCODING_QP, .width = 76 },
	{ .encoding = ENCODING_QP, .width = 76, .early = true },
	{ .encoding = ENCODING_QP, .width = 76, .loose = true },
	{ .encoding = ENCODING_QP, .width = 75 },
	{ .encoding = ENCODING_QP, .width = 72 },
	{ .encoding = ENCODING_QP, .width = 78 },
	{ .encoding = ENCODING_QP },
	{ .encoding = ENCODING_BASE64, .width = 76, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 76 },
	{ .encoding = ENCODING_BASE64, .width = 76, .final = true, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 76, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 72, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 72 },
	{ .encoding = ENCODING_BASE64, .width = 72, .final = true, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 72, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 64, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 64 },
	{ .encoding = ENCODING_BASE64, .width = 64, .final = true, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 64, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 60, .final = true },
	{ .encoding = ENCODING_BASE64, .width = 60 },
	{ .encoding = ENCODING_BASE64, .width = 60, .final = true, .lf = true },
	{ .encoding = ENCODING_BASE64, .width = 60, .lf = true },
	{ .encoding = ENCODING_BASE64 },
	{ .encoding = ENCODING_BASE64, .final = true },
	{ .encoding = ENCODING_BASE64, .lf = true },
	{ .encoding = ENCODING_BASE64, .final = true, .lf = true },
};
enum { STYLES = sizeof(styles) / sizeof(*styles) };

/* -- one way back ---------------------------------------------------------- */

/* What is supposed to have been done to the parts. */
struct recode {
	enum encoding assumed; /* where no encoding is declared */
	const struct style *style;
	const char *word; /* of Content-Transfer-Encoding; "": no field; NULL:
			   * as it is */
	const char *now, *then; /* charsets, or NULL */
	int charset;		/* the parameter: 0 as it is, 1 THEN, 2 in
				 * capitals */
	int chomp;		/* 1: no CRLF at the end, 2: one more */
};

static struct span content_of(const struct body_case *c, const struct part *p)
{
	return span_of(c->body.p + p->start, p->end - p->start);
}

static enum encoding encoding_of(const struct part *p, const struct recode *r)
{
	return p->encoding == ENCODING_NONE ? r->assumed : p->encoding;
}

/* The content of P as it was. */
static bool recoded(const struct body_case *c, const struct part *p,
		    const struct recode *r, struct buf *out)
{
	struct buf plain = { 0 }, other = { 0 };
	bool ok = mime_decode(encoding_of(p, r), content_of(c, p), &plain);

	if (ok && r->then) {
		ok = span_8bit(buf_span(&plain)) &&
		     mime_convert(r->now, r->then, buf_span(&plain), &other);
		buf_free(&plain);
		plain = other;
	}
	if (ok) {
		struct span text = buf_span(&plain);

		if (r->chomp == 1)
			text.n = mime_chomp(text).n;
		mime_encode(r->style, text, out);
		if (r->chomp == 2) {
			buf_free(out);
			plain.max += 2;
			buf_put(&plain, SPAN("\r\n"));
			mime_encode(r->style, buf_span(&plain), out);
		}
	}
	buf_free(&plain);
	return ok;
}

static void add_encoding(struct edits *e, const struct body_case *c,
			 const struct part *p, const struct recode *r)
{
	struct span field = span_of(c->body.p + p->encoding_at, p->encoding_n);

	if (!r->word || field.n == 0)
		return;
	size_t at = (size_t)(p->encoding_word.p - c->body.p);

	if (*r->word)
		edits_more(e, at, p->encoding_word.n, span_str(r->word));
	else
		edits_more(e, p->encoding_at, p->encoding_n, SPAN(""));
}

static void add_charset(struct edits *e, const struct body_case *c,
			const struct part *p, const struct recode *r)
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
	edits_more(e, (size_t)(old.p - c->body.p), old.n,
		   edits_keep(e, span_of(word, n)));
}

/* A group of edits that gives part P back. */
static void add_part(struct edits *e, const struct body_case *c,
		     const struct part *p, const struct recode *r)
{
	struct buf text = { 0 };

	if (!recoded(c, p, r, &text)) {
		buf_free(&text);
		return;
	}
	if (!span_eq(buf_span(&text), content_of(c, p)) ||
	    (r->word && p->encoding_n)) {
		e->groups++;
		if (p->encoding_at < p->type_at)
			add_encoding(e, c, p, r);
		add_charset(e, c, p, r);
		if (p->encoding_at >= p->type_at)
			add_encoding(e, c, p, r);
		edits_more(e, p->start, p->end - p->start,
			   edits_keep(e, buf_span(&text)));
	}
	buf_free(&text);
}

static const char *word_then(const struct body_case *c, const struct part *p,
			     const struct recode *r)
{
	if (r->word && *r->word)
		return r->word;
	if (r->style->encoding != ENCODING_NONE)
		return encoding_word(r->style->encoding);
	struct buf plain = { 0 };
	bool eight = mime_decode(encoding_of(p, r), content_of(c, p), &plain) &&
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

static void say_recode(struct body_case *c, const struct edits *e,
		       const struct recode *r)
{
	size_t at = edits_first(e);
	const struct part *p = c->mime.v;

	for (size_t i = 0; i < c->mime.n; i++)
		if (c->mime.v[i].head <= at)
			p = &c->mime.v[i];
	if (r->then) {
		struct cause *cause = causes_add(c->out, CAUSE_CHARSET, true);

		cause_add_text(cause, "from", span_str(r->then));
		cause_add_text(cause, "to", charset_now(p, r));
		if (r->style->encoding == encoding_of(p, r))
			return;
	}
	struct cause *cause = causes_add(c->out, CAUSE_REENCODED, true);
	enum encoding now = encoding_of(p, r);

	cause_add_text(cause, "from", span_str(word_then(c, p, r)));
	cause_add_text(cause, "to",
		       p->encoding_word.n && p->encoding == now
			       ? p->encoding_word
			       : span_str(encoding_word(now)));
	cause_add_number(cause, "parts", (int64_t)e->on_n);
	cause_add_number(cause, "offset", (int64_t)case_octets(c, 0, p->start));
}

static bool try_recode(struct body_case *c, const struct recode *r)
{
	struct edits e;

	edits_init(&e, c->body);
	for (size_t i = 0; i < c->mime.n && trial_left(c->trial); i++) {
		const struct part *p = &c->mime.v[i];

		/* what is no text has no charset and no lines */
		if (p->text ||
		    (!r->then && r->style->encoding == ENCODING_BASE64))
			add_part(&e, c, p, r);
	}
	unsigned how = e.groups > 1 ? EDITS_ALL | EDITS_ONE : EDITS_ALL;
	bool found = edits_solve(&e, trial_oracle(c->trial), how);

	if (found)
		say_recode(c, &e, r);
	edits_free(&e);
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
	bool in_body = c->mime.multipart;
	enum encoding e = r->style->encoding;
	size_t n = e == ENCODING_NONE ? sizeof(none) / sizeof(*none)
				      : sizeof(qp) / sizeof(*qp);

	for (size_t i = 0; i < (in_body ? n : 1); i++) {
		r->word = e == ENCODING_NONE ? none[i]
			  : e == ENCODING_QP ? qp[i]
					     : b64[i];
		for (r->chomp = 0; r->chomp < 3; r->chomp++)
			if (try_recode(c, r))
				return true;
	}
	return false;
}

static bool try_styles(struct body_case *c, struct recode *r)
{
	for (size_t i = 0; i < STYLES && trial_left(c->trial); i++) {
		r->style = &styles[i];
		if (try_words(c, r))
			return true;
	}
	return false;
}

/* -- charsets -------------------------------------------------------------- */

/* Something in a text part is no ASCII; *UTF8 when all of it is UTF-8. */
static bool has_8bit(const struct body_case *c, enum encoding assumed,
		     bool *utf8)
{
	const struct recode r = { .assumed = assumed };
	bool any = false;

	*utf8 = true;
	for (size_t i = 0; i < c->mime.n; i++) {
		const struct part *p = &c->mime.v[i];
		struct buf plain = { 0 };

		if (p->text &&
		    mime_decode(encoding_of(p, &r), content_of(c, p), &plain) &&
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
	r->now = r->then = NULL;
	r->charset = 0;
	return false;
}

bool explain_encodings(struct body_case *c)
{
	bool multipart = c->mime.multipart;

	for (int e = ENCODING_NONE; e <= ENCODING_BASE64; e++) {
		struct recode r = { .assumed = (enum encoding)e };

		/* a message that does not say so may still be encoded */
		if (e && (multipart || c->mime.v[0].encoding != ENCODING_NONE))
			break;
		if (try_styles(c, &r) || try_charsets(c, &r))
			return true;
	}
	return false;
}

/* -- text added to a part that is encoded -----------------------------------
 */

struct variant {
	struct buf text;   /* the part's content as it may have been */
	size_t from, to;   /* cut out of the plain text */
	struct span added; /* borrows from the plain text */
	bool link;
};

struct variants {
	const struct part *part;
	struct buf plain;
	struct variant *v;
	size_t n;
};

enum { VARIANTS_MAX = 4000 };

static void add_variant(struct variants *all, const struct style *style,
			size_t from, size_t to)
{
	struct span s = buf_span(&all->plain);
	struct buf kept;

	if (all->n == VARIANTS_MAX || from >= to)
		return;
	buf_init(&kept, s.n);
	buf_put(&kept, span_head(s, from));
	buf_put(&kept, span_from(s, to));
	if (all->n % 64 == 0)
		all->v = mem_array(all->v, all->n + 64, sizeof(*all->v));
	struct variant *v = &all->v[all->n++];

	*v = (struct variant){ .from = from,
			       .to = to,
			       .added = span_of(s.p + from, to - from) };
	mime_encode(style, buf_span(&kept), &v->text);
	buf_free(&kept);
}

static bool tag_at(struct span s, size_t at, const char *tag)
{
	return span_ieq(span_head(span_from(s, at), strlen(tag)),
			span_str(tag));
}

/* Cuts at the start and the end of a text, and of an HTML page's. */
static void cut_plain(struct variants *all, const struct style *style)
{
	struct span s = buf_span(&all->plain);
	size_t start = 0, end = s.n;

	for (size_t i = 0; all->part->html && i < s.n; i++) {
		if (tag_at(s, i, "<body") && start == 0)
			start = i + span_find(span_from(s, i), '>') + 1;
		if (tag_at(s, i, "</body"))
			end = i;
	}
	for (size_t i = 1; i < s.n; i++) {
		bool line = s.p[i - 1] == '\n';
		bool tag = all->part->html &&
			   (s.p[i] == '<' || s.p[i - 1] == '>');

		if (!line && !tag)
			continue;
		add_variant(all, style, i, s.n);
		add_variant(all, style, 0, i);
		if (end < s.n && i < end)
			add_variant(all, style, i, end);
		if (start && i > start)
			add_variant(all, style, start, i);
	}
	/* text that began without a line of its own */
	for (size_t i = 0; i + 2 < s.n && s.n < 4096; i++)
		if (s.p[i] == '\r')
			add_variant(all, style, i, s.n);
}

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
			out[i].width = 76;
	}
	return p->encoding == ENCODING_QP ? 1 : 4;
}

static void say_added(struct body_case *c, const struct variants *all,
		      const struct variant *v)
{
	bool rest = span_trim(span_from(buf_span(&all->plain), v->to)).n;
	bool at_start = v->from == 0 ||
			(all->part->html && rest && v->from < all->plain.n / 2);
	size_t now = all->part->end - all->part->start;
	struct cause *cause = causes_add(
		c->out, at_start ? CAUSE_BANNER : CAUSE_FOOTER, true);
	size_t lines = 0;

	for (size_t i = 0; i < v->added.n; i++)
		lines += v->added.p[i] == '\n' || i + 1 == v->added.n;
	cause_add_number(cause, "octets", (int64_t)now - (int64_t)v->text.n);
	cause_add_number(cause, "lines", (int64_t)lines);
	cause_add_number(cause, "decoded_octets", (int64_t)v->added.n);
	cause_add_number(cause, "offset",
			 (int64_t)case_octets(c, 0, all->part->start));
	cause_add_text(cause, "text", span_trim(v->added));
	if (!at_start && c->mime.multipart) {
		cause = causes_add(c->out, CAUSE_FOOTER_PART, true);
		cause_add_number(cause, "octets",
				 (int64_t)now - (int64_t)v->text.n);
		cause_add_number(cause, "lines", (int64_t)lines);
	}
}

static bool try_variants(struct body_case *c, const struct variants *a,
			 const struct variants *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < (b ? b->n : 1); j++) {
			struct span pieces[5] = {
				span_head(c->body, a->part->start),
				buf_span(&a->v[i].text),
				span_from(c->body, a->part->end),
			};

			if (b) {
				pieces[2].n = b->part->start - a->part->end;
				pieces[3] = buf_span(&b->v[j].text);
				pieces[4] = span_from(c->body, b->part->end);
			}
			if (!trial_left(c->trial))
				return false;
			if (!trial_holds(c->trial, pieces, b ? 5 : 3))
				continue;
			say_added(c, a, &a->v[i]);
			if (b)
				say_added(c, b, &b->v[j]);
			return true;
		}
	return false;
}

static void variants_free(struct variants *all)
{
	for (size_t i = 0; i < all->n; i++)
		buf_free(&all->v[i].text);
	free(all->v);
	buf_free(&all->plain);
	*all = (struct variants){ 0 };
}

/* Links inside the encoding. */
static bool try_links(struct body_case *c, const struct variants *all,
		      const struct style *style)
{
	for (int kind = 0; kind < LINK_KINDS; kind++) {
		struct edits e;
		struct buf text, then = { 0 };

		edits_init(&e, buf_span(&all->plain));
		link_edits(&e, (enum link_kind)kind);
		if (e.groups == 0)
			continue;
		buf_init(&text, 4 * all->plain.n + 64);
		edits_all(&e);
		edits_apply(&e, &text);
		mime_encode(style, buf_span(&text), &then);
		struct span pieces[] = {
			span_head(c->body, all->part->start),
			buf_span(&then),
			span_from(c->body, all->part->end),
		};
		bool found = trial_holds(c->trial, pieces, 3);

		if (found) {
			struct cause *cause =
				causes_add(c->out, CAUSE_LINE, true);

			cause_add_number(
				cause, "offset",
				(int64_t)case_octets(c, 0, all->part->start));
			cause_add_number(cause, "urls", (int64_t)e.groups);
			cause_add_text(cause, "original", e.v[0].put);
		}
		edits_free(&e);
		buf_free(&text);
		buf_free(&then);
		if (found)
			return true;
	}
	return false;
}

bool explain_encoded_cuts(struct body_case *c)
{
	struct variants last = { 0 };
	bool found = false;

	for (size_t i = 0; i < c->mime.n && !found; i++) {
		const struct part *p = &c->mime.v[i];
		struct variants all = { .part = p };
		struct style style[4];

		if (!p->text || p->encoding == ENCODING_NONE ||
		    p->end - p->start > 256 * 1024 ||
		    !mime_decode(p->encoding, content_of(c, p), &all.plain)) {
			buf_free(&all.plain);
			continue;
		}
		size_t n = styles_of(c, p, style);

		for (size_t k = 0; k < n && !found; k++) {
			cut_plain(&all, &style[k]);
			found = try_links(c, &all, &style[k]);
		}
		found = found || try_variants(c, &all, NULL) ||
			(last.n && all.n && try_variants(c, &last, &all));
		variants_free(&last);
		last = all;
	}
	variants_free(&last);
	return found;
}
