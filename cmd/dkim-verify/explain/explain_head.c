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
static bool hash_prefix(struct head *h, size_t i)
{
	struct digest unused;

	if (h->prefix_n == i)
		return true;
	h->prefix_n = SIZE_MAX;
	if (hasher_end(h->prefix, &unused) != ST_OK)
		return false;
	for (size_t k = 0; k < i; k++) {
		head_charge(h, h->v[k].canon.n / 2048);
		if (hasher_put(h->prefix, buf_span(&h->v[k].canon)) != ST_OK)
			return false;
	}
	h->prefix_n = i;
	return true;
}

/* With the canonical text CANON instead of pick I's (I is N: as it is). */
static bool head_verifies(struct head *h, size_t i, struct span canon)
{
	const struct explain_input *in = h->in;
	size_t from = i < h->n ? i : 0, octets = canon.n;
	enum status st = ST_OK;
	struct digest found;

	if (*in->trials == 0 ||
	    (from && (!hash_prefix(h, from) ||
		      hasher_copy(h->hasher, h->prefix) != ST_OK)))
		return false;
	for (size_t k = from; k < h->n && st == ST_OK; k++) {
		octets += h->v[k].canon.n;
		st = hasher_put(h->hasher,
				k == i ? canon : buf_span(&h->v[k].canon));
	}
	head_charge(h, 1 + octets / 2048);
	++*in->tried;
	if (hasher_end(h->hasher, &found) != ST_OK || st != ST_OK)
		return false;
	if (in->want)
		return span_eq(digest_span(in->want), digest_span(&found));
	return key_verify(in->key, &found, buf_span(&in->sig->b)) == ST_OK;
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

/* S without any white space and line ends. */
static void squeeze(struct span s, struct buf *out)
{
	buf_init(out, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_wsp(s.p[i]) && s.p[i] != '\r' && s.p[i] != '\n')
			buf_put(out, span_of(s.p + i, 1));
}

static bool same_squeezed(struct span a, struct span b)
{
	struct buf x, y;

	squeeze(a, &x);
	squeeze(b, &y);
	bool same = span_eq(buf_span(&x), buf_span(&y));

	buf_free(&x);
	buf_free(&y);
	return same;
}

/* Lines are broken at the same places, with the same octet after each. */
static bool same_folds(struct span a, struct span b)
{
	while (a.n || b.n) {
		size_t i = span_find(a, '\n'), j = span_find(b, '\n');

		if ((i == a.n) != (j == b.n) ||
		    !same_squeezed(span_head(a, i), span_head(b, j)))
			return false;
		a = span_from(a, i + 1);
		b = span_from(b, j + 1);
		/* tab and space at a fold are folding, too */
		if (a.n && b.n && a.p[0] != b.p[0])
			return false;
	}
	return true;
}

static bool is_spam(struct span tag)
{
	static const char words[] = "spam|junk|bulk|score|virus|phish|suspect|"
				    "unchecked";
	struct span rest = span_str(words), word;

	while (span_split(&rest, '|', &word))
		if (span_search(tag, word) < tag.n)
			return true;
	return span_starts(tag, SPAN("***"));
}

static bool is_reply(struct span tag)
{
	static const char words[] = "re:|fwd:|fw:|aw:|sv:|wg:|vs:|rv:|tr:|res:|"
				    "antw:";
	struct span rest = span_str(words), word;

	while (span_split(&rest, '|', &word))
		if (span_ieq(tag, word))
			return true;
	return false;
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
	if (same_squeezed(x, y)) {
		if (!span_eq(span_head(then, name.n), span_head(now, name.n)))
			return CAUSE_NAME_CASE;
		/* relaxed sees white space only where it was lost or gained */
		return how == CANON_SIMPLE && same_folds(x, y)
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
		guesses_free(&h->v[i].then);
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

/* RAW with its name in small letters, in capitals or in both (HOW 0 to 2), or
 * with its folds as tab, space, or none (3 to 5). */
static void unify(struct span raw, int how, struct buf *out)
{
	static const char *const folds[] = { "\r\n\t", "\r\n ", " " };
	size_t colon = span_find(raw, ':');

	buf_init(out, 2 * raw.n + 16);
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char c = raw.p[i];
		bool start = i == 0 || raw.p[i - 1] == '-';

		if (i < colon && how < 3)
			c = ascii_lower(c);
		if (i < colon && (how == 1 || (how == 2 && start)) &&
		    ascii_alpha(c))
			c = (unsigned char)(c - 32);
		if (how < 3 || c != '\r' || i + 2 >= raw.n) {
			buf_put(out, span_of(&c, 1));
			continue;
		}
		buf_put(out, span_str(folds[how - 3]));
		for (i++; i + 1 < raw.n && ascii_wsp(raw.p[i + 1]); i++)
			;
	}
}

static bool try_unified(struct head *h)
{
	bool found = false;

	for (int how = 0;
	     h->in->sig->header == CANON_SIMPLE && how < 6 && !found; how++) {
		struct buf *then = mem_alloc(h->n * sizeof(*then));

		for (size_t i = 0; i < h->n; i++)
			if (h->v[i].field)
				unify(h->v[i].raw, how, &then[i]);
		found = try_together(h, then);
	}
	return found;
}

/* -- one field --------------------------------------------------------------
 */

static const struct guesses *guesses_of(struct head *h, size_t i)
{
	struct pick *p = &h->v[i];
	const struct explain_input *in = h->in;

	if (p->guessed || i + 1 == h->n)
		return &p->then;
	p->guessed = true;
	p->then = (struct guesses){
		.name = p->field ? p->field->name : p->name,
		.value = p->field ? p->field->value : SPAN(""),
		.raw = p->field ? p->field->raw : SPAN(""),
		.all = in->fields,
		.sig = in->sig,
		.body = in->body,
		.simple = in->sig->header == CANON_SIMPLE,
		.room = &h->room,
	};
	if (!p->field)
		p->then.value.p = NULL;
	for (size_t k = 0; k < 2; k++)
		if (in->inner[k].n &&
		    span_ieq(span_head(in->inner[k], p->name.n), p->name))
			GUESS_RAW(&p->then, in->inner[k]);
	guess_field(&p->then);
	return &p->then;
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
			     k < g->n && k < most[round]; k++)
				if (try_raw(h, i, guess_at(g, k))) {
					say_field(h, i, guess_at(g, k));
					return true;
				}
		}
	return false;
}

