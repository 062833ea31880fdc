/* failure: does anybody want to hear that a message failed, and who? RFC 9991
 * (ruf= and fo= of DMARC) and RFC 6651 (r=y of a signature).
 *
 * Nothing is sent: what is found here is for a report on paper. Addresses are
 * plain (report_uri.h) and have agreed to get reports (report_auth.h). */
#ifndef FAILURE_H
#define FAILURE_H

#include "evaluate.h"

enum failure_kind { FAILURE_DMARC, FAILURE_DKIM, FAILURE_SPF };

struct failure {
	enum failure_kind kind;
	struct buf to;			 /* addresses, ", " between; owned */
	struct name domain;		 /* that is reported */
	const struct verdict *signature; /* FAILURE_DKIM */
	struct buf spf_record; /* but with FAILURE_DKIM; owned, may be empty */
};

/* failure_find: what of E is to be reported first: what DMARC's record asks
 * for, else what a signature does. ST_OK; ST_NO_INPUT when nobody asks; ST_DNS
 * when whether they may get it has no answer. Release OUT with failure_free. */
enum status failure_find(const struct evaluation *e,
			 const struct published_from *from, struct failure *out,
			 struct diag *why) MUST_USE;
void failure_free(struct failure *f);

#endif
