/* authres: the Authentication-Results field, read (RFC 8601 2.2).
 *
 * Reading is strict: what is not the grammar, of another version, cut off or
 * over a ceiling gives nothing at all, never a part (ATTACKS I05, I07). Whether
 * a field claims to be ours is asked of broken ones, too. What methods, results
 * and properties mean is for others; unknown ones are to be passed over (RULES
 * */
#ifndef AUTHRES_H
#define AUTHRES_H

#include "fields.h"

/* ptype "." property "=" value. The value has lost its quotes and their
 * backslashes, so that it may hold any octet but controls. */
struct authres_prop {
	struct span ptype, property, value;
};

struct authres_result {
	struct span method, result; /* keywords, in the case they came in */
	uint64_t version;	    /* of the method; pass over all but 1 */
	struct span reason;	    /* without quotes; .p NULL: none */
	size_t first, n;	    /* its properties in `props` */
};

/* Borrows from the field's value, and owns the rest. */
struct authres {
	struct span id;		  /* authserv-id, without quotes */
	struct authres_result *v; /* empty for "none" */
	size_t n;
	struct authres_prop *props;
	size_t props_n;
	unsigned char *text; /* what was in quotes */
	size_t text_n;
};

/* authres_parse: VALUE is what stands behind the colon, lines ending in CRLF.
 * Always fills OUT (release with authres_free), but with results only if ST_OK.
 * ST_SYNTAX; ST_VERSION for an authres-version other than 1; ST_LIMIT for more
 * than LIMIT_AUTHRES_* or comments nested too deep. */
enum status authres_parse(struct span value, struct authres *out,
			  struct diag *why) MUST_USE;
void authres_free(struct authres *a);

/* authres_id: append the authserv-id that TEXT asks for, as the functions below
 * and report/authfield.h want it, to OUT: U-labels become A-labels. ST_OK,
 * ST_USAGE, or ST_OS where libidn2 cannot be loaded. */
enum status authres_id(const char *text, struct buf *out,
		       struct diag *why) MUST_USE;

/* authres_claims: does the field with VALUE claim to be from ID? Quotes,
 * comments, folding, letter case, U-labels or A-labels, one final dot and what
 * follows the id do not matter (RULES X-7). Of a field whose id cannot be read,
 * any word in it that is ours says yes, and so do
 * more than LIMIT_AUTHRES_RESULTS words in 8-bit letters. */
bool authres_claims(struct span value, struct span id);

/* authres_is_token: S is a token of RFC 2045 5.1, which needs no quotes. */
bool authres_is_token(struct span s);

/* authres_is_dotted: no dot of S is its first, its last or next to another. */
bool authres_is_dotted(struct span s);

#endif
