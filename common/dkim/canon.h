/* canon: the canonicalizations of header and body, simple and relaxed (RFC 6376
 * 3.4), for signing and verifying.
 *
 * Input has CRLF line ends (msg.h). WSP is SP and HTAB only; a bare CR or LF is
 * data. The output does not depend on chunk boundaries, and a canonical text is
 * its own canonical form (tests/unit/canon.c). */
#ifndef CANON_H
#define CANON_H

#include "io.h"

enum canon { CANON_SIMPLE, CANON_RELAXED };

/* canon_word: "simple" or "relaxed". canon_find: the reverse, ASCII
 * case-insensitive (RFC 5234 2.3); false for any other word. */
const char *canon_word(enum canon c);
bool canon_find(struct span word, enum canon *out);

/* canon_field: put the canonical form of the header field RAW into TO (RFC 6376
 * 3.4.1, 3.4.2), with a final CRLF if RAW has one. ST_OK, or the error of TO.
 */
enum status canon_field(enum canon how, struct span raw,
			struct sink to) MUST_USE;

/* The instructions that relax a body; the result is the same. canon_widest: the
 * last of them that this processor has. */
enum canon_width { CANON_PLAIN, CANON_SSE2, CANON_AVX2 };
enum canon_width canon_widest(void);

/* The state of a body. Blank lines that may be trailing are counted, not kept,
 * so that it has one size for any body. */
struct canon_body {
	enum canon how;
	enum canon_width width; /* canon_widest, unless a test has another */
	struct sink to;
	uint64_t held; /* CRLFs not yet written */
	bool cr;       /* the last octet was CR */
	bool wsp;      /* relaxed: WSP before this place, not yet written */
	bool any;      /* something was written */
	size_t n;      /* octets in `out` */
	unsigned char out[8192];
};

/* canon_body_init: begin a body, whose canonical form goes to TO. */
void canon_body_init(struct canon_body *c, enum canon how, struct sink to);

/* canon_body_push: feed CHUNK, of any length (RFC 6376 3.4.3, 3.4.4).
 * canon_body_end: the end of the body. ST_OK, or the first error of the sink,
 * after which only canon_body_init may follow. */
enum status canon_body_push(struct canon_body *c, struct span chunk) MUST_USE;
enum status canon_body_end(struct canon_body *c) MUST_USE;

#endif
