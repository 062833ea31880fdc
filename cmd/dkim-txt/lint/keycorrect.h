/* keycorrect: the key record that a wrong one was meant to be. */
#ifndef KEYCORRECT_H
#define KEYCORRECT_H

#include "keyrec.h"

/* keycorrect: append what TXT should read: v= first, tags that mean nothing
 * left out, p= in the form that everybody reads, and without what was copied
 * along with it. ST_OK; ST_KEY_SYNTAX, OUT as before, when that cannot be known
 * or there is nothing to correct. The result is never a record that receivers
 * refuse. */
enum status keycorrect(struct span txt, struct buf *out) MUST_USE;

/* keycorrect_good: receivers of mail take TXT and its key, or see that it is
 * revoked. */
bool keycorrect_good(struct span txt);

#endif
