#include "explain_input.h"

#include "b64.h"
#include "der.h"
#include "explain_search.h"
#include "keyowner.h"

bool keyrec_usable(const struct keyrec *rec, enum key_type type)
{
	return rec->st == ST_OK && rec->type == type &&
	       key_check(rec->key, LIMIT_RSA_BITS_MIN, NULL) == ST_OK;
}

static struct cause *say_key(const struct explain_input *in,
			     enum cause_code code, bool proven,
			     const char *kind, struct causes *out)
{
	struct cause *cause = causes_add(out, code, proven);

	cause_add_text(cause, "name", span_str(in->name->text));
	if (kind)
		cause_add_text(cause, "kind", span_str(kind));
	return cause;
}

static bool rec_verifies(const struct explain_input *in,
			 const struct keyrec *rec)
{
	struct digest found;

	if (!keyrec_usable(rec, in->sig->type))
		return false;
	sig_digest(in->sig, in->fields, in->conf->crypto, &found);
	return key_verify(rec->key, &found, buf_span(&in->sig->b)) == ST_OK;
}

/* -- no record ------------------------------------------------------------- */

_Static_assert((int)KEYOWNER_WRONG <= (int)LIMIT_EXPLAIN_QUERIES,
	       "a question each");

/* There is a record at NAME, which is not where it belongs. */
static bool found_at(const struct explain_input *in, const struct name *name,
		     struct causes *out)
{
	const struct keyset *keys =
		key_record_cache_get(in->conf->keys, name, in->clock);
	bool found = false;

	for (size_t i = 0; keys->st == ST_OK && i < keys->n && !found; i++) {
		if (keys->v[i].st != ST_OK)
			continue;
		struct cause *cause =
			say_key(in, CAUSE_NO_KEY, true, NULL, out);

		cause_add_text(cause, "owner", span_str(name->text));
		if (rec_verifies(in, &keys->v[i]))
			cause_add_text(cause, "there",
				       SPAN("the key that verifies"));
		found = true;
	}
	key_record_cache_put(in->conf->keys, keys);
	return found;
}

void explain_no_key(const struct explain_input *in, struct causes *out)
{
	struct name name;

	for (size_t i = 0; i < KEYOWNER_WRONG; i++)
		if (keyowner_wrong(i, &in->sig->s, &in->sig->d, &name) &&
		    found_at(in, &name, out))
			return;
	(void)say_key(in, CAUSE_NO_KEY, true, NULL, out);
}

/* -- a damaged record ------------------------------------------------------ */

/* Where the value of p= starts, or S.n. */
static size_t p_at(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (ascii_lower(s.p[i]) == 'p' && s.p[i + 1] == '=' &&
		    (i == 0 || span_has(SPAN("; \""), s.p[i - 1])))
			return i + 2;
	return s.n;
}

/* S with each FROM as TO. */
static void replace_all(struct span s, const char *from, const char *to,
			struct buf *out)
{
	struct span what = span_str(from);

	for (size_t i = 0; i < s.n; i++)
		if (span_starts(span_from(s, i), what)) {
			buf_put(out, span_str(to));
			i += what.n - 1;
		} else {
			buf_put(out, span_of(s.p + i, 1));
		}
}

static void mend_plus(struct span s, struct buf *out)
{
	size_t at = p_at(s);

	for (size_t i = 0; i < s.n; i++)
		buf_put(out, i > at && s.p[i] == ' ' && i + 1 < s.n &&
					     s.p[i + 1] != ';'
				     ? SPAN("+")
				     : span_of(s.p + i, 1));
}

static void mend_armour(struct span s, struct buf *out)
{
	while (s.n) {
		size_t from = span_search(s, SPAN("-----"));
		struct span rest = span_from(s, from + 5);
		size_t to = span_search(rest, SPAN("-----"));

		buf_put(out, span_head(s, from));
		s = span_from(rest, to + 5);
	}
}

