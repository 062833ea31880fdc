/* signfield: one DKIM-Signature field, made and verified (RFC 6376 5.4 to 5.6).
 *
 * The field is hashed as it will stand (RULES G-10), and verified with the
 * public half of the key before it is given out (G-11). */
#ifndef SIGNFIELD_H
#define SIGNFIELD_H

#include "canon.h"
#include "digest.h"
#include "fields.h"
#include "headerset.h"
#include "signers.h"

/* A registered extension tag (RFC 6651 3.2, RFC 6541 4.3). */
struct sign_tag {
	const char *name, *value;
};

/* signfield_tags: the N TEXTS ("NAME=VALUE") as such tags, which borrow from
 * them. ST_OK or ST_USAGE. */
enum status signfield_tags(const char *const *texts, size_t n,
			   struct sign_tag *out, struct diag *why) MUST_USE;

/* What all fields of one message have in common. */
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
	const struct sign_tag *tags;
	size_t tags_n;
};

/* signfield_add: append the field of KEY, with CRLF line ends, to OUT. ST_OK;
 * ST_USAGE (64) for an identity that does not fit; ST_NOT_KEY (65) for a key
 * that signs wrong; ST_REFUSED when it grows too large; ST_OS. */
enum status signfield_add(const struct signfield *f, const struct sign_key *key,
			  struct buf *out, struct diag *why) MUST_USE;

#endif
