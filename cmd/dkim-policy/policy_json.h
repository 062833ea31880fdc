/* policy_json: what domains say and what it means for a message, for programs:
 * one JSON object a line (RFC 8259, keys of CONTRACT 7). */
#ifndef POLICY_JSON_H
#define POLICY_JSON_H

#include "lookup.h"

/* policy_json_spf: append the line {"spf":{...}}. */
void policy_json_spf(const struct spf_verdict *v, struct buf *out);

/* policy_json_spf_object: the object alone, for lines that hold more. */
struct json_t *policy_json_spf_object(const struct spf_verdict *v);

/* policy_json_lookup: append the line of one look-up. */
void policy_json_lookup(const struct lookup *l, struct buf *out);

#endif
