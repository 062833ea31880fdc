/* signature_json: signatures for programs: the list `signatures` of a message
 * (RFC 8259), with keys that dkim-verify(1) describes. */
#ifndef SIGNATURE_JSON_H
#define SIGNATURE_JSON_H

#include "json_text.h"
#include "verify.h"

/* Called for each signature with its object, to add to it. */
typedef void signature_json_more(const void *ctx, const struct verdict *v,
				 json_t *object);

/* json_signatures: a new list of all signatures, both of DKIM and of
 * DomainKeys, in the order of the message. MORE may be NULL. */
json_t *json_signatures(const struct verification *all,
			signature_json_more *more, const void *ctx);

/* json_warnings: a new list of the codes of SET, bits of 1 << WARN_x. */
json_t *json_warnings(unsigned set);

#endif
