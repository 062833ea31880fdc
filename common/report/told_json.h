/* told_json: what trusted fields say (told.h), in the objects that hold what
 * was checked here; what a field does not say is null. */
#ifndef TOLD_JSON_H
#define TOLD_JSON_H

#include "told.h"

/* told_json_spf: as policy_json_spf_object. */
struct json_t *told_json_spf(const struct told_result *r);

#endif
