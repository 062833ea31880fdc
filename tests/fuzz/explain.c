/* A message, its signatures and their record go through the whole of --explain:
 * what it proves verifies from scratch, what it says stands within the message,
 * and it keeps to its ceilings. */
#include "explain.h"

#include <string.h>

#include "fuzz_dns.h"

enum { SHARE = 500 };

static void hold_explanation(const struct explanation *e, size_t octets)
{
	hold(e->faults == 0, "a proof from scratch");
	hold(e->tried <= LIMIT_EXPLAIN_TRIES, "the ceiling of tries");
	for (size_t i = 0; i < e->causes.n; i++) {
		const struct cause *c = &e->causes.v[i];

		hold(cause_word(c->code)[0], "a code");
		for (size_t k = 0; k < c->n; k++)
			if (strcmp(c->detail[k].name, "offset") == 0)
				hold(c->detail[k].number >= 0 &&
					     (uint64_t)c->detail[k].number <=
						     octets,
				     "an offset in the body");
	}
}

static void explain_all(const struct explain_conf *conf, struct span message,
			struct verifier *verifier)
{
	const struct verification *all;
	struct sink to = verifier_sink(verifier);
	struct spool *spool = spool_new(-1);
	struct explained e = { 0 };
	struct diag why;

	hold(spool_add(spool, message, &why) == ST_OK, "kept");
	if (to.put(to.ctx, message) == ST_OK) {
		all = verifier_end(verifier);
		hold(explain(conf, all, spool, &e, &why) == ST_OK, "explained");
		for (size_t i = 0; i < e.n; i++)
			hold_explanation(&e.v[i], message.n);
		explained_free(&e);
	}
	spool_free(spool);
}

/* The record, a NUL, the message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	struct span all = span_of(data, size);
	size_t cut = span_find(all, 0);
	struct one_record one = one_record(span_head(all, cut));
	struct explain_conf conf = { .dns = &one.dns, .share = SHARE };

	if (cut == size)
		return 0;
	crypto = crypto ? crypto : crypto_new();
	conf.verify = (struct verify_conf){
		.crypto = crypto,
		.keys = key_record_cache_new(&one.dns, crypto, 0),
		.now = 1767348000,
		.min_bits = 1024,
		.max_signatures = 2,
		.lines = MSG_AUTO,
	};
	struct verifier *verifier = verifier_new(&conf.verify);

	explain_all(&conf, span_from(all, cut + 1), verifier);
	verifier_free(verifier);
	key_record_cache_free(conf.verify.keys);
	return 0;
}
