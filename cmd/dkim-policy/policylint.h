/* policylint: the findings about a policy record, as far as its text shows. */
#ifndef POLICYLINT_H
#define POLICYLINT_H

#include "buf.h"
#include "policytype.h"

/* policylint: add the findings about TEXT, a record of type T, to F. */
void policylint(enum policytype t, struct span text, struct findings *f);

/* policylint_clean: append TEXT to OUT without what copying spoils: typographic
 * quotes and dashes, invisible characters, line breaks, backslashes and quotes
 * of a zone file. False if there is none; F (may be NULL) gets one finding of
 * each kind. OUT needs the room of TEXT. */
bool policylint_clean(struct span text, struct buf *out, struct findings *f);

#endif