/* A ";" before each known tag that has none. */
static void mend_semicolons(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (i > 1 && s.p[i - 1] == ' ' && s.p[i - 2] != ';' &&
		    octet_at(s, i + 1) == '=' &&
		    span_has(SPAN("kptshng"), s.p[i]))
			buf_put(out, SPAN("; "));
		buf_put(out, span_of(s.p + i, 1));
	}
}

static const struct {
	const char *kind, *from, *to; /* replaced, or */
	void (*mend)(struct span s, struct buf *out);
} mends[] = {
	{ "backslashes", "\\", "", NULL },
	{ "quotes", "\" \"", "", NULL },
	{ "quotes", "\"", "", NULL },
	{ "plus signs lost", NULL, NULL, mend_plus },
	{ "armour", NULL, NULL, mend_armour },
	{ "line breaks", "\\010", "", NULL },
	{ "line breaks", "\\n", "", NULL },
	{ "semicolons lost", NULL, NULL, mend_semicolons },
	{ "commas", ",", ";", NULL },
	{ "plus signs encoded", "&#43;", "+", NULL },
	{ "plus signs encoded", "%2B", "+", NULL },
};
enum { MENDS = sizeof(mends) / sizeof(*mends) };

static void mend_record(size_t i, struct span s, struct buf *out)
{
	buf_init(out, 4 * s.n + 64);
	if (mends[i].mend)
		mends[i].mend(s, out);
	else
		replace_all(s, mends[i].from, mends[i].to, out);
}

static bool try_record(const struct explain_input *in, struct span text)
{
	struct keyrec rec;

	keyrec_parse(text, &rec);
	bool good = rec_verifies(in, &rec);

	keyrec_free(&rec);
	return good;
}

/* One, then two of them. */
static bool try_mends(const struct explain_input *in, struct causes *out)
{
	bool good = false;

	for (size_t i = 0; i < MENDS * (MENDS + 1) && !good; i++) {
		size_t second = i / MENDS;
		struct buf one, two = { 0 };

		mend_record(i % MENDS, in->record, &one);
		if (second)
			mend_record(second - 1, buf_span(&one), &two);
		good = try_record(in, buf_span(second ? &two : &one));
		if (good)
			(void)say_key(in, CAUSE_KEY_MANGLED, true,
				      mends[i % MENDS].kind, out);
		buf_free(&one);
		buf_free(&two);
	}
	return good;
}

/* What base64 characters p= has, whatever else it has; or what the record ends
 * with, if "p=" is gone. CLEAN: white space alone is left out. */
static void p_text(struct span record, bool clean, struct buf *out)
{
	size_t at = p_at(record);
	struct span p = span_from(record, at);

	if (at == record.n && clean)
		p = span_from(record,
			      (span_rfind(record, ';') + 1) % (record.n + 1));
	buf_init(out, p.n + 8);
	for (size_t i = 0; i < p.n && p.p[i] != ';'; i++)
		if (clean ? ascii_alpha(p.p[i]) || ascii_digit(p.p[i]) ||
				    span_has(SPAN("+/"), p.p[i]) ||
				    (p.p[i] == '=' && out->n)
			  : !ascii_wsp(p.p[i]))
			buf_put(out, span_of(p.p + i, 1));
}

static bool try_p(void *ctx, struct span p)
{
	const struct explain_input *in = ctx;
	struct buf text;

	if (*in->trials == 0 || p.n % 4)
		return false;
	--*in->trials;
	buf_init(&text, p.n + 64);
	buf_putf(&text, "k=%s; p=", key_type_word(in->sig->type));
	buf_put(&text, p);
	bool good = try_record(in, buf_span(&text));

	buf_free(&text);
	return good;
}

/* One character of p= was lost, replaced or added. */
static bool try_one_lost(const struct explain_input *in, struct span p,
			 struct causes *out)
{
	struct script s;

