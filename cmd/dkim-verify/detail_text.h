/* detail_text: what stands below a verdict, for people, each line indented. */
#ifndef DETAIL_TEXT_H
#define DETAIL_TEXT_H

#include "verify.h"

/* detail_begin: the line about WHAT begins. detail_end: it ends. */
void detail_begin(struct buf *out, const char *what);
void detail_end(struct buf *out);

/* detail_cut: append S, escaped, no more than MOST octets of it: the same
 * field may be shown below each of a hundred signatures. */
void detail_cut(struct span s, size_t most, struct buf *out);

/* detail_fields: the fields of F that S signs, does not sign, forbids to add,
 * and those that stand several times; a line each, if there are any. */
void detail_fields(const struct sig *s, const struct fields *f,
		   struct buf *out);

/* detail_key: append what kind of key REC is, and what it says beside it. */
void detail_key(const struct keyrec *rec, struct buf *out);

/* detail_text: append all that the line of the verdict V of ALL does not say:
 * the start of b=, times, body, the key's name and its records (which the
 * key_record_cache must keep), fields; but, if it is EXPLAINED, nothing
 * that the explanation says as well. */
void detail_text(const struct verification *all, const struct verdict *v,
		 bool explained, struct buf *out);

#endif
