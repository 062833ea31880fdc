/* dkim_report: which failures of its signatures a signer wants reported
 * (RFC 6651 3). */
#ifndef DKIM_REPORT_H
#define DKIM_REPORT_H

#include "published.h"

struct dkim_report {
	bool valid;
	char local[65];	  /* ra=, decoded; "" without it */
	unsigned percent; /* rp= */
	char wanted[16];  /* rr=: its letters, "a" for all */
};

/* dkim_report_is: TEXT has a tag of RFC 6651 3.2. */
bool dkim_report_is(struct span text);

/* dkim_report_parse: fill OUT from TEXT, valid or not. */
void dkim_report_parse(struct span text, struct dkim_report *out);

/* dkim_report_wants: a failure of the kind REASON (5.1: 'd' DNS, 'o' other,
 * 'p' policy, 's' signature or hash, 'u' unknown tag, 'v' failed to verify,
 * 'x' expired) is asked for. */
bool dkim_report_wants(const struct dkim_report *r, char reason);

#endif
