#include "idn.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

/* A name of 253 bytes comes from at most four times as many of UTF-8. */
enum { U_NAME_BYTES = 4 * 253 };

struct idn_calls {
	__typeof__(idn2_lookup_u8) *lookup;
	__typeof__(idn2_strerror) *error;
	__typeof__(idn2_free) *release;
};

/* Loading it once more only counts, so nothing is kept between two calls. */
static enum status load(struct idn_calls *l, struct diag *why)
{
	const struct library_symbol symbols[] = {
		{ "idn2_lookup_u8", &l->lookup },
		{ "idn2_strerror", &l->error },
		{ "idn2_free", &l->release },
	};

	/* temporary: the library may be installed tomorrow */
	return library_load("libidn2.so.0", symbols,
			    sizeof(symbols) / sizeof(*symbols), why) == ST_OK
		       ? ST_OK
		       : ST_DNS;
}

/* Append LABEL, as an A-label if it is a U-label. */
static enum status put_label(const struct idn_calls *l, struct span label,
			     struct buf *out, struct diag *why)
{
	uint8_t *a_label = NULL;

	if (!span_8bit(label))
		return buf_add(out, label);
	char *text = mem_copy(label.p, label.n);
	/* not IDN2_USE_STD3_ASCII_RULES: it drops what it should refuse, so
	 * that "a@b" would be the name "ab"; name_parse refuses it instead */
	int code = l->lookup((const uint8_t *)text, &a_label,
			     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	enum status st =
		code == IDN2_OK
			? buf_add(out, span_str((const char *)a_label))
			: diag_set(why,
				   code == IDN2_MALLOC ? ST_DNS : ST_BAD_IDN,
				   "RFC 5891 5", "\"%s\": %s", text,
				   l->error(code));

	l->release(a_label);
	free(text);
	return st;
}

/* Append the labels of S, which may have wildcards ("*") of patterns. */
static enum status put_labels(struct span s, struct buf *out, struct diag *why)
{
	struct idn_calls l = { 0 };
	struct span label = { 0 };
	enum status st = load(&l, why);

	for (bool first = true; st == ST_OK && span_split(&s, '.', &label);
	     first = false) {
		if (span_8bit(label) && span_has(label, '*'))
			return diag_set(why, ST_SYNTAX, "RFC 8616 3",
					"\"*\" and letters that are not ASCII "
					"in one label");
		st = buf_add(out, first ? SPAN("") : SPAN("."));
		if (st == ST_OK)
			st = put_label(&l, label, out, why);
	}
	return st;
}

static enum status not_a_name(struct diag *why)
{
	return diag_set(why, ST_SYNTAX, "RFC 1035 2.3.4",
			"a domain name has 1 to 253 bytes, none of them NUL");
}

enum status idn_parse(struct span s, unsigned how, struct name *out,
		      struct diag *why)
{
	struct buf name;

	if (!span_8bit(s))
		return name_parse(s, how, out, why);
	if (!span_is_utf8(s))
		return diag_set(why, ST_SYNTAX, "RFC 8616 5",
				"a domain name with 8-bit bytes is not UTF-8");
	/* a NUL would end the label for the library */
	if (s.n > U_NAME_BYTES || span_find(s, 0) < s.n)
		return not_a_name(why);
	buf_init(&name, U_NAME_BYTES);
	enum status st = put_labels(s, &name, why);

	if (st == ST_LIMIT)
		st = not_a_name(why);
	if (st == ST_OK)
		st = name_parse(buf_span(&name), how, out, why);
	buf_free(&name);
	return st;
}

/* -- what an administrator types ------------------------------------------- */

/* The final dot may be one of those that IDNA takes for a dot (RFC 3490 3.1).
 */
static struct span without_dot(struct span s)
{
	static const char *const dots[] = { ".", "\xe3\x80\x82", "\xef\xbc\x8e",
					    "\xef\xbd\xa1" };

