#include "explain_input.h"

#include <stdlib.h>
#include <string.h>

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

/* -- what turned one field into another -------------------------------------
 */

static struct span value_of(struct span raw)
{
	return span_from(raw, span_find(raw, ':') + 1);
}

/* S without white space and line ends, or, with FOLDS, with each fold as its
 * line end and the octet behind it. */
static void squeeze(struct span s, bool folds, struct buf *out)
{
	buf_init(out, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool white = span_has(SPAN(" \t\r\n"), s.p[i]);
		bool fold = s.p[i] == '\n' || (i && s.p[i - 1] == '\n');

		if (!white || (folds && fold))
			buf_put(out, span_of(s.p + i, 1));
	}
}

static bool same_squeezed(struct span a, struct span b, bool folds)
{
	struct buf x, y;

	squeeze(a, folds, &x);
	squeeze(b, folds, &y);
	bool same = span_eq(buf_span(&x), buf_span(&y));

	buf_free(&x);
	buf_free(&y);
	return same;
}

static bool is_spam(struct span tag)
{
	static const char words[] = "spam|junk|bulk|score|virus|phish|suspect|"
				    "unchecked";
	struct span rest = span_str(words), word;
	bool found = span_starts(tag, SPAN("***"));

	while (!found && span_split(&rest, '|', &word))
		found = span_search(tag, word) < tag.n;
	return found;
}

static bool is_reply(struct span tag)
{
	static const char words[] = "re:|fwd:|fw:|aw:|sv:|wg:|vs:|rv:|tr:|res:|"
				    "antw:";
	struct span rest = span_str(words), word;
	bool found = false;

	while (!found && span_split(&rest, '|', &word))
		found = span_ieq(tag, word);
	return found;
}

/* LONGER is SHORTER with a piece put in at one place; that piece. */
static struct span added_piece(struct span longer, struct span shorter)
{
	size_t a = 0, i = longer.n, j = shorter.n;

	while (a < longer.n && a < shorter.n && longer.p[a] == shorter.p[a])
		a++;
	while (i > a && j > a && longer.p[i - 1] == shorter.p[j - 1]) {
		i--;
		j--;
	}
	struct span put = span_of(longer.p + a, i - a);

	if (span_trim(span_of(shorter.p + a, j - a)).n)
		return (struct span){ 0 };
	/* "[a] " + "[b] x": the piece found may be "a] [" */
	while (a > 0 && put.n && !ascii_wsp(put.p[0]) &&
	       longer.p[a - 1] == put.p[put.n - 1] &&
	       !ascii_wsp(longer.p[a - 1]))
		put = span_of(longer.p + --a, put.n);
	return span_trim(put);
}

static bool is_tag(struct span tag)
{
	return tag.n > 1 && tag.n < 100 &&
	       (span_has(SPAN("[({<*"), tag.p[0]) ||
		span_has(SPAN("])}>*:-|"), tag.p[tag.n - 1]));
}

static bool say_subject(struct span then, struct span now, struct causes *out)
{
	struct span a = span_trim(value_of(then)), b = span_trim(value_of(now));
	struct span added = added_piece(b, a), gone = added_piece(a, b);
	struct span tag = added.n ? added : gone;

	if (tag.n == 0 || is_reply(tag) || (!added.n && !is_tag(tag)))
		return false;
	struct cause *cause = causes_add(out,
					 !added.n	? CAUSE_SUBJECT_UNTAG
					 : is_spam(tag) ? CAUSE_SUBJECT_SPAM
							: CAUSE_SUBJECT_TAG,
					 true);

	cause_add_text(cause, "field", SPAN("Subject"));
	cause_add_text(cause, "tag", tag);
	cause_add_text(cause, "original", a);
	cause_add_text(cause, "found", b);
	return true;
}

static enum cause_code classify(enum canon how, struct span then,
				struct span now, struct span name)
{
	struct span x = value_of(then), y = value_of(now);

