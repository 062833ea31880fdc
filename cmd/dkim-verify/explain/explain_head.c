#include "explain_input.h"

#include <stdlib.h>

#include "explain_fields.h"
#include "io.h"

/* One field that h= picks, or (FIELD NULL) the one that is not there; the last
 * is the signature itself. */
struct pick {
	struct span name;
	const struct field *field;
	struct span raw;
	struct buf canon; /* owned */
	struct guesses then;
	bool guessed;
};

struct head {
	const struct explain_input *in;
	struct hasher *hasher, *prefix;
	size_t prefix_n; /* picks hashed in `prefix`, or SIZE_MAX */
	struct pick *v;
	size_t n;
	struct buf own; /* the signature's text without b= */
	struct buf scratch;
	size_t now;  /* the pick that is being changed */
	size_t room; /* octets that guesses may take */
	bool simple;
	struct causes *out;
};

static void put_canon(const struct head *h, struct span raw, struct buf *out)
{
	buf_reset(out);
	if (raw.n &&
	    canon_field(h->in->sig->header, raw, io_to_buf(out)) != ST_OK)
		buf_reset(out); /* too long: does not verify */
}

/* -- does it verify? ------------------------------------------------------- */

/* A large header has fewer trials. */
static void head_charge(struct head *h, uint64_t n)
{
	*h->in->trials -= n < *h->in->trials ? n : *h->in->trials;
}

/* The picks before I, which stay the same for many trials. */
static void hash_prefix(struct head *h, size_t i)
{
	struct digest unused;

	if (h->prefix_n > i) {
		hasher_end(h->prefix, &unused);
		h->prefix_n = 0;
	}
	for (; h->prefix_n < i; h->prefix_n++) {
		head_charge(h, h->v[h->prefix_n].canon.n / 2048);
		hasher_put(h->prefix, buf_span(&h->v[h->prefix_n].canon));
	}
}

/* Does that verify from scratch, too, without what was saved? */
static bool holds_again(struct head *h, size_t i, struct span canon)
{
	struct digest found;
	struct buf text;

	buf_init(&text, 2 * LIMIT_HEADER_BYTES);
	for (size_t k = 0; k < h->n; k++) {
		put_canon(h, h->v[k].raw, &text);
		hasher_put(h->hasher, k == i ? canon : buf_span(&text));
	}
	hasher_end(h->hasher, &found);
	bool same = key_verify(h->in->key, &found, buf_span(&h->in->sig->b)) ==
		    ST_OK;

	*h->in->faults += !same;
	buf_free(&text);
	return same;
}

/* With the canonical text CANON instead of pick I's (I is N: as it is). */
static bool head_verifies(struct head *h, size_t i, struct span canon)
{
	const struct explain_input *in = h->in;
	size_t from = i < h->n ? i : 0, octets = canon.n;
	struct digest found;

	if (*in->trials == 0)
		return false;
	if (from) {
		hash_prefix(h, from);
		hasher_copy(h->hasher, h->prefix);
	}
	for (size_t k = from; k < h->n; k++) {
		octets += h->v[k].canon.n;
		hasher_put(h->hasher,
			   k == i ? canon : buf_span(&h->v[k].canon));
	}
	head_charge(h, 1 + octets / 2048);
	++*in->tried;
	hasher_end(h->hasher, &found); /* it begins anew */
	bool good =
		in->want ? span_eq(digest_span(in->want), digest_span(&found))
			 : key_verify(in->key, &found, buf_span(&in->sig->b)) ==
				   ST_OK;

	return good && holds_again(h, i, canon);
}

static bool head_as_it_is(struct head *h)
{
	return head_verifies(h, h->n, SPAN(""));
}

static bool try_raw(struct head *h, size_t i, struct span raw)
{
	put_canon(h, raw, &h->scratch);
	return head_verifies(h, i, buf_span(&h->scratch));
}

static bool try_now(void *ctx, struct span raw)
{
	struct head *h = ctx;

	return try_raw(h, h->now, raw);
}

static void set_raw(struct head *h, size_t i, struct span raw)
{
	h->v[i].raw = raw;
	put_canon(h, raw, &h->v[i].canon);
	h->prefix_n = SIZE_MAX;
}

/* Pick I was THEN (empty: not there), which is proven. */
static void say_field(const struct head *h, size_t i, struct span then)
{
	const struct pick *p = &h->v[i];

	change_say(h->in->sig->header, p->field ? p->field->name : p->name,
		   then, p->field ? p->raw : SPAN(""), h->out);
}

/* -- set-up ---------------------------------------------------------------- */