/* -- fields of one name in another order ------------------------------------
 */

static void say_reordered(const struct head *h, struct span name)
{
	cause_add_text(causes_add(h->out, CAUSE_REORDERED, true), "field",
		       name);
}

static void swap_canon(struct head *h, size_t a, size_t b)
{
	struct buf canon = h->v[a].canon;

	h->v[a].canon = h->v[b].canon;
	h->v[b].canon = canon;
	h->prefix_n = SIZE_MAX;
}

static bool try_order(struct head *h, const size_t *at, size_t n, size_t fixed)
{
	if (fixed == n)
		return head_as_it_is(h);
	for (size_t i = fixed; i < n; i++) {
		swap_canon(h, at[fixed], at[i]);
		/* depth SAME_MAX at most */
		bool found = try_order(h, at, n, fixed + 1);

		swap_canon(h, at[fixed], at[i]);
		if (found)
			return true;
	}
	return false;
}

enum { SAME_MAX = 6 };

static bool try_reordered(struct head *h)
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
		say_reordered(h, h->v[i].field->name);
		return true;
	}
	return false;
}

/* Another instance of a name was signed: one that is elsewhere now. */
static bool try_other_instance(struct head *h)
{
	const struct fields *f = h->in->fields;

	for (size_t i = 0; i + 1 < h->n; i++) {
		size_t n = fields_count(f, h->v[i].name);

		for (size_t k = 0; k < n && n > 1 && n < 50; k++) {
			const struct field *o = fields_find(f, h->v[i].name, k);

			if (o == h->v[i].field || !try_raw(h, i, o->raw))
				continue;
			say_reordered(h, o->name);
			return true;
		}
	}
	return false;
}

/* -- white space, one octet -------------------------------------------------
 */

/* Search S, a script of pick I. */
static bool solve_field(struct head *h, size_t i, struct script *s,
			unsigned how, struct buf *then)
{
	struct text_machine t = { .verifies = try_now, .ctx = h };
	struct machine m = text_machine(&t, h->in->trials);

	h->now = i;
	bool found = script_solve(s, &m, how);

	buf_init(then, 4 * s->text.n + 64);
	if (found)
		script_apply(s, then);
	text_machine_free(&t);
	script_end(s);
	return found;
}

static bool solve_and_say(struct head *h, size_t i, struct script *s,
			  unsigned how)
{
	struct buf then;
	bool found = solve_field(h, i, s, how, &then);

	if (found)
		say_field(h, i, buf_span(&then));
	buf_free(&then);
	return found;
}

