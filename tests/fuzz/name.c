/* A name is lower-case, bounded, safe as a C string, and its own name
 * (RFC 1035 2.3.4). */
#include "name.h"

#include <string.h>

#include "fuzz.h"

static void check_key(const struct name *name)
{
	struct name d, key;

	hold(name_parse(SPAN("legit.example"), 0, &d, NULL) == ST_OK, "d");
	enum status st = name_key(name, &d, &key, NULL);
	size_t n = strlen(name->text) + sizeof("._domainkey.legit.example") - 1;

	hold(st == (n <= 253 ? ST_OK : ST_NO_KEY), "key");
	if (st == ST_OK)
		hold(strlen(key.text) == n && name_within(&key, &d), "text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	unsigned how = take_octet(&s) & (NAME_UNDERSCORE | NAME_SINGLE);
	struct name name, again;
	struct diag why = { 0 };
	enum status st = name_parse(s, how, &name, &why);

	hold(name_parse(s, how, &again, NULL) == st, "the same");
	if (st != ST_OK) {
		hold(why.text[0] != 0, "an error has words");
		return 0;
	}
	size_t n = strlen(name.text);

	hold(n == s.n && n <= 253, "length");
	hold(span_ieq(span_str(name.text), s), "text");
	hold(strspn(name.text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n,
	     "octets");
	hold(!strstr(name.text, "..") && name.text[0] != '.' &&
		     name.text[n - 1] != '.',
	     "dots");
	hold(name_labels(&name) > 1 || (how & NAME_SINGLE), "labels");
	hold(name_parse(span_str(name.text), how, &again, NULL) == ST_OK &&
		     name_eq(&name, &again),
	     "its own name");
	hold(name_within(&name, &again), "within itself");
	check_key(&name);
	return 0;
}