	if (then.n == 0)
		return CAUSE_ADDED;
	if (now.n == 0)
		return CAUSE_DROPPED;
	if (same_squeezed(x, y, false)) {
		if (!span_eq(span_head(then, name.n), span_head(now, name.n)))
			return CAUSE_NAME_CASE;
		/* relaxed sees white space only where it was lost or gained */
		return how == CANON_SIMPLE && same_squeezed(x, y, true)
			       ? CAUSE_WHITESPACE
			       : CAUSE_REFOLDED;
	}
	if (span_8bit(x) && !span_8bit(y) && span_search(y, SPAN("=?")) < y.n)
		return CAUSE_ENCODED_WORD;
	return span_ieq(name, SPAN("Content-Type")) ? CAUSE_CONTENT_TYPE
						    : CAUSE_VALUE;
}

/* Pick I was THEN (empty: not there), which is proven. */
static void say_field(const struct head *h, size_t i, struct span then)
{
	const struct pick *p = &h->v[i];
	struct span name = p->field ? p->field->name : p->name;
	struct span now = p->field ? p->raw : SPAN("");
	enum cause_code code = classify(h->in->sig->header, then, now, name);

	if (code == CAUSE_VALUE && span_ieq(name, SPAN("Subject")) &&
	    say_subject(then, now, h->out))
		return;
	struct cause *cause = causes_add(h->out, code, true);

	cause_add_text(cause, "field", name);
	if (then.n)
		cause_add_text(cause, "original", span_trim(value_of(then)));
	if (now.n)
		cause_add_text(cause, "found", span_trim(value_of(now)));
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

/* -- z= (RFC 6376 3.5) ------------------------------------------------------
 */

/* One copy of z=: its name, and the whole field decoded into OUT. */
static bool decode_copy(struct span item, struct span *name, struct buf *out)
{
	size_t colon = span_find(item, ':');
	struct span v = span_from(item, colon + 1);

	*name = span_trim(span_head(item, colon));
	if (colon == item.n || !fields_is_name(*name))
		return false;
	buf_put(out, *name);
	buf_put(out, SPAN(":"));
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = v.p[i];

		if (ascii_wsp(c) || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			int a = i + 2 < v.n ? ascii_hex(v.p[i + 1]) : -1;
			int b = i + 2 < v.n ? ascii_hex(v.p[i + 2]) : -1;

			if (a < 0 || b < 0)
				return false;
			c = (unsigned char)(a << 4 | b);
			i += 2;
		}
		buf_put(out, span_of(&c, 1));
	}
	buf_put(out, SPAN("\r\n"));
	return true;
}

bool head_copy(const struct sig *sig, struct span name, size_t nth,
	       struct buf *out)
{
	const struct tag *z = tags_find(sig->tags, SPAN("z"));
	struct span rest = z ? z->value : SPAN(""), item, found;
	struct buf copy;
	size_t n = 0;
	bool ok = true, any = false;

	/* signers write the copies in the order of h=, so the first of a name
	 * is the bottom one (RFC 6376 5.4.2) */
	buf_init(&copy, rest.n + 4);
	while (ok && rest.n && span_split(&rest, '|', &item)) {
		buf_reset(&copy);
		ok = decode_copy(item, &found, &copy);
		if (ok && span_ieq(found, name) && n++ == nth) {
			buf_init(out, copy.n);
			buf_put(out, buf_span(&copy));
			any = true;
		}
	}
	buf_free(&copy);
	if (any && !ok)
		buf_free(out);
	return any && ok;
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

static bool try_guesses(struct head *h)
{
	/* with Ed25519 not all can be tried: the best of each field first */
	const size_t most[] = { h->in->want ? GUESSES_MAX : 300, GUESSES_MAX };

	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i + 1 < h->n; i++) {
			const struct guesses *g = guesses_of(h, i);

			for (size_t k = round ? most[0] : 0;
			     k < g->s.n && k < most[round]; k++)
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
			    span_has(span_str(signs[place]), raw.p[at - 1]))
				script_edit(s, at, 0, span_str(put));
			continue;
		}
		while (at + n < end && span_has(SPAN(" \t\r\n"), raw.p[at + n]))
			fold |= raw.p[at + n++] == '\n';
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

