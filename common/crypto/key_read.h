/* key_read: a key from text, in every form that mail administrators have it in.
 *
 * PEM and base64 down to DER, without OpenSSL but for certificates and keys
 * under a passphrase. Nothing is ever asked of a terminal, no line of a key is
 * shown in a message, and every copy of the text is wiped. */
#ifndef KEY_READ_H
#define KEY_READ_H

#include "key.h"

/* key_read: any form, private or public, from TEXT (bounded by the caller with
 * LIMIT_KEY_FILE): PEM PKCS#8, PKCS#1, SPKI, RSA PUBLIC KEY, certificate, with
 * notes before or inside; the same as DER; bare base64 of that DER, or of
 * dkimpy's Ed25519 private key of 32 bytes and rspamd's of 64. Exactly one key,
 * which the caller frees; its public half may be there besides. ST_OK, or
 * ST_NOT_KEY (65): an encrypted, OpenSSH or PuTTY key is named with the command
 * that converts it. */
enum status key_read(struct span text, struct key **out,
		     struct diag *why) MUST_USE;

/* key_open: the same for a key that PASSPHRASE may open; empty: none. With
 * PRIVATE_ONLY a public key or a certificate is ST_NOT_KEY and named. */
enum status key_open(struct span text, struct span passphrase,
		     bool private_only, struct key **out,
		     struct diag *why) MUST_USE;

/* key_decrypt: append the DER of the private key in TEXT, which PASSPHRASE
 * opens, to OUT, which the caller wipes: PKCS#8 (RFC 5958 3) as PEM or DER, or
 * traditional PEM with "Proc-Type: 4,ENCRYPTED" (RFC 1421 4.6). Nothing is
 * appended if TEXT is not an encrypted key. ST_OK or ST_NOT_KEY. */
enum status key_decrypt(struct span text, struct span passphrase,
			struct buf *out, struct diag *why) MUST_USE;

#endif
