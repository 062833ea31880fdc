/* signed_messages: the RSA signatures of one domain and selector in messages,
 * each with the digest that it was made over. */
#ifndef SIGNED_MESSAGES_H
#define SIGNED_MESSAGES_H

#include "mailbox.h"
#include "modulus.h"
#include "name.h"

struct signed_message {
	char *label;	  /* of the message, for people */
	struct buf bytes; /* of the signature */
	struct modulus_sample sample;
	uint64_t time;	/* t=, or 0 */
	bool body;	/* bh= is the hash of the body */
	struct key *by; /* the key that made it; borrowed; NULL: not known */
};

/* Safe to free when zeroed. */
struct signed_messages {
	struct signed_message *v;
	size_t n;			 /* at most LIMIT_RECOVER_SIGNATURES */
	size_t ed25519, invalid, beyond; /* signatures that are not in V: of
					  * that type; with a wrong or missing
					  * tag; above the limit */
	size_t without; /* messages that have no signature of the name */
	char *first_invalid, *first_without; /* their labels, or NULL */
	struct diag why;		     /* of the first invalid one */
};

/* signed_messages_read: add the signatures of MESSAGE with d= DOMAIN and s=
 * SELECTOR. ST_OK; the error of MESSAGE; ST_NOT_MESSAGE; ST_OS. */
enum status signed_messages_read(struct signed_messages *all,
				 const struct crypto *crypto,
				 const struct name *domain,
				 const struct name *selector,
				 const struct mailbox_message *message,
				 struct diag *why) MUST_USE;

void signed_messages_free(struct signed_messages *all);

#endif
