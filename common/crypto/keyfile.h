/* keyfile: a key from a path, checked before it is trusted.
 *
 * The open file is checked by fstat, never the path (symlinks are followed);
 * reading is bounded by LIMIT_KEY_FILE and never waits for a FIFO or device. */
#ifndef KEYFILE_H
#define KEYFILE_H

#include <sys/types.h>

#include "key.h"

/* keyfile_unsafe: why a private key in a file of MODE is not safe, in words, or
 * NULL: others can read or write it, or its group can write it. Its group may
 * read it, as mail servers with a group for keys need. */
const char *keyfile_unsafe(mode_t mode);

enum {
	KEYFILE_PRIVATE = 1,   /* must hold a private key, safely kept */
	KEYFILE_UNSAFE_OK = 2, /* accept unsafe modes (--insecure-key-ok) */
	KEYFILE_STDIN = 4,     /* "-" is stdin, of any file type */
};

/* keyfile_open: the key in PATH, which PASSPHRASE (empty: none) may open.
 * ST_OK; ST_NO_INPUT (66) if PATH cannot be opened; ST_PERMISSION (77) if it
 * may not be, or with KEYFILE_PRIVATE when it has a private key that others can
 * read or write or its group can write (readable by the group is fine);
 * ST_NOT_KEY (65) if it is not a regular file, too large, or no such key,
 * whatever its mode; ST_IO. *CONCERN (may be NULL) gets a warning to show or
 * "", for a private key only: unsafe and yet accepted, owned by neither root
 * nor the user, or in a directory that others can write (no sticky bit). */
enum status keyfile_open(const char *path, unsigned how, struct span passphrase,
			 struct key **out, struct diag *concern,
			 struct diag *why) MUST_USE;

/* keyfile_passphrase: append the first line of PATH, which must be kept as
 * safely as a key (HOW), to OUT, which the caller wipes. ST_OK; as
 * keyfile_open; ST_NOT_KEY if it is empty but for a byte order mark or too long
 * for OUT. "PATH: what" in WHY. */
enum status keyfile_passphrase(const char *path, unsigned how, struct buf *out,
			       struct diag *why) MUST_USE;

#endif
