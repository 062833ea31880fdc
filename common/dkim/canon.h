/* canon: the canonicalizations of RFC 6376 3.4, once, for signing and
 * verifying.
 *
 * Input has CRLF line ends (msg.h). WSP is SP and HTAB only; a bare CR or LF is
 * data. How the input was cut into chunks never changes the output, and a
 * canonical text is its own canonical form (tests/unit/canon.c). */
#ifndef CANON_H
#define CANON_H

#include "io.h"

enum canon { CANON_SIMPLE, CANON_RELAXED };

/* canon_word: "simple", "relaxed". canon_find: the reverse, ASCII
 * case-insensitive (RULES T-11). */
const char *canon_word(enum canon c);
bool canon_find(struct span word, enum canon *out);

/* canon_pair: TEXT as "HEADER/BODY", both told. ST_OK or ST_USAGE. */
enum status canon_pair(const char *text, enum canon *header, enum canon *body,
		       struct diag *why) MUST_USE;

/* canon_field: the header field RAW (RFC 6376 3.4.1, 3.4.2) into TO; ended by
 * CRLF if RAW is. */
enum status canon_field(enum canon how, struct span raw,
			struct sink to) MUST_USE;

/* A body on its way. Blank lines that may turn out to be trailing are counted,
 * not kept, so the state has one size for any body (RULES B-5). */
struct canon_body {
	enum canon how;
	struct sink to;
	uint64_t held; /* CRLFs not yet written */
	bool cr;       /* the last octet was CR */
	bool wsp;      /* relaxed: WSP before this place, not yet written */
	bool any;      /* something was written */
	size_t n;      /* octets in `out` */
	unsigned char out[8192];
};

void canon_body_init(struct canon_body *c, enum canon how, struct sink to);

/* canon_body_push: feed CHUNK, of any length (RFC 6376 3.4.3, 3.4.4).
 * canon_body_end: the end of the body. ST_OK, or the first error of the sink,
 * after which only canon_body_init may follow. */
enum status canon_body_push(struct canon_body *c, struct span chunk) MUST_USE;
enum status canon_body_end(struct canon_body *c) MUST_USE;

#endif
