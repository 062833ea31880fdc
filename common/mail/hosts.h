/* hosts: a list of hosts, such as those that a mail server trusts.
 *
 * A line is an address (IPv4 or IPv6), a network (ADDRESS/BITS), a host's name
 * (read by idn_typed), or .DOMAIN or *.DOMAIN for all names below it. An
 * address may have brackets around it, as in opendkim(8) and Postfix. "!"
 * before it excludes the host, in whatever order the lines are. Lines are read
 * as lines.h has it. */
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

/* hosts_read: ST_OK, or as lines_each; ST_CONFIG for a line that is none of
 * these. Always release OUT with hosts_free. */
enum status hosts_read(const char *path, struct hosts *out,
		       struct diag *why) MUST_USE;

/* hosts_has: of the N addresses and names of one host, one is on the list and
 * none is excluded. Each is an address, also as "[ADDRESS]" or "IPv6:ADDRESS",
 * or a name; blanks around it do not count. An IPv6 address that maps an IPv4
 * one (RFC 4291 2.5.5.2) counts as that. */
bool hosts_has(const struct hosts *h, const struct span *host, size_t n);

/* hosts_trusts: mail of the client with these N addresses and names is ours to
 * sign: AUTH (may be NULL), its SASL user name, is not empty; or all N are
 * empty (submitted on this host), since a server may not know one of them; or
 * hosts_has. */
bool hosts_trusts(const struct hosts *h, const char *const *client, size_t n,
		  const char *auth);

void hosts_free(struct hosts *h);

#endif
