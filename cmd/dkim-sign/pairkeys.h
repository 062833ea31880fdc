/* pairkeys: signers from pairs of a selector and a key file (-s and -k).
 *
 * The file's name may be a template, as in Exim's dkim_private_key: %d is the
 * From domain in lower case, %e the domain of the envelope sender, %s the
 * selector as it was typed (dkim-genkey names files so), %% a percent sign.
 * Domains come as struct name: only letters, digits, "-", "_" and "." of a
 * message get into a path. */
#ifndef PAIRKEYS_H
#define PAIRKEYS_H

#include "private_keys.h"

struct pair;

/* Safe to free when zeroed. What it points to is the caller's. */
struct pairkeys {
	bool has_domain, has_sender;
	bool by_author;	    /* a file depends on the author: %d */
	bool by_sender;	    /* a file depends on the envelope sender: %e */
	struct name domain; /* d= of all, else the author's */
	struct name sender; /* for %e */
	bool some_do;	    /* one key is enough, whatever others lack */
	unsigned how;	    /* KEYFILE_* */
	struct span passphrase;
	struct private_keys *ring;
	struct pair *v;
	size_t n;
};

/* pairkeys_add: one more pair. ST_OK; ST_USAGE for a selector that is none or
 * is given twice, or for a letter after "%" that has no meaning. */
enum status pairkeys_add(struct pairkeys *p, const char *selector,
			 const char *path, struct diag *why) MUST_USE;

/* pairkeys_read: read the files that are no templates. ST_OK, or an error of
 * keyfile_open or private_keys_get. */
enum status pairkeys_read(const struct pairkeys *p, struct diag *why) MUST_USE;

/* pairkeys_pick: append to OUT the signers for mail of AUTHOR (NULL: not known,
 * which needs `has_domain` and no `by_author`). ST_OK; ST_NO_SIGNER if the file
 * of a template does not exist, or AUTHOR is not `domain`, which %d must be;
 * with `some_do` only if that is so for all pairs, and else OUT->missing names
 * the others; ST_REFUSED for an author that cannot be d=; or what is wrong with
 * a key. */
enum status pairkeys_pick(const struct pairkeys *p, const struct name *author,
			  struct signers *out, struct diag *why) MUST_USE;

/* pairkeys_free: releases what P owns, but not the keys, which are those of its
 * private_keys. */
void pairkeys_free(struct pairkeys *p);

/* -- templates ------------------------------------------------------------- */

enum { KEYPATH_OCTETS = 4096 };

struct keypath_parts {
	const struct name *author, *sender; /* NULL: not known */
	const char *selector; /* a name's letters, of either case */
};

/* keypath_check: ST_OK, with *AUTHOR if a part of PATH is %d, *SENDER if one is
 * %e: without both the path is the same for every message. ST_USAGE for another
 * letter after "%". */
enum status keypath_check(const char *path, bool *author, bool *sender,
			  struct diag *why) MUST_USE;

/* keypath_expand: append the path and a NUL that does not count. ST_OK;
 * ST_NO_SIGNER for a part that is not known; ST_LIMIT. */
enum status keypath_expand(const char *path, const struct keypath_parts *parts,
			   struct buf *out, struct diag *why) MUST_USE;

#endif
