/* record_make: the record that the options ask for, from a key or without one.
 */
#ifndef RECORD_MAKE_H
#define RECORD_MAKE_H

#include "keyrec_form.h"
#include "record_format.h"

/* The options; the caller's. */
struct record_request {
	const char *domain, *selector; /* or NULL */
	const char *file;	       /* of the key; NULL: stdin */
	struct keyrec_form form;
	bool revoke, no_mail; /* no key then */
	bool quiet;	      /* no warnings on stderr */
	uint64_t ttl;
	bool has_ttl;
};

/* Owned; safe to free when zeroed. */
struct record_made {
	struct record record; /* borrows from the rest */
	struct buf selector, owner, comment, head, p, text, fingerprint;
	struct key *key;
};

/* record_make: always free OUT. ST_OK; ST_USAGE for names and values that
 * cannot be; ST_NOT_KEY, also for a key that no verifier takes; what
 * keyfile_read says. */
enum status record_make(const struct record_request *request,
			const struct crypto *c, struct record_made *out,
			struct diag *why) MUST_USE;
void record_made_free(struct record_made *r);

#endif