bool explain_head(const struct explain_input *in, bool deep, struct causes *out)
{
	struct head h;
	bool found;

	open_head(&h, in, out);
	if (!deep)
		found = try_copies(&h) || try_added(&h) || try_reordered(&h) ||
			try_blanks(&h, true) || try_forms(&h) ||
			try_guesses(&h) || try_blanks(&h, false);
	else
		found = try_pairs(&h, false) ||
			/* with Ed25519 too dear */
			(in->want && (try_pairs(&h, true) || try_octets(&h)));
	close_head(&h);
	return found;
}

/* -- without a proof --------------------------------------------------------
 */

static const struct field *signed_field(const struct explain_input *in,
					struct span name)
{
	return sig_covers(in->sig, name) ? fields_find(in->fields, name, 0)
					 : NULL;
}

static void say_likely(struct causes *out, enum cause_code code,
		       struct span field)
{
	cause_add_text(causes_add(out, code, false), "field", field);
}

/* A field that every message has (RFC 5322 3.6), or one of which the other MIME
 * field speaks. That h= names an absent field is no evidence otherwise: signers
 * do that so that it cannot be added (RFC 6376 5.4.2). */
static bool guess_dropped(const struct explain_input *in, struct causes *out)
{
	static const char *const names[][2] = {
		{ "From", "" },
		{ "Date", "" },
		{ "Subject", "" },
		{ "To", "" },
		{ "Message-ID", "" },
		{ "MIME-Version", "Content-Type" },
		{ "Content-Type", "MIME-Version" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct span name = span_str(names[i][0]);
		struct span other = span_str(names[i][1]);

		if (!sig_covers(in->sig, name) ||
		    fields_count(in->fields, name) ||
		    (other.n && !fields_count(in->fields, other)))
			continue;
		say_likely(out, CAUSE_DROPPED, name);
		return true;
	}
	return false;
}

/* What a list or a relay writes for everybody. */
static bool guess_rewritten(const struct explain_input *in, struct causes *out)
{
	static const char *const known[][2] = {
		{ "From", " via " },
		{ "Message-ID", "amazonses.com>" },
		{ "Message-ID", "prod.outlook.com>" },
		{ "Message-ID", "mandrillapp.com>" },
		{ "Message-ID", "geopod-ismtpd" },
		{ "To", "undisclosed" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct field *f = signed_field(in, span_str(known[i][0]));

		if (!f ||
		    span_search(f->value, span_str(known[i][1])) == f->value.n)
			continue;
		say_likely(out, CAUSE_VALUE, f->name);
		return true;
	}
	return false;
}

/* A subject that starts with a tag. */
static bool guess_subject(const struct explain_input *in, struct causes *out)
{
	const struct field *f = signed_field(in, SPAN("Subject"));
	struct span v = f ? span_trim(f->value) : SPAN("");
	size_t close = span_find(v, v.n && v.p[0] == '[' ? ']' : ' ');

	if (!span_starts(v, SPAN("[")) && !span_starts(v, SPAN("***")) &&
	    !span_starts(v, SPAN("{")))
		return false;
	struct span tag = span_trim(span_head(v, close + 1));

	say_likely(out, is_spam(tag) ? CAUSE_SUBJECT_SPAM : CAUSE_SUBJECT_TAG,
		   f->name);
	cause_add_text(&out->v[out->n - 1], "tag", tag);
	return true;
}

void head_likely(const struct explain_input *in, struct causes *out)
{
	if (out->n < CAUSES_MAX && !guess_dropped(in, out) &&
	    !guess_subject(in, out))
		(void)guess_rewritten(in, out); /* nothing shows */
}