/* The pieces of white space of a field, each to be written as PUT. */
static bool rewrite_blanks(struct head *h, size_t i, const char *put,
			   bool folds_only, unsigned how)
{
	struct span raw = h->v[i].raw;
	size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);
	struct script s;

	script_begin(&s, raw);
	for (size_t at = span_find(raw, ':') + 1; at < end; at++) {
		size_t n = 0;
		bool fold = false;

		while (at + n < end && span_has(SPAN(" \t\r\n"), raw.p[at + n]))
			fold |= raw.p[at + n++] == '\n';
		if (n && (fold || !folds_only) &&
		    !span_eq(span_of(raw.p + at, n), span_str(put)))
			script_edit(&s, at, n, span_str(put));
		at += n;
	}
	return solve_and_say(h, i, &s, how);
}

/* White space lost: PUT after any octet of AFTER (NULL: any). */
static bool insert_blanks(struct head *h, size_t i, const char *put,
			  const char *after, unsigned how)
{
	struct span raw = h->v[i].raw;
	struct script s;

	script_begin(&s, raw);
	for (size_t at = span_find(raw, ':') + 1; at < raw.n; at++)
		if (!after || span_has(span_str(after), raw.p[at - 1]))
			script_edit(&s, at, 0, span_str(put));
	return solve_and_say(h, i, &s, how);
}

/* QUICK: all folds, or one of them. */
static bool try_blanks(struct head *h, bool quick)
{
	static const char *const puts[] = { "",	  " ",	"\r\n ",       "\r\n\t",
					    "  ", "\t", "\r\n        " };
	const unsigned most = TRY_ALL | TRY_ONE | TRY_RUNS;
	bool simple = h->in->sig->header == CANON_SIMPLE;

	for (size_t i = 0; i < h->n; i++) {
		if (!h->v[i].field || h->v[i].raw.n > 8192)
			continue;
		for (size_t k = 0; k < (simple ? 7 : 2); k++)
			if (rewrite_blanks(h, i, puts[k], true,
					   quick ? TRY_ALL | TRY_ONE
						 : most | TRY_TWO) ||
			    (!quick &&
			     rewrite_blanks(h, i, puts[k], false,
					    simple ? most | TRY_TWO : most)))
				return true;
		for (size_t k = 1; !quick && k < (simple ? 7 : 2); k++)
			if (insert_blanks(h, i, puts[k], ":;,=", most) ||
			    insert_blanks(h, i, puts[k], ";", TRY_ALL) ||
			    insert_blanks(h, i, puts[k], ",", TRY_ALL) ||
			    insert_blanks(h, i, puts[k], NULL, TRY_ONE))
				return true;
	}
	return false;
}

/* The tag of the signature's own text that octet AT is in. */
static struct span tag_at(struct span own, size_t at)
{
	size_t from = span_find(own, ':') + 1;

	for (size_t i = from; i < at && i < own.n; i++)
		if (own.p[i] == ';')
			from = i + 1;
	struct span tag = span_from(own, from);

	return span_trim(span_head(tag, span_find(tag, '=')));
}

/* One octet of a field, or of the signature itself, was replaced, lost or
 * added. */
static bool try_octets(struct head *h)
{
	static const char letters[] =
		" etaoinshrdlucmfwypvbgkqjxz0123456789.,-'ETAOINSHRDLUCMFWYPVBG"
		"KQJXZ!\"#$%&()*+/:;<=>?@[\\]^_`{|}~\t";

	for (size_t i = 0; i < h->n; i++) {
		struct span raw = h->v[i].raw;
		size_t from = span_find(raw, ':') + 1, at = 0;
		size_t end = raw.n - (span_ends(raw, SPAN("\r\n")) ? 2 : 0);
		struct script s;
		struct buf then;

		if (!h->v[i].field || raw.n > 1200)
			continue;
		script_begin(&s, raw);
		script_octets(&s, from, end, letters);
		bool found = solve_field(h, i, &s, TRY_ONE, &then);

		while (at < raw.n && at < then.n && raw.p[at] == then.p[at])
			at++;
		if (found && i + 1 == h->n)
			cause_add_text(
				causes_add(h->out, CAUSE_SIGNATURE, true),
				"tag", tag_at(raw, at));
		else if (found)
			say_field(h, i, buf_span(&then));
		buf_free(&then);
		if (found)
			return true;
	}
	return false;
}

/* -- two fields -------------------------------------------------------------
 */

