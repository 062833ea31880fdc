/* signtable: OpenDKIM's SigningTable: which authors' mail is signed, and with
 * which entry of the KeyTable.
 *
 *   PATTERN KEY[ IDENTITY]   or KEY:IDENTITY
 *
 * KEY names the entry, "%" is the author's domain; "%" in IDENTITY, too. With
 * "refile:" before the file's name PATTERN may hold "*" and is compared with
 * the author's address, in the order of the file. Without, it is looked up as
 * user@host, host, for each parent of host user@.parent and .parent, user@*, *.
 * Letters of either case are the same. Lines are read as lines.h has it. */
#ifndef SIGNTABLE_H
#define SIGNTABLE_H

#include "lines.h"
#include "name.h"

/* Spans borrow from the table. */
struct signtable_entry {
	struct span pattern;
	struct span key;
	struct span identity; /* .n is 0 where there is none */
	size_t line;
};

/* Safe to free when zeroed. */
struct signtable {
	struct lines lines;
	bool patterns; /* refile: */
	struct signtable_entry *v;
	size_t n;
	const struct signtable_entry **sorted; /* by pattern, then line */
	size_t stars; /* line of a pattern that would need refile:, or 0 */
};

/* signtable_read: FILE, which may begin with "file:" or "refile:". As
 * keytable_read. Always free OUT. */
enum status signtable_read(const char *file, struct signtable *out,
			   struct diag *why) MUST_USE;

/* signtable_next: the next entry for mail of LOCAL at DOMAIN, or NULL; *AT is 0
 * at first and belongs to this function. */
const struct signtable_entry *signtable_next(const struct signtable *t,
					     struct span local,
					     const struct name *domain,
					     size_t *at);

void signtable_free(struct signtable *t);

#endif
