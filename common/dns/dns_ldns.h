/* dns_ldns: libldns is loaded when a source of records is opened.
 *
 * The functions of ldns that the tools call are defined here under their own
 * names and lead into the library. So nothing is linked with it, and a call
 * that is not in the list does not link. */
#ifndef DNS_LDNS_H
#define DNS_LDNS_H

#include "status.h"

/* dns_ldns_load: before any call of ldns, and from one thread. ST_OK, or
 * ST_BUG when the library cannot be loaded. */
enum status dns_ldns_load(struct diag *why) MUST_USE;

#endif
