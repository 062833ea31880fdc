/* msg: the push parser of messages. Raw bytes in, in pieces of any size; the
 * header section once and the body in pieces out, with CRLF line ends (RFC 6376
 * 3.4).
 *
 * This is the one place that knows about line ends. RFC 6376 says nothing of
 * messages that are not as in SMTP. MSG_AUTO reads one as a Unix file (each LF
 * is a line end) when any line of its header ends in a bare LF, because mail
 * programs split it there; else as in SMTP (only CRLF is one; a bare LF is
 * data). Header and body use the same rule. A bare CR is always data.
 * Memory is bounded by LIMIT_HEADER_BYTES and one chunk, for any body. */
#ifndef MSG_H
#define MSG_H

#include "fields.h"
#include "io.h"

enum msg_lines { MSG_AUTO, MSG_CRLF, MSG_LF };

/* Facts about the raw bytes. Complete after msg_end. */
struct msg_facts {
	uint64_t octets;
	bool crlf, lf;	 /* lines ended so; both: mixed */
	bool unix_lines; /* LF alone ends a line */
	bool bare_cr;	 /* a CR without LF after it; with `lint` */
	bool nul;	 /* with `lint` */
	bool header_8bit;
	uint64_t longest; /* line, in bytes without its end; with `lint` */
	uint64_t top;	  /* bytes before the first field: an mbox line */
};

struct msg_handler {
	/* Once, when the header is complete. FIELDS lives until msg_free; its
	 * `st` says whether it is well formed. Both may be NULL. */
	enum status (*header)(void *ctx, const struct fields *fields);
	/* A piece of the body. Not called when the header was cut at its limit.
	 */
	enum status (*body)(void *ctx, struct span piece);
	void *ctx;
};

struct msg;

/* msg_new: a parser for one message. With LINT, for signers, the facts marked
 * so are collected, which costs time. */
struct msg *msg_new(enum msg_lines lines, bool lint,
		    struct msg_handler handler);

/* msg_push, msg_end: ST_OK, or the first error of the handler. msg_sink: a sink
 * that pushes. */
enum status msg_push(struct msg *m, struct span chunk) MUST_USE;
struct sink msg_sink(struct msg *m);
enum status msg_end(struct msg *m) MUST_USE;

/* msg_facts, msg_fields: of the message so far; borrowed. */
const struct msg_facts *msg_facts(const struct msg *m);
const struct fields *msg_fields(const struct msg *m);

/* msg_reset: begin the next message; memory of a usual size is kept. */
void msg_reset(struct msg *m);
void msg_free(struct msg *m);

/* msg_widen: copy S to OUT, which has room for twice as much, with each LF that
 * no CR precedes as CRLF; *AFTER_CR carries over from piece to piece. Returns
 * the number of bytes in OUT. */
size_t msg_widen(unsigned char *out, struct span s, bool *after_cr);

#endif