static void open_head(struct head *h, const struct explain_input *in,
		      struct causes *out)
{
	const struct sig *sig = in->sig;
	struct picker picker;

	*h = (struct head){ .in = in, .out = out, .prefix_n = SIZE_MAX };
	h->simple = sig->header == CANON_SIMPLE;
	h->hasher = hasher_new(in->conf->crypto, sig->hash);
	h->prefix = hasher_new(in->conf->crypto, sig->hash);
	h->room = GUESSES_OCTETS;
	h->n = sig->h_n + 1;
	h->v = mem_alloc(h->n * sizeof(*h->v));
	buf_init(&h->own, sig->field->raw.n);
	buf_init(&h->scratch, 2 * LIMIT_HEADER_BYTES);
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
		script_end(&h->v[i].then.s);
	}
	free(h->v);
	buf_free(&h->own);
	buf_free(&h->scratch);
	hasher_free(h->hasher);
	hasher_free(h->prefix);
}

/* -- fields that were added ------------------------------------------------ */

/* A field that was not there when it was signed, or two. */
static bool try_added(struct head *h)
{
	enum { FEW = 64 };

	for (size_t i = 0; i + 1 < h->n; i++) {
		struct span now = h->v[i].raw;
		size_t j = i;

		if (!h->v[i].field)
			continue;
		set_raw(h, i, SPAN(""));
		while (j + 1 < h->n && !((j == i || h->v[j].field) &&
					 head_verifies(h, j, SPAN(""))))
			j = h->n < FEW ? j + 1 : h->n;
		set_raw(h, i, now);
		if (j + 1 >= h->n)
			continue;
		say_field(h, i, SPAN(""));
		if (j > i)
			say_field(h, j, SPAN(""));
		return true;
	}
	return false;
}

/* -- white space ----------------------------------------------------------- */

/* Search S, a script of pick I, and say what it found. */
static bool solve_field(struct head *h, size_t i, struct script *s,
			unsigned how)
{
	struct buf then;

	h->now = i;
	bool found = script_solve_text(s, try_now, h, h->in->trials, how);

	buf_init(&then, 4 * s->text.n + 64);
	if (found) {
		script_apply(s, &then);
		say_field(h, i, buf_span(&then));
	}
	buf_free(&then);
	script_end(s);
	return found;
}

/* White space at such a place was written as PUT; at the last two, there may
 * be none now. */
enum place { AT_FOLDS, AT_BLANKS, AT_SEMICOLONS, AT_COMMAS, AT_ANY };

static void edit_blanks(struct script *s, enum place place, const char *put)
{
	struct span raw = s->text;
	size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);

	for (size_t at = span_find(raw, ':') + 1; at < end; at++) {
		unsigned char before = octet_at(raw, at - 1);
		size_t n = 0;
		bool fold = false;

		while (at + n < end && span_has(SPAN(" \t\r\n"), raw.p[at + n]))
			fold |= raw.p[at + n++] == '\n';
		bool meant[] = {
			[AT_FOLDS] = fold,
			[AT_BLANKS] = n > 0,
			[AT_SEMICOLONS] = before == ';',
			[AT_COMMAS] = before == ',',
			[AT_ANY] = n == 0,
		};

		if (meant[place] &&
		    !span_eq(span_of(raw.p + at, n), span_str(put)))
			script_edit(s, at, n, span_str(put));
		at += n;
	}
}

/* What one fold, or each of several fields, is written as. */
static const char *const written[] = { "", " ", "\r\n ", "\r\n\t", "\t" };
enum { PUTS = sizeof(written) / sizeof(*written), PUTS_RELAXED = 2 };

static const struct {
	enum place place;
	bool quick;
	unsigned how, simple; /* with the simple form: SIMPLE, too */
} blanks[] = {
	{ AT_FOLDS, true, TRY_ALL | TRY_ONE, 0 },
	{ AT_SEMICOLONS, true, TRY_ALL, 0 },
	{ AT_COMMAS, true, TRY_ALL, 0 },
	{ AT_BLANKS, false, TRY_ALL | TRY_ONE | TRY_RUNS, TRY_TWO },
	{ AT_ANY, false, TRY_ONE, 0 },
};

static bool try_blanks(struct head *h, bool quick)
{
	size_t most = h->simple ? PUTS : PUTS_RELAXED;
	bool found = false;

	for (size_t i = 0; i < h->n; i++)
		for (size_t b = 0; b < sizeof(blanks) / sizeof(*blanks); b++)
			for (size_t k = 0; k < most && !found; k++) {
				struct script s;

				if (!h->v[i].field || h->v[i].raw.n > 8192 ||
				    blanks[b].quick != quick)
					break;
				script_begin(&s, h->v[i].raw);
				edit_blanks(&s, blanks[b].place, written[k]);
				found = solve_field(
					h, i, &s,
					blanks[b].how |
						(h->simple ? blanks[b].simple
							   : 0));
			}
	return found;
}

