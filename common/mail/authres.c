#include "authres.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cfws.h"
#include "idn.h"
#include "limit.h"

/* A scan that stops at the first error: `st` is sticky, and after it nothing
 * more is taken. */
struct scan {
	struct span rest;
	size_t n; /* bytes of the whole */
	struct authres *out;
	enum status st;
	struct diag *why;
};

static void fail_at(struct scan *s, enum status st, const char *what)
{
	if (s->st == ST_OK)
		s->st = diag_set(s->why, st, "RFC 8601 2.2",
				 "Authentication-Results at byte %zu: %s",
				 s->n - s->rest.n, what);
	s->rest.n = 0;
}

static void skip_cfws(struct scan *s)
{
	enum status st = s->st == ST_OK ? cfws_skip(&s->rest) : ST_OK;

	if (st != ST_OK)
		fail_at(s, st,
			st == ST_LIMIT
				? "comments nested too deep"
				: "a comment without end or a stray byte");
}

static bool next_is(struct scan *s, unsigned char c)
{
	skip_cfws(s);
	return s->rest.n && s->rest.p[0] == c;
}

/* [CFWS] and the character C, if it is there. */
static bool take_mark(struct scan *s, unsigned char c)
{
	if (!next_is(s, c))
		return false;
	s->rest = span_from(s->rest, 1);
	return true;
}

/* -- words ----------------------------------------------------------------- */

/* RFC 2045 5.1 token; 8-bit bytes as in RFC 6532 3.2. */
static bool in_token(unsigned char c)
{
	static const char specials[] = "()<>@,;:\\\"/[]?=";

	return c > ' ' && c != 0x7f && !memchr(specials, c, sizeof(specials));
}

/* atext and dots (RFC 5322 3.2.3) */
static bool in_local(unsigned char c)
{
	return in_token(c) || c == '/' || c == '=' || c == '?';
}

static bool in_domain(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '.' ||
	       c == '_' || c >= 0x80;
}

static bool in_keyword(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '-';
}

bool authres_is_token(struct span s)
{
	struct span rest = s;

	return cfws_run(&rest, in_token).n == s.n && s.n && !span_8bit(s);
}

bool authres_is_dotted(struct span s)
{
	struct span rest = s, part = { 0 };

	while (span_split(&rest, '.', &part))
		if (part.n == 0)
			return false;
	return true;
}

/* A value that is too long or not UTF-8 makes the field useless: a shortened
 * one would be another value. */
static struct span check_value(struct scan *s, struct span value)
{
	if (value.n > LIMIT_AUTHRES_VALUE)
		fail_at(s, ST_LIMIT, "a value too long to be one");
	if (!span_is_utf8(value))
		fail_at(s, ST_SYNTAX, "not UTF-8");
	return value;
}

/* RFC 5321 4.1.2 Keyword */
static struct span take_keyword(struct scan *s, const char *what)
{
	skip_cfws(s);
	struct span word = cfws_run(&s->rest, in_keyword);

	if (word.n == 0 || word.p[word.n - 1] == '-')
		fail_at(s, ST_SYNTAX, what);
	return word;
}

static uint64_t take_number(struct scan *s)
{
	uint64_t value = 0;

	skip_cfws(s);
	if (!span_u64(cfws_run(&s->rest, ascii_digit), &value))
		fail_at(s, ST_SYNTAX, "a version without digits");
	return value;
}

/* RFC 5322 3.2.4 quoted-string: its content goes to out->text. */
static struct span take_quoted(struct scan *s)
{
	struct span from = s->rest;
	struct authres *out = s->out;

	if (!cfws_quoted(&s->rest, '"')) {
		fail_at(s, ST_SYNTAX, "a string without end");
		return s->rest;
	}
	if (!out->text)
		out->text = mem_alloc(s->n);
	unsigned char *to = out->text + out->text_n;
	size_t n = 0;

	from = span_of(from.p + 1, from.n - s->rest.n - 2);
	for (size_t i = 0; i < from.n; i++) {
		if (from.p[i] == '\r' || from.p[i] == '\n')
			continue; /* folding */
		i += from.p[i] == '\\';
		/* no obsolete syntax: only software writes this field */
		if ((from.p[i] < ' ' && from.p[i] != '\t') || from.p[i] == 0x7f)
			fail_at(s, ST_SYNTAX, "a control in a string");
		to[n++] = from.p[i];
	}
	out->text_n += n;
	return span_of(to, n);
}

