/* key_read: a key from text, in every form that mail administrators have it in.
 *
 * PEM and base64 down to DER, without OpenSSL but for certificates and keys
 * under a passphrase. Nothing is ever asked of a terminal, no line of a key is
 * shown in a message, and every copy of the text is wiped. */
#ifndef KEY_READ_H
#define KEY_READ_H

#include "key.h"

/* key_open: any form, private or public, from TEXT (bounded by the caller with
 * LIMIT_KEY_FILE): PEM PKCS#8, PKCS#1, SPKI, RSA PUBLIC KEY, certificate, with
 * notes before or inside; the same as DER; bare base64 of that DER, or of
 * dkimpy's Ed25519 private key of 32 bytes and rspamd's of 64. Exactly one key,
 * which the caller frees; its public half may be there besides.
 * PASSPHRASE (empty: none) opens PKCS#8 (RFC 5958 3) in each of these codings,
 * and PEM with "Proc-Type: 4,ENCRYPTED" (RFC 1421 4.6); what is not encrypted
 * is read all the same.
 * ST_OK, or ST_NOT_KEY (65): a key of another tool is named with the command
 * that converts it; with PRIVATE_ONLY also a public key or certificate. */
enum status key_open(struct span text, struct span passphrase,
		     bool private_only, struct key **out,
		     struct diag *why) MUST_USE;

#endif
