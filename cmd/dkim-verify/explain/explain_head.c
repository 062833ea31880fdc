#include "explain_head.h"

#include <stdlib.h>
#include <string.h>

#include "explain_edit.h"
#include "explain_spell.h"
#include "io.h"

/* One field that h= picks, or (FIELD NULL) the one that is not there; the last
 * is the signature itself. */
struct pick {
	struct span name;
	const struct field *field;
	struct span raw;
	struct buf canon; /* owned */
	struct spellings then;
	bool spelled;
};

struct head {
	const struct head_input *in;
	struct hasher *hasher, *prefix;
	size_t prefix_n; /* picks hashed in `prefix`, or SIZE_MAX */
	struct pick *v;
	size_t n;
	struct buf own; /* the signature's text without b= */
	struct buf scratch;
	struct buf joined;
	size_t now;  /* the pick that an oracle changes */
	size_t room; /* octets that spellings may take */
};

static void canonical(const struct head *h, struct span raw, struct buf *out)
{
	buf_reset(out);
	if (raw.n &&
	    canon_field(h->in->sig->header, raw, io_to_buf(out)) != ST_OK)
		buf_reset(out); /* too long: does not hold */
}

/* -- does it hold? ----------------------------------------------------------
 */

/* A large header has fewer tries. */
static void charge(struct head *h, uint64_t n)
{
	*h->in->left -= n < *h->in->left ? n : *h->in->left;
}

/* The picks before I, which stay the same for many tries. */
static bool hash_prefix(struct head *h, size_t i)
{
	struct digest unused;

	if (h->prefix_n == i)
		return true;
	h->prefix_n = SIZE_MAX;
	if (hasher_end(h->prefix, &unused) != ST_OK)
		return false;
	for (size_t k = 0; k < i; k++) {
		charge(h, h->v[k].canon.n / 2048);
		if (hasher_put(h->prefix, buf_span(&h->v[k].canon)) != ST_OK)
			return false;
	}
	h->prefix_n = i;
	return true;
}

/* With the canonical text CANON instead of pick I's. */
static bool holds(struct head *h, size_t i, struct span canon)
{
	const struct head_input *in = h->in;
	enum status st = ST_OK;
	struct digest found;

	size_t from = i < h->n ? i : 0, octets = canon.n;

	if (*in->left == 0)
		return false;

	if (from && (!hash_prefix(h, from) ||
		     hasher_copy(h->hasher, h->prefix) != ST_OK))
		return false;
	for (size_t k = from; k < h->n && st == ST_OK; k++)
		st = hasher_put(h->hasher,
				k == i ? canon : buf_span(&h->v[k].canon));
	for (size_t k = from; k < h->n; k++)
		octets += h->v[k].canon.n;
	charge(h, 1 + octets / 2048);
	if (hasher_end(h->hasher, &found) != ST_OK || st != ST_OK)
		return false;
	if (in->want)
		return span_eq(digest_span(in->want), digest_span(&found));
	return key_verify(in->key, &found, buf_span(&in->sig->b)) == ST_OK;
}

static bool try_raw(struct head *h, size_t i, struct span raw)
{
	canonical(h, raw, &h->scratch);
	return holds(h, i, buf_span(&h->scratch));
}

static void set_raw(struct head *h, size_t i, struct span raw)
{
	h->v[i].raw = raw;
	canonical(h, raw, &h->v[i].canon);
	h->prefix_n = SIZE_MAX;
}

static bool holds_pieces(void *ctx, const struct span *v, size_t n)
{
	struct head *h = ctx;

	buf_reset(&h->joined);
	for (size_t i = 0; i < n; i++)
		if (buf_add(&h->joined, v[i]) != ST_OK)
			return false;
	return try_raw(h, h->now, buf_span(&h->joined));
}

static bool left(void *ctx)
{
	return *((struct head *)ctx)->in->left > 0;
}

/* -- set-up -----------------------------------------------------------------
 */

