/* words: what all reports about signatures have in common. */
#ifndef WORDS_H
#define WORDS_H

#include "verify.h"

/* words_reason: append why V has its result: one line, escaped, with the RFC
 * section, and after a body hash mismatch both hashes. */
void words_reason(const struct verdict *v, struct buf *out);

/* words_tag: append " NAME=VALUE". Bytes of VALUE that could begin another word
 * are escaped. Appends nothing if VALUE.p is NULL. */
void words_tag(struct buf *out, const char *name, struct span value);

/* words_canon: append c= in full ("relaxed/simple"); if it is not valid, as it
 * was written, not escaped. Not for DomainKeys. */
void words_canon(const struct verdict *v, struct buf *out);

/* words_b: append the first MOST characters of b=, without folding (RFC 6008).
 * Appends nothing if there is no b=. */
void words_b(const struct verdict *v, size_t most, struct buf *out);

/* words_bits: the size of the key that was used; 0 if there was none. */
unsigned words_bits(const struct verdict *v);

/* words_next: the signatures of ALL, both of DKIM and of DomainKeys, one after
 * the other in the order of the message; NULL at the end. AT begins zeroed. */
struct words_at {
	size_t dkim, domainkeys;
};
const struct verdict *words_next(const struct verification *all,
				 struct words_at *at);

#endif
