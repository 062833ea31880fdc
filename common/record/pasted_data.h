/* pasted_data: records in JSON, YAML, HCL and JavaScript, as the interfaces and
 * the configuration of DNS providers have them. See pasted.h.
 *
 * No parser of any of these: strings are taken by the names before them, which
 * is enough to find a record and never depends on what else is there. */
#ifndef PASTED_DATA_H
#define PASTED_DATA_H

#include "pasted_record.h"

/* pasted_data_is: TEXT looks like one of them. */
bool pasted_data_is(struct span text);

/* pasted_data: add its records to OUT; false when there are too many. */
bool pasted_data(struct span text, struct pasted *out) MUST_USE;

#endif
