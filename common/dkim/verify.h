/* verify: a message in, a verdict on each of its signatures out (RFC 6376 6).
 *
 * Push the raw octets, end, read the result. Nothing here prints, and what a
 * verdict means for the message's fate is for others to say. Cost: one pass
 * over the message, one key lookup a distinct name, memory as msg.h. */
#ifndef VERIFY_H
#define VERIFY_H

#include "verdict.h"

struct verify_conf {
	const struct crypto *crypto;
	struct key_record_cache *keys;
	int64_t now;
	bool at_received;      /* judge as of the topmost Received field's date
				* instead, where there is one */
	int64_t skew;	       /* seconds, for t= and x= */
	bool allow_sha1;       /* judge rsa-sha1 to the end, for the reader:
				* it never passes */
	bool ignore_expiry;    /* an x= in the past is only warned of */
	bool strict;	       /* unsigned parts of the body and of what stands
				* twice are policy, not only warned of (RULES
				* B-7, C-8) */
	bool require_dnssec;   /* a key from an answer that is not DNS_SECURE is
				* policy */
	unsigned min_bits;     /* RSA */
	size_t max_signatures; /* to try */
	enum msg_lines lines;
};

struct verifier;

struct verifier *verifier_new(const struct verify_conf *conf);
struct sink verifier_sink(struct verifier *v);

/* verifier_end: ST_OK whatever the verdicts; ST_OS if the library fails.
 * *OUT is the verifier's, until verifier_free. */
enum status verifier_end(struct verifier *v,
			 const struct verification **out) MUST_USE;

/* verifier_next: begin the next message, which costs less than a new verifier;
 * *OUT of the last one is gone. */
void verifier_next(struct verifier *v);
void verifier_free(struct verifier *v);

#endif
