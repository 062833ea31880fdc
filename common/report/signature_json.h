/* signature_json: signatures for programs, as the list `signatures` of a
 * message (RFC 8259). ASCII only, so that a line is safe on a terminal; octets
 * that are not UTF-8 become \xHH in the string's text. */
#ifndef SIGNATURE_JSON_H
#define SIGNATURE_JSON_H

#include "json_text.h"
#include "verify.h"

/* Called for each signature with its object, to add to it. */
typedef void signature_json_more(const void *ctx, const struct verdict *v,
				 json_t *object);

/* json_signatures: the list of all signatures, DKIM's and DomainKeys'. MORE may
 * be NULL. */
json_t *json_signatures(const struct verification *all,
			signature_json_more *more, const void *ctx);

/* json_warnings: a list of the codes of SET. */
json_t *json_warnings(unsigned set);

#endif
