/* keyform: the octets of a key taken apart, whatever form they have.
 *
 * PEM, bare base64 and DER down to the numbers, without OpenSSL but for
 * certificates. What is found is not judged: key.c does that. */
#ifndef KEYFORM_H
#define KEYFORM_H

#include "buf.h"

/* RFC 8017 A.1.1 and A.1.2, in the order in which they stand there. */
enum rsa_part { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QI };
enum { RSA_PARTS = 8, ED25519_OCTETS = 32 };

/* Spans borrow from the text that was taken apart. */
struct keyparts {
	bool ed25519; /* else RSA */
	bool is_private;
	struct span rsa[RSA_PARTS]; /* magnitudes; a public key has the first
				     * two */
	struct span seed;	    /* Ed25519 private, 32 octets */
	struct span point;	    /* Ed25519 public, 32 octets; may be empty
				     * beside a seed */
	const char *form;	    /* in words */
};

/* keyform_public: DER SubjectPublicKeyInfo or PKCS#1 RSAPublicKey.
 * ST_OK or ST_NOT_KEY. */
enum status keyform_public(struct span der, struct keyparts *out,
			   struct diag *why) MUST_USE;

/* keyform_read: the keys that TEXT holds, at most KEYFORM_MAX: several only in
 * PEM. Parts borrow from STORE, which the caller wipes (buf_wipe) after use.
 * ST_OK with *N > 0, or ST_NOT_KEY. */
enum { KEYFORM_MAX = 20 };
enum status keyform_read(struct span text, struct keyparts *out, size_t *n,
			 struct buf *store, struct diag *why) MUST_USE;

#endif
