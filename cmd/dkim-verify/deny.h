/* deny: rules by which a message is refused for its signatures, as in Exim's
 * DKIM ACL or dkim-filter's On-* settings (CONTRACT 5, --deny).
 *
 * A line (lines.h) is SENDER SIGNER WORD[:WORD] [text]. SENDER and SIGNER are a
 * domain, .DOMAIN for all below it, or "*" for any. The WORDs are Exim's (none
 * invalid fail pass) and RFC 8601's (none pass fail policy neutral temperror
 * permerror).
 *
 * "gmail.com gmail.com none:invalid:fail" means that mail from gmail.com must
 * be signed by gmail.com. So it is the best of SIGNER's signatures that counts
 * (RFC 6376 6.1: one that fails is as if it were not there), and where there is
 * none, or only failures of testing keys (3.6.1), the word is "none". */
#ifndef DENY_H
#define DENY_H

#include "verify.h"

struct deny_rule;

/* Safe to free when zeroed. */
struct deny {
	struct deny_rule *v; /* in the order of the file */
	size_t n;
	struct lines *lines; /* what the rules' texts borrow from */
	bool has_sender;     /* of --mail-from; else From's domain counts */
	bool null_sender;    /* which was "<>" */
	struct name sender;
};

/* deny_read: the rules in the file PATH. ST_OK, or as lines_each;
 * ST_CONFIG with the line's number for one that is no rule. */
enum status deny_read(const char *path, struct deny *out,
		      struct diag *why) MUST_USE;
void deny_free(struct deny *d);

/* deny_sender: ADDR is the envelope sender: user@domain, with or without < and
 * >, or empty, which no SENDER but "*" matches. ST_OK or ST_USAGE. */
enum status deny_sender(struct deny *d, const char *addr,
			struct diag *why) MUST_USE;

/* deny_check: the first rule that speaks of ALL: 1, with its text in *TEXT. 75
 * if it does because a key could not be looked up and "invalid" stands in it:
 * that is never permanent (RFC 6376 6.3), unless "temperror" is asked for. 0:
 * none does. Every SENDER matches a message of whose From no single domain can
 * be told. */
int deny_check(const struct deny *d, const struct verification *all,
	       struct span *text);

#endif
