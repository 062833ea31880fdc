#include "explain_tags.h"

#include <stdlib.h>
#include <string.h>

#include "b64.h"
#include "bodyhash.h"

struct repair {
	const struct tags_input *in;
	struct causes *out;
	const char *tag;
	struct span value; /* of the tag, inside the field */
	struct span list;  /* the field's value */
	bool before;	   /* the tag is put there anew */
};

/* -- is the signature good with this field? ---------------------------------
 */

static bool signs(const struct tags_input *in, const struct sig *s)
{
	struct digest found;
	struct name name;

	if (name_key(&s->s, &s->d, &name, NULL) != ST_OK ||
	    sig_digest(s, in->fields, in->crypto, &found) != ST_OK)
		return false;
	const struct keyset *keys =
		key_record_cache_get(in->keys, &name, in->clock);

	bool good = false;

	for (size_t i = 0; keys->st == ST_OK && i < keys->n && !good; i++) {
		const struct keyrec *rec = &keys->v[i];

		good = rec->st == ST_OK && rec->type == s->type &&
		       key_check(rec->key, LIMIT_RSA_BITS_MIN, NULL) == ST_OK &&
		       key_verify(rec->key, &found, buf_span(&s->b)) == ST_OK;
	}
	key_record_cache_put(in->keys, keys);
	return good;
}

static bool try_list(const struct tags_input *in, struct span value)
{
	struct field now = *in->field;
	struct buf raw;
	struct sig s;

	if (*in->left == 0)
		return false;
	--*in->left;
	size_t head = (size_t)(now.value.p - now.raw.p);

	buf_init(&raw, head + value.n + 2);
	buf_put(&raw, span_head(now.raw, head));
	buf_put(&raw, value);
	buf_put(&raw, SPAN("\r\n"));
	in->field->raw = buf_span(&raw);
	in->field->name = span_head(in->field->raw, now.name.n);
	in->field->value = span_of(raw.p + head, value.n);
	bool good = sig_parse(in->field, &s, NULL) == ST_OK && signs(in, &s);

	sig_free(&s);
	*in->field = now;
	buf_free(&raw);
	return good;
}

/* With TEXT as the tag's value. */
static bool try_text(const struct repair *r, struct span text)
{
	struct buf list;
	size_t from = (size_t)(r->value.p - r->list.p);

	if (!r->before && span_eq(text, r->value))
		return false;
	buf_init(&list, r->list.n + text.n + 32);
	buf_put(&list, span_head(r->list, from));
	if (r->before)
		buf_putf(&list, " %s=", r->tag);
	buf_put(&list, text);
	if (r->before)
		buf_put(&list, SPAN(";"));
	buf_put(&list, span_from(r->list, from + r->value.n));
	bool good = try_list(r->in, buf_span(&list));

	if (good) {
		struct cause *cause = causes_add(r->out, CAUSE_SIGNATURE, true);

		cause_add_text(cause, "tag", span_str(r->tag));
		cause_add_text(cause, "original", text);
		if (!r->before)
			cause_add_text(cause, "found", r->value);
	}
	buf_free(&list);
	return good;
}

static bool try_word(const struct repair *r, const char *text)
{
	return try_text(r, span_str(text));
}

/* -- one octet ------------------------------------------------------------- */

/* One of the octets of ALPHABET was replaced, lost or put in, or two changed
 * places. */
static bool try_octets(const struct repair *r, const char *alphabet)
{
	struct span v = r->value;
	struct buf text;
	bool good = false;

	buf_init(&text, v.n + 1);
	for (size_t at = 0; at <= v.n && !good; at++) {
		buf_reset(&text);
		buf_put(&text, span_head(v, at));
		buf_put(&text, span_from(v, at + 1));
		good = at < v.n && try_text(r, buf_span(&text));
		if (at + 1 < v.n && !good) {
			unsigned char two[2] = { v.p[at + 1], v.p[at] };

			buf_reset(&text);
			buf_put(&text, span_head(v, at));
			buf_put(&text, span_of(two, 2));
			buf_put(&text, span_from(v, at + 2));
			good = try_text(r, buf_span(&text));
		}
		for (size_t k = 0; alphabet[k] && !good; k++)
			for (size_t cut = 0; cut < 2 && !good; cut++) {
				buf_reset(&text);
				buf_put(&text, span_head(v, at));
				buf_put(&text, span_of(alphabet + k, 1));
				buf_put(&text, span_from(v, at + cut));
				good = (at < v.n || !cut) &&
				       try_text(r, buf_span(&text));
			}
	}
	buf_free(&text);
	return good;
}