	for (size_t i = 0; i < sizeof(dots) / sizeof(*dots); i++)
		if (span_ends(s, span_str(dots[i])))
			return span_head(s, s.n - strlen(dots[i]));
	return s;
}

/* S is an address of mail or of a page: WHY has the domain that was meant. */
static enum status name_address(struct span s, struct diag *why)
{
	size_t page = span_search(s, SPAN("://"));
	bool mail = page == s.n && span_has(s, '@');
	struct span host = span_from(s, mail	     ? span_rfind(s, '@') + 1
					: page < s.n ? page + 3
						     : s.n);
	struct name name;

	host = span_head(host, span_find(host, '/'));
	if (!host.n || name_parse(host, NAME_UNDERSCORE, &name, NULL) != ST_OK)
		return ST_SYNTAX;
	return diag_set(why, ST_SYNTAX, "RFC 5321 4.1.2",
			"\"%.*s\" is not a domain name but an address; the "
			"domain is \"%s\"",
			(int)s.n, (const char *)s.p, name.text);
}

enum status idn_typed(struct span s, unsigned how, struct name *out,
		      struct diag *why)
{
	enum status st = idn_parse(without_dot(s), how, out, why);

	return st == ST_SYNTAX && !span_8bit(s) ? name_address(s, why) : st;
}

static const char key_label[] = "_domainkey";

/* The offset of the label "_domainkey" in N; its length if there is none. */
static size_t find_key_label(const struct name *n)
{
	struct span s = span_str(n->text), rest = s, label = { 0 };

	while (span_split(&rest, '.', &label))
		if (span_eq(label, span_str(key_label)))
			return (size_t)(label.p - s.p);
	return s.n;
}

enum status idn_selector(struct span s, struct name *out, struct diag *why)
{
	enum status st = idn_typed(s, NAME_UNDERSCORE | NAME_SINGLE, out, why);
	size_t at = st == ST_OK ? find_key_label(out) : 0;

	if (st != ST_OK || !out->text[at])
		return st;
	if (at == 0)
		return diag_set(
			why, ST_SYNTAX, "RFC 6376 3.6.2.1",
			"\"%s\" is not a selector: the selector is what "
			"comes before \"._domainkey\"",
			out->text);
	return diag_set(why, ST_SYNTAX, "RFC 6376 3.6.2.1",
			"\"%s\" is the name of a key record: the selector is "
			"\"%.*s\"",
			out->text, (int)at - 1, out->text);
}

enum status idn_domain(struct span s, unsigned how, struct name *out,
		       struct diag *why)
{
	enum status st = idn_typed(s, how, out, why);
	size_t at = st == ST_OK ? find_key_label(out) : 0;

	if (st != ST_OK || !out->text[at])
		return st;
	const char *rest = out->text + at + sizeof(key_label) - 1;

	return diag_set(why, ST_SYNTAX, "RFC 6376 3.6.2.1",
			"\"%s\" is the name of a key record: the domain is "
			"\"%s\", the selector \"%.*s\"",
			out->text, *rest ? rest + 1 : "", at ? (int)at - 1 : 0,
			out->text);
}

enum status idn_pattern(struct span pattern, struct buf *out, struct diag *why)
{
	size_t at = span_rfind(pattern, '@');
	struct span local = span_head(pattern, at < pattern.n ? at + 1 : 0);
	struct span domain = without_dot(span_from(pattern, local.n));
	enum status st = buf_add(out, local);

	if (st != ST_OK || !span_8bit(domain))
		return st == ST_OK ? buf_add(out, domain) : st;
	if (!span_is_utf8(domain))
		return diag_set(why, ST_SYNTAX, "RFC 8616 5",
				"a domain name with 8-bit bytes is not UTF-8");
	/* a NUL would end the label for the library */
	return span_has(domain, 0) ? not_a_name(why)
				   : put_labels(domain, out, why);
}
