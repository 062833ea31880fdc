/* key_der: keys in DER and in p= of a key record, taken apart to their numbers.
 *
 * Strict (der.h): the whole input is consumed, and rsaEncryption and Ed25519
 * are the only algorithms. */
#ifndef KEY_DER_H
#define KEY_DER_H

#include "key.h"

/* The form of a key. SEED and SEED_POINT are the raw bytes of an
 * Ed25519 private key, as dkimpy (32) and rspamd (64) write them. */
enum key_shape {
	SHAPE_PKCS8,
	SHAPE_PKCS1_PRIVATE,
	SHAPE_SPKI,
	SHAPE_PKCS1_PUBLIC,
	SHAPE_CERTIFICATE,
	SHAPE_SEED,
	SHAPE_SEED_POINT,
	SHAPE_ENCRYPTED, /* PKCS#8 under a passphrase (RFC 5208 6) */
	SHAPES
};

/* key_der_shape: what the DER element that is all of DER is, by its first
 * parts. ST_OK; ST_SYNTAX if it is nothing that is known; ST_NOT_KEY if it is
 * named in WHY: a PKCS#12 file with the command that converts it. */
enum status key_der_shape(struct span der, enum key_shape *shape,
			  struct diag *why) MUST_USE;

/* key_der_parts: the numbers of the key of SHAPE in BYTES (of a certificate:
 * its SubjectPublicKeyInfo), from which *OUT borrows. ST_OK or ST_NOT_KEY. */
enum status key_der_parts(enum key_shape shape, struct span bytes,
			  struct key_parts *out, struct diag *why) MUST_USE;

/* key_from_p: the bytes of a record's p= (base64 already decoded) as a public
 * key of TYPE, which the caller frees: RSA as SubjectPublicKeyInfo, as all
 * domains publish it, or as RSAPublicKey, as RFC 6376 3.6.1 has it, Ed25519 as
 * 32 octets (RFC 8463 4.2). ST_OK, ST_KEY_SYNTAX. Weakness is for key_check. */
enum status key_from_p(enum key_type type, struct span p, struct key **out,
		       struct diag *why) MUST_USE;

/* key_der_refuse: ST_NOT_KEY, because DKIM has no keys for ALGORITHM. */
enum status key_der_refuse(struct diag *why, const char *algorithm);

#endif
