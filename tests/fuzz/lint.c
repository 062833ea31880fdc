/* Records are found in any text, the same twice; what is corrected has no error
 * and nothing to correct. */
#include "keycorrect.h"
#include "keylint.h"
#include "recordlint.h"

#include "fuzz.h"

struct seen {
	const struct crypto *crypto;
	size_t records, errors;
};

static enum status look(void *ctx, const struct recordlint *one)
{
	struct seen *seen = ctx;
	struct findings left = { 0 };
	struct buf again;

	seen->records++;
	seen->errors += one->findings->invalid;
	hold(one->record->line <= 1U << 20, "a line");
	if (one->corrected.n == 0)
		return ST_OK;
	buf_init(&again, LIMIT_TXT_BYTES);
	hold(keycorrect_good(one->corrected), "corrected is good");
	keylint_record(one->corrected, seen->crypto, &left);
	hold(!left.invalid, "corrected is valid");
	findings_free(&left);
	hold(span_eq(one->corrected, record_scan_meant(one->record)) ||
		     keycorrect(one->corrected, &again) != ST_OK,
	     "corrected once");
	buf_free(&again);
	return ST_OK;
}

static void lint(struct span text, const struct crypto *c, struct seen *seen)
{
	bool valid = false;

	*seen = (struct seen){ .crypto = c };
	hold(recordlint_read(text, "example.com", c, look, seen, &valid,
			     NULL) == ST_OK,
	     "read");
	hold(seen->records > 0, "something to say");
	hold(valid == (seen->errors == 0), "valid");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *c;
	struct seen once, twice;

	if (!c)
		c = crypto_new();
	lint(span_of(data, size), c, &once);
	lint(span_of(data, size), c, &twice);
	hold(once.records == twice.records && once.errors == twice.errors,
	     "the same");
	return 0;
}
