#include "explain_key.h"

#include <string.h>

#include "b64.h"

static void say(const struct key_input *in, enum cause_code code, bool proven,
		const char *kind, struct causes *out)
{
	struct cause *cause = causes_add(out, code, proven);

	cause_add_text(cause, "name", span_str(in->name->text));
	if (kind)
		cause_add_text(cause, "kind", span_str(kind));
}

static bool verifies(const struct key_input *in, const struct keyrec *rec)
{
	struct digest found;

	return rec->st == ST_OK && rec->type == in->sig->type &&
	       key_check(rec->key, LIMIT_RSA_BITS_MIN, NULL) == ST_OK &&
	       sig_digest(in->sig, in->fields, in->crypto, &found) == ST_OK &&
	       key_verify(rec->key, &found, buf_span(&in->sig->b)) == ST_OK;
}

/* -- no record --------------------------------------------------------------
 */

static bool found_at(const struct key_input *in, const char *owner,
		     struct causes *out)
{
	struct name name;

	if (name_parse(span_str(owner), NAME_UNDERSCORE, &name, NULL) != ST_OK)
		return false;
	const struct keyset *keys =
		key_record_cache_get(in->keys, &name, in->clock);

	bool found = false;

	for (size_t i = 0; keys->st == ST_OK && i < keys->n && !found; i++) {
		if (keys->v[i].st != ST_OK)
			continue;
		struct cause *cause = causes_add(out, CAUSE_NO_KEY, true);

		cause_add_text(cause, "name", span_str(in->name->text));
		cause_add_text(cause, "owner", span_str(name.text));
		if (verifies(in, &keys->v[i]))
			cause_add_text(cause, "there",
				       SPAN("the key that verifies"));
		found = true;
	}
	key_record_cache_put(in->keys, keys);
	return found;
}

void explain_no_key(const struct key_input *in, struct causes *out)
{
	const char *s = in->sig->s.text, *d = in->sig->d.text;
	const char *dot = strchr(d, '.');
	struct buf owner;

	buf_init(&owner, 1024);
	for (int i = 0; i < LIMIT_EXPLAIN_QUERIES; i++) {
		buf_reset(&owner);
		switch (i) {
		case 0: /* the zone's name was added once more */
			buf_putf(&owner, "%s._domainkey.%s.%s", s, d, d);
			break;
		case 1:
			buf_putf(&owner, "%s.domainkey.%s", s, d);
			break;
		case 2:
			buf_putf(&owner, "%s.%s", s, d);
			break;
		case 3: /* the parent's */
			buf_putf(&owner, "%s._domainkey%s", s,
				 dot && strchr(dot + 1, '.') ? dot : ".");
			break;
		case 4:
			buf_putf(&owner, "_domainkey.%s", d);
			break;
		default:
			buf_putf(&owner, "%s", d);
			break;
		}
		if (found_at(in, (const char *)owner.p, out))
			break;
	}
	buf_free(&owner);
	if (!causes_have(out, CAUSE_NO_KEY))
		say(in, CAUSE_NO_KEY, true, NULL, out);
}

/* -- a damaged record -------------------------------------------------------
 */

static bool holds(struct span s, const char *what)
{
	return s.n && memmem(s.p, s.n, what, strlen(what));
}

/* S with each FROM as TO. */
static void replace(struct span s, const char *from, const char *to,
		    struct buf *out)
{
	size_t n = strlen(from);

	for (size_t i = 0; i < s.n; i++)
		if (span_starts(span_from(s, i), span_str(from))) {
			buf_put(out, span_str(to));
			i += n - 1;
		} else {
			buf_put(out, span_of(s.p + i, 1));
		}
}

/* "p=" in lower or upper case: where its value starts, or s.n. */
static size_t p_at(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (ascii_lower(s.p[i]) == 'p' &&
		    (i == 0 || s.p[i - 1] == ';' || s.p[i - 1] == ' ' ||
		     s.p[i - 1] == '"') &&
		    s.p[i + 1] == '=')
			return i + 2;
	return s.n;
}

static void no_escapes(struct span s, struct buf *out)
{
	replace(s, "\\", "", out);
}

static void no_quotes(struct span s, struct buf *out)
{
	struct buf one;

	buf_init(&one, s.n);
	replace(s, "\" \"", "", &one);
	replace(buf_span(&one), "\"", "", out);
	buf_free(&one);
}

static void no_curly_quotes(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x80)
			buf_put(out, span_of(s.p + i, 1));
}

static void plus_signs(struct span s, struct buf *out)
{
	size_t at = p_at(s);

	buf_put(out, span_head(s, at));
	for (size_t i = at; i < s.n; i++)
		buf_put(out, s.p[i] == ' ' && i > at && i + 1 < s.n &&
					     s.p[i + 1] != ';'
				     ? SPAN("+")
				     : span_of(s.p + i, 1));
}

