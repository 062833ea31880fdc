/* coverage: what stands in a message beside what its signatures sign.
 *
 * That a signature holds says nothing of it (RFC 6376 8.2, 8.15), and a reader
 * of the mail sees no difference. */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "verdict.h"

/* coverage_message: what a header has that is worth a word whoever signed it: a
 * set of 1 << WARN_x. */
unsigned coverage_message(const struct fields *f);

/* coverage_check: ONE holds, and its findings are to be told (verdict_warn).
 * ST_OK; ST_UNSIGNED_FROM, ST_D_IS_SUFFIX, which are policy in any case.
 * *STRICT is what is policy for who asks for strictness (RULES B-7, C-8), or
 * ST_OK. */
enum status coverage_check(struct verdict *one, const struct fields *f,
			   enum status *strict) MUST_USE;

#endif
