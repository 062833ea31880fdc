/* key: RSA and Ed25519 keys, public and private, in every form that mail
 * administrators have them in; signing and verifying.
 *
 * All that touches a private key is in this module and uses OpenSSL for it; the
 * texts a key is read from are wiped. No function puts a part of a private key
 * into a message. Parsing is strict: own small DER reader (der.h), the whole
 * input consumed, rsaEncryption and Ed25519 only (RULES H-6 to H-9, K-5). */
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
 * key_type_find: the reverse, ASCII case-insensitive (RULES T-11). */
const char *key_type_word(enum key_type t);
bool key_type_find(struct span word, enum key_type *out);

enum key_type key_type(const struct key *k);
unsigned key_bits(const struct key *k); /* RSA: real modulus bits; else 256 */
bool key_is_private(const struct key *k);

/* key_modulus, key_exponent: n and e of an RSA key, big-endian; borrowed. */
struct span key_modulus(const struct key *k);
struct span key_exponent(const struct key *k);

/* key_signature_size: octets of a signature (modulus octets, or 64). */
size_t key_signature_size(const struct key *k);

/* key_generate: BITS counts for RSA only. ST_OK, ST_USAGE for a size that is
 * not allowed, ST_OS. */
enum status key_generate(enum key_type type, unsigned bits, struct key **out,
			 struct diag *why) MUST_USE;

/* key_from_parts: the key of PARTS, which the caller frees. ST_OK; ST_NOT_KEY
 * for a private key whose parts are out of range or do not belong together;
 * ST_OS. A weak public key is ST_OK: key_check refuses it. */
enum status key_from_parts(const struct key_parts *parts, struct key **out,
			   struct diag *why) MUST_USE;

/* key_check: may signatures of this key count? ST_OK, ST_KEY_WEAK (RSA below
 * MIN_BITS, even modulus, exponent even, below 3 or above 64 bits, RULES H-7;
 * small-order or non-canonical Ed25519, H-8), ST_KEY_LARGE. Call it before
 * key_verify: OpenSSL accepts all of these. */
enum status key_check(const struct key *k, unsigned min_bits,
		      struct diag *why) MUST_USE;

/* key_same: the public halves are one key. */
bool key_same(const struct key *a, const struct key *b);

/* key_to_p: append the base64 text of p=. key_fingerprint: append
 * "SHA256:" and the base64 of the SHA-256 of the octets of p=. */
enum status key_to_p(const struct key *k, struct buf *out) MUST_USE;
enum status key_fingerprint(const struct key *k, const struct crypto *c,
			    struct buf *out) MUST_USE;

/* key_write_private: append PEM, PKCS#8 or TRADITIONAL PKCS#1 (RSA only; else
 * ST_USAGE). The caller wipes OUT. */
enum status key_write_private(const struct key *k, bool traditional,
			      struct buf *out) MUST_USE;

/* key_sign: append the signature over the digest D: RSASSA-PKCS1-v1_5 with
 * SHA-256 (RFC 6376 3.3.2), or with SHA-1 if D has its 20 octets (RFC 4870
 * 3.2.2), or PureEdDSA over the 32 octets of D (RFC 8463 3). ST_OK, ST_OS. */
enum status key_sign(const struct key *k, const struct digest *d,
		     struct buf *out) MUST_USE;

/* key_verify: ST_OK, ST_BAD_SIGNATURE, or ST_OS when the library fails for
 * another reason (RULES H-10). */
enum status key_verify(const struct key *k, const struct digest *d,
		       struct span signature) MUST_USE;

/* key_recover: the SHA-256 digest that an RSA SIGNATURE was made over, whatever
 * it is a digest of (RFC 8017 8.2.2). ST_OK; ST_BAD_SIGNATURE if no such digest
 * is in it: another key made it, or it is damaged; ST_KEY_UNSUITABLE for other
 * keys than RSA; ST_OS. */
enum status key_recover(const struct key *k, struct span signature,
			struct digest *out) MUST_USE;

void key_free(struct key *k); /* NULL is fine; private parts are wiped */

#endif
