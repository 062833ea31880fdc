#include "explain_body.h"

#include <stdlib.h>

#include "bodyhash.h"

enum { TRY_MOST = TRY_ALL | TRY_ONE | TRY_RUNS, ANY = 1 << 30 };

/* In this order: what is cheap and frequent comes first. */
static const struct generator table[] = {
	{ CAUSE_FINAL, NULL, cuts_very_end, cuts_say_end, 0, 0, TRY_ONE, 8,
	  SECOND },
	{ CAUSE_FOOTER, NULL, cuts_texts, cuts_say, CUT_END, CUT_END, TRY_ONE,
	  4, SECOND | DECODED | EACH },
	{ CAUSE_LINES_LF, "lines", lines_marks, NULL, MARK_LF, MARK_LF,
	  TRY_MOST, 8, 0 },
	{ CAUSE_LINES_CRCRLF, "lines", lines_marks, NULL, MARK_CRCRLF,
	  MARK_CRCRLF, TRY_MOST, 8, FIRST },
	{ CAUSE_FROM_QUOTED, "lines", lines_marks, NULL, MARK_FROM, MARK_FROM,
	  TRY_MOST | TRY_TWO, 6, FIRST | DECODED },
	{ CAUSE_DOT_STUFFED, "lines", lines_marks, NULL, MARK_DOTS, MARK_DOTS,
	  TRY_MOST | TRY_TWO | TRY_MANY, 6, FIRST | DECODED },
	{ CAUSE_DOT_UNSTUFFED, "lines", lines_marks, NULL, MARK_DOT_LEFT,
	  MARK_DOT_LOST, TRY_MOST | TRY_TWO, 8, 0 },
	{ CAUSE_BANNER, NULL, cuts_texts, cuts_say, CUT_START, CUT_START,
	  TRY_ONE, 4, SECOND | DECODED | EACH },
	{ CAUSE_TRUNCATED, "octets", cuts_closing, NULL, 0, 0, TRY_ONE, 4, 0 },
	{ CAUSE_FOOTER_PART, NULL, cuts_texts, cuts_say, CUT_PARTS, CUT_PARTS,
	  TRY_ONE, 4, SECOND | EACH },
	{ CAUSE_FOOTER_PART, NULL, cuts_unwrapped, cuts_say_unwrapped, 0, 0,
	  TRY_ONE, 4, SECOND },
	{ CAUSE_FOOTER, NULL, cuts_texts, cuts_say, CUT_TEXT_END,
	  CUT_TEXT_START, TRY_ONE, 4, SECOND | DECODED | EACH },
	{ CAUSE_REENCODED, NULL, codes_recoded, codes_say, 0, ANY, TRY_ALL, 5,
	  0 },
	{ CAUSE_CHARSET, NULL, codes_converted, codes_say, 0, ANY, TRY_ALL, 5,
	  0 },
	{ CAUSE_TRAILING, "lines", lines_trailing, NULL, 0, ANY, TRY_ALL, 5,
	  SIMPLE_ONLY },
	{ CAUSE_TABS, "tabs", lines_tabs, NULL, 0, ANY, TRY_MOST | TRY_FORCED,
	  5, SIMPLE_ONLY },
	{ CAUSE_BLANK_LINES, "blank_lines", lines_blank, NULL, BLANK_RUNS,
	  BLANK_EACH, TRY_MOST, 5, SECOND },
	{ CAUSE_BLANK_LINES, "blank_lines", lines_blank, NULL, BLANK_RUNS, 1,
	  TRY_TWO, 6, 0 },
	{ CAUSE_BLANK_LINES, "blank_lines", lines_blank, NULL, BLANK_LOST,
	  BLANK_LOST, TRY_MOST | TRY_MANY | TRY_FORCED, 6, 0 },
	{ CAUSE_BLANK_LINES, "blank_lines", lines_blank, NULL, BLANK_MIXED,
	  BLANK_MIXED, TRY_ONE | TRY_MANY, 6, 0 },
	{ CAUSE_REWRAPPED, "breaks", lines_wrapped, NULL, WRAPS_EVERY, ANY,
	  TRY_ALL | TRY_ONE | TRY_RUNS, 6, 0 },
	{ CAUSE_LINE, "urls", links_undone, NULL, 0, ANY,
	  TRY_MOST | TRY_TWO | TRY_MANY, 5, FIRST | DECODED },
	{ CAUSE_FOOTER, NULL, codes_inside, codes_say_inside, 0, 0,
	  TRY_ONE | TRY_TWO, 3, EACH },
};

