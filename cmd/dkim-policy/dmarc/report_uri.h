/* report_uri: an address for reports in rua= or ruf= of DMARC (RFC 9989 4.8,
 * RFC 9990 4, RFC 3986).
 *
 * Only mailto is understood; other schemes are valid, but not used. Nothing is
 * ever sent to or fetched from one. */
#ifndef REPORT_URI_H
#define REPORT_URI_H

#include "name.h"

struct report_uri {
	struct span text; /* as written, without the size after "!" */
	bool valid;
	bool mailto;	/* and then: */
	char local[65]; /* decoded; letters, digits and plain marks only: else
			 * it is empty, and no report is sent there */
	struct name host;
	bool has_size;	 /* "!10m": obsolete, ignored (RFC 9989 4.8) */
	const char *why; /* it is not valid or not used; or NULL */
};

/* report_uri_next: cut the next URI off the comma list *REST, without blanks
 * around it. False at the end. */
bool report_uri_next(struct span *rest, struct report_uri *out);

/* RFC 9989 4.7 lets receivers limit how many URIs of a tag they use: ten. */
enum { REPORT_URIS = 10 };

#endif
