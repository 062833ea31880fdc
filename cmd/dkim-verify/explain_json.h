/* explain_json: why a signature does not verify, for programs: the JSON object
 * `explain` of a signature. */
#ifndef EXPLAIN_JSON_H
#define EXPLAIN_JSON_H

#include "explain.h"
#include "json_text.h"

/* explain_json: an object of the explanation of V, one of ALL; the caller owns
 * it. */
json_t *explain_json(const struct verification *all,
		     const struct explained *explained,
		     const struct verdict *v);

#endif
