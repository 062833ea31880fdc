/* signfield: one new DKIM-Signature field, made and verified (RFC 6376 5.4 to
 * 5.6), or DomainKey-Signature field (RFC 4870 3.5), for receivers that know
 * nothing younger. All text has CRLF line ends. */
#ifndef SIGNFIELD_H
#define SIGNFIELD_H

#include "canon.h"
#include "digest.h"
#include "domainkeys.h"
#include "fields.h"
#include "headerset.h"
#include "private_keys.h"

/* What all DKIM-Signature fields of one message have in common. */
struct signfield {
	const struct crypto *crypto;
	const struct fields *fields;	 /* of the message */
	const struct headerset *headers; /* h= */
	enum canon header, body;	 /* c= */
	const struct digest *bh;
	bool has_length; /* l= */
	uint64_t length;
	bool timestamp; /* t= */
	int64_t now;
	uint64_t expire; /* seconds until x=, 0: none */
	bool copied;	 /* z= */
	bool reports;	 /* r=y (RFC 6651 3.2) */
};

/* signfield_make: append the field of KEY to OUT, hashed as it will be in the
 * message (RFC 6376 3.7) and signed. ST_OK; ST_REFUSED when it grows too large;
 * ST_OS. */
enum status signfield_make(const struct signfield *f,
			   const struct sign_key *key, struct buf *out,
			   struct diag *why) MUST_USE;

/* signfield_verify: read the field TEXT, which signfield_make has made, as a
 * verifier does, and verify it with the public half of KEY. ST_OK; ST_USAGE
 * (64) for an option that no verifier accepts in the field; ST_NOT_KEY (65) for
 * a key that signs wrong; ST_OS. */
enum status signfield_verify(const struct signfield *f, const struct key *key,
			     struct span text, struct diag *why) MUST_USE;

/* A DomainKey-Signature signs all fields below it, in their order. The caller
 * hashes the message with domainkeys_add, .from the first field that will be
 * below (0: all), and puts the new field right above that one. */
struct domainkeys_signer {
	const struct name *d, *selector;
	const struct key *key; /* private, RSA */
	bool nofws;	       /* c=nofws, else simple; as the job said */
};

/* domainkeys_sign: append the field for a message with FIELDS whose digest is
 * DIGEST; it was verified with the public half. ST_OK; ST_USAGE for a key that
 * is not RSA; ST_REFUSED for a message that RFC 4870 3.5 forbids to sign: no
 * sending address, one outside d=, or signed already and no Sender added since;
 * ST_NOT_KEY for a key that signs wrong; ST_OS. */
enum status domainkeys_sign(const struct domainkeys_signer *by,
			    const struct fields *fields,
			    const struct digest *digest, struct buf *out,
			    struct diag *why) MUST_USE;

#endif
