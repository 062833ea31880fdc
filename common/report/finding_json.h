/* finding_json: findings as JSON, a list of code, severity and text. */
#ifndef FINDING_JSON_H
#define FINDING_JSON_H

#include <jansson.h>

#include "finding.h"

json_t *findings_json(const struct findings *f) MUST_USE;

#endif
