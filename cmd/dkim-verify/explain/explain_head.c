#include "explain_input.h"

#include <stdlib.h>
#include <string.h>

#include "explain_change.h"
#include "explain_fields.h"
#include "explain_search.h"
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
	struct causes *out;
};

static void put_canon(const struct head *h, struct span raw, struct buf *out)
{
	buf_reset(out);
	if (raw.n &&
	    canon_field(h->in->sig->header, raw, io_to_buf(out)) != ST_OK)
		buf_reset(out); /* too long: does not verify */
}

/* -- does it verify? --------------------------------------------------------
 */

/* A large header has fewer trials. */
static void head_charge(struct head *h, uint64_t n)
{
	*h->in->trials -= n < *h->in->trials ? n : *h->in->trials;
}

/* The picks before I, which stay the same for many trials. */
static void hash_prefix(struct head *h, size_t i)
{
	struct digest unused;

	if (h->prefix_n == i)
		return;
	hasher_end(h->prefix, &unused);
	for (size_t k = 0; k < i; k++) {
		head_charge(h, h->v[k].canon.n / 2048);
		hasher_put(h->prefix, buf_span(&h->v[k].canon));
	}
	h->prefix_n = i;
}

static bool is_signed(const struct head *h, const struct digest *d)
{
	const struct explain_input *in = h->in;

	return in->want
		       ? span_eq(digest_span(in->want), digest_span(d))
		       : key_verify(in->key, d, buf_span(&in->sig->b)) == ST_OK;
}

