/* detail_text: the lines below the result of a signature (--verbose,
 * --explain), for people, each indented. */
#ifndef DETAIL_TEXT_H
#define DETAIL_TEXT_H

#include "explain.h"

/* detail_cut: append S, escaped, at most MOST bytes of it, because the same
 * field may be shown below each of a hundred signatures. */
void detail_cut(struct span s, size_t most, struct buf *out);

/* detail_check: "verifies", "modified" or "not checked". */
const char *detail_check(enum part_check c);

/* detail_explained: append what the first lines of the explanation of V, one of
 * ALL, do not have: fields, hashes, the key record, where z= differs from what
 * arrived, a command that repeats the check, the failed part. */
void detail_explained(const struct verification *all,
		      const struct explained *explained,
		      const struct verdict *v, struct buf *out);

/* detail_text: append what the line of V of ALL does not have: the start of b=,
 * times, body, the name of the key and its records (which the key_record_cache
 * must keep), fields. If it is EXPLAINED, key and fields are left out, because
 * the explanation has them. */
void detail_text(const struct verification *all, const struct verdict *v,
		 bool explained, struct buf *out);

#endif
