/* authres: the Authentication-Results field, read (RFC 8601 2.2).
 *
 * Reading is strict: a field that is not in the grammar, of another version,
 * cut off or over a ceiling gives no result at all, because half of it may say
 * the opposite. Whether a field claims to be ours is answered for broken ones,
 * too. The caller ignores methods, results and properties that it does not
 * know (RFC 8601 2.7.6). */
#ifndef AUTHRES_H
#define AUTHRES_H

#include "fields.h"

/* ptype "." property "=" value. The value has lost its quotes and their
 * backslashes, so that it may hold any byte but controls. */
struct authres_prop {
	struct span ptype, property, value;
};

struct authres_result {
	struct span method, result; /* keywords, in the case they came in */
	uint64_t version;	    /* of the method; ignore all but 1 */
	struct span reason;	    /* without quotes; .p NULL: none */
	size_t first, n;	    /* its properties in `props` */
};

/* Borrows from the value of the field, and owns the rest. */
struct authres {
	struct span id;		  /* authserv-id, without quotes */
	struct authres_result *v; /* empty for "none" */
	size_t n;
	struct authres_prop *props;
	size_t props_n;
	unsigned char *text; /* content of quoted strings */
	size_t text_n;
};

/* authres_parse: VALUE is the text after the colon, lines ending in CRLF.
 * Always fills OUT (release with authres_free), but with results only if ST_OK.
 * ST_SYNTAX; ST_VERSION for an authres-version other than 1; ST_LIMIT for more
 * than LIMIT_AUTHRES_* or comments nested too deep. */
enum status authres_parse(struct span value, struct authres *out,
			  struct diag *why) MUST_USE;
void authres_free(struct authres *a);

/* authres_id: append the authserv-id TEXT of an option to OUT, for
 * authres_claims and report/authfield.h: U-labels become A-labels. ST_OK,
 * ST_USAGE, or ST_OS where libidn2 cannot be loaded. */
enum status authres_id(const char *text, struct buf *out,
		       struct diag *why) MUST_USE;

/* authres_claims: the field with VALUE claims to be from ID. Quotes, comments,
 * folding, letter case, U-labels or A-labels, one final dot and what follows
 * the id do not matter (RFC 8601 5 leaves the comparison open; a forged field
 * must not pass by its spelling). If the id cannot be read, it is enough that
 * any word of the field is ID, or that more than LIMIT_AUTHRES_RESULTS words
 * have 8-bit letters. */
bool authres_claims(struct span value, struct span id);

/* authres_is_token: S is a token of RFC 2045 5.1, which needs no quotes. */
bool authres_is_token(struct span s);

/* authres_is_dotted: no dot of S is its first, its last or next to another. */
bool authres_is_dotted(struct span s);

#endif