/* value = token / quoted-string */
static struct span take_value(struct scan *s)
{
	if (next_is(s, '"'))
		return check_value(s, take_quoted(s));
	struct span word = cfws_run(&s->rest, in_token);

	if (word.n == 0)
		fail_at(s, ST_SYNTAX, "a value is missing");
	return check_value(s, word);
}

/* After a local-part, which may be empty: "@" and a domain-name. */
static struct span take_address(struct scan *s, struct span local,
				bool in_quotes)
{
	struct span at = s->rest;

	s->rest = span_from(s->rest, 1);
	struct span domain = cfws_run(&s->rest, in_domain);

	if (domain.n == 0 || !authres_is_dotted(domain) ||
	    (local.n && !in_quotes && !authres_is_dotted(local)))
		fail_at(s, ST_SYNTAX, "not an address");
	if (!in_quotes)
		return span_of(local.p, local.n + 1 + domain.n);
	memcpy(s->out->text + s->out->text_n, at.p, domain.n + 1);
	s->out->text_n += domain.n + 1;
	return span_of(local.p, local.n + 1 + domain.n);
}

/* pvalue = value / [ [ local-part ] "@" ] domain-name; a domain-name is a
 * token, too. */
static struct span take_pvalue(struct scan *s)
{
	bool in_quotes = next_is(s, '"');
	struct span word = in_quotes ? take_quoted(s)
				     : cfws_run(&s->rest, in_local);

	if (s->rest.n && s->rest.p[0] == '@')
		return check_value(s, take_address(s, word, in_quotes));
	for (size_t i = 0; !in_quotes && i < word.n; i++)
		if (!in_token(word.p[i]))
			fail_at(s, ST_SYNTAX, "a value that needs quotes");
	if (!in_quotes && word.n == 0)
		fail_at(s, ST_SYNTAX, "a value is missing");
	return check_value(s, word);
}

/* -- the field ------------------------------------------------------------- */

static struct authres_result *add_result(struct scan *s)
{
	struct authres *out = s->out;

	if (out->n == LIMIT_AUTHRES_RESULTS) {
		fail_at(s, ST_LIMIT, "too many results");
		return NULL;
	}
	out->v = array_grow(out->v, out->n, sizeof(*out->v));
	out->v[out->n] =
		(struct authres_result){ .first = out->props_n, .version = 1 };
	return &out->v[out->n++];
}

static void add_prop(struct scan *s, struct authres_prop prop)
{
	struct authres *out = s->out;

	if (out->props_n == LIMIT_AUTHRES_PROPS) {
		fail_at(s, ST_LIMIT, "too many properties");
		return;
	}
	out->props = array_grow(out->props, out->props_n, sizeof(*out->props));
	out->props[out->props_n++] = prop;
}

/* [ reasonspec ] *propspec */
static void parse_details(struct scan *s, struct authres_result *r)
{
	for (bool first = true;; first = false) {
		if (next_is(s, ';') || s->rest.n == 0)
			break;
		struct span word = take_keyword(s, "not a property");

		if (first && span_ieq(word, SPAN("reason")) &&
		    take_mark(s, '=')) {
			r->reason = take_value(s);
			continue;
		}
		if (!take_mark(s, '.'))
			fail_at(s, ST_SYNTAX, "not ptype.property=value");
		struct span property = take_keyword(s, "not a property");

		if (!take_mark(s, '='))
			fail_at(s, ST_SYNTAX, "not ptype.property=value");
		struct span text = take_pvalue(s);

		if (s->st == ST_OK)
			add_prop(s,
				 (struct authres_prop){ word, property, text });
	}
	r->n = s->out->props_n - r->first;
}

/* After ";": methodspec and what follows it; FIRST may be "none", which is not
 * a result. */
static void parse_result(struct scan *s, bool first)
{
	struct span method = take_keyword(s, "a method is missing");

	skip_cfws(s);
	if (first && span_ieq(method, SPAN("none")) && s->rest.n == 0)
		return;
	struct authres_result *r = add_result(s);

	if (!r)
		return;
	r->method = method;
	if (take_mark(s, '/'))
		r->version = take_number(s);
	if (!take_mark(s, '='))
		fail_at(s, ST_SYNTAX, "a result is missing");
	r->result = take_keyword(s, "a result is missing");
	parse_details(s, r);
}

/* [ CFWS authres-version ] */
static void parse_version(struct scan *s)
{
	size_t before = s->rest.n;

	skip_cfws(s);
	if (s->rest.n == 0 || !ascii_digit(s->rest.p[0]))
		return;
	if (s->rest.n == before)
		fail_at(s, ST_SYNTAX, "a version next to the id");
	if (take_number(s) != 1)
		fail_at(s, ST_VERSION, "a version other than 1");
}

