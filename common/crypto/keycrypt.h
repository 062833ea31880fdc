/* keycrypt: private keys kept under a passphrase.
 *
 * PKCS#8 (RFC 5958 3) as PEM or DER, and the traditional PEM with "Proc-Type:
 * 4,ENCRYPTED" (RFC 1421 4.6). Nothing is ever asked of a terminal. */
#ifndef KEYCRYPT_H
#define KEYCRYPT_H

#include "buf.h"

/* keycrypt_open: append the DER of the key in TEXT, which PASSPHRASE opens, to
 * OUT; the caller wipes OUT. Nothing is appended if TEXT is no encrypted key.
 * ST_OK, or ST_NOT_KEY. */
enum status keycrypt_open(struct span text, struct span passphrase,
			  struct buf *out, struct diag *why) MUST_USE;

#endif
