/* policycorrect: the policy record that a wrong one was meant to be. */
#ifndef POLICYCORRECT_H
#define POLICYCORRECT_H

#include "buf.h"
#include "policytype.h"

/* policycorrect: append what TEXT, of type T, should read. Of a DMARC record:
 * v= and p= first, the separators that are missing, no blanks around it, and
 * without what receivers pass over: removed tags, repeated ones, values that
 * no tag has where that means the default. Of an SPF record: one space between
 * terms, none twice, no mechanism behind "all". Other types are not corrected:
 * nobody needs them.
 *
 * ST_OK; ST_SYNTAX, OUT as before, when it cannot be known without choosing a
 * policy for the domain, or there is nothing to correct. The result has no
 * finding that is an error. */
enum status policycorrect(enum policytype t, struct span text,
			  struct buf *out) MUST_USE;

#endif
