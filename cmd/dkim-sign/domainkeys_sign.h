/* domainkeys_sign: a DomainKey-Signature field to be written (RFC 4870 3.5),
 * for receivers that know nothing younger.
 *
 * It has no h=: all fields below it are signed, in their order. The caller
 * hashes the message with domainkeys_add, .from the first field that will stand
 * below (0: all), and puts the new field right above that one. */
#ifndef DOMAINKEYS_SIGN_H
#define DOMAINKEYS_SIGN_H

#include "domainkeys.h"

struct domainkeys_signer {
	const struct name *d, *selector;
	const struct key *key; /* private, RSA */
	bool nofws;	       /* c=nofws, else simple; as the job said */
};

/* domainkeys_sign: append the field, CRLF line ends, for a message with FIELDS
 * whose digest is DIGEST; it was verified with the public half. ST_OK; ST_USAGE
 * for a key that is not RSA; ST_REFUSED for a message that RFC 4870 3.5 forbids
 * to sign: no sending address, one outside d=, or signed already and no Sender
 * added since; ST_NOT_KEY for a key that signs wrong; ST_OS. */
enum status domainkeys_sign(const struct domainkeys_signer *by,
			    const struct fields *fields,
			    const struct digest *digest, struct buf *out,
			    struct diag *why) MUST_USE;

#endif
