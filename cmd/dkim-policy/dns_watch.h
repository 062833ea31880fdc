/* dns_watch: whoever wants to see what is asked and answered looks on. */
#ifndef DNS_WATCH_H
#define DNS_WATCH_H

#include "dns.h"

/* Called for each answer, by the thread that asked. */
typedef void dns_watcher(void *ctx, const struct dns_query *query,
			 const struct dns_reply *reply);

/* dns_watch_open: a source that answers as FROM does, which stays the caller's
 * and outlives it. */
struct dns *dns_watch_open(struct dns *from, dns_watcher *see, void *ctx);

#endif
