/* spf_hosts: the look-ups of an SPF evaluation and their limits (RFC
 * 7208 4.6.4, 5.3 to 5.5, 5.7). */
#ifndef SPF_HOSTS_H
#define SPF_HOSTS_H

#include "dns.h"
#include "spf_record.h"

enum {
	SPF_LOOKUPS = 10, /* terms that ask, and addresses for each (4.6.4) */
	SPF_VOIDS = 2,	  /* of these that may get no records */
	SPF_NAME = 253,	  /* bytes of a name as text */
};

/* Where questions go and which client they are about. Owned by the caller. */
struct spf_client {
	struct dns *dns;
	struct dns_clock *clock; /* of the message */
	struct ip ip;
};

struct spf_hosts {
	struct spf_client client;
	unsigned lookups, voids;
	bool free_of_charge; /* the result is known: nothing counts any more */
	bool validated;	     /* `names` is filled */
	struct buf
		names[SPF_LOOKUPS]; /* of the client, which have its address */
	size_t n;
	struct diag why; /* SPF_HOSTS_FAILED */
};

enum spf_hosts_answer {
	SPF_HOSTS_YES,
	SPF_HOSTS_NO,
	SPF_HOSTS_LIMIT,
	SPF_HOSTS_FAILED, /* no answer: a temporary error */
};

/* spf_hosts_free: releases what the look-ups have kept. */
void spf_hosts_free(struct spf_hosts *h);

/* spf_hosts_charge: count one more term that asks; false if that is too many.
 */
bool spf_hosts_charge(struct spf_hosts *h);

/* spf_hosts_match: whether T, an a, mx, ptr or exists whose target is TARGET,
 * matches. A target that is not a name does not (4.8 leaves it open). */
enum spf_hosts_answer spf_hosts_match(struct spf_hosts *h,
				      const struct spf_term *t,
				      struct span target);

/* spf_hosts_name: the value of %{p} for DOMAIN (7.3), borrowed. ST_OK, or
 * ST_LIMIT if its look-up is one too many. */
enum status spf_hosts_name(struct spf_hosts *h, struct span domain,
			   struct span *out) MUST_USE;

#endif
