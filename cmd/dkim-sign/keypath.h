/* keypath: the path of a key, in which parts of a message may stand.
 *
 * As in Exim's recipe: %d is the author's domain in lower case, %e that of the
 * envelope's sender, %s the selector as it was typed, which is how dkim-genkey
 * names files, %% a percent sign. Domains come as struct name, so that nothing
 * of a message but letters, digits, "-", "_" and "." reaches a path. */
#ifndef KEYPATH_H
#define KEYPATH_H

#include "buf.h"
#include "name.h"

enum { KEYPATH_OCTETS = 4096 };

struct keypath_parts {
	const struct name *author, *sender; /* NULL: not known */
	const char *selector; /* a name's letters, of either case */
};

/* keypath_check: ST_OK, with *AUTHOR if a part of PATH is %d, *SENDER if one is
 * %e: without both the path is the same for every message. ST_USAGE for another
 * letter behind "%". */
enum status keypath_check(const char *path, bool *author, bool *sender,
			  struct diag *why) MUST_USE;

/* keypath_expand: append the path and a NUL that does not count. ST_OK;
 * ST_NO_SIGNER for a part that is not known; ST_LIMIT. */
enum status keypath_expand(const char *path, const struct keypath_parts *parts,
			   struct buf *out, struct diag *why) MUST_USE;

#endif
