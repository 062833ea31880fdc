/* hosts: a list of hosts, as mail servers keep of those they trust.
 *
 * A line is an address (IPv4 or IPv6), a network (ADDRESS/BITS), a host's name,
 * or .DOMAIN for all names below it; "!" before it takes it out again, wherever
 * it stands. Lines are read as lines.h has it. */
#ifndef HOSTS_H
#define HOSTS_H

#include "lines.h"
#include "name.h"

struct host_rule;

/* Safe to free when zeroed. */
struct hosts {
	struct lines lines;
	struct host_rule *v;
	size_t n;
};

/* hosts_read: ST_OK, or as lines_each; ST_CONFIG for a line that
 * is none of these. Always free OUT. */
enum status hosts_read(const char *path, struct hosts *out,
		       struct diag *why) MUST_USE;

/* hosts_has: is the host that TEXT tells on the list? TEXT is an address, also
 * as "[ADDRESS]" or "IPv6:ADDRESS", or a name; what is neither is not. Blanks
 * around it do not count. An IPv6 address that maps an IPv4 one (RFC 4291
 * 2.5.5.2) counts as that. */
bool hosts_has(const struct hosts *h, struct span text);

/* hosts_excepts: does a "!" take TEXT out? The host then is not on the list,
 * whatever else it is called. */
bool hosts_excepts(const struct hosts *h, struct span text);

/* hosts_trusts: is mail of the client that is known by these N addresses and
 * names ours to sign? It is when AUTH (may be NULL), as whom it has logged in,
 * is not empty; when all of them are empty (submitted on this host), as one
 * alone may be unknown to the server; else when one of them is on the list and
 * none is taken out. */
bool hosts_trusts(const struct hosts *h, const char *const *client, size_t n,
		  const char *auth);

void hosts_free(struct hosts *h);

#endif
