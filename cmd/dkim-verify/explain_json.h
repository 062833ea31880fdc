/* explain_json: why a signature does not hold, for programs: the object that
 * CONTRACT 7 calls `explain`. */
#ifndef EXPLAIN_JSON_H
#define EXPLAIN_JSON_H

#include "explain.h"
#include "json_text.h"

json_t *explain_json(const struct explanation *e);

#endif
