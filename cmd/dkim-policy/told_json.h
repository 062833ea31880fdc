/* told_json: what trusted fields say (told.h), in the objects that hold what
 * was checked here; what a field does not say is null. */
#ifndef TOLD_JSON_H
#define TOLD_JSON_H

#include "told.h"
#include "verdict.h"

/* told_json_signatures: as json_signatures, of the message ALL. */
struct json_t *told_json_signatures(const struct told *t,
				    const struct verification *all);

/* told_json_spf: as policy_json_spf_object. */
struct json_t *told_json_spf(const struct told_result *r);

#endif
