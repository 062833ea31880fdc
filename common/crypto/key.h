/* key: an RSA or Ed25519 key, public or private: made, checked, written, and
 * used to sign and to verify.
 *
 * OpenSSL does all that touches a private key, and no function puts a part of
 * one into a message. key_read.h and key_der.h read keys. */
#ifndef KEY_H
#define KEY_H

#include "digest.h"
#include "status.h"

enum key_type { KEY_RSA, KEY_ED25519, KEY_TYPES };

struct key;

/* RFC 8017 A.1.1 and A.1.2, in the order in which they list them. */
enum rsa_part { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QI };
enum { RSA_PARTS = 8, ED25519_OCTETS = 32 };

/* The numbers of a key; borrowed. */
struct key_parts {
	bool ed25519; /* else RSA */
	bool is_private;
	struct span rsa[RSA_PARTS]; /* magnitudes, big-endian; a public key has
				     * the first two */
	struct span seed;	    /* Ed25519 private, 32 octets */
	struct span point;	    /* Ed25519 public, 32 octets; may be empty
				     * next to a seed */
};

/* key_type_word: "rsa", "ed25519": the k= of a record and the first half of a=.
 * key_type_find: the reverse, letter case ignored (RFC 5234 2.3). */
const char *key_type_word(enum key_type t);
bool key_type_find(struct span word, enum key_type *out);

/* key_type, key_bits: of RSA the significant bits of the modulus; of Ed25519
 * 256. */
enum key_type key_type(const struct key *k);
unsigned key_bits(const struct key *k);

/* key_is_private: K can sign. */
bool key_is_private(const struct key *k);

/* key_modulus, key_exponent: n and e of an RSA key, big-endian; borrowed. */
struct span key_modulus(const struct key *k);
struct span key_exponent(const struct key *k);

/* key_signature_size: bytes of a signature: those of the modulus, or 64. */
size_t key_signature_size(const struct key *k);

/* key_generate: make a key, which the caller frees; of BITS bits if it is RSA.
 * ST_OK, ST_USAGE for a size that is not allowed, ST_OS. */
enum status key_generate(enum key_type type, unsigned bits, struct key **out,
			 struct diag *why) MUST_USE;

/* key_from_parts: the key of PARTS, which the caller frees. ST_OK; ST_NOT_KEY
 * for a private key whose parts are out of range or do not belong together;
 * ST_OS, but for a public key the process ends (mem_exit). A weak public key is
 * ST_OK: key_check refuses it. */
enum status key_from_parts(const struct key_parts *parts, struct key **out,
			   struct diag *why) MUST_USE;

/* key_check: signatures of K may count. ST_OK; ST_KEY_WEAK for RSA below
 * MIN_BITS (RFC 8301 3.2), an even modulus, an exponent that is even, below 3
 * or above 64 bits (RFC 8017 3.1, RFC 6376 8.13), or an Ed25519 key that is not
 * canonical or of small order (RFC 8032 5.1); ST_KEY_LARGE. Call it before
 * key_verify: OpenSSL accepts all of these. */
enum status key_check(const struct key *k, unsigned min_bits,
		      struct diag *why) MUST_USE;

/* key_same: A and B have the same public key. */
bool key_same(const struct key *a, const struct key *b);

/* key_to_p: append the base64 text of p=. ST_OK or ST_LIMIT. key_fingerprint:
 * append "SHA256:" and the base64 of the SHA-256 of the bytes of p=, 51 bytes
 * in all, for which OUT has room. */
enum status key_to_p(const struct key *k, struct buf *out) MUST_USE;
void key_fingerprint(const struct key *k, const struct crypto *c,
		     struct buf *out);

/* key_write_private: append PEM, PKCS#8 or TRADITIONAL PKCS#1 (RSA only; else
 * ST_USAGE). ST_OK, ST_OS. The caller wipes OUT. */
enum status key_write_private(const struct key *k, bool traditional,
			      struct buf *out) MUST_USE;

/* key_sign: append the signature over the digest D: RSASSA-PKCS1-v1_5 with
 * SHA-256 (RFC 6376 3.3.2), or with SHA-1 if D has its 20 bytes (RFC 4870
 * 3.2.2), or PureEdDSA over the 32 bytes of D (RFC 8463 3). ST_OK, ST_OS. */
enum status key_sign(const struct key *k, const struct digest *d,
		     struct buf *out) MUST_USE;

/* key_verify: SIGNATURE over D is of K. ST_OK or ST_BAD_SIGNATURE. Where the
 * library fails, which says nothing about the signature, the process ends
 * (mem_exit), here and in key_recover. */
enum status key_verify(const struct key *k, const struct digest *d,
		       struct span signature) MUST_USE;

/* key_recover: the SHA-256 digest over which an RSA SIGNATURE was made (RFC
 * 8017 8.2.2). ST_OK; ST_BAD_SIGNATURE if it has no such digest, because
 * another key made it or it is damaged; ST_KEY_UNSUITABLE for other keys than
 * RSA. */
enum status key_recover(const struct key *k, struct span signature,
			struct digest *out) MUST_USE;

/* key_free: private parts are wiped; NULL is fine. */
void key_free(struct key *k);

#endif
