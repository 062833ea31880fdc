/* dns_say: each question to DNS and its answer, on stderr. */
#ifndef DNS_SAY_H
#define DNS_SAY_H

#include "dns_watch.h"

/* dns_say: a dns_watcher; CTX is not used. A line a record, or one that says
 * why there is none, in the form of a master file. */
void dns_say(void *ctx, const struct dns_query *query,
	     const struct dns_reply *reply);

#endif
