/* keylint: all that is wrong with one key record.
 *
 * Reads the record's joined text as keyrec does and names every mistake that
 * verifiers or people trip over, where keyrec stops at the first.
 */
#ifndef KEYLINT_H
#define KEYLINT_H

#include "finding.h"
#include "keyrec.h"

/* keylint_record: add what there is to say of TXT, a key record's joined text,
 * to F. C finds keys that are no secret. */
void keylint_record(struct span txt, const struct crypto *c,
		    struct findings *f);

#endif
