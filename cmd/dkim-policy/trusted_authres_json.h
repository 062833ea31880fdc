/* trusted_authres_json: what trusted fields say (trusted_authres.h), in the
 * objects that hold what was checked here; what a field does not say is null.
 */
#ifndef TRUSTED_AUTHRES_JSON_H
#define TRUSTED_AUTHRES_JSON_H

#include "trusted_authres.h"
#include "verdict.h"

/* trusted_json_signatures: as json_signatures, of the message ALL. */
struct json_t *trusted_json_signatures(const struct trusted_authres *t,
				       const struct verification *all);

/* trusted_json_spf: as policy_json_spf_object. */
struct json_t *trusted_json_spf(const struct trusted_result *r);

#endif
