/* spf_hosts: the look-ups of an SPF evaluation, and what they may cost
 * (RFC 7208 4.6.4, 5.3 to 5.5, 5.7). */
#ifndef SPF_HOSTS_H
#define SPF_HOSTS_H

#include "dns.h"
#include "spf_record.h"

enum {
	SPF_LOOKUPS = 10, /* terms that ask, and addresses for each (4.6.4) */
	SPF_VOIDS = 2,	  /* of these that may get no records */
	SPF_NAME = 253,	  /* octets of a name as text */
};

/* Who asks. Owned by the caller. */
struct spf_client {
	struct dns *dns;
	struct dns_clock *clock; /* the message's */
	struct ip ip;
};

struct spf_hosts {
	struct spf_client client;
	unsigned lookups, voids;
	bool free_of_charge;	       /* the verdict stands */
	bool validated;		       /* `names` is filled */
	struct buf names[SPF_LOOKUPS]; /* the host's own, in DNS both ways */
	size_t n;
	struct diag why; /* SPF_HOSTS_FAILED */
};

enum spf_hosts_answer {
	SPF_HOSTS_YES,
	SPF_HOSTS_NO,
	SPF_HOSTS_LIMIT,
	SPF_HOSTS_FAILED, /* no answer: a temporary error */
};

void spf_hosts_init(struct spf_hosts *h, const struct spf_client *client);
void spf_hosts_free(struct spf_hosts *h);

/* spf_hosts_charge: one more term that asks; false when that is too many. */
bool spf_hosts_charge(struct spf_hosts *h);

/* spf_hosts_match: does T, an a, mx, ptr or exists whose target is TARGET,
 * match? A target that is no name matches nothing (4.8). */
enum spf_hosts_answer spf_hosts_match(struct spf_hosts *h,
				      const struct spf_term *t,
				      struct span target);

/* spf_hosts_name: %{p} for DOMAIN (7.3), borrowed. ST_OK, or ST_LIMIT when its
 * look-up is one too many. */
enum status spf_hosts_name(struct spf_hosts *h, struct span domain,
			   struct span *out) MUST_USE;

#endif