/* Tried last. */
static const struct generator late[] = {
	{ CAUSE_TRAILING, "lines", lines_trailing, NULL, TRAILING_ANY,
	  TRAILING_ANY, TRY_ONE | TRY_RUNS | TRY_TWO, 6, SIMPLE_ONLY },
	{ CAUSE_FOOTER, NULL, cuts_texts, cuts_say, CUT_TEXT_END,
	  CUT_TEXT_START, TRY_TWO, 3, EACH },
	{ CAUSE_FOOTER, NULL, cuts_texts, cuts_say, CUT_BOTH_ENDS,
	  CUT_BOTH_ENDS, TRY_TWO, 3, EACH },
	{ CAUSE_LINE, NULL, lines_words, NULL, 0, 0, TRY_ONE, 3, 0 },
	{ CAUSE_LINE, NULL, lines_letters, NULL, 0, ANY, TRY_ONE, 2, 0 },
	{ CAUSE_FOOTER, NULL, cuts_texts, cuts_say, CUT_LINES, CUT_LINES,
	  TRY_ONE, 2, EACH },
};

const struct generator *body_generators(size_t *n)
{
	*n = sizeof(table) / sizeof(*table);
	return table;
}

/* -- hashing --------------------------------------------------------------- */

/* What beginning and ending a hash costs, in octets hashed. */
enum { HASH_OVERHEAD = 600, COPY_OVERHEAD = 200 };

struct hash_state {
	struct canon_body canon;
	struct hasher *hasher;
	uint64_t room; /* of l= */
	enum status st;
};

struct body_hash {
	const struct explain_input *in;
	uint64_t *left;
	struct hash_state state[SEARCH_STATES];
};

static enum status hash_piece(void *ctx, struct span piece)
{
	struct hash_state *s = ctx;

	if (piece.n > s->room)
		piece.n = (size_t)s->room;
	s->room -= piece.n;
	hasher_put(s->hasher, piece);
	return ST_OK;
}

static void hash_charge(struct body_hash *h, uint64_t n)
{
	*h->left -= n < *h->left ? n : *h->left;
}

static void hash_start(void *ctx)
{
	struct body_hash *h = ctx;
	struct hash_state *s = &h->state[0];
	struct digest unused;

	hasher_end(s->hasher, &unused); /* it begins anew */
	canon_body_init(&s->canon, h->in->sig->body,
			(struct sink){ hash_piece, s });
	s->room = h->in->sig->has_l ? h->in->sig->l : UINT64_MAX;
	s->st = ST_OK;
}

static void hash_copy(void *ctx, int to, int from)
{
	struct body_hash *h = ctx;
	struct hash_state *a = &h->state[to], *b = &h->state[from];
	struct hasher *hasher = a->hasher;

	hash_charge(h, COPY_OVERHEAD);
	*a = *b;
	a->hasher = hasher;
	a->canon.to.ctx = a;
	hasher_copy(a->hasher, b->hasher);
}

static void hash_feed(void *ctx, int state, struct span piece)
{
	struct body_hash *h = ctx;
	struct hash_state *s = &h->state[state];

	hash_charge(h, piece.n + 8);
	if (s->st == ST_OK && piece.n)
		s->st = canon_body_push(&s->canon, piece);
}

static bool hash_verifies(void *ctx, int state)
{
	struct body_hash *h = ctx;
	struct hash_state *s = &h->state[state];
	struct digest found;

	hash_charge(h, HASH_OVERHEAD);
	++*h->in->tried;
	if (s->st == ST_OK)
		s->st = canon_body_end(&s->canon);
	/* the hasher begins anew in any case */
	hasher_end(s->hasher, &found);
	return s->st == ST_OK && (!h->in->sig->has_l || s->room == 0) &&
	       span_eq(digest_span(&found), digest_span(&h->in->sig->bh));
}

static void hash_open(struct body_hash *h, const struct explain_input *in,
		      uint64_t *left)
{
	*h = (struct body_hash){ .in = in, .left = left };
	for (int i = 0; i < SEARCH_STATES; i++)
		h->state[i].hasher =
			hasher_new(in->conf->crypto, in->sig->hash);
}