static struct span cased(struct span s, int how, struct buf *out)
{
	bool start = true;

	buf_init(out, s.n);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower(s.p[i]);

		if (ascii_alpha(c) && (how == 1 || (how == 2 && start)))
			c = (unsigned char)(c - 32);
		start = !ascii_alpha(c);
		buf_put(out, span_of(&c, 1));
	}
	return buf_span(out);
}

static bool try_cases(const struct repair *r, struct span text)
{
	bool good = false;

	for (int how = 0; how < 3 && !good; how++) {
		struct buf other;

		good = try_text(r, cased(text, how, &other));
		buf_free(&other);
	}
	return good;
}

/* -- tag by tag -------------------------------------------------------------
 */

static bool fix_bh(const struct repair *r)
{
	const struct sig *s = r->in->sig;
	bool good = false;

	for (int i = 0; i < 4 && !good; i++) {
		struct bodyhash *b = bodyhash_new(r->in->crypto);
		const struct sig other = {
			.body = (i & 1) ^ (s->body == CANON_RELAXED)
					? CANON_RELAXED
					: CANON_SIMPLE,
			.hash = HASH_SHA256,
			.has_l = s->has_l && i < 2,
			.l = s->l,
		};
		size_t n = bodyhash_add(b, &other);
		struct buf text;

		buf_init(&text, 64);
		good = bodyhash_push(b, r->in->body) == ST_OK &&
		       bodyhash_end(b) == ST_OK &&
		       b64_encode(digest_span(bodyhash_get(b, n, NULL)),
				  &text) == ST_OK &&
		       try_text(r, buf_span(&text));
		buf_free(&text);
		bodyhash_free(b);
	}
	return good;
}

/* HEAD, NAME and TAIL as the list of names. */
static bool try_names(const struct repair *r, struct span head,
		      struct span name, struct span tail)
{
	struct buf text;

	buf_init(&text, head.n + name.n + tail.n);
	buf_put(&text, head);
	buf_put(&text, name);
	buf_put(&text, tail);
	bool good = try_text(r, buf_span(&text));

	buf_free(&text);
	return good;
}

/* A field's name, in one of three cases, put before the item at FROM, instead
 * of it, or behind the last. */
static bool add_name(const struct repair *r, struct span more, int how,
		     size_t from, size_t n)
{
	struct span v = r->value, head = span_head(v, from);
	struct buf word;
	bool last = from + n == v.n, good = false;

	buf_init(&word, more.n + 2);
	for (int side = 0; side < 2 + last && !good; side++) {
		struct buf name = { 0 };

		buf_reset(&word);
		if (side == 2)
			buf_put(&word, SPAN(":"));
		buf_put(&word,
			how ? cased(more, how == 1 ? 0 : 2, &name) : more);
		if (side == 0)
			buf_put(&word, SPAN(":"));
		buf_free(&name);
		good = try_names(r, side == 2 ? v : head, buf_span(&word),
				 side == 2   ? SPAN("")
				 : side == 1 ? span_from(v, from + n)
					     : span_from(v, from));
	}
	buf_free(&word);
	return good;
}

/* A name more, a name less, or another one. */
static bool fix_names(const struct repair *r)
{
	struct span v = r->value, name, rest = v;
	const struct fields *f = r->in->fields;

	while (span_split(&rest, ':', &name)) {
		size_t from = (size_t)(name.p - v.p);
		struct span tail = span_from(v, from + name.n);

		if (try_names(r, span_head(v, from ? from - 1 : 0), SPAN(""),
			      from ? tail : span_from(tail, 1)))
			return true;
		for (size_t i = 0; i < 3 * f->n && i < 600; i++)
			if (f->v[i / 3].name.n < 100 &&
			    add_name(r, f->v[i / 3].name, (int)(i % 3), from,
				     name.n))
				return true;
	}
	return false;
}

