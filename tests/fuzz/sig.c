/* A signature field is judged the same twice, and no b= of another value
 * changes what is hashed (RFC 6376 3.7). */
#include "sig.h"

#include "fuzz.h"

static struct crypto *crypto;

/* Judge the field HEAD VALUE TAIL; *CUT gets where b= lies in it. */
static enum status judge(struct span head, struct span value, struct span tail,
			 struct digest *digest, struct span *cut)
{
	struct fields f = { .bytes.max = LIMIT_HEADER_BYTES };
	enum status st = ST_MALFORMED;
	struct sig sig;
	size_t mbox;

	buf_put(&f.bytes, head);
	buf_put(&f.bytes, value);
	buf_put(&f.bytes, tail);
	fields_parse(&f, false, true, &mbox);
	if (f.st == ST_OK && f.n == 1) {
		st = sig_parse(&f.v[0], &sig, NULL);
		if (st == ST_OK) {
			*cut = tags_find(sig.tags, SPAN("b"))->whole;
			cut->p = head.p + (cut->p - f.bytes.p);
			sig_digest(&sig, &f, crypto, digest);
			(void)!sig_time(&sig, 1000000000, 300, NULL);
			hold(sig_covers(&sig, SPAN("FROM")) > 0, "From");
			hold(name_within(&sig.i_domain, &sig.d), "i in d");
		}
		sig_free(&sig);
	}
	fields_free(&f);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span none = { 0 }, b = none, ignored;
	struct digest first = { 0 }, second = { 0 };

	crypto = crypto ? crypto : crypto_new();
	if (size > 60000)
		return 0;
	struct span all = span_of(data, size);
	enum status st = judge(all, none, none, &first, &b);

	hold(judge(all, none, none, &second, &ignored) == st, "the same");
	if (st != ST_OK)
		return 0;
	size_t from = (size_t)(b.p - all.p);

	st = judge(span_head(all, from), SPAN(" QUJD\r\n\tRA== "),
		   span_from(all, from + b.n), &second, &ignored);
	hold(st == ST_OK, "another b=");
	hold(span_eq(digest_span(&first), digest_span(&second)),
	     "the digest is the same each time");
	return 0;
}