static void open_head(struct head *h, const struct head_input *in)
{
	const struct sig *sig = in->sig;
	struct picker picker;

	*h = (struct head){ .in = in };
	h->hasher = hasher_new(in->crypto, sig->hash);
	h->prefix = hasher_new(in->crypto, sig->hash);
	h->prefix_n = SIZE_MAX;
	h->room = SPELLINGS_OCTETS;
	h->n = sig->h_n + 1;
	h->v = mem_alloc(h->n * sizeof(*h->v));
	buf_init(&h->own, sig->field->raw.n);
	buf_init(&h->scratch, 2 * LIMIT_HEADER_BYTES);
	buf_init(&h->joined, 2 * LIMIT_HEADER_BYTES);
	sig_own(sig, &h->own);
	picker_init(&picker, in->fields, sig->field);
	for (size_t i = 0; i < h->n; i++) {
		struct pick *p = &h->v[i];
		bool self = i == sig->h_n;

		buf_init(&p->canon, 2 * LIMIT_HEADER_BYTES);
		p->name = self ? sig->field->name : sig->h[i];
		p->field = self ? sig->field : picker_take(&picker, sig->h[i]);
		if (p->field)
			set_raw(h, i, self ? buf_span(&h->own) : p->field->raw);
	}
	picker_free(&picker);
}

static void close_head(struct head *h)
{
	for (size_t i = 0; i < h->n; i++) {
		buf_free(&h->v[i].canon);
		spellings_free(&h->v[i].then);
	}
	free(h->v);
	buf_free(&h->own);
	buf_free(&h->scratch);
	buf_free(&h->joined);
	hasher_free(h->hasher);
	hasher_free(h->prefix);
}

static void say(const struct head *h, size_t i, struct span then,
		struct causes *out)
{
	const struct pick *p = &h->v[i];

	head_classify(h->in->sig->header, then, p->field ? p->raw : SPAN(""),
		      p->field ? p->field->name : p->name, out);
}

/* -- z= (RFC 6376 3.5) ------------------------------------------------------
 */

static bool same_canon(struct head *h, size_t i, struct span raw)
{
	canonical(h, raw, &h->scratch);
	return span_eq(buf_span(&h->scratch), buf_span(&h->v[i].canon));
}

/* All fields as z= has them, at once. */
static bool try_copies(struct head *h, struct causes *out)
{
	struct buf *copies = mem_alloc(h->n * sizeof(*copies));
	struct span *now = mem_alloc(h->n * sizeof(*now));
	bool any = false;

	for (size_t i = 0; i + 1 < h->n; i++) {
		struct pick *p = &h->v[i];
		size_t nth = 0;

		for (size_t k = 0; k < i; k++)
			nth += span_ieq(h->v[k].name, p->name);
		now[i] = p->raw;
		if (!head_copy(h->in->sig, p->name, nth, &copies[i]))
			continue;
		if (p->field && same_canon(h, i, buf_span(&copies[i]))) {
			buf_free(&copies[i]);
			continue;
		}
		set_raw(h, i, buf_span(&copies[i]));
		any = true;
	}
	bool found = any && holds(h, h->n, SPAN(""));

	for (size_t i = 0; i + 1 < h->n; i++) {
		if (!copies[i].n)
			continue;
		set_raw(h, i, now[i]);
		if (found)
			say(h, i, buf_span(&copies[i]), out);
		buf_free(&copies[i]);
	}
	free(copies);
	free(now);
	return found;
}

/* -- one field --------------------------------------------------------------
 */

static const struct spellings *spell(struct head *h, size_t i)
{
	struct pick *p = &h->v[i];

	if (p->spelled)
		return &p->then;
	p->spelled = true;
	p->then.simple = h->in->sig->header == CANON_SIMPLE;
	p->then.room = &h->room;
	p->then.text = h->in->text;
	if (i + 1 == h->n)
		return &p->then;
	for (size_t k = 0; k < 2; k++)
		if (h->in->inner[k].n &&
		    span_ieq(span_head(h->in->inner[k], p->name.n), p->name))
			spell_raw(&p->then, h->in->inner[k]);
	if (p->field)
		spell_field(&p->then, h->in->sig, h->in->fields, p->field);
	else
		spell_missing(&p->then, h->in->fields, p->name);
	return &p->then;
}