static void no_armour(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (span_starts(span_from(s, i), SPAN("-----"))) {
			struct span rest = span_from(s, i + 5);
			const unsigned char *end =
				memmem(rest.p, rest.n, "-----", 5);

			if (end) {
				i = (size_t)(end - s.p) + 4;
				continue;
			}
		}
		buf_put(out, span_of(s.p + i, 1));
	}
}

static void no_breaks(struct span s, struct buf *out)
{
	struct buf one, two;

	buf_init(&one, s.n);
	buf_init(&two, s.n);
	replace(s, "\\010", "", &one);
	replace(buf_span(&one), "\\n", "", &two);
	replace(buf_span(&two), "\\r", "", out);
	buf_free(&one);
	buf_free(&two);
}

/* A ";" before each known tag that has none. */
static void semicolons(struct span s, struct buf *out)
{
	static const char *const known[] = { "k=", "p=", "t=", "s=",
					     "h=", "n=", "g=" };

	for (size_t i = 0; i < s.n; i++) {
		struct span rest = span_from(s, i);
		bool tag = i && s.p[i - 1] == ' ';

		for (size_t k = 0; k < 7 && tag; k++)
			if (span_starts(rest, span_str(known[k])) && i > 1 &&
			    s.p[i - 2] != ';')
				buf_put(out, SPAN("; "));
		buf_put(out, span_of(s.p + i, 1));
	}
}

static void commas(struct span s, struct buf *out)
{
	replace(s, ",", ";", out);
}

static void entities(struct span s, struct buf *out)
{
	struct buf one;

	buf_init(&one, s.n);
	replace(s, "&#43;", "+", &one);
	replace(buf_span(&one), "%2B", "+", out);
	buf_free(&one);
}

/* Tag names in lower case; the version as it is written. */
static void small_names(struct span s, struct buf *out)
{
	bool name = true;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = name ? ascii_lower(s.p[i]) : s.p[i];

		if (s.p[i] == '=')
			name = false;
		if (s.p[i] == ';')
			name = true;
		buf_put(out, span_of(&c, 1));
	}
}

/* Only p= of it counts. */
static void only_p(struct span s, struct buf *out)
{
	size_t at = p_at(s);
	struct span p = span_from(s, at);

	if (at == s.n) { /* bare base64, or "p=" is gone */
		p = span_from(s, span_rfind(s, ';') + 1);
		if (p.n == 0)
			p = s;
	}
	while (p.n && (p.p[0] == '=' || p.p[0] == ' '))
		p = span_from(p, 1);
	buf_put(out, SPAN("v=DKIM1; p="));
	for (size_t i = 0; i < p.n && p.p[i] != ';'; i++)
		if (ascii_alpha(p.p[i]) || ascii_digit(p.p[i]) ||
		    span_has(SPAN("+/="), p.p[i]))
			buf_put(out, span_of(p.p + i, 1));
}

static void only_p_ed25519(struct span s, struct buf *out)
{
	buf_put(out, SPAN("k=ed25519; "));
	only_p(s, out);
	/* v= first is not asked for here: keyrec lets it stand behind */
}

static const struct {
	const char *kind;
	void (*mend)(struct span s, struct buf *out);
} mends[] = {
	{ "backslashes", no_escapes },
	{ "quotes", no_quotes },
	{ "plus signs lost", plus_signs },
	{ "armour", no_armour },
	{ "line breaks", no_breaks },
	{ "semicolons lost", semicolons },
	{ "commas", commas },
	{ "plus signs encoded", entities },
	{ "upper-case tag names", small_names },
	{ "octets that are not ASCII", no_curly_quotes },
	{ "other characters", only_p },
	{ "other characters", only_p_ed25519 },
};

static bool try_record(const struct key_input *in, struct span text)
{
	struct keyrec rec;

	keyrec_parse(text, &rec);
	bool good = verifies(in, &rec);

	keyrec_free(&rec);
	return good;
}

static bool try_mends(const struct key_input *in, struct causes *out)
{
	size_t n = sizeof(mends) / sizeof(*mends);

	/* one, then two of them */
	for (size_t i = 0; i < n * (n + 1); i++) {
		struct buf one, two;
		size_t second = i / n;

		buf_init(&one, 4 * in->record.n + 64);
		buf_init(&two, 16 * in->record.n + 256);
		mends[i % n].mend(in->record, &one);
		if (second)
			mends[second - 1].mend(buf_span(&one), &two);
		bool good = try_record(in, buf_span(second ? &two : &one));

		buf_free(&one);
		buf_free(&two);
		if (!good)
			continue;
		say(in, CAUSE_KEY_MANGLED, true, mends[i % n].kind, out);
		return true;
	}
	return false;
}