/* Does that verify from scratch, too, without what was saved? */
static bool holds_again(struct head *h, size_t i, struct span canon)
{
	struct hasher *hasher =
		hasher_new(h->in->conf->crypto, h->in->sig->hash);
	struct digest found;
	struct buf text;

	buf_init(&text, 2 * LIMIT_HEADER_BYTES);
	for (size_t k = 0; k < h->n; k++) {
		put_canon(h, h->v[k].raw, &text);
		hasher_put(hasher, k == i ? canon : buf_span(&text));
	}
	hasher_end(hasher, &found);
	bool same = key_verify(h->in->key, &found, buf_span(&h->in->sig->b)) ==
		    ST_OK;

	*h->in->faults += !same;
	hasher_free(hasher);
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
	hasher_end(h->hasher, &found);
	return is_signed(h, &found) && holds_again(h, i, canon);
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

/* -- set-up -----------------------------------------------------------------
 */

static void open_head(struct head *h, const struct explain_input *in,
		      struct causes *out)
{
	const struct sig *sig = in->sig;
	struct picker picker;

	*h = (struct head){ .in = in, .out = out, .prefix_n = SIZE_MAX };
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

/* -- several fields at once -------------------------------------------------
 */

/* Each field as THEN has it (.p NULL: as it is); what is proven is said. */
static bool try_together(struct head *h, struct buf *then)
{
	struct span *now = mem_alloc(h->n * sizeof(*now));
	bool any = false;

	for (size_t i = 0; i < h->n; i++) {
		now[i] = h->v[i].raw;
		if (!then[i].p)
			continue;
		put_canon(h, buf_span(&then[i]), &h->scratch);
		if (h->v[i].field &&
		    span_eq(buf_span(&h->scratch), buf_span(&h->v[i].canon))) {
			buf_free(&then[i]);
			continue;
		}
		set_raw(h, i, buf_span(&then[i]));
		any = true;
	}
	bool found = any && head_as_it_is(h);

	for (size_t i = 0; i < h->n; i++) {
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

/* As z= has them. */
static bool try_copies(struct head *h)
{
	struct buf *then = mem_alloc(h->n * sizeof(*then));

	for (size_t i = 0; i + 1 < h->n; i++) {
		size_t nth = 0;

		for (size_t k = 0; k < i; k++)
			nth += span_ieq(h->v[k].name, h->v[i].name);
		(void)head_copy(h->in->sig, h->v[i].name, nth, &then[i]);
	}
	return try_together(h, then);
}

/* -- one field --------------------------------------------------------------
 */

static void begin_guesses(struct head *h, size_t i, struct guesses *g)
{
	const struct pick *p = &h->v[i];

	*g = (struct guesses){
		.name = p->field ? p->field->name : p->name,
		.value = p->field ? p->field->value : (struct span){ 0 },
		.all = h->in->fields,
		.sig = h->in->sig,
		.body = h->in->body,
		.simple = h->in->sig->header == CANON_SIMPLE,
		.room = &h->room,
	};
	script_begin(&g->s, p->field ? p->field->raw : SPAN(""));
}

static const struct guesses *guesses_of(struct head *h, size_t i)
{
	struct pick *p = &h->v[i];

	if (p->guessed)
		return &p->then;
	p->guessed = true;
	begin_guesses(h, i, &p->then);
	for (size_t k = 0; k < 2; k++) {
		struct span inner = h->in->inner[k];

		if (inner.n && span_ieq(span_head(inner, p->name.n), p->name))
			GUESS_RAW(&p->then, inner);
	}
	guess_field(&p->then);
	return &p->then;
}

/* Each field as its Kth guess has it, of those that write all fields in one
 * way. */
static bool try_forms(struct head *h)
{
	bool found = false;

	for (size_t k = 0;
	     h->in->sig->header == CANON_SIMPLE && k < GUESSES_FORMS && !found;
	     k++) {
		struct buf *then = mem_alloc(h->n * sizeof(*then));

		for (size_t i = 0; i + 1 < h->n; i++) {
			struct guesses g;

			begin_guesses(h, i, &g);
			if (h->v[i].field)
				guess_forms(&g);
			if (k < g.s.n) {
				buf_init(&then[i], guess_at(&g, k).n);
				buf_put(&then[i], guess_at(&g, k));
			}
			script_end(&g.s);
		}
		found = try_together(h, then);
	}
	return found;
}

/* A field that was not there when it was signed. */
static bool try_added(struct head *h)
{
	for (size_t i = 0; i + 1 < h->n; i++)
		if (h->v[i].field && head_verifies(h, i, SPAN(""))) {
			say_field(h, i, SPAN(""));
			return true;
		}
	return false;
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

/* -- fields of one name in another order ------------------------------------
 */

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

/* -- white space, one octet -------------------------------------------------
 */

/* Search S, a script of pick I, and say what it found. */
static bool solve_field(struct head *h, size_t i, struct script *s,
			unsigned how)
{
	struct text_machine t = { .verifies = try_now, .ctx = h };
	struct machine m = text_machine(&t, h->in->trials);
	struct buf then;

	h->now = i;
	bool found = script_solve(s, &m, how);

	buf_init(&then, 4 * s->text.n + 64);
	if (found) {
		script_apply(s, &then);
		say_field(h, i, buf_span(&then));
	}
	buf_free(&then);
	text_machine_free(&t);
	script_end(s);
	return found;
}

/* White space at such a place was written as PUT. */
enum place {
	AT_FOLDS,
	AT_BLANKS,
	AFTER_SIGN,
	AFTER_SEMICOLON,
	AFTER_COMMA,
	AFTER_ANY
};

static void edit_blanks(struct script *s, enum place place, const char *put)
{
	static const char *const signs[] = { [AFTER_SIGN] = ":;,=",
					     [AFTER_SEMICOLON] = ";",
					     [AFTER_COMMA] = "," };
	struct span raw = s->text;
	size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);

	for (size_t at = span_find(raw, ':') + 1; at < raw.n; at++) {
		size_t n = 0;
		bool fold = false;

		if (place >= AFTER_SIGN) {
			if (place == AFTER_ANY ||
			    span_has(span_str(signs[place]),
				     octet_at(raw, at - 1)))
				script_edit(s, at, 0, span_str(put));
			continue;
		}
		while (at + n < end &&
		       span_has(SPAN(" \t\r\n"), octet_at(raw, at + n)))
			fold |= octet_at(raw, at + n++) == '\n';
		if (n && (fold || place == AT_BLANKS) &&
		    !span_eq(span_of(raw.p + at, n), span_str(put)))
			script_edit(s, at, n, span_str(put));
		at += n;
	}
}

static const struct {
	enum place place;
	bool quick;
	unsigned how, simple; /* with the simple form: SIMPLE, too */
} blanks[] = {
	{ AT_FOLDS, true, TRY_ALL | TRY_ONE, 0 },
	{ AT_FOLDS, false, TRY_RUNS | TRY_TWO, 0 },
	{ AT_BLANKS, false, TRY_ALL | TRY_ONE | TRY_RUNS, TRY_TWO },
	{ AFTER_SIGN, false, TRY_ALL | TRY_ONE | TRY_RUNS, 0 },
	{ AFTER_SEMICOLON, false, TRY_ALL, 0 },
	{ AFTER_COMMA, false, TRY_ALL, 0 },
	{ AFTER_ANY, false, TRY_ONE, 0 },
};

static bool try_blanks(struct head *h, bool quick)
{
	static const char *const puts[] = { "",	  " ",	"\r\n ",       "\r\n\t",
					    "  ", "\t", "\r\n        " };
	bool simple = h->in->sig->header == CANON_SIMPLE, found = false;

	for (size_t i = 0; i < h->n; i++)
		for (size_t b = 0; b < sizeof(blanks) / sizeof(*blanks); b++)
			for (size_t k = blanks[b].place >= AFTER_SIGN;
			     k < (simple ? 7 : 2) && !found; k++) {
				struct script s;

				if (!h->v[i].field || h->v[i].raw.n > 8192 ||
				    blanks[b].quick != quick)
					break;
				script_begin(&s, h->v[i].raw);
				edit_blanks(&s, blanks[b].place, puts[k]);
				found = solve_field(
					h, i, &s,
					blanks[b].how |
						(simple ? blanks[b].simple
							: 0));
			}
	return found;
}

/* One octet of a field was replaced, lost or added. */
static bool try_octets(struct head *h)
{
	static const char letters[] =
		" etaoinshrdlucmfwypvbgkqjxz0123456789.,-'ETAOINSHRDLUCMFWYPVBG"
		"KQJXZ!\"#$%&()*+/:;<=>?@[\\]^_`{|}~\t";
	bool found = false;

	for (size_t i = 0; i + 1 < h->n && !found; i++) {
		struct span raw = h->v[i].raw;
		struct script s;

		if (!h->v[i].field || raw.n > 1200)
			continue;
		script_begin(&s, raw);
		script_octets(&s, span_find(raw, ':') + 1, raw.n - 2, letters);
		found = solve_field(h, i, &s, TRY_ONE);
	}
	return found;
}

/* -- two fields -------------------------------------------------------------
 */

/* Guess K of pick I, best first: first of all, that it was not there. */
static bool nth_guess(struct head *h, size_t i, size_t k, struct span *out)
{
	const struct guesses *g = guesses_of(h, i);
	bool there = h->v[i].field != NULL;

	*out = SPAN("");
	if (k == 0 && there)
		return true;
	k -= there;
	if (k >= g->s.n)
		return false;
	*out = guess_at(g, k);
	return true;
}

static bool try_pair(struct head *h, size_t i, size_t j, size_t most)
{
	struct span now = h->v[i].raw, a, b;
	bool found = false;

	for (size_t x = 0;
	     !found && *h->in->trials && x <= most && nth_guess(h, i, x, &a);
	     x++) {
		set_raw(h, i, a);
		for (size_t y = 0; !found && *h->in->trials && y <= most &&
				   nth_guess(h, j, y, &b);
		     y++)
			found = try_raw(h, j, b);
	}
	set_raw(h, i, now);
	if (found) {
		say_field(h, i, a);
		say_field(h, j, b);
	}
	return found;
}

/* Do lists and gateways change these two together? */
static bool are_partners(struct span a, struct span b)
{
	static const char *const names[][2] = {
		{ "Subject", "From" },
		{ "To", "Cc" },
		{ "Content-Type", "Content-Transfer-Encoding" },
	};
	bool found = false;

	for (size_t i = 0; i < 2 * sizeof(names) / sizeof(*names); i++)
		found |= span_ieq(a, span_str(names[i / 2][i % 2])) &&
			 span_ieq(b, span_str(names[i / 2][1 - i % 2]));
	return found;
}

static bool try_pairs(struct head *h, bool partners)
{
	for (size_t i = 0; i + 1 < h->n; i++)
		for (size_t j = i + 1; j + 1 < h->n; j++)
			if ((!partners ||
			     are_partners(h->v[i].name, h->v[j].name)) &&
			    try_pair(h, i, j, partners ? 120 : 4))
				return true;
	return false;
}

bool explain_head(const struct explain_input *in, enum head_depth depth,
		  struct causes *out)
{
	/* with Ed25519 not all can be tried: the best of each field first */
	enum { BEST = 20, GOOD = 150 };
	bool found = false, simple = in->sig->header == CANON_SIMPLE;
	struct head h;

	open_head(&h, in, out);
	switch (depth) {
	case HEAD_QUICK:
		found = try_copies(&h) || try_added(&h) || try_reordered(&h) ||
			try_blanks(&h, true) || try_forms(&h) ||
			try_guesses(&h, 0, BEST);
		break;
	case HEAD_FIELDS:
		/* the simple form has ten times the white space to try */
		found = try_guesses(&h, BEST, GOOD) ||
			(!simple && try_blanks(&h, false)) ||
			try_guesses(&h, GOOD, GUESSES_MAX) ||
			(simple && try_blanks(&h, false));
		break;
	case HEAD_PAIRS:
		found = try_pairs(&h, false) ||
			/* with Ed25519 too dear */
			(in->want && (try_pairs(&h, true) || try_octets(&h)));
		break;
	}
	close_head(&h);
	return found;
}