/* A field that was not there when it was signed. */
static bool try_added(struct head *h, struct causes *out)
{
	for (size_t i = 0; i + 1 < h->n; i++) {
		if (!h->v[i].field || !holds(h, i, SPAN("")))
			continue;
		say(h, i, SPAN(""), out);
		return true;
	}
	return false;
}

static bool try_spelled(struct head *h, struct causes *out)
{
	for (size_t i = 0; i + 1 < h->n; i++) {
		const struct spellings *s = spell(h, i);

		for (size_t k = 0; k < s->n; k++)
			if (try_raw(h, i, s->v[k])) {
				say(h, i, s->v[k], out);
				return true;
			}
	}
	return false;
}

/* -- fields of one name in another order ------------------------------------
 */

enum { SAME_MAX = 6 };

static bool try_order(struct head *h, const size_t *at, size_t n, size_t fixed)
{
	if (fixed == n)
		return holds(h, h->n, SPAN(""));
	for (size_t i = fixed; i < n; i++) {
		struct buf swap = h->v[at[fixed]].canon;

		h->v[at[fixed]].canon = h->v[at[i]].canon;
		h->v[at[i]].canon = swap;
		/* depth SAME_MAX at most */
		bool found = try_order(h, at, n, fixed + 1);

		swap = h->v[at[fixed]].canon;
		h->v[at[fixed]].canon = h->v[at[i]].canon;
		h->v[at[i]].canon = swap;
		if (found)
			return true;
	}
	return false;
}

static bool try_reordered(struct head *h, struct causes *out)
{
	for (size_t i = 0; i + 1 < h->n; i++) {
		size_t at[SAME_MAX] = { 0 }, n = 0;
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first &= !span_ieq(h->v[k].name, h->v[i].name);
		for (size_t k = i; first && k + 1 < h->n && n < SAME_MAX; k++)
			if (h->v[k].field &&
			    span_ieq(h->v[k].name, h->v[i].name))
				at[n++] = k;
		if (n < 2 || !try_order(h, at, n, 0))
			continue;
		cause_add_text(causes_add(out, CAUSE_REORDERED, true), "field",
			       h->v[i].field->name);
		return true;
	}
	return false;
}

/* Another instance of a name was signed: one that stands elsewhere now. */
static bool try_other_instance(struct head *h, struct causes *out)
{
	const struct fields *f = h->in->fields;

	for (size_t i = 0; i + 1 < h->n; i++) {
		size_t n = fields_count(f, h->v[i].name);

		for (size_t k = 0; k < n && n > 1 && n < 50; k++) {
			const struct field *o = fields_find(f, h->v[i].name, k);

			if (o == h->v[i].field || !try_raw(h, i, o->raw))
				continue;
			cause_add_text(causes_add(out, CAUSE_REORDERED, true),
				       "field", o->name);
			return true;
		}
	}
	return false;
}

/* -- white space at any place -----------------------------------------------
 */

static bool solve(struct head *h, size_t i, struct edits *e, unsigned how,
		  struct causes *out)
{
	struct oracle o = { holds_pieces, left, h };

	h->now = i;
	bool found = edits_solve(e, o, how);

	if (found) {
		struct buf then;

		buf_init(&then, 4 * e->text.n + 64);
		edits_apply(e, &then);
		say(h, i, buf_span(&then), out);
		buf_free(&then);
	}
	edits_free(e);
	return found;
}

/* The pieces of white space of a field, each to be written as PUT. */
static bool rewrite_blanks(struct head *h, size_t i, const char *put,
			   bool fold_only, unsigned how, struct causes *out)
{
	struct span raw = h->v[i].raw;
	struct edits e;
	size_t start = span_find(raw, ':') + 1;
	size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);

	edits_init(&e, raw);
	for (size_t at = start; at < end; at++) {
		size_t n = 0;
		bool fold = false;

		while (at + n < end &&
		       (ascii_wsp(raw.p[at + n]) || raw.p[at + n] == '\r' ||
			raw.p[at + n] == '\n'))
			fold |= raw.p[at + n++] == '\n';
		if (n && (fold || !fold_only) &&
		    !span_eq(span_of(raw.p + at, n), span_str(put)))
			edits_add(&e, at, n, span_str(put));
		at += n;
	}
	return solve(h, i, &e, how, out);
}

