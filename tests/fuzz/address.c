/* An author domain is a name, and a comment before or the same list behind
 * changes nothing about it (RFC 5322 3.2.2, 3.4). */
#include "address.h"

#include "fuzz.h"

static enum status join(const char *before, struct span a, const char *between,
			struct span b, struct name *out)
{
	struct buf text;

	buf_init(&text, a.n + b.n + 64);
	buf_put(&text, span_str(before));
	buf_put(&text, a);
	buf_put(&text, span_str(between));
	buf_put(&text, b);
	enum status st = address_read(buf_span(&text), ADDRESS_ONE_DOMAIN, NULL,
				      out, NULL);

	buf_free(&text);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size), none = { 0 };
	struct name name, again;
	struct diag why = { 0 };
	enum status st = address_read(s, ADDRESS_ONE_DOMAIN, NULL, &name, &why);

	hold(address_read(s, ADDRESS_ONE_DOMAIN, NULL, &again, NULL) == st,
	     "the same");
	if (st != ST_OK) {
		hold(why.text[0] != 0, "an error has words");
		hold(st == ST_SYNTAX || st == ST_LIMIT || st == ST_BAD_IDN,
		     "status");
		return 0;
	}
	hold(name_parse(span_str(name.text), NAME_UNDERSCORE | NAME_SINGLE,
			&again, NULL) == ST_OK &&
		     name_eq(&name, &again),
	     "a name");
	hold(join(" (a (b) \\) c)\r\n ", s, "", none, &again) == ST_OK &&
		     name_eq(&name, &again),
	     "comment before");
	st = join("", s, " , ", s, &again);
	hold(st == ST_LIMIT || (st == ST_OK && name_eq(&name, &again)),
	     "twice the same");
	st = join("", s, ", <x@other.invalid>", none, &again);
	hold(st != ST_OK || name_eq(&name, &again), "two domains");
	return 0;
}