static void hash_close(struct body_hash *h)
{
	for (int i = 0; i < SEARCH_STATES; i++)
		hasher_free(h->state[i].hasher);
}

void body_hash(const struct explain_input *in, const struct sig *sig,
	       struct span body, struct digest *out, uint64_t *octets)
{
	struct bodyhash *b = bodyhash_new(in->conf->crypto);
	size_t job = bodyhash_add(b, sig);

	bodyhash_push(b, body);
	bodyhash_end(b);
	*out = *bodyhash_get(b, job, octets);
	bodyhash_free(b);
}

/* BODY has the hash that SIG names, from scratch. */
static bool body_verifies(const struct explain_input *in, const struct sig *sig,
			  struct span body)
{
	struct digest found;
	uint64_t octets = 0;

	body_hash(in, sig, body, &found, &octets);
	return span_eq(digest_span(&found), digest_span(&sig->bh)) &&
	       (!sig->has_l || sig->l <= octets);
}

/* -- a body ---------------------------------------------------------------- */

uint64_t body_octets(const struct body_case *c, size_t from, size_t to)
{
	uint64_t n = to - from;

	for (size_t i = from; c->in->lf && i < to; i++)
		n -= c->body.p[i] == '\n' && i > 0 && c->body.p[i - 1] == '\r';
	return n;
}

void body_say_offset(const struct body_case *c, struct cause *cause, size_t at)
{
	cause_add_number(cause, "offset", (int64_t)body_octets(c, 0, at));
}

size_t body_lines(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' || i + 1 == s.n;
	return n;
}

struct span body_line(const struct body_case *c, size_t i)
{
	return mime_chomp(
		span_of(c->body.p + c->line[i], c->line[i + 1] - c->line[i]));
}

bool body_is_blank(struct span s)
{
	return span_trim(s).n == 0;
}

static void index_lines(struct body_case *c)
{
	struct span rest = c->body, line;
	size_t room = 0;

	do {
		if (c->line_n + 1 >= room) {
			room = room ? 2 * room : 256;
			c->line = mem_array(c->line, room, sizeof(*c->line));
		}
		c->line[c->line_n] = (size_t)(c->body.n - rest.n);
	} while (mime_line(&rest, &line) && ++c->line_n);
	c->line[c->line_n] = c->body.n;
}

void body_inner(const struct body_case *c, const struct part *p,
		struct span plain, struct body_case *inner)
{
	*inner = (struct body_case){ .in = c->in,
				     .body = plain.n ? plain : SPAN(""),
				     .left = c->left };
	index_lines(inner);
	mime_scan(&inner->mime, NULL, plain);
	inner->mime.v[0].text = p->text;
	inner->mime.v[0].html = p->html;
}

void body_close(struct body_case *c)
{
	mime_free(&c->mime);
	free(c->line);
}

/* -- what is proven -------------------------------------------------------- */

/* The usual: how many, where, and what it was. */
static void say_edits(const struct body_case *c, const struct script *s,
		      const struct edit *first)
{
	const struct generator *g = first->by;
	int64_t n = 0, put = 0, lines = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct edit *e = &s->v[i];

		if (!e->on || e->by != g)
			continue;
		n++;
		put += (int64_t)e->put.n;
		lines += (int64_t)body_lines(
				 span_of(s->text.p + e->at, e->cut)) -
			 (int64_t)body_lines(e->put);
	}
	if (g->code == CAUSE_BLANK_LINES)
		n = lines;
	if (g->code == CAUSE_TABS || g->code == CAUSE_TRUNCATED)
		n = put;
	struct cause *cause = causes_add(c->out, g->code, true);

	if (g->count)
		cause_add_number(cause, g->count, n);
	body_say_offset(c, cause, first->at);
	if (g->code == CAUSE_LINE) {
		cause_add_text(cause, "original", first->put);
		cause_add_text(cause, "found",
			       span_of(s->text.p + first->at, first->cut));
	}
}

/* What was found leads; what was undone first follows. */
static void say_script(const struct body_case *c, const struct script *s)
{
	const struct generator *said[2] = { NULL };

	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < s->n; i++) {
			const struct edit *e = &s->v[i];
			const struct generator *g = e->by;
			bool again = said[0] == g || said[1] == g;

			if (!e->on || e->forced != (pass == 1) ||
			    (again && !(g->flags & EACH)))
				continue;
			said[pass] = g;
			(g->say ? g->say : say_edits)(c, s, e);
		}
}

