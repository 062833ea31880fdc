/* headerset: which header fields a signature covers (RFC 6376 5.4).
 *
 * The names go into h= in the order of the list; a name occurs once for each
 * instance that is signed, from the bottom up (5.4.2), and once more if it is
 * oversigned: a field of that name that is added later breaks the signature
 * (8.15).
 *
 * A list has colons or commas between its items:
 *   H      one instance, or its absence, each time it is written
 *   =H     all that are there (as in Exim)
 *   ?H     one instance, if there is one (rspamd's H)
 *   +H     one more than there are (as in Exim); rspamd's (o)H
 *   (x)H   one more than there are, if there is one (as in rspamd)
 *   -H     not signed (as in OpenDKIM)
 *   *      the default set
 * =, ?, + and (x) replace earlier items for H. The first item, and no other,
 * may be the name of a preset; no name has a "*".
 *
 * Which fields are signed by default is ours (5.4.1 gives examples): all that
 * readers see, the absence of a second From, To, Cc and Subject, and lists
 * fields as they are. */
#ifndef HEADERSET_H
#define HEADERSET_H

#include "fields.h"

/* A list, read once for all messages. */
struct headerset_rules {
	struct headerset_rule *v; /* owned; names borrow from the list */
	size_t n;
};

struct headerset {
	struct span *v; /* owned; the spans borrow from the list */
	size_t n;	/* below LIMIT_SIGNED_NAMES */
};

/* headerset_read: the rules of LIST, which is NULL for the default set and
 * outlives them. ST_OK; ST_USAGE for a list that is not valid, lacks From or
 * names DKIM-Signature or a trace field. Free OUT in the end, also after an
 * error. */
enum status headerset_read(const char *list, struct headerset_rules *out,
			   struct diag *why) MUST_USE;
/* headerset_rules_free: releases what headerset_read has filled. */
void headerset_rules_free(struct headerset_rules *rules);

/* headerset_pick: the names to sign of a message with FIELDS. ST_OK; ST_REFUSED
 * when the message makes the list too long. Free OUT in the end. */
enum status headerset_pick(const struct headerset_rules *rules,
			   const struct fields *fields, struct headerset *out,
			   struct diag *why) MUST_USE;

/* headerset_count: how often NAME occurs in H. */
size_t headerset_count(const struct headerset *h, struct span name);

/* headerset_free: releases what headerset_pick has filled. */
void headerset_free(struct headerset *h);

#endif
