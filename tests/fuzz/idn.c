/* What an administrator types is a name or an error with words; a name that was
 * read is read again as itself, with a final dot as well (RFC 8616 3). */
#include "idn.h"

#include <string.h>

#include "fuzz.h"

static bool is_error(enum status st)
{
	return st == ST_SYNTAX || st == ST_BAD_IDN;
}

/* The domain of a pattern has become ASCII, and stays as it is. */
static void read_pattern(struct span s)
{
	struct diag why = { 0 };
	struct buf once, twice;

	buf_init(&once, 8 * s.n);
	buf_init(&twice, 8 * s.n);
	enum status st = idn_pattern(s, &once, &why);

	hold(st == ST_OK || (is_error(st) && why.text[0]), "pattern");
	if (st == ST_OK) {
		struct span domain = buf_span(&once);
		size_t at = span_rfind(domain, '@');

		if (at < domain.n)
			domain = span_from(domain, at + 1);
		hold(!span_8bit(domain), "ASCII");
		if (!span_ends(domain, SPAN(".")))
			hold(idn_pattern(buf_span(&once), &twice, NULL) ==
					     ST_OK &&
				     span_eq(buf_span(&once), buf_span(&twice)),
			     "the same pattern");
	}
	buf_free(&once);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	unsigned how = take_octet(&s) % 4; /* a set of NAME_* */
	struct name name, again;
	struct diag why = { 0 };
	char dotted[sizeof(name.text) + 1];
	enum status st = idn_typed(s, how, &name, &why);

	read_pattern(s);
	if (st != ST_OK) {
		hold(is_error(st) && why.text[0], "an error has words");
		hold(idn_domain(s, how, &again, NULL) == st, "as a domain");
		return 0;
	}
	snprintf(dotted, sizeof(dotted), "%s.", name.text);
	hold(idn_typed(span_str(dotted), how, &again, NULL) == ST_OK &&
		     name_eq(&name, &again),
	     "the same with a final dot");
	st = idn_domain(s, how, &again, &why);
	hold(st == ST_OK ? name_eq(&name, &again)
			 : strstr(why.text, "key record") != NULL,
	     "a domain, or the name of a key record");
	st = idn_selector(s, &again, &why);
	hold(st == ST_OK || (st == ST_SYNTAX && why.text[0]), "a selector");
	return 0;
}
