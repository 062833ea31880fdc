/* passon: a message verified and passed on with its results on top, as a filter
 * in front of a mailbox does it (CONTRACT 1, RFC 8601).
 *
 * The message is read once and kept (spool.h), so that what is written is what
 * was judged; nothing is written before all is known. */
#ifndef PASSON_H
#define PASSON_H

#include "filter.h"
#include "verify.h"

struct passon {
	const struct verify_conf *conf;
	struct filter how;
	bool defer; /* a temperror writes nothing, 75 */
	bool quiet; /* no warnings */

	/* What else is asked of the message called NAME (NULL: the input): 0,
	 * or the exit status with which it is not written, the reason in ERR.
	 */
	int (*decide)(const void *ctx, const char *name,
		      const struct verification *all, struct buf *err);
	/* The fields that go on top, appended to OUT; NULL: the results of DKIM
	 * alone. The message is not written unless it returns 0. */
	int (*fields)(const void *ctx, const char *name,
		      const struct verification *all, struct buf *out,
		      struct buf *err);
	const void *ctx;
};

/* passon_run: from PATH ("-": stdin) to the descriptor OUT, with what is to be
 * said on stderr. The exit status: 0 once all is written, whatever the verdict,
 * also of what is no message; else that of what went wrong. */
int passon_run(const struct passon *p, const char *path, int out);

#endif
