/* headerset: which header fields a signature covers (RFC 6376 5.4).
 *
 * The names go into h= in the order of the list; a name stands once for each
 * instance that is signed, from the bottom up (5.4.2), and once more where a
 * later addition of such a field is to break the signature (8.15). */
#ifndef HEADERSET_H
#define HEADERSET_H

#include "fields.h"

struct headerset {
	struct span *v; /* owned; the spans borrow from LIST or are constant */
	size_t n;	/* below LIMIT_SIGNED_NAMES */
};

/* headerset_pick: the names to sign of a message with FIELDS. LIST is NULL for
 * the default set (RULES G-4), or names with colons between, each signed as
 * often as it is written (one instance, or its absence). ST_OK; ST_USAGE for a
 * list that is none, lacks From or names DKIM-Signature or a trace field;
 * ST_REFUSED when the message makes it too long. */
enum status headerset_pick(const char *list, const struct fields *fields,
			   struct headerset *out, struct diag *why) MUST_USE;
void headerset_free(struct headerset *h);

#endif
