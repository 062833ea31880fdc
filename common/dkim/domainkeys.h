/* domainkeys: the DomainKey-Signature field of the protocol before DKIM (RFC
 * 4870), parsed, hashed and checked.
 *
 * Historic: the result is a finding and authenticates nobody (RFC 8301 3.1
 * leaves no hash that it could use). The field has no body hash and is not
 * signed itself; one SHA-1 covers the header fields below it, in the order of
 * the message, the line between and the body. Text_* of struct sig are filled
 * in even when parsing fails; what only DKIM has (i=, bh=, l=, t=, x=) is
 * empty. */
#ifndef DOMAINKEYS_H
#define DOMAINKEYS_H

#include "bodyhash.h"
#include "keyrec.h"
#include "sig.h"

/* domainkeys_parse: always fills OUT (release with sig_free). ST_OK, or the
 * first rule of RFC 4870 3.3 that FIELD violates: ST_SYNTAX, ST_MISSING_TAG,
 * ST_ALGORITHM, ST_CANON, ST_QUERY, ST_BAD_IDN. */
enum status domainkeys_parse(const struct field *field, struct sig *out,
			     struct diag *why) MUST_USE;

/* A sending address (RFC 4870 3.1). */
struct domainkeys_address {
	const char *field; /* "Sender" or "From" */
	enum status st;	   /* ST_OK, or why there is none: */
	struct diag why;
	struct name domain;
	struct buf local; /* owned */
};

/* Both that a message may have: that of Sender, and the first of From. */
struct domainkeys_addresses {
	bool has_sender;
	struct domainkeys_address sender, from;
};

/* domainkeys_addresses: the sending addresses of F into OUT.
 * domainkeys_addresses_free: release them. */
void domainkeys_addresses(const struct fields *f,
			  struct domainkeys_addresses *out);
void domainkeys_addresses_free(struct domainkeys_addresses *a);

/* domainkeys_match: the address that S authenticates, into *ADDRESS: that of
 * Sender, unless there is no Sender or h= shows that there was none when S was
 * made; then that of From.
 * ST_OK; ST_DOMAIN_MISMATCH when there is no such address or d= is not its
 * domain or above it; ST_FROM_NOT_SIGNED when h= leaves its field out. */
enum status domainkeys_match(const struct sig *s,
			     const struct domainkeys_addresses *a,
			     const struct domainkeys_address **address,
			     struct diag *why) MUST_USE;

/* The hashes of one signature, in a bodyhash: of its fields in the order of the
 * message and, where that is another one, in the order of h=. */
struct domainkeys_digests {
	size_t number[2], n;
};

/* domainkeys_add: before the first push of B: what S signs, fields and body.
 * Of S are used `text_c`, `h` (NULL: all fields), `h_n` and `field`, which is
 * one of FIELDS, or NULL for a signature to be put above them. A signer signs
 * the hash OUT->number[0]. */
void domainkeys_add(struct bodyhash *b, const struct sig *s,
		    const struct fields *fields,
		    struct domainkeys_digests *out);

/* domainkeys_check: after the end of B, whether S, with its DIGESTS, verifies
 * with the key of REC, for ADDRESS (g=). If not, fields that were moved are put
 * into the order of h= (RFC 4870 3.7.1) and it is tried again. ST_OK;
 * ST_BAD_SIGNATURE; ST_KEY_IDENTITY for g=; the status of REC or of key_check.
 * Keys from 512 bits are accepted (RFC 4870 3.2.2). */
enum status domainkeys_check(const struct bodyhash *b,
			     const struct domainkeys_digests *digests,
			     const struct sig *s,
			     const struct domainkeys_address *address,
			     const struct keyrec *rec,
			     struct diag *why) MUST_USE;

#endif
