/* words: what all reports say of a signature in the same words. */
#ifndef WORDS_H
#define WORDS_H

#include "verify.h"

/* words_reason: append why the verdict is what it is, one line, escaped, with
 * the RFC section, and for a body hash what was expected and found. */
void words_reason(const struct verdict *v, struct buf *out);

/* words_tag: append " NAME=VALUE"; what in VALUE could pass for the next word
 * is escaped. Nothing if VALUE.p is NULL. */
void words_tag(struct buf *out, const char *name, struct span value);

/* words_canon: append c= in full ("relaxed/simple"), as written, not escaped,
 * if it is broken. Not for DomainKeys. */
void words_canon(const struct verdict *v, struct buf *out);

/* words_b: append the first MOST characters of b=, without folding (RFC 6008).
 * Nothing if there is no b=. */
void words_b(const struct verdict *v, size_t most, struct buf *out);

/* words_bits: size of the key judged, 0 if there was none. */
unsigned words_bits(const struct verdict *v);

/* words_each_signature: CALL for each signature, DKIM's and DomainKeys', in
 * the order of the message. */
void words_each_signature(const struct verification *all,
			  void (*call)(void *ctx, const struct verdict *v),
			  void *ctx);

/* words_each_warning: CALL for each warning in the set. */
void words_each_warning(unsigned set, void (*call)(void *ctx, enum warning w),
			void *ctx);

#endif
