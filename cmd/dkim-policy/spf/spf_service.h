/* spf_service: SPF for Postfix' policy delegation: requests on one descriptor,
 * an action for each on another.
 *
 * A request is lines NAME=VALUE and an empty line; the answer is "action=..."
 * and an empty line. HELO is checked first, then MAIL FROM (RFC 7208 2.3): a
 * fail of either is 550 5.7.23, a temperror defers (RFC 7372), any other result
 * adds a Received-SPF field, once for each message even if it has several
 * recipients. Mail of this host, of trusted hosts and of users who have logged
 * in is not checked. */
#ifndef SPF_SERVICE_H
#define SPF_SERVICE_H

#include "hosts.h"
#include "spf.h"

struct spf_service {
	struct dns *dns;
	const struct hosts *trusted; /* NULL: none */
	bool require_dnssec;	     /* spf.h */
	struct span receiver;	     /* Received-SPF; may be empty */
	bool has_now;		     /* else the clock's */
	int64_t now;
	int in, out;
};

/* spf_service_run: answer requests until the end of the input. ST_OK; ST_IO;
 * ST_LIMIT for a request that is larger than Postfix sends; ST_SYNTAX for one
 * of another service. */
enum status spf_service_run(const struct spf_service *service,
			    struct diag *why) MUST_USE;

#endif
