/* A key record is judged the same twice; a good one has a key that can be
 * written and read again (RFC 6376 3.6.1). */
#include "keyrec.h"
#include "keyrec_form.h"

#include "fuzz.h"

static void write_again(const struct keyrec *r)
{
	struct keyrec_form form = { .strict = true };
	struct keyrec again;
	struct buf text, p;

	buf_init(&text, LIMIT_TXT_BYTES);
	buf_init(&p, LIMIT_TXT_BYTES);
	hold(keyrec_format(&form, r->key, &text, &p, NULL) == ST_OK, "format");
	buf_put(&text, buf_span(&p));
	keyrec_parse(buf_span(&text), &again);
	hold(again.st == ST_OK && again.type == r->type && again.strict &&
		     key_bits(again.key) == key_bits(r->key),
	     "what was written is read");
	keyrec_free(&again);
	buf_free(&text);
	buf_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keyrec a, b;
	struct diag why = { 0 };

	keyrec_parse(span_of(data, size), &a);
	keyrec_parse(span_of(data, size), &b);
	hold(a.st == b.st && a.foreign == b.foreign && a.type == b.type &&
		     a.hashes == b.hashes && a.notes == b.notes,
	     "the same");
	hold((a.st == ST_OK) == (a.key != NULL), "a key iff good");
	if (a.st == ST_OK) {
		enum status st = key_check(a.key, 1024, &why);

		hold(st == ST_OK || st == ST_KEY_WEAK || st == ST_KEY_LARGE,
		     "check");
		hold(!key_is_private(a.key), "public");
		write_again(&a);
	} else {
		hold(keyrec_allows(&a, KEY_RSA, HASH_SHA256, &why) == a.st,
		     "allows");
	}
	keyrec_free(&a);
	keyrec_free(&b);
	return 0;
}