/* White space lost: PUT between any two octets. */
static bool insert_blanks(struct head *h, size_t i, const char *put,
			  const char *after, unsigned how, struct causes *out)
{
	struct span raw = h->v[i].raw;
	struct edits e;

	edits_init(&e, raw);
	for (size_t at = span_find(raw, ':') + 1; at < raw.n; at++)
		if (!after || strchr(after, raw.p[at - 1] ? raw.p[at - 1] : 1))
			edits_add(&e, at, 0, span_str(put));
	return solve(h, i, &e, how, out);
}

static bool try_blanks(struct head *h, size_t i, struct causes *out)
{
	static const char *const puts[] = { "",	  " ",	"\r\n ",       "\r\n\t",
					    "  ", "\t", "\r\n        " };
	bool simple = h->in->sig->header == CANON_SIMPLE;
	unsigned most = EDITS_ALL | EDITS_ONE | EDITS_RUNS;

	if (h->v[i].raw.n > 8192)
		return false;
	for (size_t k = 0; k < (simple ? 7 : 2); k++)
		if (rewrite_blanks(h, i, puts[k], true, most | EDITS_TWO,
				   out) ||
		    rewrite_blanks(h, i, puts[k], false,
				   simple ? most | EDITS_TWO : most, out))
			return true;
	for (size_t k = 1; k < (simple ? 7 : 2); k++)
		if (insert_blanks(h, i, puts[k], ":;,=", most, out) ||
		    insert_blanks(h, i, puts[k], ";", EDITS_ALL, out) ||
		    insert_blanks(h, i, puts[k], ",", EDITS_ALL, out) ||
		    insert_blanks(h, i, puts[k], NULL, EDITS_ONE, out))
			return true;
	return false;
}

static bool try_white_space(struct head *h, struct causes *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].field && try_blanks(h, i, out))
			return true;
	return false;
}

/* -- all fields at once -----------------------------------------------------
 */

static void unify(struct span raw, int how, struct buf *out)
{
	size_t colon = span_find(raw, ':');

	buf_init(out, 2 * raw.n + 16);
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char c = raw.p[i];
		bool start = i == 0 || raw.p[i - 1] == '-';
		bool fold = i + 2 < raw.n && c == '\r';

		if (i < colon && how < 3)
			c = ascii_lower(c);
		if (i < colon && (how == 1 || (how == 2 && start)) &&
		    ascii_alpha(c))
			c = (unsigned char)(c - 32);
		if (fold && how >= 3) {
			if (how != 5)
				buf_put(out, how == 3 ? SPAN("\r\n\t")
						      : SPAN("\r\n "));
			else
				buf_put(out, SPAN(" "));
			i += 2;
			while (i + 1 < raw.n && ascii_wsp(raw.p[i + 1]))
				i++;
			continue;
		}
		buf_put(out, span_of(&c, 1));
	}
}

static bool try_unified(struct head *h, struct causes *out)
{
	if (h->in->sig->header != CANON_SIMPLE)
		return false;
	for (int how = 0; how < 6; how++) {
		struct buf *then = mem_alloc(h->n * sizeof(*then));
		struct span *now = mem_alloc(h->n * sizeof(*now));

		for (size_t i = 0; i < h->n; i++) {
			now[i] = h->v[i].raw;
			unify(now[i], how, &then[i]);
			set_raw(h, i, buf_span(&then[i]));
		}
		bool found = holds(h, h->n, SPAN(""));

		for (size_t i = 0; i < h->n; i++) {
			set_raw(h, i, now[i]);
			if (found && h->v[i].field &&
			    !span_eq(now[i], buf_span(&then[i])))
				say(h, i, buf_span(&then[i]), out);
			buf_free(&then[i]);
		}
		free(then);
		free(now);
		if (found)
			return true;
	}
	return false;
}

/* -- two and three fields ---------------------------------------------------
 */