/* Two folds of the signature, each in its own way. */
static bool try_own_folds(struct head *h)
{
	struct script s;

	script_begin(&s, buf_span(&h->own));
	edit_blanks(&s, AT_SEMICOLONS, "\r\n ");
	edit_blanks(&s, AT_SEMICOLONS, "\r\n\t");
	return solve_field(h, h->n - 1, &s, TRY_TWO);
}

/* -- all fields at once ---------------------------------------------------- */

/* Field I as z= has it, or (FOLD) with each fold written as FOLD, in OUT; false
 * if it is not known, or the same. */
static bool field_then(struct head *h, size_t i, const char *fold,
		       struct buf *out)
{
	const struct pick *p = &h->v[i];
	size_t nth = 0;

	if (fold) {
		struct script s;

		buf_init(out, 8 * p->raw.n);
		script_begin(&s, p->raw);
		edit_blanks(&s, AT_FOLDS, fold);
		for (size_t k = 0; k < s.n; k++)
			s.v[k].on = true;
		script_apply(&s, out);
		script_end(&s);
	} else {
		for (size_t k = 0; k < i; k++)
			nth += span_ieq(h->v[k].name, p->name);
		(void)head_copy(h->in->sig, p->name, nth, out); /* empty */
	}
	put_canon(h, buf_span(out), &h->scratch);
	return out->n && !span_eq(buf_span(&h->scratch), buf_span(&p->canon));
}

static bool try_together(struct head *h, const char *fold)
{
	struct buf *then = mem_alloc(h->n * sizeof(*then));
	struct span *now = mem_alloc(h->n * sizeof(*now));
	bool any = false;

	for (size_t i = 0; i + 1 < h->n; i++) {
		now[i] = h->v[i].raw;
		if (field_then(h, i, fold, &then[i])) {
			set_raw(h, i, buf_span(&then[i]));
			any = true;
		} else {
			buf_free(&then[i]);
		}
	}
	bool found = any && head_as_it_is(h);

	for (size_t i = 0; i + 1 < h->n; i++) {
		if (!then[i].p)
			continue;
		set_raw(h, i, now[i]);
		if (found)
			say_field(h, i, buf_span(&then[i]));
		buf_free(&then[i]);
	}
	free(now);
	free(then);
	return found;
}

static bool try_folds(struct head *h)
{
	for (size_t k = 1; h->simple && k < PUTS; k++)
		if (try_together(h, written[k]))
			return true;
	return false;
}

/* -- guesses --------------------------------------------------------------- */

static const struct guesses *guesses_of(struct head *h, size_t i)
{
	struct pick *p = &h->v[i];

	if (p->guessed)
		return &p->then;
	p->guessed = true;
	p->then = (struct guesses){
		.name = p->field ? p->field->name : p->name,
		.value = p->field ? p->field->value : (struct span){ 0 },
		.all = h->in->fields,
		.sig = h->in->sig,
		.body = h->in->body,
		.simple = h->simple,
		.room = &h->room,
	};
	script_begin(&p->then.s, p->field ? p->field->raw : SPAN(""));
	for (size_t k = 0; k < 2; k++) {
		struct span inner = h->in->inner[k];

		if (inner.n && span_ieq(span_head(inner, p->name.n), p->name))
			GUESS_RAW(&p->then, inner);
	}
	guess_field(&p->then);
	return &p->then;
}

/* Of each field the guesses FROM to TO. */
static bool try_guesses(struct head *h, size_t from, size_t to)
{
	for (size_t i = 0; i + 1 < h->n; i++) {
		const struct guesses *g = guesses_of(h, i);

		for (size_t k = from; k < g->s.n && k < to; k++)
			if (try_raw(h, i, guess_at(g, k))) {
				say_field(h, i, guess_at(g, k));
				return true;
			}
	}
	return false;
}

/* -- fields of one name in another order ----------------------------------- */

enum { SAME_MAX = 6 };

/* The picks AT, from the Kth on, are any of the fields of their name that are
 * not taken yet. */
