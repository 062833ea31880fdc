/* detail_text: the lines below the result of a signature (--verbose,
 * --explain), for people, each indented. */
#ifndef DETAIL_TEXT_H
#define DETAIL_TEXT_H

#include "verify.h"

/* detail_begin: begin the line about WHAT. detail_end: end it. */
void detail_begin(struct buf *out, const char *what);
void detail_end(struct buf *out);

/* detail_cut: append S, escaped, at most MOST bytes of it, because the same
 * field may be shown below each of a hundred signatures. */
void detail_cut(struct span s, size_t most, struct buf *out);

/* detail_fields: append a line each for the fields of F that S signs, does not
 * sign, oversigns, and for those that occur several times, if there are any. */
void detail_fields(const struct sig *s, const struct fields *f,
		   struct buf *out);

/* detail_key: append the kind of key in REC and its other tags in words. */
void detail_key(const struct keyrec *rec, struct buf *out);

/* detail_text: append what the line of V of ALL does not have: the start of b=,
 * times, body, the name of the key and its records (which the key_record_cache
 * must keep), fields. If it is EXPLAINED, key and fields are left out, because
 * the explanation has them. */
void detail_text(const struct verification *all, const struct verdict *v,
		 bool explained, struct buf *out);

#endif