/* The base64 characters of p=. */
static void p_text(struct span record, struct buf *out)
{
	struct span p = span_from(record, p_at(record));

	buf_init(out, p.n + 8);
	for (size_t i = 0; i < p.n && p.p[i] != ';'; i++)
		if (!ascii_wsp(p.p[i]))
			buf_put(out, span_of(p.p + i, 1));
}

/* One character of p= was lost. An RSA key's first and last characters are the
 * same in most keys, so the loss is searched between them. */
static bool try_lost(const struct key_input *in, struct causes *out)
{
	static const char alphabet[] =
		"+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789=";
	struct buf p, text;
	bool good = false;

	p_text(in->record, &p);
	buf_init(&text, p.n + 64);
	/* one too few, or the padding with it */
	for (size_t at = 0; at <= p.n && p.n % 4 == 3 && !good; at++)
		for (size_t k = 0; alphabet[k] && !good && *in->left; k++) {
			--*in->left;
			buf_reset(&text);
			buf_putf(&text,
				 "k=%s; p=", key_type_word(in->sig->type));
			buf_put(&text, span_head(buf_span(&p), at));
			buf_put(&text, span_of(alphabet + k, 1));
			buf_put(&text, span_from(buf_span(&p), at));
			good = try_record(in, buf_span(&text));
		}
	if (good)
		say(in, CAUSE_KEY_MANGLED, true, "a lost character", out);
	buf_free(&p);
	buf_free(&text);
	return good;
}

/* -- a cut record -----------------------------------------------------------
 */

/* The octets of p= as far as they can be read, and how many its own DER says
 * there are; 0 if it is none. */
static size_t der_says(struct span octets)
{
	if (octets.n < 4 || octets.p[0] != 0x30)
		return 0;
	if (octets.p[1] < 0x80)
		return octets.p[1] + 2U;
	if (octets.p[1] == 0x81)
		return octets.p[2] + 3U;
	return octets.p[1] == 0x82 ? (size_t)octets.p[2] * 256 + octets.p[3] + 4
				   : 0;
}

static bool is_cut(const struct key_input *in)
{
	struct buf p, octets;
	bool cut = false;

	p_text(in->record, &p);
	struct span text = buf_span(&p);

	text.n -= text.n % 4; /* what is left of a group tells nothing */
	buf_init(&octets, p.n + 4);
	if (b64_decode(text, &octets) == ST_OK) {
		size_t says = der_says(buf_span(&octets));
		/* a key whose end is there lost something inside */
		bool ended = span_ends(buf_span(&p), SPAN("AQAB")) ||
			     span_ends(buf_span(&p), SPAN("AQAB=")) ||
			     span_ends(buf_span(&p), SPAN("=="));

		cut = !ended && (in->sig->type == KEY_RSA ? says > octets.n
							  : octets.n < 32);
	}
	buf_free(&p);
	buf_free(&octets);
	return cut;
}

/* Base64 without one capital. */
static bool is_small(const struct key_input *in)
{
	struct buf p;
	size_t letters = 0, capitals = 0;

	p_text(in->record, &p);
	for (size_t i = 0; i < p.n; i++) {
		letters += ascii_alpha(p.p[i]);
		capitals += p.p[i] >= 'A' && p.p[i] <= 'Z';
	}
	buf_free(&p);
	return letters > 30 && capitals == 0;
}

static const char *kind_of(struct span record)
{
	if (holds(record, "-----"))
		return "armour";
	if (holds(record, "\\"))
		return "backslashes";
	if (holds(record, "\""))
		return "quotes";
	return "unknown";
}

void explain_record(const struct key_input *in, enum status st,
		    struct causes *out)
{
	struct keyrec rec;

	if (st == ST_KEY_REVOKED) {
		say(in, CAUSE_REVOKED, true, NULL, out);
		return;
	}
	keyrec_parse(in->record, &rec);
	bool other = st == ST_KEY_UNSUITABLE && rec.st == ST_OK;

	keyrec_free(&rec);
	if (other) /* no guess: its type is not that of a= */
		say(in, CAUSE_WRONG_KEY, true, "type", out);
	else if (try_mends(in, out))
		return;
	else if (is_cut(in))
		say(in, CAUSE_KEY_TRUNCATED, true, NULL, out);
	else if (is_small(in))
		say(in, CAUSE_KEY_MANGLED, true, "lower case", out);
	else if (!try_lost(in, out))
		say(in, CAUSE_KEY_MANGLED, false, kind_of(in->record), out);
}