static bool try_order(struct head *h, const size_t *at, size_t n, size_t k,
		      uint64_t taken)
{
	const struct fields *f = h->in->fields;
	struct span name = h->v[at[0]].name;
	size_t all = fields_count(f, name);
	struct span now = k < n ? h->v[at[k]].raw : SPAN("");
	bool found = k == n && head_as_it_is(h);

	for (size_t i = 0; k < n && i < all && i < 50 && !found; i++) {
		if (taken >> i & 1)
			continue;
		set_raw(h, at[k], fields_find(f, name, i)->raw);
		/* depth SAME_MAX at most */
		found = try_order(h, at, n, k + 1, taken | UINT64_C(1) << i);
	}
	if (k < n)
		set_raw(h, at[k], now);
	return found;
}

static bool try_reordered(struct head *h)
{
	for (size_t i = 0; i + 1 < h->n; i++) {
		struct span name = h->v[i].name;
		size_t at[SAME_MAX] = { 0 }, n = 0;
		bool first = h->v[i].field &&
			     fields_count(h->in->fields, name) > 1;

		for (size_t k = 0; k < i; k++)
			first &= !span_ieq(h->v[k].name, name);
		for (size_t k = i; first && k + 1 < h->n && n < SAME_MAX; k++)
			if (h->v[k].field && span_ieq(h->v[k].name, name))
				at[n++] = k;
		if (n == 0 || !try_order(h, at, n, 0, 0))
			continue;
		cause_add_text(causes_add(h->out, CAUSE_REORDERED, true),
			       "field", h->v[i].field->name);
		return true;
	}
	return false;
}

/* -- two fields that lists and gateways change together -------------------- */

/* Guess K of pick I, of so many, best first: first of all, that it was not
 * there. */
static bool nth_guess(struct head *h, size_t i, size_t k, size_t most,
		      struct span *out)
{
	const struct guesses *g = guesses_of(h, i);
	bool there = h->v[i].field != NULL;

	*out = SPAN("");
	if (k == 0 && there)
		return true;
	k -= there;
	if (k >= g->s.n || k >= most)
		return false;
	*out = guess_at(g, k);
	return true;
}

static bool try_pair(struct head *h, size_t i, size_t j, size_t most)
{
	struct span now = h->v[i].raw, a, b;
	bool found = false;

	for (size_t x = 0;
	     !found && *h->in->trials && nth_guess(h, i, x, most, &a); x++) {
		set_raw(h, i, a);
		for (size_t y = 0; !found && nth_guess(h, j, y, most, &b); y++)
			found = try_raw(h, j, b);
	}
	set_raw(h, i, now);
	if (found) {
		say_field(h, i, a);
		say_field(h, j, b);
	}
	return found;
}

static bool try_pairs(struct head *h, size_t most)
{
	static const char *const names[][2] = {
		{ "Subject", "From" },
		{ "To", "Cc" },
		{ "Content-Type", "Content-Transfer-Encoding" },
	};

	for (size_t i = 0; i + 1 < h->n; i++)
		for (size_t j = 0; j + 1 < h->n; j++)
			for (size_t k = 0; k < 3; k++)
				if (span_ieq(h->v[i].name,
					     span_str(names[k][0])) &&
				    span_ieq(h->v[j].name,
					     span_str(names[k][1])) &&
				    try_pair(h, i, j, most))
					return true;
	return false;
}

/* -- all together ---------------------------------------------------------- */

/* Guesses for each field, and for each of two: where each trial checks a
 * signature, not all can be made. */
enum { BEST = 20, GOOD = 150, PAIR_BEST = 4, PAIR_GOOD = 120 };

static bool try_quick(struct head *h)
{
	return try_together(h, NULL) || try_added(h) || try_reordered(h) ||
	       try_blanks(h, true) || try_folds(h) || try_guesses(h, 0, BEST) ||
	       try_pairs(h, PAIR_BEST);
}

/* The simple form has ten times the white space to try. */
static bool try_fields(struct head *h, bool pairs)
{
	return try_guesses(h, BEST, GOOD) ||
	       (!h->simple && try_blanks(h, false)) ||
	       (pairs && try_pairs(h, PAIR_GOOD)) ||
	       try_guesses(h, GOOD, GUESSES_MAX) ||
	       (h->simple && (try_own_folds(h) || try_blanks(h, false)));
}

bool explain_head(const struct explain_input *in, bool deep, struct causes *out)
{
	bool dear = !in->want, found; /* each trial checks a signature */
	uint64_t kept = *in->trials / 4;
	struct head h;

	open_head(&h, in, out);
	found = try_quick(&h) || (dear && explain_tags(in, false, out));
	/* so that not all trials go to the fields */
	kept = kept < *in->trials ? kept : 0;
	*in->trials -= kept;
	found = found || try_fields(&h, deep && !dear);
	*in->trials += kept;
	found = found || (!dear && explain_tags(in, false, out));
	close_head(&h);
	return found;
}
