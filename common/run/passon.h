/* passon: verify a message and pass it on with its results on top, as a filter
 * in front of a mailbox does (RFC 8601 5).
 *
 * The message is read once and kept (spool.h), so that the bytes written are
 * the bytes that were verified; nothing is written before all is known. */
#ifndef PASSON_H
#define PASSON_H

#include "command.h"
#include "filter.h"
#include "spool.h"
#include "verify.h"

struct passon {
	const struct verify_conf *conf;
	struct filter how;
	bool quiet;	       /* no warnings */
	const char *mail_from; /* the envelope's sender, or NULL (log.h) */

	/* Append the fields that go on top of the message NAME (NULL: standard
	 * input), whose bytes are in KEPT, to OUT, with their line ends.
	 * Returns 0, or the exit status with which the message is not written,
	 * with the reason in ERR. */
	int (*fields)(const void *ctx, const char *name,
		      const struct verification *all, struct spool *kept,
		      struct buf *out, struct buf *err);
	const void *ctx;
};

/* passon_run: pass on the message in PATH ("-": standard input) to standard
 * output, or to the command TO; messages go to the log (log.h). Returns the
 * exit status: 0 once all is written (and the command has ended well), whatever
 * the verdicts and even if no line is a header field; else that of `fields` or
 * of the error. */
int passon_run(const struct passon *p, const char *path, struct command *to);

#endif