/* Each name as the field itself has it. */
static bool fix_case(const struct repair *r)
{
	struct span rest = r->value, word;
	struct buf text, name;
	bool good;

	buf_init(&text, r->value.n);
	while (span_split(&rest, ':', &word)) {
		const struct field *f =
			fields_find(r->in->fields, span_trim(word), 0);

		if (text.n)
			buf_put(&text, SPAN(":"));
		if (f && span_trim(word).n == word.n)
			buf_put(&text, f->name);
		else
			buf_put(&text, cased(word, 2, &name));
		if (!f || span_trim(word).n != word.n)
			buf_free(&name);
	}
	good = try_text(r, buf_span(&text));
	buf_free(&text);
	return good;
}

static bool fix_h(const struct repair *r)
{
	return fix_case(r) || try_cases(r, r->value) || fix_names(r) ||
	       (r->value.n < 300 &&
		try_octets(r, ":-etaoinrsdchmlugfpbvwyxkjqzEFSTDMCR"));
}

static bool fix_number(const struct repair *r)
{
	return try_octets(r, "0123456789");
}

/* The domain of From, or of i=, in several cases, and part of either. */
static bool fix_d(const struct repair *r)
{
	const struct field *from = fields_find(r->in->fields, SPAN("From"), 0);
	struct span text[2] = { from ? from->value : SPAN(""),
				r->in->sig->text_i };

	if (try_cases(r, r->value))
		return true;
	for (size_t i = 0; i < 2; i++) {
		struct span d =
			span_from(text[i], span_rfind(text[i], '@') + 1);

		d = span_head(d, span_find(d, '>'));
		for (int k = 0; k < 3 && span_find(d, '.') < d.n; k++) {
			if (try_text(r, d) || try_cases(r, d))
				return true;
			d = span_from(d, span_find(d, '.') + 1);
		}
	}
	return false;
}

static bool fix_s(const struct repair *r)
{
	return try_cases(r, r->value);
}

static bool fix_i(const struct repair *r)
{
	const struct sig *s = r->in->sig;
	struct buf text;

	buf_init(&text, s->text_d.n + 1);
	buf_put(&text, SPAN("@"));
	buf_put(&text, s->text_d);
	bool good = try_text(r, buf_span(&text)) || try_cases(r, r->value);

	buf_free(&text);
	return good ||
	       try_octets(r, "@.-abcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool fix_words(const struct repair *r, const char *const *words,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (try_word(r, words[i]))
			return true;
	return false;
}

static bool fix_c(const struct repair *r)
{
	static const char *const words[] = {
		"relaxed/relaxed", "relaxed/simple", "simple/relaxed",
		"simple/simple",   "relaxed",	     "simple",
		"Relaxed/Relaxed", "Relaxed/Simple", "Simple/Simple"
	};

	return fix_words(r, words, sizeof(words) / sizeof(*words));
}

static bool fix_a(const struct repair *r)
{
	static const char *const words[] = { "rsa-sha256", "ed25519-sha256",
					     "RSA-SHA256", "rsa-SHA256" };

	return fix_words(r, words, sizeof(words) / sizeof(*words));
}

static bool fix_v(const struct repair *r)
{
	return try_word(r, "1");
}

static bool fix_q(const struct repair *r)
{
	static const char *const words[] = { "dns/txt", "dns", "DNS/TXT" };

	return fix_words(r, words, sizeof(words) / sizeof(*words));
}

static const struct {
	const char *tag;
	bool (*fix)(const struct repair *r);
	bool missing; /* try it where it is not there, too */
	bool of_body; /* bh= depends on it */
} fixes[] = {
	{ "bh", fix_bh, true, true },	   { "c", fix_c, true, true },
	{ "l", fix_number, false, true },  { "t", fix_number, false, false },
	{ "x", fix_number, false, false }, { "a", fix_a, true, false },
	{ "v", fix_v, true, false },	   { "q", fix_q, true, false },
	{ "d", fix_d, true, false },	   { "s", fix_s, false, false },
	{ "i", fix_i, true, false },	   { "h", fix_h, false, false },
};

/* A tag that is gone: before each of the others. */
static bool fix_missing(struct repair *r, bool (*fix)(const struct repair *))
{
	r->before = true;
	for (size_t i = 0; i <= r->list.n; i++) {
		if (i && i < r->list.n && r->list.p[i - 1] != ';')
			continue;
		if (i == r->list.n && i && r->list.p[i - 1] != ';')
			continue;
		r->value = span_of(r->list.p + i, 0);
		if (fix(r))
			return true;
	}
	return false;
}

/* A tag was put in. */
static bool drop_tags(const struct tags_input *in, struct causes *out)
{
	struct span list = in->field->value, rest = list, item;

	while (span_split(&rest, ';', &item)) {
		size_t from = (size_t)(item.p - list.p);
		struct span name =
			span_trim(span_head(item, span_find(item, '=')));
		struct buf text;

		buf_init(&text, list.n);
		buf_put(&text, span_head(list, from));
		buf_put(&text, span_from(list, from + item.n + 1));
		bool good = !span_eq(name, SPAN("b")) &&
			    try_list(in, buf_span(&text));

		buf_free(&text);
		if (!good)
			continue;
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, true), "tag",
			       name);
		return true;
	}
	return false;
}

