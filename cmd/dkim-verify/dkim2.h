/* dkim2: the fields DKIM2-Signature and Message-Instance of the drafts of DKIM2
 * (draft-ietf-dkim-dkim2-spec), decoded for reports. They are not evaluated:
 * nothing that they say has an influence on a result. */
#ifndef DKIM2_H
#define DKIM2_H

#include "fields.h"
#include "json_text.h"

/* dkim2_text: append a line for each such field of F, decoded and escaped. */
void dkim2_text(const struct fields *f, struct buf *out);

/* dkim2_json: a list with an object for each, the caller's; NULL if F has none.
 */
json_t *dkim2_json(const struct fields *f);

#endif