enum status authres_parse(struct span text, struct authres *out,
			  struct diag *why)
{
	struct scan s = { text, text.n, out, ST_OK, why };
	bool first = true;

	*out = (struct authres){ 0 };
	if (text.n > LIMIT_FIELD_BYTES)
		fail_at(&s, ST_LIMIT, "too long");
	out->id = take_value(&s);
	parse_version(&s);
	for (; take_mark(&s, ';'); first = false)
		parse_result(&s, first);
	if (first)
		fail_at(&s, ST_SYNTAX, "there is no result");
	if (s.st != ST_OK)
		out->n = out->props_n = 0;
	return s.st;
}

void authres_free(struct authres *a)
{
	free(a->v);
	free(a->props);
	free(a->text);
	*a = (struct authres){ 0 };
}

/* -- who has written it ---------------------------------------------------- */

enum status authres_id(const char *text, struct buf *out, struct diag *why)
{
	struct span id = span_str(text);
	struct name name;

	if (span_8bit(id)) {
		enum status st = idn_parse(id, NAME_UNDERSCORE | NAME_SINGLE,
					   &name, why);

		if (st != ST_OK)
			return st == ST_DNS ? ST_OS : ST_USAGE;
		id = span_str(name.text);
	}
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < ' ' || id.p[i] > '~')
			return diag_set(why, ST_USAGE, "RFC 8601 2.5",
					"an authserv-id has no controls");
	if (id.n == 0 || id.n > 255 || span_trim(id).n != id.n)
		return diag_set(why, ST_USAGE, "RFC 8601 2.5",
				"an authserv-id has 1 to 255 bytes without "
				"blanks around it");
	return buf_add(out, id);
}

static struct span without_dot(struct span id)
{
	id = span_trim(id);
	if (id.n > 1 && id.p[id.n - 1] == '.')
		id.n--;
	return id;
}

/* OTHER is ID, which is ours and ASCII: U-labels count as A-labels (RFC 8601
 * 5). Where libidn2 cannot be loaded OTHER counts as ours, so that no forged
 * field passes. */
static bool same_id(struct span other, struct span id)
{
	struct name name;

	other = without_dot(other);
	id = without_dot(id);
	if (!span_8bit(other))
		return span_ieq(other, id);
	enum status st =
		idn_parse(other, NAME_UNDERSCORE | NAME_SINGLE, &name, NULL);

	return st == ST_DNS ||
	       (st == ST_OK && span_ieq(span_str(name.text), id));
}

/* A word of TEXT is ID, or TEXT has very many words in 8-bit letters, each of
 * which costs a conversion: such a field is an attack. */
static bool mentions_id(struct span text, struct span id)
{
	struct scan s = { .rest = text };
	size_t others = 0;

	for (; s.rest.n; s.rest = span_from(s.rest, 1)) {
		struct span word = cfws_run(&s.rest, in_token);

		others += span_8bit(word);
		if (others > LIMIT_AUTHRES_RESULTS || same_id(word, id))
			return true;
	}
	return false;
}

/* The text before the first ";" is ID, once quotes, comments and blanks are
 * removed: a lenient reader of a broken field may do that (RFC 8601 5). */
static bool joined_is(struct span text, struct span id)
{
	struct authres ignored = { 0 };
	struct scan s = { text, text.n, &ignored, ST_OK, NULL };
	bool more = true;
	struct buf all;

	buf_init(&all, text.n + 1);
	while (more && !next_is(&s, ';') && s.rest.n) {
		bool in_quotes = s.rest.p[0] == '"';
		struct span word = in_quotes ? take_quoted(&s)
					     : cfws_run(&s.rest, in_token);

		buf_put(&all, word);
		more = in_quotes || word.n;
	}
	bool is = same_id(buf_span(&all), id);

	buf_free(&all);
	authres_free(&ignored);
	return is;
}

bool authres_claims(struct span text, struct span id)
{
	struct authres ignored = { 0 };
	struct scan s = { text, text.n, &ignored, ST_OK, NULL };
	struct span first = take_value(&s);
	bool ours = same_id(first, id);

	if (s.st != ST_OK) { /* a reader may still find our id in it */
		ours = mentions_id(text, id);
	} else if (!ours) {
		parse_version(&s);
		if (s.st != ST_OK || (!next_is(&s, ';') && s.rest.n))
			ours = joined_is(text, id);
	}
	authres_free(&ignored);
	return ours;
}