/* -- the engine ------------------------------------------------------------ */

void body_script(struct body_case *c, struct script *s)
{
	uint64_t cost = c->body.n / 2 + 16 * c->line_n + 64;

	c->left -= cost < c->left ? cost : c->left;
	script_begin(s, c->body);
}

bool body_propose(const struct body_case *c, const struct generator *g,
		  unsigned variant, bool forced, struct script *s)
{
	s->by = g;
	s->note = NULL;
	s->forced = forced;
	return !(g->flags & SIMPLE_ONLY && c->in->sig->body == CANON_RELAXED) &&
	       g->propose(c, variant, s);
}

/* Does the body with the edits of S verify without saved states, too? */
static bool holds_again(const struct body_case *c, const struct script *s)
{
	size_t most = s->text.n;
	struct buf text;

	for (size_t i = 0; i < s->n; i++)
		most += s->v[i].on ? s->v[i].put.n : 0;
	buf_init(&text, most);
	script_apply(s, &text);
	bool same = body_verifies(c->in, c->in->sig, buf_span(&text));

	*c->in->faults += !same;
	buf_free(&text);
	return same;
}

/* What variant V of G proposes, after (A is not NULL) what variant VA of A
 * did. *MORE is false when there is no such variant. */
static bool run_variant(struct body_case *c, const struct generator *a,
			unsigned va, const struct generator *g, unsigned v,
			bool *more)
{
	unsigned how = g->how;
	struct script s;

	body_script(c, &s);
	*more = (!a || body_propose(c, a, va, true, &s));
	size_t before = s.n;

	*more = *more && (!a || before) && body_propose(c, g, v, false, &s);
	if (a)
		how &= TRY_ALL | TRY_ONE;
	bool found = s.n > before && script_solve(&s, &c->machine, how) &&
		     holds_again(c, &s);

	if (found)
		say_script(c, &s);
	script_end(&s);
	return found;
}

static bool run_row(struct body_case *c, const struct generator *a, unsigned va,
		    const struct generator *g)
{
	bool found = false, more = true;

	for (unsigned v = g->first; v <= g->last && more && c->left && !found;
	     v++)
		found = run_variant(c, a, va, g, v, &more);
	return found;
}

static bool run_rows(struct body_case *c, const struct generator *rows,
		     size_t n)
{
	bool found = false;

	for (size_t i = 0; i < n && !found; i++) {
		uint64_t share = *c->in->octets / rows[i].share;

		c->left = share;
		found = run_row(c, NULL, 0, &rows[i]);
		*c->in->octets -= share - c->left;
	}
	return found;
}

/* One sort undone wherever it may have been done, then another one searched
 * for. */
static bool run_pairs(struct body_case *c)
{
	size_t rows;
	const struct generator *all = body_generators(&rows);
	uint64_t share = *c->in->octets / 3;
	bool found = false;

	c->left = share;
	for (size_t i = 0; i < rows && !found; i++)
		for (unsigned v = all[i].first;
		     v <= all[i].last && v < 4 + all[i].first && !found &&
		     all[i].flags & FIRST;
		     v++)
			for (size_t k = 0; k < rows && !found; k++)
				found = all[k].flags & SECOND &&
					run_row(c, &all[i], v, &all[k]);
	*c->in->octets -= share - c->left;
	return found;
}

/* -- the other canonicalization -------------------------------------------- */

/* Nothing was changed: the signer hashed the other form (RFC 6376 3.4.3,
 * 3.4.4), or one line end where the form is empty. */
static bool signed_other(const struct body_case *c)
{
	struct sig sig = *c->in->sig;

	sig.body = sig.body == CANON_SIMPLE ? CANON_RELAXED : CANON_SIMPLE;
	if (!body_verifies(c->in, &sig, c->body) &&
	    !(body_is_blank(c->body) &&
	      body_verifies(c->in, &sig, SPAN("\r\n"))))
		return false;
	cause_add_text(causes_add(c->out, CAUSE_OTHER_CANON, true), "signed_as",
		       span_str(canon_word(sig.body)));
	return true;
}

/* -- guesses --------------------------------------------------------------- */