static bool fix_tags(const struct tags_input *in, bool of_body,
		     struct causes *out)
{
	struct repair r = { .in = in, .out = out, .list = in->field->value };

	for (size_t i = 0; i < sizeof(fixes) / sizeof(*fixes); i++) {
		const struct tag *tag =
			in->sig->tags ? tags_find(in->sig->tags,
						  span_str(fixes[i].tag))
				      : NULL;

		if (of_body && !fixes[i].of_body)
			continue;
		r.tag = fixes[i].tag;
		r.before = !tag;
		if (tag)
			r.value = tag->value;
		if (tag ? fixes[i].fix(&r)
			: fixes[i].missing && fix_missing(&r, fixes[i].fix))
			return true;
	}
	return false;
}

bool explain_tags(const struct tags_input *in, struct causes *out)
{
	return fix_tags(in, false, out) || drop_tags(in, out);
}

bool explain_body_tags(const struct tags_input *in, struct causes *out)
{
	return fix_tags(in, true, out);
}

/* -- b= ---------------------------------------------------------------------
 */

struct b_repair {
	const struct key *key;
	struct digest digest;
	struct buf text, octets;
	uint64_t *left;
};

static bool try_b(struct b_repair *r)
{
	buf_reset(&r->octets);
	if (*r->left == 0 ||
	    b64_decode(buf_span(&r->text), &r->octets) != ST_OK ||
	    r->octets.n != key_signature_size(r->key))
		return false;
	--*r->left;
	return key_verify(r->key, &r->digest, buf_span(&r->octets)) == ST_OK;
}

static bool b_with(struct b_repair *r, struct span head, struct span put,
		   struct span tail)
{
	buf_reset(&r->text);
	buf_put(&r->text, head);
	buf_put(&r->text, put);
	buf_put(&r->text, tail);
	return try_b(r);
}

static bool search_b(struct b_repair *r, struct span b)
{
	static const char alphabet[] =
		"+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789=";
	unsigned char two[2];

	for (size_t at = 0; at < b.n; at++) {
		struct span head = span_head(b, at);

		if (b_with(r, head, SPAN(""), span_from(b, at + 1)))
			return true;
		two[0] = at + 1 < b.n ? b.p[at + 1] : 0;
		two[1] = b.p[at];
		if (two[0] &&
		    b_with(r, head, span_of(two, 2), span_from(b, at + 2)))
			return true;
		two[0] = b.p[at] ^ 0x20; /* the other case */
		if (ascii_alpha(b.p[at]) &&
		    b_with(r, head, span_of(two, 1), span_from(b, at + 1)))
			return true;
	}
	for (size_t at = 0; at <= b.n; at++)
		for (size_t k = 0; alphabet[k]; k++)
			for (size_t cut = 0; cut < 2; cut++) {
				if (*r->left == 0)
					return false;
				if ((at < b.n || !cut) &&
				    b_with(r, span_head(b, at),
					   span_of(alphabet + k, 1),
					   span_from(b, at + cut)))
					return true;
			}
	return false;
}

