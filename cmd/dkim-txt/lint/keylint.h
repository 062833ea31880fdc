/* keylint: the findings about the text of one key record.
 *
 * Reads the record's joined text as keyrec does and names every mistake that
 * verifiers or people trip over, where keyrec stops at the first.
 */
#ifndef KEYLINT_H
#define KEYLINT_H

#include "finding.h"
#include "keyrec.h"

/* keylint_record: add the findings about TXT, the joined text of a key record,
 * to F. C is for the digest that finds publicly known private keys. */
void keylint_record(struct span txt, const struct crypto *c,
		    struct findings *f);

#endif
