/* dns_say: show on standard error what DNS is asked and answers. */
#ifndef DNS_SAY_H
#define DNS_SAY_H

#include "dns.h"

/* dns_say_open: a source that answers as FROM does, which stays the caller's
 * and outlives it. For each answer it writes a line for each record, or one
 * that says why there is none, in the form of a zone file. */
struct dns *dns_say_open(struct dns *from);

#endif
