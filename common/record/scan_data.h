/* scan_data: records in JSON, YAML, HCL and JavaScript, as the interfaces and
 * the configuration of DNS providers have them. See record_scan.h.
 *
 * No parser of any of these: strings are taken by the names before them, which
 * is enough to find a record and never depends on what else is there. */
#ifndef SCAN_DATA_H
#define SCAN_DATA_H

#include "scan_record.h"

/* scan_data_is: TEXT looks like one of them. */
bool scan_data_is(struct span text);

/* scan_data: add its records to OUT; false when there are too many. */
bool scan_data(struct span text, struct record_scan *out) MUST_USE;

#endif
