/* msg: the push parser. Raw octets in, in pieces of any size; the header block
 * once and the body in pieces out, with CRLF line ends (RFC 6376 3.4).
 *
 * This is the one place that knows about line ends (RULES M-2). MSG_AUTO reads
 * the message as a Unix file (each LF is a line end) when any line of its
 * header ends in a bare LF, and else as in SMTP (only CRLF is one; a bare LF is
 * data). Header and body use the same rule. A bare CR is always data.
 * Memory is bounded by LIMIT_HEADER_BYTES and one chunk, whatever the body. */
#ifndef MSG_H
#define MSG_H

#include "fields.h"
#include "io.h"

enum msg_lines { MSG_AUTO, MSG_CRLF, MSG_LF };

/* What was noticed of the raw octets. Complete after msg_end. */
struct msg_facts {
	uint64_t octets;
	bool crlf, lf;	 /* lines ended so; both: mixed */
	bool unix_lines; /* LF alone ends a line (RULES M-2) */
	bool bare_cr;	 /* a CR without LF behind it; with `lint` */
	bool nul;	 /* with `lint` */
	bool header_8bit;
	uint64_t longest; /* line, in octets without its end */
	uint64_t top;	  /* octets before the first field: an mbox line */
};

struct msg_handler {
	/* Once, when the header is complete. FIELDS lives until msg_free; look
	 * at its st. NULL in either place: not wanted. */
	enum status (*header)(void *ctx, const struct fields *fields);
	/* A piece of the body. Not called when the header was cut at its limit.
	 */
	enum status (*body)(void *ctx, struct span piece);
	void *ctx;
};

struct msg;

/* msg_new: LINES as above. LINT looks for bare CR and NUL, too, for whoever
 * signs. */
struct msg *msg_new(enum msg_lines lines, bool lint,
		    struct msg_handler handler);

/* msg_push, msg_end: ST_OK, or the first error of the handler. */
enum status msg_push(struct msg *m, struct span chunk) MUST_USE;
enum status msg_end(struct msg *m) MUST_USE;

const struct msg_facts *msg_facts(const struct msg *m);
const struct fields *msg_fields(const struct msg *m);

/* msg_reset: begin the next message; of the memory only a usual one's is kept.
 */
void msg_reset(struct msg *m);
void msg_free(struct msg *m);

/* msg_widen: S to OUT, which has room for twice as much, with each LF that no
 * CR precedes as CRLF; *AFTER_CR carries over from piece to piece. Returns how
 * many octets were put. */
size_t msg_widen(unsigned char *out, struct span s, bool *after_cr);

#endif
