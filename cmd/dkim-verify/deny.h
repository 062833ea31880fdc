/* deny: rules by which a message is rejected for its signatures (--deny), as in
 * Exim's DKIM ACL or dkim-filter's On-* settings.
 *
 * A line (lines.h) is SENDER SIGNER WORD[:WORD] [text]. SENDER and SIGNER are a
 * domain, .DOMAIN for all domains below it, or "*" for any. The WORDs are
 * Exim's (none invalid fail pass) and RFC 8601's (none pass fail policy neutral
 * temperror permerror).
 *
 * "gmail.com gmail.com none:invalid:fail" means that mail from gmail.com must
 * be signed by gmail.com. So the best of SIGNER's signatures counts (RFC 6376
 * 6.1: one that fails is as if it were not there); if there is none, or all
 * fail under testing keys (3.6.1), the word is "none". */
#ifndef DENY_H
#define DENY_H

#include "verify.h"

struct deny_rule;

/* Safe to free when zeroed. */
struct deny {
	struct deny_rule *v; /* in the order of the file */
	size_t n;
	struct lines *lines; /* the texts of the rules borrow from it */
	bool has_sender;     /* --mail-from; else From's domain is used */
	bool null_sender;    /* --mail-from is "<>" */
	struct name sender;
};

/* deny_read: read the rules in the file PATH. ST_OK, the errors of lines_each,
 * or ST_CONFIG with the number of a line that is not a rule. deny_free in any
 * case. */
enum status deny_read(const char *path, struct deny *out,
		      struct diag *why) MUST_USE;
void deny_free(struct deny *d);

/* deny_sender: ADDR is the envelope sender: user@domain, with or without < and
 * >, or empty, which only the SENDER "*" matches. ST_OK or ST_USAGE. */
enum status deny_sender(struct deny *d, const char *addr,
			struct diag *why) MUST_USE;

/* deny_check: 1 if a rule rejects ALL; *TEXT becomes that of the first that
 * does. 75 if it does so only because a key could not be looked up and it has
 * "invalid" but not "temperror": that is temporary (RFC 6376 6.3). Else 0. If
 * there is no single domain in From, every SENDER matches. */
int deny_check(const struct deny *d, const struct verification *all,
	       struct span *text);

#endif
