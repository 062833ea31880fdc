/* scan_config: records in the input of nsupdate, knotc, pdnsutil, unbound,
 * dnsmasq and tinydns-data, one a line. See record_scan.h. */
#ifndef SCAN_CONFIG_H
#define SCAN_CONFIG_H

#include "scan_record.h"

/* scan_config: is LINE (without its end, number N) of such a form? Its record
 * goes to OUT if it has one about keys; *FULL when there are too many. */
bool scan_config(struct span line, size_t n, struct record_scan *out,
		 bool *full);

#endif
