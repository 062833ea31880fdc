/* report_auth: whether the receiver of another domain's reports has agreed to
 * get them (RFC 9990 4, RFC 9991 5). */
#ifndef REPORT_AUTH_H
#define REPORT_AUTH_H

#include "dmarc_walk.h"

enum report_auth {
	REPORT_AUTH_OWN, /* of the same organization: no need to ask */
	REPORT_AUTH_YES,
	REPORT_AUTH_NO,
	REPORT_AUTH_UNKNOWN, /* no answer: a temporary error, not a no */
};

/* What report_auth_check finds. */
struct report_auth_found {
	enum report_auth answer;
	struct buf name;      /* that was asked; owned */
	bool replaced;	      /* the receiver names another address: */
	struct report_uri to; /* borrows from `text` */
	struct buf text;      /* of its record; owned */
};

/* report_auth_check: may reports for POLICY, where the policy record was found,
 * go to URI, a mailto of its TAG (rua or ruf)? Another address that the
 * receiver names must be on the same host (step 9). Release OUT with
 * report_auth_free. */
void report_auth_check(struct dmarc_store *store,
		       const struct published_from *from,
		       const struct name *policy, enum dmarc_tag_id tag,
		       const struct report_uri *uri,
		       struct report_auth_found *out);
void report_auth_free(struct report_auth_found *f);

#endif
