/* keycorrect: the key record that was meant by a wrong one. */
#ifndef KEYCORRECT_H
#define KEYCORRECT_H

#include "keyrec.h"

/* keycorrect: append the text that TXT should be: v= first, without tags that
 * have no effect, p= in the form that all verifiers accept, and without what
 * was copied along with it. ST_OK; ST_KEY_SYNTAX, OUT as before, when that
 * cannot be known or there is nothing to correct. Verifiers accept the result,
 * or see that the key is revoked. */
enum status keycorrect(struct span txt, struct buf *out) MUST_USE;

/* keycorrect_good: whether verifiers accept TXT and its key, or see that it is
 * revoked. */
bool keycorrect_good(struct span txt);

#endif
