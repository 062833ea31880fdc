#include "dns_watch.h"

#include <stdlib.h>

struct watched {
	struct dns dns;
	struct dns *from;
	dns_watcher *see;
	void *ctx;
};

static void watched_get(struct dns *dns, const struct dns_query *query,
			struct dns_reply *out)
{
	const struct watched *w = (const struct watched *)dns;

	dns_get(w->from, query, out);
	w->see(w->ctx, query, out);
}

static void watched_close(struct dns *dns)
{
	free(dns);
}

struct dns *dns_watch_open(struct dns *from, dns_watcher *see, void *ctx)
{
	static const struct dns_class class = { watched_get, watched_close };
	struct watched *w = mem_alloc(sizeof(*w));

	*w = (struct watched){ { &class }, from, see, ctx };
	return &w->dns;
}
