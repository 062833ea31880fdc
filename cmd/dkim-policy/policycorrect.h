/* policycorrect: the policy record that a wrong one was meant to be, where that
 * is certain. */
#ifndef POLICYCORRECT_H
#define POLICYCORRECT_H

#include "buf.h"
#include "policytype.h"

/* policycorrect: append what TEXT, of type T, should be. A DMARC record gets v=
 * and p= first and the separators that are missing; what receivers ignore is
 * left out: blanks around it, removed tags and sizes, repeated tags, and wrong
 * values that mean the default. An SPF record gets one space between its terms,
 * none of them twice and no mechanism after "all". Other types are obsolete:
 * only what copying spoiled is corrected.
 *
 * ST_OK; ST_SYNTAX with OUT unchanged if that would choose a policy for the
 * domain, or if there is nothing to correct. The result has no finding that is
 * an error. */
enum status policycorrect(enum policytype t, struct span text,
			  struct buf *out) MUST_USE;

#endif
