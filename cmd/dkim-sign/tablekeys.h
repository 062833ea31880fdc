/* tablekeys: signers from tables: OpenDKIM's KeyTable with its SigningTable, or
 * dkim-filter's key list.
 *
 * A line that matches and leads to no key that can be used is an error, never
 * "no key": a typing error must not let mail pass unsigned. */
#ifndef TABLEKEYS_H
#define TABLEKEYS_H

#include "keytable.h"
#include "private_keys.h"

/* -- the SigningTable ------------------------------------------------------ */

/* Spans borrow from the table. */
struct signtable_entry {
	struct span pattern;
	struct span key;
	struct span identity; /* .n is 0 where there is none */
	size_t line;
};

/* The index of a table without patterns: each name once, with the number of its
 * first entry. */
struct table_name {
	struct span name;
	size_t entry;
};

/* A SigningTable: whose mail is signed, and with which entry of the KeyTable.
 *
 *   PATTERN KEY[ IDENTITY]   or KEY:IDENTITY
 *
 * KEY names the entry, "%" is the author's domain; "%" in IDENTITY, too. With
 * "refile:" before the file's name PATTERN may contain "*" and is compared with
 * the author's address, in the order of the file. Without, the table is asked
 * for user@host, host, for each parent of host user@.parent and .parent, user@*
 * and *. Letters of either case are the same. Safe to free when zeroed. */
struct signtable {
	struct lines lines;
	bool patterns; /* refile: */
	struct signtable_entry *v;
	size_t n;
	struct table_name *names;
	size_t names_n;
	size_t stars; /* line of a pattern that would need refile:, or 0 */
};

/* signtable_read: FILE, which may begin with "file:" or "refile:". The errors
 * are those of keytable_read. Always free OUT. */
enum status signtable_read(const char *file, struct signtable *out,
			   struct diag *why) MUST_USE;

/* signtable_next: the next entry for mail of LOCAL at DOMAIN, or NULL; *AT is 0
 * at first and belongs to this function. */
const struct signtable_entry *signtable_next(const struct signtable *t,
					     struct span local,
					     const struct name *domain,
					     size_t *at);

/* signtable_free: releases what signtable_read has filled. */
void signtable_free(struct signtable *t);

/* -- all tables ------------------------------------------------------------ */

/* Safe to free when zeroed. */
struct tablekeys {
	struct keytable keys;
	struct table_name *names; /* of `keys`, unless they are patterns */
	size_t names_n;
	struct signtable signing; /* unless `keys` is a list */
	bool list;
	bool all;		   /* every line that matches, not the first */
	unsigned how;		   /* KEYFILE_* */
	struct private_keys *ring; /* the caller's */
};

/* tablekeys_read: the files of a KeyTable and a SigningTable, or (SIGNING is
 * NULL) of a key list. The errors are those of keytable_read. */
enum status tablekeys_read(struct tablekeys *t, const char *keys,
			   const char *signing, struct diag *why) MUST_USE;

/* tablekeys_find: the first entry after AFTER (NULL: of all) that NAME asks
 * for, or NULL. A name that is no pattern has one entry, the first. */
const struct keytable_entry *tablekeys_find(const struct tablekeys *t,
					    struct span name,
					    const struct keytable_entry *after);

/* tablekeys_pick: append to OUT the signers for mail of LOCAL at AUTHOR; two
 * lines that lead to one selector of one domain count once. ST_OK; ST_NO_SIGNER
 * when no line matches; ST_CONFIG for an entry or a file that does not exist,
 * or an identity that is not valid; ST_REFUSED for an author that cannot be d=;
 * or what is wrong with a key. */
enum status tablekeys_pick(const struct tablekeys *t, struct span local,
			   const struct name *author, struct signers *out,
			   struct diag *why) MUST_USE;

/* tablekeys_free: releases what tablekeys_read has filled. */
void tablekeys_free(struct tablekeys *t);

/* wild_match: whether all of TEXT matches PATTERN, in which "*" matches any
 * bytes, also none. ASCII letters compare without their case. Takes at most the
 * product of both lengths in steps. */
bool wild_match(struct span pattern, struct span text);

#endif
