/* A body was signed and another one arrived: the search for what was done to it
 * keeps within its budget, and so do those for the header and the tags. What
 * is proven carries an offset inside the body. */
#include "explain_body.h"

#include "bodyhash.h"
#include "fuzz.h"

static struct crypto *crypto;

static void hash_signed(struct sig *sig, struct span body)
{
	struct bodyhash *b = bodyhash_new(crypto);
	size_t job = bodyhash_add(b, sig);

	hold(bodyhash_push(b, body) == ST_OK && bodyhash_end(b) == ST_OK,
	     "hashed");
	sig->bh = *bodyhash_get(b, job, NULL);
	bodyhash_free(b);
}

static void look_at(const struct causes *causes, struct span body)
{
	for (size_t i = 0; i < causes->n; i++) {
		const struct cause *c = &causes->v[i];

		hold(cause_word(c->code)[0], "a code");
		for (size_t k = 0; c->proven && k < c->n; k++)
			if (strcmp(c->detail[k].name, "offset") == 0)
				hold(c->detail[k].number >= 0 &&
					     (uint64_t)c->detail[k].number <=
						     body.n,
				     "an offset in the body");
	}
}

/* The first octet steers; then come the header, an empty line, the body that
 * was signed, a NUL, and the body that arrived. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of(data, size);
	unsigned char how = take_octet(&all);
	struct fields fields = { .bytes.max = LIMIT_HEADER_BYTES };
	uint64_t octets = 1024 * 1024, trials = 300, tried = 0;
	struct sig sig = { .body = how & 1 ? CANON_RELAXED : CANON_SIMPLE,
			   .hash = HASH_SHA256,
			   .has_l = how & 2,
			   .l = how >> 2 };
	size_t mbox, end = span_search(all, SPAN("\r\n\r\n"));
	struct causes causes = { 0 };

	crypto = crypto ? crypto : crypto_new();
	if (size > 20000 || end == all.n)
		return 0;
	buf_put(&fields.bytes, span_head(all, end + 2));
	fields_parse(&fields, false, true, &mbox);
	struct span bodies = span_from(all, end + 4);
	size_t cut = span_find(bodies, 0);
	const struct verify_conf conf = { .crypto = crypto };
	const struct explain_input in = {
		.conf = &conf,
		.fields = &fields,
		.sig = &sig,
		.body = span_from(bodies, cut + 1),
		.octets = &octets,
		.trials = &trials,
		.tried = &tried,
	};

	hash_signed(&sig, span_head(bodies, cut));
	explain_body(&in, &causes);
	look_at(&causes, in.body);
	causes_free(&causes);
	fields_free(&fields);
	return 0;
}
