/* dmarclint: all that is wrong with a DMARC record (RFC 9989). */
#ifndef DMARCLINT_H
#define DMARCLINT_H

#include "dmarc_record.h"
#include "finding.h"

/* dmarclint: add what there is to say of TEXT to F. */
void dmarclint(struct span text, struct findings *f);

/* dmarclint_auth: of TEXT as a record that agrees to get another domain's
 * reports (RFC 9990 4). */
void dmarclint_auth(struct span text, struct findings *f);

#endif