	script_begin(&s, p);
	if (p.n % 4 != 2) /* a group of two is two characters short */
		script_octets(&s, 0, p.n, SCRIPT_BASE64);
	bool good = script_solve_text(&s, try_p, (void *)(uintptr_t)in,
				      in->trials, TRY_ONE);

	if (good)
		(void)say_key(in, CAUSE_KEY_MANGLED, true, "a lost character",
			      out);
	script_end(&s);
	return good;
}

static bool is_cut(const struct explain_input *in, struct span p)
{
	/* a key whose end is there lost something inside */
	bool ended = span_ends(p, SPAN("AQAB")) ||
		     span_ends(p, SPAN("AQAB=")) || span_ends(p, SPAN("=="));
	struct buf octets;

	p.n -= p.n % 4; /* what is left of a group tells nothing */
	buf_init(&octets, p.n + 4);
	bool cut = b64_decode(p, &octets) == ST_OK && !ended &&
		   (in->sig->type == KEY_RSA ? der_cut(buf_span(&octets)) > 0
					     : octets.n < 32);

	buf_free(&octets);
	return cut;
}

/* Base64 without one capital. */
static bool is_small(struct span p)
{
	size_t letters = 0, capitals = 0;

	for (size_t i = 0; i < p.n; i++) {
		letters += ascii_alpha(p.p[i]);
		capitals += p.p[i] >= 'A' && p.p[i] <= 'Z';
	}
	return letters > 30 && capitals == 0;
}

static const char *slip_of(struct span record)
{
	return span_search(record, SPAN("-----")) < record.n ? "armour"
	       : span_find(record, '\\') < record.n	     ? "backslashes"
	       : span_find(record, '"') < record.n	     ? "quotes"
							     : "unknown";
}

/* Something else than base64 got into p=, or its name was lost. */
static bool try_clean_p(const struct explain_input *in, struct causes *out)
{
	struct buf p;

	p_text(in->record, true, &p);
	bool good = try_p((void *)(uintptr_t)in, buf_span(&p));

	if (good)
		(void)say_key(in, CAUSE_KEY_MANGLED, true, "other characters",
			      out);
	buf_free(&p);
	return good;
}

static void explain_p(const struct explain_input *in, struct span p,
		      struct causes *out)
{
	if (is_cut(in, p))
		(void)say_key(in, CAUSE_KEY_TRUNCATED, true, NULL, out);
	else if (is_small(p))
		(void)say_key(in, CAUSE_KEY_MANGLED, true, "lower case", out);
	else if (!try_one_lost(in, p, out))
		(void)say_key(in, CAUSE_KEY_MANGLED, false, slip_of(in->record),
			      out);
}

void explain_record(const struct explain_input *in, enum status st,
		    struct causes *out)
{
	struct keyrec rec;
	struct tags t;
	struct buf p;

	if (st == ST_KEY_REVOKED) {
		(void)say_key(in, CAUSE_REVOKED, true, NULL, out);
		return;
	}
	keyrec_parse(in->record, &rec);
	bool other = st == ST_KEY_UNSUITABLE && rec.st == ST_OK;
	bool unknown = rec.st == ST_KEY_UNSUITABLE;

	/* k= that is of a draft is no damage (RFC 6376 3.6.1) */
	if (unknown && tags_parse(&t, in->record, TAGS_RECORD, NULL) == ST_OK)
		other |= keyrec_draft(tags_value(&t, "k")) != NULL;
	keyrec_free(&rec);
	p_text(in->record, false, &p);
	if (other) /* no guess: its type is not that of a= */
		(void)say_key(in, CAUSE_WRONG_KEY, true, "type", out);
	else if (try_mends(in, out) || try_clean_p(in, out))
		; /* the record is mended */
	else if (unknown)
		(void)say_key(in, CAUSE_WRONG_KEY, false, "type", out);
	else
		explain_p(in, buf_span(&p), out);
	buf_free(&p);
}