/* Spelling K of pick I, best first: first of all, that it was not there. */
static bool option(struct head *h, size_t i, size_t k, size_t most,
		   struct span *out)
{
	const struct spellings *s = spell(h, i);
	bool there = h->v[i].field != NULL;

	*out = SPAN("");
	if (k == 0 && there)
		return true;
	k -= there;
	if (k >= s->n || k >= most)
		return false;
	*out = s->v[k];
	return true;
}

static bool try_pair(struct head *h, size_t i, size_t j, size_t most,
		     struct causes *out)
{
	struct span now = h->v[i].raw, a, b;
	bool found = false;

	for (size_t x = 0; !found && option(h, i, x, most, &a); x++) {
		set_raw(h, i, a);
		for (size_t y = 0;
		     !found && *h->in->left && option(h, j, y, most, &b); y++)
			found = try_raw(h, j, b);
		if (!found)
			continue;
		set_raw(h, i, now);
		say(h, i, a, out);
		say(h, j, b, out);
		return true;
	}
	set_raw(h, i, now);
	return false;
}

static bool try_pairs(struct head *h, size_t most, struct causes *out)
{
	for (size_t i = 0; i + 1 < h->n; i++)
		for (size_t j = i + 1; j + 1 < h->n; j++)
			if (try_pair(h, i, j, most, out))
				return true;
	return false;
}

/* -- any octet --------------------------------------------------------------
 */

/* One octet of a field was replaced, lost or added. */
static bool try_octets(struct head *h, size_t i, struct causes *out)
{
	struct span raw = h->v[i].raw;
	size_t start = span_find(raw, ':') + 1;
	size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);
	struct span pieces[3];

	h->now = i;
	for (size_t at = start; at < end && raw.n < 2000; at++)
		for (int kind = 0; kind < 3; kind++)
			for (unsigned char c = kind == 1 ? 126 : ' '; c < 127;
			     c++) {
				pieces[0] = span_head(raw, at);
				pieces[1] = span_of(&c, kind != 1);
				pieces[2] = span_from(raw, at + (kind != 2));
				if (!left(h))
					return false;
				if (!holds_pieces(h, pieces, 3))
					continue;
				say(h, i, buf_span(&h->joined), out);
				return true;
			}
	return false;
}

/* The tag that holds octet AT of the signature's own text. */
static struct span tag_at(struct span own, size_t at)
{
	size_t from = span_find(own, ':') + 1;

	for (size_t i = from; i < at && i < own.n; i++)
		if (own.p[i] == ';')
			from = i + 1;
	struct span tag = span_from(own, from);

	return span_trim(span_head(tag, span_find(tag, '=')));
}

static bool try_own_octets(struct head *h, struct causes *out)
{
	struct causes found = { 0 };
	struct span own = buf_span(&h->own);
	size_t at = 0;

	if (!try_octets(h, h->n - 1, &found))
		return false;
	causes_free(&found);
	while (at < own.n && at < h->joined.n && own.p[at] == h->joined.p[at])
		at++;
	cause_add_text(causes_add(out, CAUSE_SIGNATURE, true), "tag",
		       tag_at(own, at));
	return true;
}

static bool try_all_octets(struct head *h, struct causes *out)
{
	if (!h->in->want) /* too dear */
		return false;
	for (size_t i = 0; i + 1 < h->n; i++)
		if (h->v[i].field && try_octets(h, i, out))
			return true;
	return try_own_octets(h, out);
}

/* -- all together -----------------------------------------------------------
 */

bool explain_head(const struct head_input *in, bool deep, struct causes *out)
{
	static bool (*const sorts[])(struct head *, struct causes *) = {
		try_copies,  try_added,	  try_reordered,   try_other_instance,
		try_spelled, try_unified, try_white_space,
	};
	struct head h;
	bool found = false;

	open_head(&h, in);
	size_t n = deep ? 0 : sizeof(sorts) / sizeof(*sorts);

	for (size_t i = 0; i < n && !found; i++)
		found = sorts[i](&h, out);
	if (deep)
		found = try_pairs(&h, 4, out) || try_pairs(&h, 24, out) ||
			(in->want && try_pairs(&h, 120, out)) ||
			try_all_octets(&h, out);
	close_head(&h);
	return found;
}