/* Guess K of pick I, best first: first of all, that it was not there. */
static bool nth_guess(struct head *h, size_t i, size_t k, size_t most,
		      struct span *out)
{
	const struct guesses *g = guesses_of(h, i);
	bool there = h->v[i].field != NULL;

	*out = SPAN("");
	if (k == 0 && there)
		return true;
	k -= there;
	if (k >= g->n || k >= most)
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
		for (size_t y = 0;
		     !found && *h->in->trials && nth_guess(h, j, y, most, &b);
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

static bool try_pairs(struct head *h, size_t most)
{
	for (size_t i = 0; i + 1 < h->n; i++)
		for (size_t j = i + 1; j + 1 < h->n; j++)
			if (try_pair(h, i, j, most))
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
			try_other_instance(&h) || try_unified(&h) ||
			try_blanks(&h, true) || try_guesses(&h) ||
			try_blanks(&h, false);
	else
		found = try_pairs(&h, 4) || try_pairs(&h, 24) ||
			/* with Ed25519 too dear */
			(in->want && (try_pairs(&h, 120) || try_octets(&h)));
	close_head(&h);
	return found;
}

/* -- without a proof --------------------------------------------------------
 */

static const struct field *signed_field(const struct explain_input *in,
					const char *name)
{
	return sig_covers(in->sig, span_str(name))
		       ? fields_find(in->fields, span_str(name), 0)
		       : NULL;
}

static bool is_gone(const struct explain_input *in, const char *name)
{
	return sig_covers(in->sig, span_str(name)) &&
	       fields_count(in->fields, span_str(name)) == 0;
}

static void say_likely(struct causes *out, enum cause_code code,
		       struct span field)
{
	cause_add_text(causes_add(out, code, false), "field", field);
}

/* A field that every message has (RFC 5322 3.6), or one of which the other MIME
 * fields speak. That h= names an absent field is no evidence otherwise: signers
 * do that so that it cannot be added (RFC 6376 5.4.2). */
static bool guess_dropped(const struct explain_input *in, struct causes *out)
{
	static const char *const every[] = { "From", "Date", "Subject", "To",
					     "Message-ID" };
	static const char *const mime[] = { "MIME-Version", "Content-Type",
					    "Content-Transfer-Encoding" };

	for (size_t i = 0; i < sizeof(every) / sizeof(*every); i++)
		if (is_gone(in, every[i])) {
			say_likely(out, CAUSE_DROPPED, span_str(every[i]));
			return true;
		}
	for (size_t i = 0; i < 2; i++)
		if (is_gone(in, mime[i]) &&
		    fields_count(in->fields, span_str(mime[1 - i]))) {
			say_likely(out, CAUSE_DROPPED, span_str(mime[i]));
			return true;
		}
	return false;
}

/* A list or a relay that writes the field for everybody. */
static bool guess_rewritten(const struct explain_input *in, struct causes *out)
{
	static const struct {
		const char *field, *mark;
	} known[] = {
		{ "From", " via " },
		{ "Message-ID", "amazonses.com>" },
		{ "Message-ID", "prod.outlook.com>" },
		{ "Message-ID", "mandrillapp.com>" },
		{ "Message-ID", "geopod-ismtpd" },
		{ "To", "undisclosed" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct field *f = signed_field(in, known[i].field);

		if (!f || span_search(f->value, span_str(known[i].mark)) ==
				  f->value.n)
			continue;
		say_likely(out, CAUSE_VALUE, f->name);
		return true;
	}
	return false;
}

/* A signer writes its own domain into these. */
static bool guess_domain(const struct explain_input *in, struct causes *out)
{
	static const char *const names[] = { "From", "Message-ID" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct field *f = signed_field(in, names[i]);
		struct span v = f ? f->value : SPAN("");
		struct span domain = span_from(v, span_rfind(v, '@') + 1);
		struct name name;

		domain = span_trim(span_head(domain, span_find(domain, '>')));
		if (name_parse(domain, NAME_SINGLE | NAME_UNDERSCORE, &name,
			       NULL) != ST_OK ||
		    name_within(&name, &in->sig->d) ||
		    name_within(&in->sig->d, &name))
			continue;
		say_likely(out, CAUSE_VALUE, f->name);
		return true;
	}
	return false;
}

/* A subject that starts with a tag. */
static bool guess_subject(const struct explain_input *in, struct causes *out)
{
	const struct field *f = signed_field(in, "Subject");
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
	    !guess_subject(in, out) && !guess_rewritten(in, out))
		(void)guess_domain(in, out); /* nothing shows */
}
