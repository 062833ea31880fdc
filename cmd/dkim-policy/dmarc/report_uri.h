/* report_uri: where reports shall go, rua= and ruf= of DMARC (RFC 9989 4.8,
 * RFC 9990 4, RFC 3986).
 *
 * Only mailto is understood; other schemes are valid and of no use. Nothing is
 * ever sent to or fetched from one. */
#ifndef REPORT_URI_H
#define REPORT_URI_H

#include "name.h"

struct report_uri {
	struct span text; /* as written, without the size behind "!" */
	bool valid;
	bool mailto;	/* and then: */
	char local[65]; /* decoded; letters, digits and plain marks only */
	struct name host;
	bool has_size;	 /* "!10m": obsolete, ignored (RFC 9989 4.8) */
	const char *why; /* if not valid, or of no use: in words */
};

/* report_uri_next: cut the next one off the comma list *REST, blanks around it
 * left out. False at the end. */
bool report_uri_next(struct span *rest, struct report_uri *out);

enum { REPORT_URIS = 10 }; /* looked at, of one tag (RULES E-7) */

#endif
