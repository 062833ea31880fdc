/* record_make: the record of a key, from the options of dkim-txt to its exit
 * status. */
#ifndef RECORD_MAKE_H
#define RECORD_MAKE_H

#include "keyrec_form.h"

/* The options; the caller's. */
struct record_request {
	const char *domain, *selector; /* or NULL */
	const char *file;	       /* of the key; NULL: standard input */
	const char *format;
	bool fingerprint; /* print that of the key instead */
	struct keyrec_form form;
	bool revoke, no_mail; /* no key then */
	bool quiet;	      /* no warnings on stderr */
	uint64_t ttl;	      /* seconds */
	bool has_ttl;
};

/* record_make: read the key and write the record to TO. Returns the exit
 * status: 64 for options that make no valid record, 65 for a file that is not a
 * key or a key that no verifier accepts; errors and warnings are reported on
 * stderr, through cli_say. */
int record_make(const struct record_request *request, const struct crypto *c,
		int to);

#endif