/* White space inside b= means nothing, unless it was "+". */
static bool plus_b(struct b_repair *r, struct span b)
{
	buf_reset(&r->text);
	for (size_t i = 0; i < b.n; i++)
		buf_put(&r->text, b.p[i] == ' ' && i && b.p[i - 1] != '\n' &&
						  b.p[i - 1] != '\r'
					  ? SPAN("+")
					  : span_of(b.p + i, 1));
	return try_b(r);
}

bool explain_b(const struct tags_input *in, const struct key *key,
	       struct causes *out)
{
	struct b_repair r = { .key = key, .left = in->left };
	struct span text = in->sig->text_b;
	struct buf plain;

	if (sig_digest(in->sig, in->fields, in->crypto, &r.digest) != ST_OK ||
	    text.n > 4096)
		return false;
	buf_init(&plain, text.n);
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_wsp(text.p[i]) && text.p[i] != '\r' &&
		    text.p[i] != '\n')
			buf_put(&plain, span_of(text.p + i, 1));
	buf_init(&r.text, text.n + 8);
	buf_init(&r.octets, text.n + 8);
	bool good = plus_b(&r, text) || search_b(&r, buf_span(&plain));

	if (good)
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, true), "tag",
			       SPAN("b"));
	buf_free(&plain);
	buf_free(&r.text);
	buf_free(&r.octets);
	return good;
}

/* sig_parse was content but for b=: with another one in its place the key can
 * be had. */
bool explain_b_syntax(const struct tags_input *in, struct causes *out)
{
	const struct tag *b =
		in->sig->tags ? tags_find(in->sig->tags, SPAN("b")) : NULL;
	struct field now = *in->field;
	struct buf raw;
	struct tags_input other = *in;
	struct sig s;
	bool good = false;

	if (!b || b->value.n == 0)
		return false;
	size_t at = (size_t)(b->value.p - now.raw.p);

	buf_init(&raw, now.raw.n + 4);
	buf_put(&raw, span_head(now.raw, at));
	buf_put(&raw, SPAN("AAAA"));
	buf_put(&raw, span_from(now.raw, at + b->value.n));
	in->field->raw = buf_span(&raw);
	in->field->name = span_head(in->field->raw, now.name.n);
	in->field->value =
		span_from(in->field->raw, (size_t)(now.value.p - now.raw.p));
	in->field->value.n -= 2;
	other.sig = &s;
	if (sig_parse(in->field, &s, NULL) == ST_OK) {
		struct name name;
		const struct keyset *keys = NULL;

		s.text_b = b->value;
		if (name_key(&s.s, &s.d, &name, NULL) == ST_OK)
			keys = key_record_cache_get(in->keys, &name, in->clock);
		for (size_t i = 0;
		     keys && keys->st == ST_OK && i < keys->n && !good; i++)
			good = keys->v[i].st == ST_OK &&
			       keys->v[i].type == s.type &&
			       key_check(keys->v[i].key, LIMIT_RSA_BITS_MIN,
					 NULL) == ST_OK &&
			       explain_b(&other, keys->v[i].key, out);
		key_record_cache_put(in->keys, keys);
	}
	sig_free(&s);
	*in->field = now;
	buf_free(&raw);
	return good;
}

void tags_likely(const struct tags_input *in, struct causes *out)
{
	struct span text = span_str(in->why ? in->why->text : "");
	size_t n = span_find(text, '=');

	/* "bh= is not ...", "required tag d= missing" */
	size_t from = span_rfind(span_head(text, n), ' ');
	struct span tag = span_of(text.p + (from < n ? from + 1 : 0),
				  n - (from < n ? from + 1 : 0));

	if (n < text.n && tag.n && tag.n < 12)
		cause_add_text(causes_add(out, CAUSE_SIGNATURE, false), "tag",
			       tag);
}
