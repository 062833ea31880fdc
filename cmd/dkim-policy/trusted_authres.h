/* trusted_authres: the results in the Authentication-Results fields that are
 * trusted.
 *
 * Of the methods DKIM, SPF and DomainKeys only results that RFC 8601 2.7 has
 * are taken, in version 1; results of other methods are kept as they are. */
#ifndef TRUSTED_AUTHRES_H
#define TRUSTED_AUTHRES_H

#include "authres.h"

/* Borrows from the fields. */
struct trusted_result {
	const struct authres *field;
	const struct authres_result *in;
	const char *word;   /* the result in lower case; NULL: of another method
			     * than DKIM, SPF and DomainKeys */
	enum result result; /* for DMARC; RESULT_FAIL for softfail */
};

struct trusted_authres {
	struct authres *fields; /* owned */
	size_t fields_n;
	struct trusted_result *v; /* from top to bottom; owned */
	size_t n;
	bool ignored; /* there are fields of the id, but all of them may have
		       * come with the message */
	struct diag unreadable; /* why a field was not read, or empty */
	struct diag unused;	/* the first result of DKIM or SPF that counts
				 * for nothing, and why, or empty */
};

/* trusted_read: read the fields of F that ID's owner may trust: the topmost, if
 * it claims to be from ID, and those of ID right below it, above any Received
 * field (RFC 8601 4). F may be NULL. One that cannot be read whole gives no
 * result. Release with trusted_free, which takes NULL. */
struct trusted_authres *trusted_read(const struct fields *f, struct span id);
void trusted_free(struct trusted_authres *t);

/* trusted_unused: R, which is one of T or of its fields, counts for nothing,
 * because of WHAT. The first one is kept. */
void trusted_unused(struct trusted_authres *t, const struct trusted_result *r,
		    const char *what);

/* trusted_is: R is a result of METHOD. */
bool trusted_is(const struct trusted_result *r, const char *method);

/* trusted_find: the value of PTYPE.PROPERTY of R; .p NULL without it.
 * trusted_domain: what follows the last "@" in it. */
struct span trusted_find(const struct trusted_result *r, const char *ptype,
			 const char *property);
struct span trusted_domain(const struct trusted_result *r, const char *ptype,
			   const char *property);

#endif
