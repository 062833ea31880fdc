/* tablekeys: signers from tables: a KeyTable with its SigningTable, or a key
 * list.
 *
 * A line that matches and leads to no key that can be used is an error, never
 * "no key" (CONTRACT 4). */
#ifndef TABLEKEYS_H
#define TABLEKEYS_H

#include "private_keys.h"
#include "keytable.h"
#include "signers.h"
#include "signtable.h"

/* Safe to free when zeroed. */
struct tablekeys {
	struct keytable keys;
	struct signtable signing; /* unless KEYS is a list */
	bool list;
	bool all;		   /* every line that matches, not the first */
	unsigned how;		   /* KEYFILE_* */
	struct private_keys *ring; /* the caller's */
};

/* tablekeys_pick: append to OUT what signs mail of LOCAL at AUTHOR; two lines
 * that lead to one selector of one domain count once. ST_OK; ST_NO_SIGNER when
 * no line matches; ST_CONFIG for an entry or a file that is not there, or an
 * identity that can be none; ST_REFUSED for an author that cannot be d=; and
 * what is wrong with a key. */
enum status tablekeys_pick(const struct tablekeys *t, struct span local,
			   const struct name *author, struct signers *out,
			   struct diag *why) MUST_USE;

void tablekeys_free(struct tablekeys *t);

/* tablekeys_find: the first entry of KEYS after AFTER (NULL: of all) that NAME
 * asks for, or NULL. A name that is not a pattern has one entry, the first. */
const struct keytable_entry *tablekeys_find(const struct keytable *keys,
					    struct span name,
					    const struct keytable_entry *after);

#endif