/* A multipart or a page without its end, base64 that ends within a group, a
 * last line without a line end. */
static bool ends_early(const struct body_case *c)
{
	size_t n = 0;

	if (c->mime.multipart)
		return c->mime.open_n > 0 && c->mime.boundary_n > 0;
	if (c->mime.v[0].encoding == ENCODING_BASE64) {
		for (size_t i = 0; i < c->body.n; i++) {
			unsigned char o = c->body.p[i];

			if (o > ' ' && !ascii_alpha(o) && !ascii_digit(o) &&
			    !span_has(SPAN("+/="), o))
				return false; /* it is not base64 */
			n += o > ' ';
		}
		return n % 4 != 0;
	}
	if (span_search(c->body, SPAN("<html")) < c->body.n)
		return span_search(c->body, SPAN("</html")) == c->body.n;
	return c->body.n && c->body.p[c->body.n - 1] != '\n';
}

/* What the body shows without a proof: it is shorter than l= (RFC 6376 3.5), or
 * looks cut. */
static void guess_body(const struct body_case *c)
{
	const struct sig *sig = c->in->sig;
	struct sig whole = *sig;
	struct digest unused;
	uint64_t length;

	whole.has_l = false;
	body_hash(c->in, &whole, c->body, &unused, &length);
	if (sig->has_l && sig->l > length)
		cause_add_number(causes_add(c->out, CAUSE_TRUNCATED, false),
				 "octets", (int64_t)(sig->l - length));
	else if (ends_early(c))
		cause_add_null(causes_add(c->out, CAUSE_TRUNCATED, false),
			       "octets");
}

void explain_body(const struct explain_input *in, struct causes *out)
{
	struct body_case c = { .in = in, .body = in->body, .out = out };
	struct body_hash h;

	hash_open(&h, in, &c.left);
	c.machine = (struct machine){ &h,	 hash_start,	hash_copy,
				      hash_feed, hash_verifies, &c.left };
	index_lines(&c);
	mime_scan(&c.mime, in->fields, c.body);
	if (!run_rows(&c, table, sizeof(table) / sizeof(*table)) &&
	    !signed_other(&c) && !run_pairs(&c) &&
	    !run_rows(&c, late, sizeof(late) / sizeof(*late)))
		guess_body(&c);
	body_close(&c);
	hash_close(&h);
}

/* -- a body that is not kept ----------------------------------------------- */

/* A footer is looked for in the last TAIL octets. */
enum { TAIL = 256 * 1024 };

struct tail {
	struct body_hash hash;
	uint64_t from;		 /* where looking begins */
	uint64_t at, lines;	 /* octets and lines fed */
	uint64_t end, end_lines; /* of them, those that were signed */
	bool found;
};

static enum status tail_piece(void *ctx, struct span piece)
{
	struct tail *t = ctx;

	while (piece.n) {
		struct span line = span_head(piece, span_find(piece, '\n') + 1);

		if (!t->found && t->at >= t->from) {
			hash_copy(&t->hash, 1, 0);
			t->found = hash_verifies(&t->hash, 1);
			t->end = t->at;
			t->end_lines = t->lines;
		}
		hash_feed(&t->hash, 0, line);
		t->at += line.n;
		t->lines += span_ends(line, SPAN("\n"));
		piece = span_from(piece, line.n);
	}
	return ST_OK;
}

void explain_large_body(const struct explain_input *in, struct causes *out)
{
	struct tail t = { .from = in->body_n > TAIL ? in->body_n - TAIL : 0 };
	struct msg *msg = msg_new(in->conf->lines, false,
				  (struct msg_handler){ NULL, tail_piece, &t });

	hash_open(&t.hash, in, in->octets);
	hash_start(&t.hash);
	if (explain_read(in, msg, NULL) == ST_OK && t.found) {
		struct cause *cause = causes_add(out, CAUSE_FOOTER, true);
		uint64_t lines = t.lines - t.end_lines;

		/* as they came */
		cause_add_number(
			cause, "octets",
			(int64_t)(t.at - t.end - (in->lf ? lines : 0)));
		cause_add_number(cause, "lines", (int64_t)lines);
		cause_add_number(cause, "offset",
				 (int64_t)(t.end - (in->lf ? t.end_lines : 0)));
	}
	msg_free(msg);
	hash_close(&t.hash);
}
