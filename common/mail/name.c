#include "name.h"

#include <stdio.h>
#include <string.h>

static bool is_letter(unsigned char c, unsigned how)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '-' ||
	       (c == '_' && (how & NAME_UNDERSCORE));
}

/* RFC 5321 4.1.2 sub-domain: letters, digits and inner hyphens, 63 bytes. */
static bool is_label(struct span s, unsigned how)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i], how))
			return false;
	return true;
}

static bool is_number(struct span s)
{
	uint64_t ignored;

	return span_u64(s, &ignored);
}

enum status name_parse(struct span s, unsigned how, struct name *out,
		       struct diag *why)
{
	struct span rest = s, label = { 0 };
	size_t labels = 0, numbers = 0;

	if (s.n == 0 || s.n > 253)
		return diag_set(why, ST_SYNTAX, "RFC 1035 2.3.4",
				"a domain name has 1 to 253 bytes");
	while (span_split(&rest, '.', &label)) {
		if (!is_label(label, how))
			return diag_set(why, ST_SYNTAX, "RFC 5321 4.1.2",
					"\"%.*s\" is not a domain name",
					(int)s.n, (const char *)s.p);
		labels++;
		numbers += is_number(label);
	}
	if (labels == 1 && !(how & NAME_SINGLE))
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"\"%.*s\" has only one label", (int)s.n,
				(const char *)s.p);
	if (labels == 4 && numbers == 4)
		return diag_set(why, ST_SYNTAX, "RFC 6376 3.5",
				"\"%.*s\" is an address, not a name", (int)s.n,
				(const char *)s.p);
	for (size_t i = 0; i < s.n; i++)
		out->text[i] = (char)ascii_lower(s.p[i]);
	out->text[s.n] = 0;
	return ST_OK;
}

enum status name_key(const struct name *selector, const struct name *d,
		     struct name *out, struct diag *why)
{
	char text[2 * sizeof(out->text) + 16];
	int n = snprintf(text, sizeof(text), "%s._domainkey.%s", selector->text,
			 d->text);

	if (n > 253)
		return diag_set(why, ST_NO_KEY, "RFC 1035 2.3.4",
				"the name of the key record would be longer "
				"than 253 bytes");
	memcpy(out->text, text, (size_t)n + 1);
	return ST_OK;
}

bool name_of_file(const char *selector, struct diag *hint)
{
	static const char *const endings[] = { ".private", ".pem", ".key",
					       ".txt" };
	struct span s = span_str(selector);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		struct span ending = span_str(endings[i]);

		if (s.n <= ending.n || !span_ends(s, ending))
			continue;
		diag_set(hint, ST_OK, NULL,
			 "-s %s: is \"%.*s\" the selector? this "
			 "is the name of a file",
			 selector, (int)(s.n - ending.n), selector);
		return true;
	}
	return false;
}

bool name_eq(const struct name *a, const struct name *b)
{
	return strcmp(a->text, b->text) == 0;
}

bool name_within(const struct name *child, const struct name *parent)
{
	size_t c = strlen(child->text), p = strlen(parent->text);

	return c >= p && strcmp(child->text + (c - p), parent->text) == 0 &&
	       p > 0 && (c == p || child->text[c - p - 1] == '.');
}

bool name_related(const struct name *a, const struct name *b)
{
	return name_eq(a, b) || (name_within(a, b) && name_labels(b) > 1) ||
	       (name_within(b, a) && name_labels(a) > 1);
}

size_t name_labels(const struct name *n)
{
	size_t labels = 1;

	for (const char *p = n->text; *p; p++)
		labels += *p == '.';
	return labels;
}
