/* told: what the Authentication-Results fields that are trusted say.
 *
 * Of a method that is known (RFC 8601 2.7) only results that it has are there,
 * in its first version; what others mean is for others (RULES ). */
#ifndef TOLD_H
#define TOLD_H

#include "authres.h"

/* Borrows from the fields. */
struct told_result {
	const struct authres *field;
	const struct authres_result *in;
	const char *word; /* the result in lower case; NULL: not of DKIM, SPF
			   * or DomainKeys */
};

struct told {
	struct authres *fields; /* owned */
	size_t fields_n;
	struct told_result *v; /* from top to bottom; owned */
	size_t n;
};

/* told_read: of the fields of F that ID's owner may believe
 * (authres_topmost); one that cannot be read whole says nothing. Release with
 * told_free. */
struct told *told_read(const struct fields *f, struct span id);
void told_free(struct told *t); /* NULL is fine */

/* told_is: R is of METHOD. told_find: its PTYPE.PROPERTY, .p NULL: none. */
bool told_is(const struct told_result *r, const char *method);
struct span told_find(const struct told_result *r, const char *ptype,
		      const char *property);

/* told_sender: the domain of smtp.mailfrom; .p NULL: none. */
struct span told_sender(const struct told_result *r);

/* told_spf: the first result of SPF, or NULL. T may be NULL. */
const struct told_result *told_spf(const struct told *t);

#endif
