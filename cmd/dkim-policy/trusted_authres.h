/* trusted_authres: what the Authentication-Results fields that are trusted say.
 *
 * Of a method that is known (RFC 8601 2.7) only results that it has are there,
 * in its first version; what others mean is for others (RULES ). */
#ifndef TRUSTED_AUTHRES_H
#define TRUSTED_AUTHRES_H

#include "authres.h"

/* Borrows from the fields. */
struct trusted_result {
	const struct authres *field;
	const struct authres_result *in;
	const char *word; /* the result in lower case; NULL: not of DKIM, SPF
			   * or DomainKeys */
};

struct trusted_authres {
	struct authres *fields; /* owned */
	size_t fields_n;
	struct trusted_result *v; /* from top to bottom; owned */
	size_t n;
};

/* trusted_read: the fields of F that ID's owner may believe: the topmost, if it
 * claims to be from ID, and those of ID right below it, above any Received
 * field (RFC 8601 4). One that cannot be read whole says nothing. Release with
 * trusted_free. */
struct trusted_authres *trusted_read(const struct fields *f, struct span id);
void trusted_free(struct trusted_authres *t); /* NULL is fine */

/* trusted_named: some field of F claims to be from ID, wherever it is. */
bool trusted_named(const struct fields *f, struct span id);

/* trusted_is: R is of METHOD. trusted_find: its PTYPE.PROPERTY, .p NULL: none.
 */
bool trusted_is(const struct trusted_result *r, const char *method);
struct span trusted_find(const struct trusted_result *r, const char *ptype,
			 const char *property);

/* trusted_sender: the domain of smtp.mailfrom; .p NULL: none. */
struct span trusted_sender(const struct trusted_result *r);

/* trusted_spf: the first result of SPF, or NULL. T may be NULL. */
const struct trusted_result *trusted_spf(const struct trusted_authres *t);

#endif
