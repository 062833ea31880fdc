/* pasted_config: records in the input of nsupdate, knotc, pdnsutil, unbound,
 * dnsmasq and tinydns-data, one a line. See pasted.h. */
#ifndef PASTED_CONFIG_H
#define PASTED_CONFIG_H

#include "pasted_record.h"

/* pasted_config: is LINE (without its end, number N) of such a form? Its record
 * goes to OUT if it has one about keys; *FULL when there are too many. */
bool pasted_config(struct span line, size_t n, struct pasted *out, bool *full);

#endif
